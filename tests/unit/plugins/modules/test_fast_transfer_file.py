# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fast_transfer_file sends, refuses and returns, against both gateways."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import fast_transfer_file

TWO = {"host_id_list": [1, 2]}
ONE = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.3"}]}
GROUP = {"dynamic_group_list": [{"id": "blo8gojho0skft7pr5q0"}]}
ROOT = {"alias": "root"}
SOURCE = {"file_list": ["/data/app.tar.gz"], "server": ONE, "account": ROOT}
USUAL = {"bk_biz_id": 1, "file_source_list": [SOURCE], "file_target_path": "/opt/app", "target_server": TWO, "account_alias": "root"}
LOGIN_FIELDS = ("bk_app_code", "bk_app_secret", "bk_token", "bk_username")


@pytest.fixture
def transfer(perform_with_task, connection, clock):
    """Transfer with these options in addition; returns the result, with the warnings in it."""
    def with_options(check_mode=False, **options):
        result, task = perform_with_task(fast_transfer_file, {**connection, **USUAL, **options}, clock=clock, check_mode=check_mode)
        return {**result, "warnings": task.warnings, "invocation": task.shown}
    return with_options


@pytest.fixture
def body(simulator):
    """What the one transfer asked JOB for, without the credentials."""
    def without_credentials():
        [request] = [request for request in simulator.requests() if request["operation"] == "fast_transfer_file"]
        return {name: value for name, value in request["body"].items() if name not in LOGIN_FIELDS}
    return without_credentials


def source(*paths: str, **more: object) -> dict:
    return {**SOURCE, "file_list": list(paths), **more}


def of_store(*paths: str, code: str = "artifacts") -> dict:
    return {"file_list": list(paths), "file_source_code": code}


def test_a_transfer_arrives_with_the_kind_of_each_source(transfer, body):
    sources = [SOURCE, of_store("bucket/a.zip"), {"file_list": ["bucket/b.zip"], "file_source_id": 3}]
    transfer(file_source_list=sources, wait=False, task_name="Hand out")
    assert body() == {
        "bk_biz_id": 1, "file_target_path": "/opt/app", "target_server": TWO, "account_alias": "root", "task_name": "Hand out",
        "file_source_list": [{**SOURCE, "file_type": 1}, {**of_store("bucket/a.zip"), "file_type": 3},
                             {"file_list": ["bucket/b.zip"], "file_source_id": 3, "file_type": 3}]}


def test_every_optional_field_arrives(transfer, body):
    options = {"timeout": 60, "upload_speed_limit": 5, "download_speed_limit": 6, "callback_url": "http://127.0.0.1:9/x"}
    transfer(**options, transfer_mode="strict", rolling_config={"expression": "1"}, wait=False)
    assert {**options, "transfer_mode": 1, "rolling_config": {"expression": "1", "mode": 1}}.items() <= body().items()


@pytest.mark.parametrize("mode, number", [("strict", 1), ("forced", 2)])
def test_modes_are_words(transfer, body, mode, number):
    transfer(transfer_mode=mode, wait=False)
    assert body()["transfer_mode"] == number


@pytest.mark.parametrize("option", ["upload_speed_limit", "download_speed_limit"])
def test_a_speed_limit_that_job_would_drop_is_refused(transfer, simulator, option):
    assert transfer(**{option: 2_097_152})["msg"].startswith(f"{option} must be at most 2097151") and not simulator.requests()
    assert transfer(**{option: 2_097_151}, wait=False)["outcome"] == "started"


def test_it_waits_and_reports(transfer):
    result = transfer()
    assert (result["status"], result["outcome"], result["failed_hosts"], result["steps"][0]["hosts"]["total"]) == ("success", "started", [], 2)
    assert result["ansible_facts"]["blueking_job"]["job_instance_id"] == result["job_instance_id"] and result["warnings"] == []


@pytest.mark.parametrize("sources, told", [
    ([], "file_source_list has no sources in it"), ({}, "file_source_list must be a list, not a dict"),
    ("x", "file_source_list is a string, but not a JSON array"),
    ([{**SOURCE, "file_list": ["/d/REGEX:app[.]log", "/d/REGEX:app\\d+"]}], "in whose pattern JOB takes \\ for a separator: write [0-9] for \\d"),
    ([{"file_list": ["/a"]}], "file_source_list[0] must have one of server, file_source_id and file_source_code, not none of them"),
    ([{**SOURCE, "file_source_id": 1}], "must have one of server, file_source_id and file_source_code, not server and file_source_id"),
    ([{**SOURCE, "file_list": []}], "file_source_list[0].file_list has no paths in it"),
    ([{"server": ONE, "account": ROOT}], "file_source_list[0].file_list has no paths in it"),
    ([source("data/app")], "file_source_list[0].file_list[0] must be an absolute path"), ([source("/a", "b")],
                                                                                          "file_source_list[0].file_list[1] must be an absolute path"),
    ([source(" /a")], "file_source_list[0].file_list[0] ' /a' has blanks around it"), ([{**SOURCE, "file_list": [1]}], "file_list[0] must be a string"),
    ([{**SOURCE, "account": {"id": 1}}],
     "file_source_list[0].account.id is refused, because JOB looks for that account among the target's: give file_source_list[0].account.alias"),
    ([{**SOURCE, "account": {"id": 1, "alias": "root"}}], "account.id is refused"), ([{**SOURCE, "account": None}], "file_source_list[0].account lacks alias"),
    ([{**SOURCE, "account": {"alias": " "}}], "file_source_list[0].account.alias must be a string that is not empty"),
    ([{**SOURCE, "account": "root"}], "file_source_list[0].account must be a dict of alias, not a string"),
    ([{**of_store("a"), "account": ROOT}], "file_source_list[0].account counts with server only: leave it out"),
    ([{**SOURCE, "server": {}}], "file_source_list[0].server has no hosts in it, and there would be no files"),
    ([{"file_list": ["a"], "file_source_id": 0}], "file_source_list[0].file_source_id must be a positive integer"),
    ([of_store("a", code=" ")], "file_source_list[0].file_source_code must be a string that is not empty"),
    ([{**SOURCE, "file_type": 1}], "file_source_list[0] has no field 'file_type'"),
    ([source("a"), source("b")], "; file_source_list[1].file_list[0] must be an absolute path"),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_sources_that_job_would_misread_are_refused_before_anything_is_sent(transfer, simulator, sources, told, check_mode):
    result = transfer(check_mode, file_source_list=sources)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "not_started") and told in result["msg"]
    assert simulator.requests() == []


@pytest.mark.parametrize("options, told", [
    ({"file_target_path": "opt"}, "file_target_path must be an absolute path"), ({"upload_speed_limit": 0}, "upload_speed_limit must be a positive integer"),
    ({"download_speed_limit": -1}, "download_speed_limit must be a positive integer"), ({"timeout": 0}, "timeout must be from 1 to 259200 seconds"),
    ({"target_server": {}}, "target_server has no hosts in it"), ({"rolling_config": {"expression": "x"}}, "rolling_config.expression has the part 'x'"),
])
def test_other_wrong_input_is_refused_too(transfer, simulator, options, told):
    result = transfer(**options)
    assert result["outcome"] == "not_started" and told in result["msg"] and not simulator.requests()


APART = "/opt/[FILESRCIP]/app"


@pytest.mark.parametrize("sources, path, told", [
    ([source("/a/x", "/b/x")], "/opt",
     "file_source_list[0].file_list[0] '/a/x' and file_source_list[0].file_list[1] '/b/x' would land on the same path, as 'x'"),
    ([source("/a/x"), source("/b/x", server=TWO)], "/opt", "'/a/x' and file_source_list[1].file_list[0] '/b/x' would land on the same path"),
    ([source("/a/x", server=TWO)], "/opt", "file_source_list[0].file_list[0] '/a/x' of 2 hosts would land on the same path, as 'x'"),
    ([source("/a/x", server=TWO)], "/opt", "or put [FILESRCIP] into file_target_path, which JOB replaces by each source host's cloud area and address"),
    ([source("/a/x/", "/b/x/")], "/opt", "would land on the same path"), ([source("/a/x/", "/b/x")], "/opt", "would land on the same path"),
    ([source("/a/x", "/b/x")], APART, "would land on the same path, as 'x': transfer them to different directories"),
    ([of_store("a/x"), source("/b/x")], "/opt", "would land on the same path"), ([of_store("a/x"), of_store("b/x", code="other")], "/opt", "would land"),
    ([of_store("a/x"), of_store("a/x", code="other")], APART, "would land"),
    ([source("/a/x", server=GROUP), source("/b/x", server=GROUP)], "/opt", "would land"), ([source("C:\\a\\x", "d:/b/x")], "C:\\opt", "would land"),
])
def test_two_files_that_would_land_on_the_same_path_are_refused(transfer, simulator, sources, path, told):
    result = transfer(file_source_list=sources, file_target_path=path)
    assert result["outcome"] == "not_started" and told in result["msg"] and not simulator.requests()


@pytest.mark.parametrize("sources, path", [
    ([source("/a/x", "/b/y")], "/opt"), ([source("/a/x", "/a/x")], "/opt"), ([source("/a/x", server=TWO)], APART),
    ([source("/a/x"), source("/b/x", server=TWO)], APART), ([source("/a/*.log", "/b/*.log")], "/opt"), ([source("/a/REGEX:x.*", "/b/REGEX:x.*")], "/opt"),
    ([source("/")], "/opt"), ([of_store("bucket/x"), source("/a/x")], APART),
])
def test_files_that_land_apart_are_not(transfer, sources, path):
    result = transfer(True, file_source_list=sources, file_target_path=path)
    assert result["outcome"] is None and not result.get("failed")


def test_a_file_source_that_job_does_not_know_looks_like_an_internal_error_and_is_named_as_a_likely_cause(transfer):
    result = transfer(file_source_list=[of_store("bucket/a")])
    assert result["outcome"] == "unknown"
    assert "JOB also says this where it knows no file source with this file_source_code, and then nothing ran" in result["msg"]


@pytest.mark.parametrize("sources, path, told", [
    ([source("/a/[DATE:yyyyMMdd].log")], "/opt",
     ["file_source_list[0].file_list: JOB replaces [DATE:yyyyMMdd] in file_target_path only, here it stays as it is"]),
    ([source("/a/[FILESRCIP]")], "/opt", ["file_source_list[0].file_list: JOB replaces [FILESRCIP] in file_target_path only, here it stays as it is"]),
    ([SOURCE], "/opt/[DATE:yyyy", ["file_target_path: [DATE:yyyy has no ] at its end, so it stays as it is"]),
    ([SOURCE], "/opt/[DATE:yyyyMMdd]/[DATEFMT:%Y]/[FILESRCIP]", []),
    ([SOURCE], "/opt/[DATE:%Y%m%d]", ["file_target_path: [DATE:%Y%m%d] mixes two forms: write [DATE:yyyyMMdd] or [DATEFMT:%Y%m%d]"]),
    ([SOURCE], "/opt/[DATEFMT:yyyy]", ["file_target_path: [DATEFMT:yyyy] mixes two forms: write [DATE:yyyyMMdd] or [DATEFMT:%Y%m%d]"]),
    ([source("/a/x", server=GROUP)], "/opt", ["file_source_list[0].server may name several hosts, whose files of one name would replace each other: "
                                              "put [FILESRCIP] into file_target_path then"]),
    ([source("/a/x", server=GROUP)], APART, []),
])
def test_what_is_likely_not_meant_is_warned_about(transfer, sources, path, told):
    assert transfer(file_source_list=sources, file_target_path=path, wait=False)["warnings"] == told


def test_check_mode_sends_nothing_and_says_so(transfer, simulator):
    result = transfer(True, task_name="Hand out")
    assert (result["outcome"], result["changed"], result["verified"], result["status"]) == (None, True, False, None) and not simulator.requests()
    assert "not verified that JOB can be reached" in result["warnings"][0]
    assert result["request"] == {**USUAL, "file_source_list": [{**SOURCE, "file_type": 1}], "task_name": "Hand out"}


def test_a_transfer_that_fails_tells_the_hosts(launch_for_esb, perform, controlled):
    with launch_for_esb(fast=[{"operation": "fast_transfer_file", "results": [{"hosts": [2], "status": 203, "log": "no such file"}]}]) as (simulator,
                                                                                                                                           connection):
        result = perform(fast_transfer_file, {**connection, **USUAL}, clock=controlled(simulator))
    assert result["failed"] and "1 host source_file_missing" in result["msg"] and [row["ip"] for row in result["failed_hosts"]] == ["10.0.0.2"]


def test_a_secret_of_the_login_is_masked_in_what_is_shown(transfer):
    result = transfer(True, task_name="of app-secret-of-the-tests", callback_url="http://127.0.0.1:9/user-token-of-the-tests")
    assert "of-the-tests" not in json.dumps(result["request"]) + json.dumps(result["invocation"])

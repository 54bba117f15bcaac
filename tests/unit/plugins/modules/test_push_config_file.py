# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What push_config_file sends, refuses and returns, against both gateways."""
from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.blueking.job.plugins.module_utils.fast.paths import last_part
from ansible_collections.blueking.job.plugins.modules import push_config_file

TWO = {"host_id_list": [1, 2]}
USUAL = {"bk_biz_id": 1, "file_list": [{"file_name": "app.conf", "content": "a = 1\n"}], "file_target_path": "/etc/app", "target_server": TWO,
         "account_alias": "root"}
LOGIN_FIELDS = ("bk_app_code", "bk_app_secret", "bk_token", "bk_username")
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
def push(perform_with_task, connection, clock):
    """Push with these options in addition; returns the result, with the warnings in it."""
    def with_options(check_mode=False, **options):
        result, task = perform_with_task(push_config_file, {**connection, **USUAL, **options}, clock=clock, check_mode=check_mode)
        return {**result, "warnings": task.warnings, "invocation": task.shown}
    return with_options


@pytest.fixture
def body(simulator):
    """What the one push asked JOB for, without the credentials."""
    def without_credentials():
        [request] = [request for request in simulator.requests() if request["operation"] == "push_config_file"]
        return {name: value for name, value in request["body"].items() if name not in LOGIN_FIELDS}
    return without_credentials


def test_text_and_bytes_arrive_as_base64(push, body):
    given = [{"file_name": "蓝鲸.conf", "content": "é\r\n"}, {"file_name": "key.der", "content_b64": " //79\n AA== "}]
    result = push(file_list=given, task_name="Configure", callback_url="http://127.0.0.1:9/x")
    assert (result["status"], result["outcome"], result["changed"], result["warnings"]) == ("success", "started", True, [])
    assert body() == {
        "bk_biz_id": 1, "file_target_path": "/etc/app", "target_server": TWO, "account_alias": "root", "task_name": "Configure",
        "callback_url": "http://127.0.0.1:9/x",
        "file_list": [{"file_name": "蓝鲸.conf", "content": encoded("é\r\n".encode())}, {"file_name": "key.der", "content": encoded(b"\xff\xfe\xfd\0")}]}


def test_a_list_may_be_json(push, body):
    push(file_list=json.dumps(USUAL["file_list"]), target_server=json.dumps(TWO))
    assert body()["file_list"] == [{"file_name": "app.conf", "content": encoded(b"a = 1\n")}] and body()["target_server"] == TWO


def test_without_a_name_it_has_one_of_its_own(push, body):
    assert push(wait=False)["job_instance_name"] == body()["task_name"] and body()["task_name"].startswith("Ansible push_config_file ")


@pytest.mark.parametrize("path", ["/", "/etc/app/", "C:\\app", "d:/app", "/a b/c"])
def test_absolute_paths_are_sent_as_they_are(push, body, path):
    push(file_target_path=path, wait=False)
    assert body()["file_target_path"] == path


@pytest.mark.parametrize("files, told", [
    ([], "file_list has no files in it"), ("no JSON", "file_list is a string, but not a JSON array"), ({}, "file_list must be a list, not a dict"),
    ([{}], "file_list[0] lacks file_name"), ([1], "file_list[0] must be a dict of file_name, content, content_b64, not an integer"),
    ([{"file_name": "a"}], "file_list[0] ('a') must have content or content_b64, and not both"),
    ([{"file_name": "a", "content": "x", "content_b64": "eA=="}], "file_list[0] ('a') must have content or content_b64, and not both"),
    ([{"file_name": "a", "content": "x", "mode": "0644"}], "file_list[0] has no field 'mode'"),
    ([{"file_name": "a", "content": ""}], "file_list[0] ('a') is empty, and JOB hands out no empty files: have a script make it"),
    ([{"file_name": "a", "content_b64": ""}], "file_list[0] ('a') is empty"),
    ([{"file_name": "a", "content_b64": "%%%"}], "file_list[0] ('a').content_b64 is not base64"),
    ([{"file_name": "a", "content_b64": "eA="}], "file_list[0] ('a').content_b64 is not base64"),
    ([{"file_name": "a", "content_b64": 1}], "file_list[0] ('a').content_b64 must be a string, not an integer: give what the filter b64encode"),
    ([{"file_name": "a", "content": {"b": 1}}],
     "must be a string, not a dict: end the template with | to_json, or with | string for a text that looks like this"),
    ([{"file_name": "a", "content": 1}], "file_list[0] ('a').content must be a string, not an integer: quote it"),
    *(([{"file_name": name, "content": "x"}], "must be a name without / and \\") for name in ("a/b", "a\\b", "/a", ".", "..")),
    *(([{"file_name": name, "content": "x"}], "has blanks around it, a line break or a NUL") for name in (" a", "a ", "a\nb", "a\0")),
    ([{"file_name": " ", "content": "x"}], "file_list[0].file_name must be a string that is not empty"),
    ([{"file_name": 1, "content": "x"}], "file_list[0].file_name must be a string that is not empty, not an integer: quote it"),
    ([{"file_name": "蓝" * 86, "content": "x"}], "has more than 255 bytes"),
    ([{"file_name": "a", "content": "x"}] * 3, "file_list names 'a' 3 times, and only one of these would be there in the end"),
    ([{"file_name": "a/b", "content": "x"}, {"file_name": "c", "content": ""}], "; file_list[1] ('c') is empty"),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_files_that_job_or_a_host_would_misread_are_refused_before_anything_is_sent(push, simulator, files, told, check_mode):
    result = push(check_mode, file_list=files)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "not_started") and told in result["msg"]
    assert simulator.requests() == [] and result["invocation"]["file_list"] == HIDDEN


@pytest.mark.parametrize("options, told", [
    ({"file_target_path": "etc/app"}, "file_target_path must be an absolute path, such as /etc/app or C:\\app, not 'etc/app'"),
    ({"file_target_path": "C:app"}, "file_target_path must be an absolute path"), ({"file_target_path": ""},
                                                                                   "file_target_path must be a string that is not empty"),
    ({"file_target_path": "/etc "}, "file_target_path '/etc ' has blanks around it"),
    ({"target_server": {}}, "target_server has no hosts in it"), ({"account_alias": ""}, "account_alias must be a string that is not empty"),
    ({"log_lines": -1}, "log_lines must be 0 or more"),
])
def test_other_wrong_input_is_refused_too(push, simulator, options, told):
    result = push(**options)
    assert result["outcome"] == "not_started" and told in result["msg"] and not simulator.requests()


def test_more_than_the_gateway_takes_is_refused_with_both_sizes(push, simulator, gateway):
    largest = {"esb": 2621440, "apigw": 40 << 20}[gateway]
    result = push(file_list=[{"file_name": "a", "content": "x" * (largest // 4 * 3)}])
    assert "file_list: the request would have" in result["msg"] and f"and this gateway accepts {largest}" in result["msg"] and not simulator.requests()
    assert ("or use gateway: apigw" in result["msg"]) == (gateway == "esb")


@pytest.mark.parametrize("path, told", [
    ("/a/[FILESRCIP]", "file_target_path: JOB replaces [FILESRCIP] by the address of a machine of its own here"),
    ("/a/[DATE:yyyy", "file_target_path: [DATE:yyyy has no ] at its end, so it stays as it is"),
    ("/a/[DATE:yyyyMMdd]/[DATEFMT:%Y]", None), ("/a/[x]", None)])
def test_a_macro_that_is_not_meant_is_warned_about(push, path, told):
    assert push(file_target_path=path, wait=False)["warnings"] == ([told] if told else [])


def test_check_mode_sends_nothing_and_says_so(push, simulator):
    result = push(True)
    assert (result["outcome"], result["changed"], result["verified"], result["status"]) == (None, True, False, None) and not simulator.requests()
    assert "not verified that JOB can be reached" in result["warnings"][0]
    assert result["request"] == {"bk_biz_id": 1, "file_list": [{"file_name": "app.conf", "content": HIDDEN}], "file_target_path": "/etc/app",
                                 "target_server": TWO, "account_alias": "root"}


def test_a_push_that_fails_tells_the_hosts(launch_for_esb, perform, controlled):
    with launch_for_esb(fast=[{"operation": "push_config_file", "results": [{"hosts": [2], "status": 202, "log": "no space"}]}]) as (simulator, connection):
        result = perform(push_config_file, {**connection, **USUAL}, clock=controlled(simulator))
    assert result["failed"] and result["changed"] and "1 host file_transfer_failed" in result["msg"]
    assert [row["ip"] for row in result["failed_hosts"]] == ["10.0.0.2"] and "hosts" not in result


def test_contents_are_shown_nowhere(push, simulator):
    secret = "marker-4711-of-the-file"
    files = [{"file_name": "a", "content": secret}, {"file_name": "b", "content_b64": encoded(secret.encode())}]
    for check_mode in (True, False):
        result = push(check_mode, file_list=files)
        assert "marker" not in json.dumps(result) and encoded(secret.encode()) not in json.dumps(result)
        assert result["invocation"]["file_list"] == [{"file_name": "a", "content": HIDDEN}, {"file_name": "b", "content": HIDDEN}]
    simulator.misbehave("answer", operation="push_config_file", status=400, body=f"<title>{encoded(secret.encode())} {secret}</title>")
    assert "marker" not in push(file_list=files)["msg"] and encoded(secret.encode()) not in push(file_list=files)["msg"]


@pytest.mark.parametrize("path, name", [("/a/b", "b"), ("/a/b/", "b"), ("C:\\a\\b", "b"), ("C:\\", "C:"), ("/", ""), ("//", ""), ("a", "a")])
def test_the_last_part_of_a_path(path, name):
    assert last_part(path) == name

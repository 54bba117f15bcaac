# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""fast_transfer_file and push_config_file: what they take, what they refuse and with which code, by version."""
from __future__ import annotations

import base64

import pytest

TARGETS = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": "10.0.0.2"}]}
SOURCE = {"file_list": ["/data/a.txt", "/data/dir/"], "account": {"alias": "root"}, "server": {"ip_list": [{"bk_cloud_id": 2, "ip": "10.0.0.1"}]}}
CONTENT = base64.b64encode(b"text").decode()


def transfer(**given: object) -> dict:
    usual = {"file_source_list": [SOURCE], "file_target_path": "/tmp/in", "account_alias": "root", "target_server": TARGETS, **given}
    return {name: value for name, value in usual.items() if value is not Ellipsis}


def push(**given: object) -> dict:
    files = [{"file_name": "a.conf", "content": CONTENT}]
    usual = {"file_list": files, "file_target_path": "/etc/app", "account_alias": "root", "target_server": TARGETS, **given}
    return {name: value for name, value in usual.items() if value is not Ellipsis}


def source(**given: object) -> list:
    return [{name: value for name, value in {**SOURCE, **given}.items() if value is not Ellipsis}]


def test_behind_apigw_they_are_the_same(job):
    behind = job(fast=[]).behind_apigw()
    assert behind.code("fast_transfer_file", **transfer()) == behind.code("push_config_file", **push()) == 0
    assert behind.code("push_config_file", **push(file_list=[])) == 1241002
    assert behind.ask("check_script", content=CONTENT, script_language=1) == []


def test_a_transfer_tells_each_file_it_brought_from_where_and_to_where(job):
    server = job(fast=[])
    started = server.ask("fast_transfer_file", **transfer(file_target_path="/tmp/[FILESRCIP]"))
    server.simulator.advance(1)
    step = {"job_instance_id": started["job_instance_id"], "step_instance_id": started["step_instance_id"]}
    (host, _other) = server.ask("batch_get_job_instance_ip_log", **step, **TARGETS)["file_task_logs"]
    assert [(file["src_path"], file["dest_path"]) for file in host["file_logs"]] == [
        ("/data/a.txt", "/tmp/2_10.0.0.1/a.txt"), ("/data/dir/", "/tmp/2_10.0.0.1/dir/"),
    ]
    assert {file["src_ip"]["bk_cloud_id"] for file in host["file_logs"]} == {2}
    assert server.states(started["job_instance_id"]) == (3, 3)


def test_a_pushed_file_has_no_step_in_the_answer_and_only_the_last_part_of_its_name(job):
    server = job(fast=[])
    started = server.ask("push_config_file", **push(file_list=[{"file_name": "a/b\\c.conf", "content": CONTENT}], start_task=False))
    server.simulator.advance(1)
    assert started["step_instance_id"] is None and server.states(started["job_instance_id"]) == (3, 3)
    assert server.simulator.instances()[0]["files"] == [{"path": "c.conf", "dest": "/etc/app/c.conf"}]


@pytest.mark.parametrize(("given", "code"), [
    ({"file_target_path": ...}, 1241007),
    ({"file_target_path": "tmp"}, 1241007),
    ({"account_alias": ...}, 1241004),
    ({"account_alias": "nobody"}, 1244003),
    ({"target_server": ...}, 1241004),
    ({"target_server": {}}, 1241004),
    ({"file_source_list": []}, 1241004),
    ({"file_source_list": source(file_list=[])}, 1241004),
    ({"file_source_list": source(file_list=["a.txt"])}, 1241005),
    ({"file_source_list": source(file_type=9)}, 1241005),
    ({"file_source_list": source(account=...)}, 1241004),
    ({"file_source_list": source(account={"alias": "nobody"})}, 1244003),
    ({"file_source_list": source(server={})}, 1241004),
    ({"file_source_list": source(server={"topo_node_list": [{"id": 9, "node_type": "module"}]})}, 1244029),
    ({"file_source_list": [{"file_type": 3, "file_list": ["a"]}]}, 1241004),
    ({"file_source_list": [{"file_type": 3, "file_list": ["a"], "file_source_code": "none"}]}, 1240002),
    ({"file_source_list": source(file_list=["/x"] * 50001)}, 1244021),
])
def test_a_bad_transfer_is_refused_and_nothing_is_stored(job, given, code):
    server = job(fast=[])
    assert server.code("fast_transfer_file", **transfer(**given)) == code and server.simulator.instances() == []


def test_an_account_s_id_in_a_source_works_only_beside_an_id_of_the_target_s(job):
    server = job(fast=[])
    by_id = transfer(file_source_list=source(account={"id": 1}))
    assert server.code("fast_transfer_file", **by_id) == 1244003 and server.code("fast_transfer_file", **by_id, account_id=2) == 0


@pytest.mark.parametrize("wanted", [{"file_source_id": 7}, {"file_source_code": "share"}])
def test_a_third_party_file_source_is_named_by_id_or_code(job, wanted):
    server = job(file_sources=[{"id": 7, "code": "share"}])
    assert server.code("fast_transfer_file", **transfer(file_source_list=[{"file_type": 3, "file_list": ["bucket/a"], **wanted}])) == 0


@pytest.mark.parametrize(("version", "path", "code"), [
    ("3.3", "/tmp/a b", 0), ("3.4", "/tmp/a b", 1241007), ("3.6", "/tmp/a b", 1241007), ("3.7", "/tmp/a b", 0),
    ("3.10", " /tmp", 1241007), ("3.11", " /tmp ", 0), ("3.11", "C:/data", 1241007), ("3.12", "C:/data", 0), ("3.12", "C:\\data\\", 0),
])
def test_which_target_paths_a_version_takes(job, version, path, code):
    assert job(version=version, fast=[]).code("fast_transfer_file", **transfer(file_target_path=path)) == code


def test_the_transfer_mode_is_not_known_before_3_5(job):
    for version, strict in (("3.4", False), ("3.5", True)):
        server = job(version=version, fast=[])
        server.ask("fast_transfer_file", **transfer(transfer_mode=1))
        assert server.simulator.instances()[0]["strict"] is strict


def test_rolling_is_not_known_before_3_6(job):
    for version, code in (("3.5", 0), ("3.6", 1244026)):
        assert job(version=version, fast=[]).code("fast_transfer_file", **transfer(rolling_config={"expression": "x"})) == code


@pytest.mark.parametrize(("given", "code_of_3_3"), [
    ({"file_target_path": " "}, 1241007),
    ({"account_alias": ...}, 1241007),
    ({"target_server": ...}, 1241004),
    ({"target_server": {}}, 1244001),
    ({"file_list": []}, 1241007),
    ({"file_list": [{"file_name": " ", "content": CONTENT}]}, 1241005),
    ({"file_list": [{"file_name": "a"}]}, 1241005),
])
def test_every_bad_push_is_refused_with_the_same_code_but_by_3_3(job, given, code_of_3_3):
    for version, code in (("3.12", 1241002), ("3.4", 1241002), ("3.3", code_of_3_3)):
        server = job(version=version, fast=[])
        assert server.code("push_config_file", **push(**given)) == code and server.simulator.instances() == []


def test_an_empty_file_cannot_be_pushed(job):
    for version, code in (("3.12", 1244024), ("3.3", 1244005)):
        assert job(version=version, fast=[]).code("push_config_file", **push(file_list=[{"file_name": "a", "content": "===="}])) == code

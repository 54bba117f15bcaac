# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""fast_execute_script and check_script: what they take, what they refuse and with which code, and what comes of it on paper."""
from __future__ import annotations

import base64

import pytest

TARGETS = {"host_id_list": [1, 2, 3]}
KEPT = [
    {"bk_biz_id": 1, "script_id": "kept", "versions": [
        {"script_version_id": 11, "content": "echo old", "status": 2},
        {"script_version_id": 12, "content": "echo new", "status": 1},
        {"script_version_id": 13, "content": "echo draft", "status": 0},
    ]},
    {"script_id": "draft", "versions": [{"script_version_id": 21, "content": "echo", "status": 0}]},
    {"bk_biz_id": 2, "script_id": "other", "versions": [{"script_version_id": 31, "content": "echo"}]},
]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def fields(**given: object) -> dict:
    usual = {"script_content": encoded("echo hello"), "script_language": 1, "account_alias": "root", "target_server": TARGETS, **given}
    return {name: value for name, value in usual.items() if value is not Ellipsis}


def run(job, **given: object) -> dict:
    return job.ask("fast_execute_script", **fields(**given))


def refused(job, **given: object) -> int:
    return job.code("fast_execute_script", **fields(**given))


def test_a_script_is_an_instance_with_one_step_that_is_read_like_any_other(job):
    server = job(fast=[{"log": "hello from {ip}", "fail_hosts": [2]}])
    started = run(server, task_name="a mark")
    server.simulator.advance(1)
    status = server.status(started["job_instance_id"], return_ip_result=True)
    (step,) = status["step_instance_list"]
    assert (started["job_instance_name"], started["step_instance_id"]) == ("a mark", step["step_instance_id"]) and step["type"] == 1
    assert status["finished"] and status["job_instance"]["status"] == 4
    assert [host["status"] for host in step["step_ip_result_list"]] == [9, 104, 9]
    log = server.ask("get_job_instance_ip_log", job_instance_id=started["job_instance_id"], step_instance_id=step["step_instance_id"], bk_host_id=1)
    assert log["log_content"] == "hello from 10.0.0.1"


def test_the_list_tells_that_it_is_a_script_without_a_plan(job):
    server = job(fast=[])
    run(server, task_name="a mark")
    now = server.simulator.instances()[0]["create_time"]
    (row,) = server.ask("get_job_instance_list", create_time_start=now - 1000, create_time_end=now + 1000, name="mark")["data"]
    assert (row["type"], row["job_plan_id"], row["launch_mode"]) == (1, -1, 2)


def test_jobs_that_come_to_something_else_are_told_apart_by_operation_and_name(job):
    server = job(fast=[{"operation": "push_config_file", "fail_hosts": [1]}, {"name": "slow", "seconds": 50}, {"log": "quick"}])
    slow, quick = run(server, task_name="a slow one")["job_instance_id"], run(server)["job_instance_id"]
    server.simulator.advance(1)
    assert (server.states(slow), server.states(quick)) == ((2, 2), (3, 3))


@pytest.mark.parametrize(("given", "code"), [
    ({"script_content": ...}, 1241004),
    ({"script_language": ...}, 1241005),
    ({"script_language": 9}, 1241005),
    ({"script_version_id": 0}, 1241005),
    ({"target_server": ...}, 1241004),
    ({"target_server": {"host_id_list": []}}, 1244001),
    ({"target_server": {"topo_node_list": [{"id": 9, "node_type": "module"}]}}, 1244028),
    ({"target_server": {"host_id_list": [99]}}, 1244030),
    ({"account_alias": ...}, 1241004),
    ({"account_alias": "nobody"}, 1244003),
    ({"account_id": 99}, 1244003),
    ({"timeout": 0}, 1240003),
    ({"timeout": 259201}, 1240003),
    ({"callback_url": "http://user@host/"}, 1240003),
    ({"windows_interpreter": "python"}, 1240003),
    ({"task_name": "x" * 513}, 1240002),
    ({"script_param": encoded("x" * 65536)}, 1240003),
    ({"script_param": encoded("x" * 48129), "is_param_sensitive": 1}, 1240003),
])
def test_a_bad_request_is_refused_and_nothing_is_stored(job, given, code):
    server = job(fast=[])
    assert refused(server, **given) == code and server.simulator.instances() == []


def test_the_history_shows_the_script_and_masks_a_sensitive_parameter(job):
    server = job(fast=[])
    for sensitive, shown in ((0, "hunter2"), (1, "******")):
        started = run(server, script_param=encoded("hunter2"), is_param_sensitive=sensitive)
        step = {name: started[name] for name in ("job_instance_id", "step_instance_id")}
        info = server.ask("get_step_instance_detail", **step)["script_info"]
        assert (info["script_content"], info["script_param"]) == ("echo hello", shown)


def test_a_quota_of_running_jobs_counts_scripts_too(job):
    server = job(quota={"system": 1}, fast=[{"seconds": 10}])
    assert [refused(server), refused(server), refused(server, account_alias="nobody")] == [0, 1244034, 1244034]
    server.simulator.advance(11)
    assert refused(server) == 0


@pytest.mark.parametrize(("version", "timeout", "taken"), [("3.3", 0, 86400), ("3.3", 90000, 86400), ("3.3", 60, 60), ("3.7", 259200, 259200)])
def test_3_3_takes_the_longest_timeout_for_one_that_is_out_of_range(job, version, timeout, taken):
    server = job(version=version, fast=[])
    run(server, timeout=timeout, target_server={"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]})
    assert server.simulator.instances()[0]["timeout"] == taken


def test_base64_is_read_past_what_does_not_belong_there(job):
    server = job(fast=[])
    run(server, script_content="ZWNo*b yBoZWxs\nbw==", script_param=encoded("one\ntwo"))
    (taken,) = server.simulator.instances()
    assert (taken["script_content"], taken["script_param"]) == ("echo hello", "one two")


@pytest.mark.parametrize(("given", "content"), [
    ({"script_id": "kept"}, "echo new"),
    ({"script_version_id": 11}, "echo old"),
    ({"script_version_id": 11, "script_id": "kept"}, "echo old"),
])
def test_a_version_beats_a_script_which_beats_a_text(job, given, content):
    server = job(scripts=KEPT)
    run(server, **given)
    assert server.simulator.instances()[0]["script_content"] == content


@pytest.mark.parametrize(("given", "version", "code"), [
    ({"script_id": "none"}, "3.12", 1243001),
    ({"script_id": "draft"}, "3.12", 1243001),
    ({"script_id": "other"}, "3.12", 1243001),
    ({"script_version_id": 13}, "3.12", 1244018),
    ({"script_version_id": 11}, "3.4", 1244018),
])
def test_a_script_without_an_online_version_is_missing_and_a_draft_may_not_run(job, given, version, code):
    assert refused(job(version=version, scripts=KEPT), **{**given, "target_server": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}}) == code


@pytest.mark.parametrize(("config", "code", "version"), [
    ({"expression": "none"}, 1244026, "3.12"),
    ({"expression": "0"}, 1244026, "3.12"),
    ({"expression": "101%"}, 1244026, "3.12"),
    ({"expression": "1  1"}, 1244026, "3.12"),
    ({}, 1240002, "3.10.3"),
])
def test_a_bad_rolling_expression_is_refused_when_the_instance_is_stored_already(job, config, code, version):
    server = job(version=version, fast=[])
    assert refused(server, rolling_config=config) == code
    assert [instance["status"] for instance in server.simulator.instances()] == [1]


@pytest.mark.parametrize("config", [{}, {"expression": " "}, {"expression": "1", "mode": 4}])
def test_a_new_version_looks_at_rolling_before_it_stores_anything(job, config):
    server = job(fast=[])
    assert refused(server, rolling_config=config) == 1240003 and server.simulator.instances() == []


def test_more_than_500_batches_are_refused_when_the_instance_is_stored_already(job):
    hosts = [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.1.{number // 250}.{number % 250}"} for number in range(1, 503)]
    server = job(hosts=hosts)
    every = {"host_id_list": [host["bk_host_id"] for host in hosts]}
    assert refused(server, target_server=every, rolling_config={"expression": "1"}) == 1244027
    assert [instance["status"] for instance in server.simulator.instances()] == [1]


def test_a_null_start_task_leaves_an_instance_that_does_not_run(job):
    server = job(fast=[])
    assert refused(server, start_task=None) == 1240002
    assert [instance["status"] for instance in server.simulator.instances()] == [1]


@pytest.mark.parametrize(("expression", "hosts"), [("1", [1]), ("50%", [1, 2]), ("+1", [1]), ("2 *2", [1, 2]), ("10", [1, 2, 3])])
def test_a_rolling_job_begins_with_its_first_batch(job, expression, hosts):
    server = job(fast=[{"seconds": 10}])
    started = run(server, rolling_config={"expression": expression, "mode": 1})
    server.simulator.advance(1)
    rows = server.status(started["job_instance_id"], return_ip_result=True)["step_instance_list"][0]["step_ip_result_list"]
    assert [row["bk_host_id"] for row in rows if row["status"] == 7] == hosts


@pytest.mark.parametrize(("mode", "states"), [(1, (4, 4)), (2, (3, 3)), (3, (4, 4))])
def test_what_a_rolling_job_does_when_its_first_batch_fails(job, mode, states):
    server = job(fast=[{"fail_hosts": [1]}])
    started = run(server, rolling_config={"expression": "1", "mode": mode})
    server.simulator.advance(5)
    assert server.states(started["job_instance_id"]) == states


def test_a_host_whose_agent_is_dead_or_missing_fails_when_it_runs(job):
    hosts = [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.0.0.{number}", "agent": state} for number, state in enumerate(("alive", "dead", "missing"), 1)]
    server = job(hosts=hosts)
    started = run(server)
    server.simulator.advance(1)
    status = server.status(started["job_instance_id"], return_ip_result=True)
    assert [host["status"] for host in status["step_instance_list"][0]["step_ip_result_list"]] == [9, 310, 18]
    assert server.states(started["job_instance_id"]) == (4, 4)


RULES = [
    {"expression": "rm +-rf +/", "description": "deletes everything", "script_languages": [1]},
    {"expression": "curl", "description": "downloads", "action": 1},
    {"expression": "reboot", "description": "restarts", "level": 1},
]


def test_a_dangerous_script_is_refused_with_its_line(job):
    answer = job(dangerous_scripts=RULES).answer("fast_execute_script", **fields(script_content=encoded("echo\nrm -rf / # all"), task_name="mine"))
    assert answer["code"] == 1244019 and "[step:mine][line:2][content:rm -rf / # all] - deletes everything" in answer["message"]


@pytest.mark.parametrize(("text", "language"), [("# rm -rf /", 1), ("rm -rf /", 4), ("curl x", 1), ("reboot", 1)])
def test_a_script_runs_that_is_only_recorded_or_warned_of_or_of_another_language(job, text, language):
    assert refused(job(dangerous_scripts=RULES), script_content=encoded(text), script_language=language) == 0


def test_check_script_tells_each_line_that_a_rule_matches(job):
    rows = job(dangerous_scripts=RULES).ask("check_script", content=encoded("echo\nreboot now\nrm  -rf  /tmp"), script_language=1)
    assert rows == [
        {"line": 2, "line_content": "reboot now", "match_content": "reboot", "level": 1, "description": "restarts"},
        {"line": 3, "line_content": "rm  -rf  /tmp", "match_content": "rm  -rf  /", "level": 3, "description": "deletes everything"},
    ]


@pytest.mark.parametrize("given", [{"content": "", "script_language": 1}, {"content": "eA==", "script_language": 9}, {"content": "eA=="}])
def test_check_script_wants_a_script_and_its_language(job, given):
    assert job(dangerous_scripts=RULES).code("check_script", **given) == 1240003


def test_check_script_is_not_known_before_3_8(job):
    answer = job(version="3.7", dangerous_scripts=RULES).answer("check_script", content="eA==", script_language=1)
    assert not answer["result"] and "code" not in answer

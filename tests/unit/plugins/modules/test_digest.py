# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failure digest: what it says first, what it collapses, which logs it fetches, and where it ends."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_instance_info

ROOT = Path(job_instance_info.__file__).parents[5]  # that ansible_collections is in
LOGIN = {"bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_token": "simulator-user-token"}
LOGS = "batch_get_job_instance_ip_log"


def hosts(first: int, last: int) -> list:
    return [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.1.{number // 250}.{number % 250}"} for number in range(first, last + 1)]


@pytest.fixture
def failed_job(launch, perform, controlled):
    """A context: a simulator with a job of one step, which has ended with these results, and options that name the instance."""
    @contextmanager
    def running(results: list, count: int = 5, step: dict | None = None, **more: object):
        everyone = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": list(range(1, count + 1))}}
        steps = [{"name": "step", "type": 1, "targets": "hosts", "results": results, **(step or {})}]
        plan = {"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [everyone], "step_list": steps}
        with launch(plans=[plan], hosts=hosts(1, count), **more) as simulator:
            given = {"api_url": simulator.url, **LOGIN, "bk_biz_id": 1}
            started = perform(execute_job_plan, {**given, "job_plan_id": 1}, clock=controlled(simulator))
            simulator.advance(10)
            yield simulator, {**given, "job_instance_id": started["job_instance_id"]}
    return running


@pytest.fixture
def digest(failed_job, perform):
    """What is told of such a job, the lines of its digest, and what was asked for logs."""
    def run(*results: dict, **more: object) -> tuple:
        options = {name: more.pop(name) for name in ("log_hosts", "log_lines", "max_failed_hosts", "logs") if name in more}
        with failed_job(list(results), **more) as (simulator, given):
            result = perform(job_instance_info, {**given, **options})
            return result, result["digest"].split("\n"), [request["body"] for request in simulator.requests() if request["operation"] == LOGS]
    return run


def test_hosts_are_grouped_by_state_exit_code_and_tag_the_largest_group_first(digest):
    result, lines, _asked = digest(
        {"hosts": [1], "status": 104, "exit_code": 7, "log": "a"}, {"hosts": [2, 3], "status": 104, "exit_code": 7, "tag": "disk", "log": "b"},
        {"hosts": [4], "status": 13, "exit_code": 0, "log": "c"})
    assert lines == [
        "job 10000 'A plan' failed at step 1 of 1, 'step': 4 of 5 hosts failed",
        "2 hosts nonzero_exit, exit code 7, tag disk: 10.1.0.2, 10.1.0.3", "    | b",
        "1 host nonzero_exit, exit code 7: 10.1.0.1", "    | a",
        "1 host timed_out: 10.1.0.4", "    | c",
    ]


def test_the_same_ends_of_logs_are_shown_once_and_others_with_their_hosts(digest):
    _result, lines, _asked = digest({"hosts": [1, 2, 4], "log": "starting on {ip}\nno space left"}, {"hosts": [3], "log": "other"}, log_lines=1)
    assert lines[1:] == [
        "4 hosts nonzero_exit, exit code 1: 10.1.0.1, 10.1.0.2, 10.1.0.3, 10.1.0.4",
        "    log of 10.1.0.1, 10.1.0.2, 10.1.0.4:", "    | no space left", "    log of 10.1.0.3:", "    | other",
    ]


def test_many_hosts_and_many_causes_are_counted_not_listed(digest):
    results = [{"hosts": list(range(start, start + 10)), "exit_code": start, "log": "x"} for start in range(1, 71, 10)]
    result, lines, _asked = digest(*results, count=100)
    assert lines[0].endswith("70 of 100 hosts failed") and result["failed_host_count"] == 70 == len(result["failed_hosts"])
    assert lines[1] == "10 hosts nonzero_exit, exit code 1: 10.1.0.1, 10.1.0.2, 10.1.0.3, 10.1.0.4, 10.1.0.5 and 5 more"
    assert lines[-1] == "and 2 more causes on 20 hosts" and len(lines) == 1 + 5 * 3 + 1


@pytest.mark.parametrize("bounds, fetched", [({}, 10), ({"log_hosts": 3}, 3), ({"log_hosts": 0}, 0), ({"log_lines": 0}, 0), ({"logs": False}, 0)])
def test_logs_are_fetched_of_so_many_hosts_by_turns_from_the_causes(digest, bounds, fetched):
    _result, lines, asked = digest({"hosts": list(range(1, 21)), "log": "first"}, {"hosts": [30], "exit_code": 9, "log": "second"}, count=30, **bounds)
    assert [len(body["host_id_list"]) for body in asked] == ([fetched] if fetched else [])
    assert ("    | second" in lines) == ("    | first" in lines) == (fetched > 0)


def test_more_than_500_hosts_are_asked_for_in_batches(digest):
    _result, lines, asked = digest({"hosts": list(range(1, 1202)), "log": "x"}, count=1201, log_hosts=2000)
    assert [len(body["host_id_list"]) for body in asked] == [500, 500, 201] and lines[2:] == ["    | x"]


def test_a_server_that_knows_no_host_ids_is_asked_by_address(digest):
    result, lines, asked = digest({"hosts": [2], "log": "by address"}, version="3.6")
    assert asked[0]["ip_list"] == [{"bk_cloud_id": 0, "ip": "10.1.0.2"}] and lines[2:] == ["    | by address"]


@pytest.mark.parametrize("log, shown", [
    ("", ["(no log)"]),
    ("  \n\n", ["(no log)"]),
    ("one\ntwo\n\nthree\n\n", ["two", "three"]),
    ("0%\r50%\r100%\ndone\r\n", ["100%", "done"]),
    ("\x1b[1;31mred\x1b[0m alert\n\x1b]0;title\x07plain", ["red alert", "plain"]),
    ("bell\x07 and nul\x00", ["bell and nul"]),
    ("蓝鲸 失败", ["蓝鲸 失败"]),
    ("bad \udcff\udcfe byte", ["bad \ufffd\ufffd byte"]),
    ("x" * 65536, ["x" * 160 + "..."]),
    (("y" * 63 + "\n") * 1024, ["y" * 63, "y" * 63]),
])
def test_logs_are_shown_as_a_terminal_would_in_the_end(digest, log, shown):
    _result, lines, _asked = digest({"hosts": [3], "log": log}, log_lines=2)
    assert lines[2:] == [f"    | {line}" for line in shown]


def test_a_log_that_job_does_not_have_is_said_so(digest):
    _result, lines, _asked = digest({"hosts": [3], "no_log": True})
    assert lines[2:] == ["    | (no log)"]


def test_logs_of_file_steps_are_shown_too(digest):
    _result, lines, _asked = digest({"hosts": [3], "status": 202, "log": "no such file: web.tar.gz"}, step={"type": 2})
    assert lines[1:] == ["1 host file_transfer_failed, exit code 1: 10.1.0.3", "    | no such file: web.tar.gz"]


def test_logs_that_cannot_be_read_leave_the_rest(perform, connection, simulator, clock):
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "wait": True, "global_var_list": [
        {"name": "web_hosts", "server": {"host_id_list": [5]}}, {"name": "version", "value": "1"}]}
    simulator.misbehave("refuse", operation=LOGS, code=9900403, message="no permission for logs")
    result = perform(execute_job_plan, options, clock=clock)
    assert "1 of 1 hosts failed" in result["msg"] and "logs could not be read: " in result["msg"] and "no permission for logs" in result["msg"]
    assert result["status"] == "failed" and result["failed_host_count"] == 1


def test_at_most_max_failed_hosts_are_returned_beside_their_exact_number(digest):
    result, _lines, _asked = digest({"hosts": list(range(1, 8))}, count=9, max_failed_hosts=3)
    assert len(result["failed_hosts"]) == 3 and result["failed_host_count"] == 7
    assert result["steps"][0]["hosts"] == {"total": 9, "success": 2, "failed": 7, "running": 0, "waiting": 0}


SECRET = "hunter2secret"


@pytest.mark.parametrize("secret, log, shown", [
    (SECRET, "login with hunter2secret failed", "login with ******** failed"),
    (SECRET, "login with hun\x1b[01;31mter2\x1b[msecret failed", "login with ******** failed"),
    (SECRET, "old\rlogin hunter2secret\x07", "login ********"),
    ("line one\nline two", "key:\r\nline one\r\nline two\r\nend", "********"),
])
def test_a_secret_is_masked_however_a_terminal_would_get_it(launch_plans, perform, controlled, secret, log, shown):
    results = [{"hosts": [1], "log": log, "tag": f"\x1b[31m{secret}\x1b[0m\nand more"}]
    everyone = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1]}}
    cipher = {"id": 2, "name": "password", "type": 4, "value": ""}
    step = {"name": "step", "type": 1, "targets": "hosts", "results": results}
    with launch_plans([{"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [everyone, cipher], "step_list": [step]}]) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "global_var_list": [{"name": "password", "value": secret}]}
        result = perform(execute_job_plan, options, clock=controlled(simulator))
    assert f"    | {shown}\n" in result["msg"] + "\n" and result["failed_hosts"][0]["tag"] == "******** and more"
    assert secret not in json.dumps(result) and "line two" not in json.dumps(result)


def test_long_tags_and_lines_of_chinese_stay_within_bounds(digest):
    results = [{"hosts": list(range(1, 151)), "tag": "标" * 240, "log": "志" * 300 + "\n" + "志" * 300}]
    result, lines, _asked = digest(*results, count=150)
    assert len(json.dumps(result).encode()) <= 64 * 1024 and result["failed_hosts"][0]["tag"].endswith("标...")


def test_logs_of_a_server_that_names_hosts_by_address_alone_are_found(failed_job, perform):
    with failed_job([{"hosts": [1], "log": "x"}]) as (simulator, given):
        logs = [{"bk_cloud_id": 0, "ip": "10.1.0.1", "log_content": "by address"}]
        simulator.misbehave("answer", operation=LOGS, body=json.dumps({"result": True, "code": 0, "data": {"script_task_logs": logs}}))
        assert "    | by address" in perform(job_instance_info, given)["digest"]


MEASURE = """
import json, sys
from ansible_collections.blueking.job.plugins.modules import job_instance_info
from ansible_collections.blueking.job.plugins.module_utils.task import Task
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
params = ArgumentSpecValidator(**job_instance_info.SPEC).validate(json.load(sys.stdin)).validated_parameters
result = job_instance_info.run(params, Task(check_mode=False))
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
json.dump({"result": result, "peak_kib": int(peak)}, sys.stdout)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_ten_thousand_hosts_with_1200_failures_stay_within_bounds(failed_job):
    results = [{"hosts": list(range(start, start + 300)), "exit_code": start, "log": "z" * 65536} for start in (1, 2001, 4001, 6001)]
    with failed_job(results, count=10000) as (_simulator, given):
        process = subprocess.run([sys.executable, "-c", MEASURE], input=json.dumps(given), text=True, capture_output=True, check=True,
                                 env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])})
    measured = json.loads(process.stdout)
    result = measured["result"]
    assert result["failed_host_count"] == 1200 and len(result["failed_hosts"]) == 100
    assert result["steps"][0]["hosts"] == {"total": 10000, "success": 8800, "failed": 1200, "running": 0, "waiting": 0}
    assert "1200 of 10000 hosts failed" in result["digest"]
    assert len(json.dumps(result).encode()) <= 64 * 1024 and measured["peak_kib"] <= 150 * 1024

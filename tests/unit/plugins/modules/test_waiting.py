# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job: every way it can end, or not, and every way the server can misbehave meanwhile."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.module_utils.instance import states
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_step_instance,
)

WEB = [{"name": "web_hosts", "server": {"host_id_list": [1, 2, 5]}}, {"name": "version", "value": "1"}]
ALL_STATES = {
    1: "not_started", 2: "running", 3: "success", 4: "failed", 5: "skipped", 6: "error_ignored", 7: "waiting_confirmation",
    8: "ended_by_hand", 9: "abnormal", 10: "stopping", 11: "stopped", 13: "confirmation_terminated", 14: "abandoned",
    15: "waiting_next_batch", 12: "unknown_12", 99: "unknown_99",
}
FINISHED = [3, 4, 5, 6, 8, 9, 11, 13, 14]
HOST_STATES = {  # all that JOB's ExecuteObjectTaskStatusEnum has, but those of hosts that succeeded or have not ended
    0: "unknown_error", 1: "agent_abnormal", 2: "invalid_host", 11: "failed", 12: "dispatch_failed", 13: "timed_out", 15: "log_error",
    16: "script_log_timed_out", 17: "file_log_timed_out", 18: "agent_not_installed", 101: "script_failed", 102: "script_timed_out",
    103: "script_terminated", 104: "nonzero_exit", 202: "file_transfer_failed", 203: "source_file_missing", 301: "file_transfer_failed",
    303: "timed_out", 310: "agent_abnormal", 311: "user_not_found", 312: "wrong_password", 320: "file_transfer_failed", 321: "file_too_large",
    329: "file_transfer_failed", 399: "execution_error", 403: "terminated", 404: "termination_failed", 500: "unknown", 77: "unknown_77",
}


def plan(*steps: dict, number: int = 1) -> dict:
    hosts = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1, 2, 3, 4, 5]}}
    named = [{"name": f"step {place}", "type": 1, "targets": "hosts", **step} for place, step in enumerate(steps, start=1)]
    variables = [hosts, {"id": 2, "name": "release", "type": 1, "value": "1.0"}]
    return {"bk_biz_id": 1, "id": number, "name": "A plan", "global_var_list": variables, "step_list": named}


@pytest.fixture
def start(perform, connection, clock):
    """Start plan 101, on hosts of which one fails in step 2, and wait."""
    def run(**options) -> dict:
        given = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": WEB, "wait": True, **options}
        return perform(execute_job_plan, given, clock=clock)
    return run


@pytest.fixture
def run_plan(launch_plans, perform, controlled):
    """Start a plan of these steps, and wait; returns the result, the simulator, and what runs other modules on the instance."""
    def run(*steps: dict, then=None, **options):
        with launch_plans([plan(*steps)]) as (simulator, connection):
            clock = controlled(simulator)
            if then:
                clock.then = lambda: then(simulator, connection, clock)
            result = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, **options}, clock=clock)
            return result, simulator.requests()
    return run


def test_a_job_that_succeeds_tells_its_steps_times_and_hosts(start):
    result = start(global_var_list=[*WEB[1:], {"name": "web_hosts", "server": {"host_id_list": [1, 2]}}], job_web_url="https://job.example.com")
    assert not result.get("failed") and result["changed"] and result["outcome"] == "started"
    assert (result["status"], result["status_code"], result["finished"], result["duration"]) == ("success", 3, True, 2.0)
    assert [(step["name"], step["type"], step["status"], step["duration"], step["attempts"]) for step in result["steps"]] == [
        ("Send the package", "file", "success", 1.0, 1), ("Install and restart", "script", "success", 1.0, 1)]
    assert result["steps"][1]["hosts"] == {"total": 2, "success": 2, "failed": 0, "running": 0, "waiting": 0}
    assert (result["failed_hosts"], result["failed_host_count"]) == ([], 0)
    assert result["started_at"].endswith("Z") and result["ended_at"].endswith("Z")
    assert result["ansible_facts"]["blueking_job"]["job_instance_id"] == result["job_instance_id"]


def test_a_job_that_fails_fails_the_task_with_the_step_the_hosts_and_the_log(start):
    result = start(job_web_url="https://job.example.com")
    assert result["failed"] and result["changed"] and (result["status"], result["outcome"]) == ("failed", "started")
    assert result["msg"] == f"""\
job {result['job_instance_id']} 'Deploy web' failed at step 2 of 2, 'Install and restart': 1 of 3 hosts failed
1 host nonzero_exit, exit code 1, in 'Install and restart': 10.0.0.5
    | web.service: failed to start on 10.0.0.5
https://job.example.com/api_execute/{result['job_instance_id']}"""
    assert "ansible_facts" not in result


def test_failed_hosts_tell_who_where_and_how(start):
    assert start()["failed_hosts"] == [{
        "bk_host_id": 5, "bk_cloud_id": 0, "ip": "10.0.0.5", "step": "Install and restart", "status": "nonzero_exit", "status_code": 104,
        "exit_code": 1, "tag": ""}]


def test_without_wait_nothing_is_asked_after_the_start(start, simulator):
    assert "status" not in start(wait=False)
    assert [request["operation"] for request in simulator.requests()] == ["get_job_plan_detail", "execute_job_plan"]


def test_check_mode_neither_starts_nor_waits(perform, connection, clock, simulator):
    result = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "wait": True}, check_mode=True, clock=clock)
    assert result["status"] is None and not simulator.starts() and not clock.pauses


def test_a_wait_of_an_hour_asks_calmly_and_never_for_hosts_before_the_end(run_plan):
    result, requests = run_plan({"seconds": 3595})
    assert result["status"] == "success"
    asked = [request for request in requests if request["operation"] == "get_job_instance_status"]
    assert len(requests) <= 3600 / 5 + 20
    assert [bool(request["body"].get("return_ip_result")) for request in asked] == [False] * (len(asked) - 1) + [True]


def test_the_end_of_a_short_job_is_noticed_at_once_at_few_requests(run_plan):
    result, requests = run_plan({"seconds": 3})
    assert result["status"] == "success" and len(requests) <= 16


def test_pauses_grow_up_to_the_interval_and_end_at_the_deadline(start, clock):
    start(wait_timeout=1.9, wait_interval=0.6)
    assert clock.pauses[0] == 0.25 and max(clock.pauses) <= 0.6 and sum(clock.pauses) == pytest.approx(1.9)


def test_however_small_the_interval_job_is_not_flooded(start, clock):
    start(wait_timeout=1.9, wait_interval=0)
    assert clock.pauses[:-1] == [0.25] * (len(clock.pauses) - 1)


@pytest.mark.parametrize("odd", [{"tag": ["a"]}, {"exit_code": {}}, {"ip": 5}, {"bk_host_id": [1]}, {"bk_cloud_id": "x"}])
def test_what_job_says_of_a_host_may_be_odd(start, simulator, odd):
    host = {"bk_host_id": 5, "bk_cloud_id": 0, "ip": "10.0.0.5", "status": 104, "exit_code": 1, "tag": "", **odd}
    step = {"step_instance_id": 20001, "name": "x", "type": [], "status": 4, "execute_count": "1", "step_ip_result_list": [host]}
    body = {"result": True, "code": 0, "data": {"job_instance": {"status": 4, "name": "x"}, "step_instance_list": [step]}}
    simulator.misbehave("answer", operation="get_job_instance_status", body=json.dumps(body))
    result = start()
    assert result["failed"] and result["job_instance_id"] and (result["status"], result["failed_host_count"]) == ("failed", 1)


def status_answer(**job: object) -> dict:
    steps = [{"step_instance_id": 1, "name": job["name"], "type": 1, "status": 3, "total_time": job["total_time"]}]
    data = {"finished": True, "job_instance": {"status": 3, **job}, "step_instance_list": steps}
    return {"mode": "answer", "body": json.dumps({"result": True, "code": 0, "data": data}), "operation": "get_job_instance_status"}


@pytest.mark.parametrize("odd", [{"total_time": 10 ** 400}, {"total_time": "long"}, {"name": ["x"]}, {"name": {}}, {"status": "3"}])
def test_what_job_says_of_a_job_may_be_odd(start, simulator, odd):
    simulator.misbehave_in_turn([status_answer(**{"name": "Test", "total_time": 1, **odd})])
    assert start()["status"] == "success"


def test_names_are_shown_bounded_and_without_secrets(perform_with_task, simulator, connection, clock):
    said: list = []
    simulator.misbehave_in_turn([status_answer(name=f"deploy {connection['bk_token']} " + "x" * 100_000, total_time=1, status=2)])
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 100, "wait": True, "wait_timeout": 30, "progress": True}
    result, _task = perform_with_task(execute_job_plan, options, clock=clock, say=said.append)
    assert result["job_instance_name"].startswith("deploy ******** x") and len(json.dumps(result)) < 10_000
    assert said and connection["bk_token"] not in str(said) + json.dumps(result)


def test_a_job_that_waits_without_a_step_to_show_for_it_waits_for_a_person(perform, simulator, connection, clock):
    data = {"finished": False, "job_instance": {"status": 7, "name": "Test"}, "step_instance_list": []}
    simulator.misbehave_in_turn([{"mode": "answer", "body": json.dumps({"result": True, "code": 0, "data": data}), "operation": "get_job_instance_status"}])
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 100, "wait": True, "on_confirmation": "fail"}
    assert "waits for a person to confirm (on_confirmation: fail)" in perform(execute_job_plan, options, clock=clock)["msg"]


@pytest.mark.parametrize("code, word", ALL_STATES.items())
def test_every_status_of_a_job_has_its_word_and_only_3_is_a_good_end(start, simulator, code, word):
    step = {"step_instance_id": 20001, "name": "x", "type": 1, "status": code, "execute_count": 1}
    job = {"job_instance_id": 10000, "name": "Deploy web", "status": code}
    body = {"result": True, "code": 0, "data": {"finished": False, "job_instance": job, "step_instance_list": [step]}}
    simulator.misbehave("answer", operation="get_job_instance_status", body=json.dumps(body))
    result = start(wait_timeout=60)
    assert (result["status"], result["status_code"], result["finished"]) == (word, code, code in FINISHED)
    assert (result["steps"][0]["status"], result["steps"][0]["status_code"]) == (word, code)
    assert bool(result.get("failed")) == (code != 3) and result["changed"]
    assert ("not ended within 60 s" in result.get("msg", "")) == (code not in FINISHED)
    assert result["waiting_for"] == ("next_batch" if code == 7 else None)


@pytest.mark.parametrize("number, word", [(1, "script"), (2, "file"), (3, "confirmation"), (4, "sql"), (9, "unknown_9")])
def test_every_type_of_a_step_has_its_word(start, simulator, number, word):
    step = {"step_instance_id": 20001, "name": "x", "type": number, "status": 3}
    body = {"result": True, "code": 0, "data": {"finished": True, "job_instance": {"status": 3}, "step_instance_list": [step]}}
    simulator.misbehave("answer", operation="get_job_instance_status", body=json.dumps(body))
    assert start()["steps"][0]["type"] == word


@pytest.mark.parametrize("code, word", HOST_STATES.items())
def test_every_failing_status_of_a_host_has_its_word(run_plan, code, word):
    result, _requests = run_plan({"results": [{"hosts": [3], "status": code}]})
    assert [(row["bk_host_id"], row["status"], row["status_code"]) for row in result["failed_hosts"]] == [(3, word, code)]
    assert "1 of 5 hosts failed" in result["msg"] and word in result["msg"]


@pytest.mark.parametrize("code, result", [(9, "success"), (3, "success"), (5, "waiting"), (7, "running"), (104, "failed"), (0, "failed"), (None, "unknown")])
def test_hosts_are_counted_by_what_became_of_them(code, result):
    assert states.host_result(code) == result


@pytest.mark.parametrize("step", [{"fail_hosts": [3], "ignore_error": True}, {"fail_hosts": [3], "end_status": 5}])
def test_a_green_job_with_an_error_passed_over_warns_and_names_the_hosts(launch_plans, perform_with_warnings, controlled, step):
    with launch_plans([plan(step, {})]) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True}
        result, warnings = perform_with_warnings(execute_job_plan, options, clock=controlled(simulator))
        assert not result.get("failed") and result["status"] == "success" and result["failed_host_count"] == 1
        assert len(warnings) == 1 and "although errors were ignored: step 'step 1'" in warnings[0] and "hosts that failed: 1" in warnings[0]
        result, warnings = perform_with_warnings(execute_job_plan, {**options, "fail_on_ignored_errors": True}, clock=controlled(simulator))
        assert result["failed"] and result["changed"] and "fail_on_ignored_errors" in result["msg"] and "10.0.0.3" in result["msg"]


@pytest.mark.parametrize("steps, told, waiting_for", [
    ([{"type": 3, "targets": None}, {}], "waits for a person to confirm at step 'step 1'", "confirmation"),
    ([{"batches": 2}], "waits for a person to start the next batch at step 'step 1'", "next_batch"),
])
class TestWaitingForAPerson:
    def test_fail_names_the_step_and_the_page(self, run_plan, steps, told, waiting_for):
        result, _requests = run_plan(*steps, on_confirmation="fail", job_web_url="https://job.example.com")
        assert result["failed"] and result["changed"] and told in result["msg"] and "https://job.example.com/api_execute/10000" in result["msg"]
        assert result["waiting_for"] == waiting_for and not result["finished"]

    def test_return_succeeds_unfinished(self, run_plan, steps, told, waiting_for):
        result, _requests = run_plan(*steps, on_confirmation="return")
        assert not result.get("failed") and not result["finished"] and result["waiting_for"] == waiting_for

    def test_wait_waits_until_time_is_up_and_says_for_what(self, run_plan, steps, told, waiting_for):
        result, _requests = run_plan(*steps, wait_timeout=100)
        assert result["failed"] and "not ended within 100 s" in result["msg"] and told in result["msg"]


@pytest.mark.parametrize("on_confirmation", ["fail", "return"])
def test_a_rolling_step_between_two_batches_waits_for_nobody(start, simulator, on_confirmation):
    step = {"step_instance_id": 20001, "name": "x", "type": 1, "status": 15, "execute_count": 0}
    body = {"result": True, "code": 0, "data": {"finished": False, "job_instance": {"status": 2, "name": "x"}, "step_instance_list": [step]}}
    simulator.misbehave("answer", operation="get_job_instance_status", body=json.dumps(body))
    result = start(wait_timeout=30, on_confirmation=on_confirmation)
    assert (result["steps"][0]["status"], result["waiting_for"], result["finished"]) == ("waiting_next_batch", None, False)
    assert "not ended within 30 s" in result["msg"] and "person" not in result["msg"]


def test_wait_goes_on_when_the_person_has_confirmed(run_plan, perform):
    def confirm(simulator, connection, clock):
        options = {**connection, "bk_biz_id": 1, "job_instance_id": 10000, "operation": "confirm"}
        assert not perform(operate_step_instance, options, clock=clock).get("failed")

    result, _requests = run_plan({"type": 3, "targets": None}, {"seconds": 5}, then=confirm)
    assert result["status"] == "success" and [step["status"] for step in result["steps"]] == ["success", "success"]


def test_time_is_up_and_the_job_goes_on(run_plan):
    result, requests = run_plan({}, {"seconds": 1e6}, wait_timeout=50)
    assert result["failed"] and result["changed"] and result["outcome"] == "started" and not result["finished"]
    assert "not ended within 50 s (wait_timeout): job 10000 'A plan' is running at step 2 of 2, 'step 2'. It was not terminated" in result["msg"]
    assert [step["status"] for step in result["steps"]] == ["success", "running"]
    assert not [request for request in requests if request["operation"] == "operate_job_instance"]


def test_time_is_up_and_the_job_is_stopped(run_plan):
    result, _requests = run_plan({"seconds": 1e6}, wait_timeout=50, on_timeout="terminate")
    assert result["failed"] and (result["status"], result["finished"]) == ("stopped", True)
    assert "is running at step 1 of 1" in result["msg"] and "It was terminated, and has stopped" in result["msg"]


APPROVAL = {"type": 3, "targets": None, "name": "Approve"}


@pytest.mark.parametrize("version", ["3.3", "3.12"])
def test_time_is_up_and_a_job_that_waits_for_a_confirmation_is_ended_there(launch_plans, perform, controlled, version):
    with launch_plans([plan(APPROVAL, {})], version=version) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "wait_timeout": 30, "on_timeout": "terminate"}
        result = perform(execute_job_plan, options, clock=controlled(simulator))
        sent = [request["operation"] for request in simulator.requests() if request["operation"].startswith("operate")]
    assert result["failed"] and (result["status"], result["finished"]) == ("confirmation_terminated", True) and sent == ["operate_step_instance"]
    assert "waits for a person to confirm at step 'Approve'" in result["msg"]
    assert "It was terminated at the confirmation 'Approve', where it waited (on_timeout: terminate)" in result["msg"]


def test_time_is_up_and_a_job_that_hangs_at_a_confirmation_since_somebody_stopped_it_is_freed(launch_plans, perform, connect, controlled):
    with launch_plans([plan(APPROVAL, {})]) as (simulator, connection):
        clock, options = controlled(simulator), {**connection, "bk_biz_id": 1}
        clock.then = lambda: connect(connection).client.call(
            "operate_job_instance", {"bk_biz_id": 1, "job_instance_id": 10000, "operation_code": 1})
        result = perform(execute_job_plan, {**options, "job_plan_id": 1, "wait": True, "wait_timeout": 30, "on_timeout": "terminate"}, clock=clock)
    assert result["failed"] and (result["status"], result["finished"]) == ("confirmation_terminated", True)
    assert "is stopping at step 1 of 2, 'Approve' (waiting_confirmation)" in result["msg"]


def test_time_is_up_and_a_job_that_hangs_at_a_confirmation_is_said_to_do_so(launch_plans, perform, connect, controlled):
    with launch_plans([plan(APPROVAL, {})]) as (simulator, connection):
        clock = controlled(simulator)
        clock.then = lambda: connect(connection).client.call(
            "operate_job_instance", {"bk_biz_id": 1, "job_instance_id": 10000, "operation_code": 1})
        result = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "wait_timeout": 30}, clock=clock)
    assert result["failed"] and not result["finished"]
    assert "It will not end by itself, because JOB does not stop a job that waits for a confirmation: terminate it with operate_job_instance" in result["msg"]


def test_a_confirmation_that_the_user_is_not_on_the_list_of_is_told_with_the_remedy(run_plan):
    def forbid(simulator, connection, clock):
        simulator.misbehave("refuse", operation="operate_step_instance", code=1244016, message="not in the list of confirmers")

    result, _requests = run_plan(APPROVAL, then=forbid, wait_timeout=30, on_timeout="terminate")
    assert result["failed"] and not result["finished"] and "It could NOT be terminated" in result["msg"]
    assert "the confirmation names who may act on it: one of them has to do it" in result["msg"]


def test_a_job_in_a_state_that_is_unknown_here_has_ended_when_job_says_so(start, simulator, clock):
    body = {"result": True, "code": 0, "data": {"finished": True, "job_instance": {"status": 99, "name": "x"}, "step_instance_list": []}}
    simulator.misbehave("answer", operation="get_job_instance_status", body=json.dumps(body))
    result = start()
    assert result["failed"] and result["finished"] and not clock.pauses and "ended as unknown_99" in result["msg"]


def test_a_confirmation_that_is_asked_for_again_waits_though_it_has_an_old_end(run_plan, perform):
    def ask_again(simulator, connection, clock):
        for operation in ("terminate_confirmation", "ask_again"):
            options = {**connection, "bk_biz_id": 1, "job_instance_id": 10000, "operation": operation}
            assert not perform(operate_step_instance, options, clock=clock).get("failed")

    result, _requests = run_plan(APPROVAL, then=ask_again, on_confirmation="return")
    [step] = result["steps"]
    assert (step["status"], step["ended_at"], step["duration"]) == ("waiting_confirmation", None, None) and not result["finished"]


def test_stopping_is_repeated_while_job_says_not_yet(launch_plans, perform, controlled):
    slow = {**plan({"seconds": 1e6}), "launch_seconds": 3}
    with launch_plans([slow]) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "wait_timeout": 0, "on_timeout": "terminate"}
        result = perform(execute_job_plan, options, clock=controlled(simulator))
        sent = [request for request in simulator.requests() if request["operation"] == "operate_job_instance"]
    assert result["status"] == "stopped" and len(sent) > 1


def test_check_mode_stops_nothing(run_plan, perform):
    def look(simulator, connection, clock):
        options = {**connection, "bk_biz_id": 1, "job_instance_id": 10000, "wait_timeout": 5, "on_timeout": "terminate"}
        assert "It was not terminated" in perform(job_instance_wait, options, check_mode=True, clock=clock)["msg"]

    _result, requests = run_plan({"seconds": 1e6}, then=look, wait_timeout=20)
    assert not [request for request in requests if request["operation"] == "operate_job_instance"]


def test_a_job_that_could_not_be_read_at_all_is_stopped_all_the_same(launch_plans, perform, controlled):
    with launch_plans([plan({"seconds": 1e6})]) as (simulator, connection):
        simulator.misbehave("bad_gateway", operation="get_job_instance_status")
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "wait_timeout": 20, "on_timeout": "terminate"}
        result = perform(execute_job_plan, options, clock=controlled(simulator))
        assert result["failed"] and result["changed"] and result["outcome"] == "started" and "JOB has accepted the request to terminate it" in result["msg"]
        assert simulator.instances()[0]["status"] == 11


def test_a_wait_that_ended_in_trouble_does_not_go_on_asking(start, simulator, clock):
    clock.then = lambda: simulator.misbehave("bad_gateway", operation="get_job_instance_status")
    result = start(wait_timeout=20)
    assert "The last query failed" in result["msg"] and sum(clock.pauses) == pytest.approx(20) and result["failed_hosts"] is None


def test_a_job_that_does_not_stop_is_said_so(run_plan):
    result, _requests = run_plan({"seconds": 1e6, "stop_seconds": 1e6}, wait_timeout=5, on_timeout="terminate")
    assert result["failed"] and not result["finished"] and "it is NOT known to have stopped" in result["msg"]
    assert "its status is still stopping" in result["msg"]


def test_a_job_that_must_not_be_stopped_is_said_so(start, simulator, clock):
    clock.then = lambda: simulator.misbehave("refuse", operation="operate_job_instance", code=9900403, message="no permission")
    result = start(wait_timeout=0.5, on_timeout="terminate")
    assert "It could NOT be terminated" in result["msg"] and "no permission" in result["msg"] and result["outcome"] == "started"


def test_a_job_that_ends_while_it_is_being_stopped_is_judged_by_its_end(launch_plans, perform, controlled):
    with launch_plans([{**plan({}), "launch_seconds": 3}]) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "wait_timeout": 0, "on_timeout": "terminate"}
        result = perform(execute_job_plan, options, clock=controlled(simulator))
    assert not result.get("failed") and result["status"] == "success"


PASSING = [
    ("slow", {"seconds": 0.01}), ("drop_before", {}), ("drop_after", {}), ("cut", {}), ("html", {}), ("bad_gateway", {}), ("bad_gateway_after", {}),
    ("rate_limited", {"reset": 7}), ("job_timeout", {}), ("no_data", {}), ("no_message", {}), ("drip", {"pause": 0}),
    ("refuse", {"code": 1240002}), ("answer", {"body": "no JSON"}), ("answer", {"status": 503}),
    ("answer", {"body": '{"result": true, "code": 0, "data": {}}'}),
]
LASTING = [
    ("redirect", {}), ("empty_401", {}), ("refuse", {"code": 1244006}), ("refuse", {"code": 9900403}), ("echo_token", {}),
]


@pytest.mark.parametrize("mode, parameters", PASSING)
def test_trouble_that_may_pass_is_waited_out(start, simulator, clock, mode, parameters):
    simulator.misbehave(mode, operation="get_job_instance_status", times=3, **parameters)
    result = start(global_var_list=[*WEB[1:], {"name": "web_hosts", "server": {"host_id_list": [1]}}])
    assert not result.get("failed") and result["status"] == "success"


def test_a_rate_limits_own_pause_is_kept(perform, simulator, clock, connection):
    options = {**connection, "gateway": "apigw", "bk_biz_id": 1, "job_plan_id": 100, "wait": True}
    simulator.misbehave("rate_limited", operation="get_job_instance_status", times=1, reset=7)
    assert perform(execute_job_plan, options, clock=clock)["status"] == "success" and clock.pauses[0] == 7


@pytest.mark.parametrize("mode, parameters", LASTING)
def test_a_refusal_ends_the_wait_at_once_and_says_that_the_plan_was_started(start, simulator, clock, mode, parameters):
    simulator.misbehave(mode, operation="get_job_instance_status", **parameters)
    result = start()
    assert result["failed"] and result["changed"] and result["outcome"] == "started" and not clock.pauses
    assert result["msg"].startswith(f"started as {result['job_instance_id']}, but the wait failed: ")
    assert "user-token-of-the-tests" not in result["msg"]


@pytest.mark.parametrize("mode, parameters", [row for row in PASSING if row[0] not in ("slow", "drip", "no_message")])
def test_trouble_that_does_not_pass_ends_with_the_deadline_and_is_told(start, simulator, clock, mode, parameters):
    simulator.misbehave(mode, operation="get_job_instance_status", **parameters)
    result = start(wait_timeout=90)
    assert result["failed"] and result["outcome"] == "started" and result["job_instance_id"]
    assert "could not be read within 90 s (wait_timeout)" in result["msg"] and sum(clock.pauses) == pytest.approx(90)


def test_hosts_that_cannot_be_read_cost_a_warning_and_not_the_result(perform_with_warnings, connection, simulator, clock):
    options = {**connection, "bk_biz_id": 1, "job_instance_id": perform_with_warnings(
        execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 100}, clock=clock)[0]["job_instance_id"]}
    simulator.advance(10)
    body = {"result": True, "code": 0, "data": {"job_instance": {"status": 3}, "step_instance_list": [{"step_instance_id": 1, "status": 3}]}}
    simulator.misbehave_in_turn([
        {"mode": "answer", "operation": "get_job_instance_status", "times": 1, "body": json.dumps(body)},
        {"mode": "refuse", "operation": "get_job_instance_status", "code": 9900403, "message": "no"}])
    result, warnings = perform_with_warnings(job_instance_wait, options, clock=clock)
    assert result["status"] == "success" and result["failed_hosts"] is None and result["steps"][0]["hosts"] is None
    assert len(warnings) == 1 and "the hosts of the job could not be read" in warnings[0]


def test_outputs_come_back_on_demand_without_secrets(run_plan):
    result, _requests = run_plan(
        {"sets": {"release": "2.0 of hunter2secret"}}, return_global_vars=True, check_plan=False,
        global_var_list=[{"name": "release", "secret_value": "hunter2secret"}])
    assert result["global_vars"] == {"release": "2.0 of ********"}


@pytest.mark.parametrize("data", [None, [], "x", {"step_instance_var_list": [[], {"global_var_list": "x"}]}])
def test_values_that_are_not_there_are_none_and_no_crash_after_a_start(start, simulator, data):
    body = json.dumps({"result": True, "code": 0, "data": data})
    simulator.misbehave("answer", operation="get_job_instance_global_var_value", body=body)
    result = start(global_var_list=[*WEB[1:], {"name": "web_hosts", "server": {"host_id_list": [1, 2]}}], return_global_vars=True)
    assert (result["status"], result["global_vars"]) == ("success", {})


@pytest.mark.parametrize("option, value", [
    ("wait_timeout", -1), ("wait_timeout", float("nan")), ("wait_timeout", float("inf")), ("wait_interval", -0.1),
    ("max_failed_hosts", -1), ("log_hosts", -1), ("log_lines", -1),
])
def test_a_bound_that_cannot_be_meant_is_refused_before_anything_is_sent(start, simulator, option, value):
    result = start(**{option: value})
    assert result["failed"] and option in result["msg"] and result["outcome"] == "not_started" and not simulator.requests()


def test_what_would_be_ignored_without_a_wait_is_warned_about_where_nobody_can_tell_who_gave_it(perform_with_warnings, connection, monkeypatch):
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 100}
    result, warnings = perform_with_warnings(execute_job_plan, {**options, "wait_timeout": 60, "on_timeout": "terminate"})
    assert result["outcome"] == "started" and warnings == ["without wait: true these are ignored: wait_timeout, on_timeout"]
    monkeypatch.setenv("BK_JOB_PROGRESS", "false")
    assert perform_with_warnings(execute_job_plan, {**options, "wait_timeout": 3600})[1] == []  # as much as nothing was given


def test_job_instance_wait_changes_nothing_and_tells_the_same(start, perform, connection, clock):
    started = start()
    waited = perform(job_instance_wait, {**connection, "bk_biz_id": 1, "job_instance_id": started["job_instance_id"]}, clock=clock)
    assert not waited["changed"] and waited["failed"]
    assert {name: value for name, value in waited.items() if name != "changed"} == {name: started[name] for name in waited if name != "changed"}


@pytest.mark.parametrize("mode, parameters", LASTING)
def test_a_wait_that_fails_says_nothing_of_a_start_for_the_job_may_run(start, perform, simulator, connection, clock, mode, parameters):
    options = {**connection, "bk_biz_id": 1, "job_instance_id": start()["job_instance_id"]}
    simulator.misbehave(mode, operation="get_job_instance_status", **parameters)
    waited = perform(job_instance_wait, options, clock=clock)
    assert waited["failed"] and not waited["changed"] and waited["msg"] and "outcome" not in waited


@pytest.mark.parametrize("module, options", [
    (job_instance_wait, {"job_instance_id": 4711}), (job_instance_info, {"job_instance_id": 4711}), (job_plan_info, {"job_plan_id": 4711})])
def test_modules_that_only_read_have_no_outcome_when_they_fail(perform, connection, module, options):
    result = perform(module, {**connection, "bk_biz_id": 1, **options})
    assert result["failed"] and not result["changed"] and result["code"] and "outcome" not in result

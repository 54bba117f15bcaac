# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs waited for together: one deadline, one progress, one result, and limits on how many run at once."""
from __future__ import annotations

import json
import time

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, execute_job_plans, job_instance_wait

FAILS = {"fail_hosts": [1], "targets": "hosts"}


def plan(number: int, business: int = 1, **step: object) -> dict:
    hosts = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1, 2]}}
    return {"bk_biz_id": business, "id": number, "name": f"Plan {number}", "global_var_list": [hosts], "step_list": [{"name": "install", "type": 1, **step}]}


PLANS = [plan(1, seconds=1), plan(2, seconds=2, **FAILS), plan(3, seconds=10000), plan(4, type=3), plan(5, seconds=60), plan(6, business=2, seconds=1)]


@pytest.fixture(scope="module")
def server(launch):
    with launch(plans=PLANS) as simulator:
        yield simulator


@pytest.fixture
def run(server, perform_with_task, controlled):
    """Start plans of these numbers, and wait; returns the result, the Task, the lines shown and the simulator."""
    server.reset()
    login = {"api_url": server.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1}

    def start(plans: list[int], module=execute_job_plans, **options) -> tuple:
        lines: list[str] = []
        given = {"plans": [{"job_plan_id": number} for number in plans], "wait": True} if module is execute_job_plans else {}
        result, task = perform_with_task(module, {**login, **given, **options}, clock=controlled(server), say=lines.append)
        return result, task, lines, server
    return start


def statuses(result: dict) -> list:
    return [row.get("status") for row in result["results"]]


def test_all_are_waited_for_and_told_in_order(run):
    result, _task, _lines, _simulator = run([5, 1, 1])
    assert statuses(result) == ["success"] * 3 and not result.get("failed") and result["counts"]["status"] == {"success": 3}
    assert result["msg"] == "3 of 3 jobs ended well" and result["failed_job_instance_ids"] == result["unfinished_job_instance_ids"] == []
    assert result["results"][0]["duration"] == pytest.approx(60, abs=1)


def test_those_that_failed_are_grouped_by_cause_with_addresses_and_logs(run):
    result, _task, _lines, _simulator = run([1, 2, 2, 2])
    ids = result["job_instance_ids"]
    assert result["failed"] and result["failed_job_instance_ids"] == ids[1:] and statuses(result) == ["success", "failed", "failed", "failed"]
    assert result["msg"].splitlines() == [
        "3 of 4 jobs went wrong: 3 failed", f"3 jobs: {ids[1]}, {ids[2]}, {ids[3]}",
        f"    job {ids[1]} 'Plan 2' failed at step 1 of 1, 'install': 1 of 2 hosts failed",
        "    1 host nonzero_exit, exit code 1: 10.0.0.1", "        | failed on 10.0.0.1"]
    assert [row["failed_hosts"][0]["ip"] for row in result["results"][1:]] == ["10.0.0.1"] * 3 and result["results"][2]["steps"]


def test_there_is_one_deadline_for_all(run):
    result, _task, _lines, simulator = run([3, 1, 3], wait_timeout=30)
    assert result["failed"] and statuses(result) == ["running", "success", "running"]
    assert result["unfinished_job_instance_ids"] == [result["job_instance_ids"][0], result["job_instance_ids"][2]]
    assert "2 not ended" in result["msg"] and "not ended within 30 s (wait_timeout)" in result["msg"]
    assert {row["status"] for row in simulator.instances()} == {2, 3}


class Fast:
    """A clock that is thirty times as fast, for a server that is as slow as it is."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def monotonic(self) -> float:
        return 30 * (time.monotonic() - self.began)

    time = staticmethod(time.time)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 30)

    def end_if_orphaned(self) -> None:
        """Whoever runs a test is there."""


@pytest.mark.parametrize("seen", [0, 30])
@pytest.mark.parametrize("on_timeout, longest", [("fail", 70), ("terminate", 150)])
def test_where_the_server_falls_silent_the_last_looks_at_all_jobs_take_no_longer_than_at_one(server, perform, seen, on_timeout, longest):
    login = {"api_url": server.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1}
    server.reset()
    ids = perform(execute_job_plans, {**login, "job_plan_id": 3, "plans": [{}] * 25})["job_instance_ids"]
    server.misbehave_in_turn([{"mode": "slow", "operation": "get_job_instance_status", **much} for much in ({"times": seen}, {"seconds": 100})])
    clock = Fast()
    wait = {"wait_timeout": 30, "request_timeout": 0.3, "parallel": 1, "on_timeout": on_timeout}
    result = perform(job_instance_wait, {**login, **wait, "job_instance_ids": ids}, clock=clock)
    assert clock.monotonic() < longest and result["unfinished_job_instance_ids"] == ids and result["failed_job_instance_ids"] == []
    assert {row["status"] for row in server.instances()} <= ({10, 11} if on_timeout == "terminate" else {2})
    assert "no time was left for get_job_instance_status, so its state by now is unknown" in json.dumps(result)


def test_the_others_can_be_terminated_at_the_deadline(run):
    result, _task, _lines, simulator = run([3, 1, 3], wait_timeout=30, on_timeout="terminate")
    assert statuses(result) == ["stopped", "success", "stopped"] and "It was terminated, and has stopped (on_timeout: terminate)" in result["msg"]
    assert sorted(row["status"] for row in simulator.instances()) == [3, 11, 11]


def test_after_a_failure_no_more_are_started_and_those_that_run_are_waited_for(run):
    result, _task, _lines, simulator = run([2, 5, 1, 1], max_running=2, on_failure="stop")
    assert statuses(result) == ["failed", "success", None, None] and len(simulator.instances()) == 2
    assert "not started, because plans[0] failed (on_failure: stop)" in result["msg"] and result["counts"]["outcome"] == {"started": 2, "not_started": 2}


def test_after_a_failure_those_that_run_can_be_terminated(run):
    result, _task, _lines, simulator = run([2, 3, 3, 4], on_failure="terminate", wait_interval=100)
    assert statuses(result) == ["failed", "stopped", "stopped", "confirmation_terminated"]
    assert sorted(row["status"] for row in simulator.instances()) == [4, 11, 11, 13]
    assert "cut short, because another of these jobs failed" in result["msg"] and "has stopped (on_failure: terminate)" in result["msg"]


def test_no_more_run_at_once_than_may(run):
    result, _task, _lines, simulator = run([1] * 13, max_running=3)
    assert statuses(result) == ["success"] * 13 and simulator.statistics()["most_at_once"] == 3


def test_what_had_no_place_before_the_deadline_is_not_started(run):
    result, _task, _lines, simulator = run([3, 1, 1], max_running=1, wait_timeout=20)
    assert statuses(result) == ["running", None, None] and len(simulator.instances()) == 1
    assert "not started, because its turn did not come within 20 s (wait_timeout)" in result["msg"]


def test_what_waits_for_the_requests_before_it_is_not_started_after_the_deadline(server, perform):
    server.reset()
    server.misbehave("slow", seconds=0.5)
    login = {"api_url": server.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1}
    result = perform(execute_job_plans, {**login, "plans": [{"job_plan_id": 3}] * 6, "wait": True, "wait_timeout": 1.2, "parallel": 1})
    assert [row["outcome"] for row in result["results"]] == ["started"] * 3 + ["not_started"] * 3 and len(server.instances()) == 3
    assert "not started, because its turn did not come within 1.2 s (wait_timeout)" in result["msg"]


@pytest.mark.parametrize("exactly_once", [False, True])
def test_what_waits_for_a_rate_limit_is_not_started_after_the_deadline(launch_plans, perform, controlled, exactly_once):
    with launch_plans([plan(1, seconds=1)]) as (simulator, connection):
        operation = "operate_job_instance" if exactly_once else "execute_job_plan"
        modes = [{"mode": "slow", "operation": operation, "times": 3}, {"mode": "rate_limited", "operation": operation}]
        simulator.misbehave_in_turn(modes[not exactly_once:])
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": [{}] * 5, "wait": True, "wait_timeout": 2, "request_retries": 10}
        result = perform(execute_job_plans, {**options, "exactly_once": exactly_once}, clock=controlled(simulator))
        assert "its turn did not come within 2 s (wait_timeout)" in result["msg"] and result["failed"]
        runs = {row["job_instance_id"]: row["runs"] for row in simulator.instances()}
        assert [row["outcome"] for row in result["results"] if row["outcome"] == "unknown"] == []
        assert sum(runs.values()) == result["counts"]["outcome"].get("started", 0) < 5
        assert sum(request["operation"] == operation for request in simulator.requests()) < 15


def test_what_waits_for_a_rate_limit_is_not_started_after_a_failure(run, server):
    server.misbehave_in_turn([{"operation": "execute_job_plan", "times": 1, **mode} for mode in (
        {"mode": "rate_limited", "seconds": 1}, {"mode": "refuse", "code": 1244012})])
    result, _task, _lines, simulator = run([1, 1], on_failure="stop", parallel=2, request_retries=3)
    assert result["outcome"] == "not_started" and not simulator.instances() and "(on_failure: stop)" in result["msg"]


def test_without_time_to_wait_all_are_started_and_looked_at_once(run):
    result, _task, _lines, simulator = run([3, 3, 3], wait_timeout=0, parallel=1)
    assert statuses(result) == ["running"] * 3 and len(simulator.instances()) == 3 and "not ended within 0 s (wait_timeout)" in result["msg"]


def test_where_jobs_cannot_be_watched_no_more_than_may_run_are_started(launch_plans, perform, controlled):
    with launch_plans([plan(1, seconds=30)]) as (simulator, connection):
        simulator.misbehave("refuse", code=1238001, operation="get_job_instance_status")
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": [{}] * 12, "wait": True, "max_running": 2}
        result = perform(execute_job_plans, options, clock=controlled(simulator))
        assert simulator.statistics()["most_at_once"] == 2 and result["outcome"] == "started"
        assert "cannot be watched any more, so that nobody knows how many run (max_running)" in result["msg"]


def test_the_other_jobs_of_a_task_are_no_candidates_of_its_lost_start(launch_plans, perform, controlled):
    with launch_plans([plan(1, seconds=30)]) as (simulator, connection):
        simulator.misbehave("drop_after", operation="execute_job_plan", times=1)
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": [{}] * 5, "parallel": 1}
        result = perform(execute_job_plans, options, clock=controlled(simulator))
        [lost] = [row for row in result["results"] if row["outcome"] == "unknown"]
        assert not {row["job_instance_id"] for row in lost["candidates"]} & set(result["job_instance_ids"]) and len(lost["candidates"]) == 1


def test_jobs_flow_through_the_quota_of_running_jobs(launch_plans, perform_with_task, controlled):
    with launch_plans([plan(1, seconds=30)], quota={"resource_scope": 3}) as (simulator, connection):
        lines: list[str] = []
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": [{}] * 10, "wait": True}
        result, _task = perform_with_task(execute_job_plans, {**options, "quota_timeout": 100}, clock=controlled(simulator), say=lines.append)
        assert statuses(result) == ["success"] * 10, result["msg"]
        told = "to start (JOB's quota of running jobs is used up, waiting for a place), "
        assert simulator.statistics()["most_at_once"] == 3 and any(told in line for line in lines)
        assert len(simulator.starts()) < 120  # it asks calmly


def test_the_quota_is_shown_where_nobody_waits_for_the_jobs_too(launch_plans, perform_with_task, controlled):
    with launch_plans([plan(1, seconds=30)], quota={"resource_scope": 3}) as (simulator, connection):
        lines: list[str] = []
        options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": [{}] * 6, "quota_timeout": 100}
        result, _task = perform_with_task(execute_job_plans, options, clock=controlled(simulator), say=lines.append)
        assert result["counts"]["outcome"] == {"started": 6}
        assert any(line.startswith("3 of 6 started, 3 to start (JOB's quota of running jobs is used up, waiting for a place), ") for line in lines), lines


def test_in_the_end_the_quota_s_refusal_says_for_how_long_it_was_asked(launch_plans, perform, controlled):
    with launch_plans([plan(1, seconds=1000), plan(6, business=2, seconds=1)], quota={"resource_scope": 2}) as (simulator, connection):
        options = {**connection, "bk_biz_id": 1, "plans": [*[{"job_plan_id": 1}] * 4, {"job_plan_id": 6, "bk_biz_id": 2}], "quota_timeout": 40}
        result = perform(execute_job_plans, options, clock=controlled(simulator))
        assert sorted(row["outcome"] for row in result["results"]) == ["not_started"] * 2 + ["started"] * 3
        assert "asked for 40 s (quota_timeout)" in result["msg"] and result["results"][4]["outcome"] == "started"


def test_a_job_that_waits_for_a_person_may_be_returned(run):
    result, _task, _lines, _simulator = run([4, 1], on_confirmation="return")
    assert statuses(result) == ["waiting_confirmation", "success"] and not result.get("failed") and "wait for a person (1)" in result["msg"]


def test_ids_are_shown_at_once_then_one_line_for_all_and_each_failure(run):
    result, _task, lines, _simulator = run([5, 2, 1], parallel=1)
    ids = result["job_instance_ids"]
    assert lines[:3] == [f"started: {ids[0]} (Plan 5)", f"started: {ids[1]} (Plan 2)", f"started: {ids[2]} (Plan 1)"]
    assert f"plans[1]: job {ids[1]} 'Plan 2' failed at step 1 of 1, 'install': 1 of 2 hosts failed" in lines
    assert any(line.startswith("2 of 3 ended, 1 failed, 1 running, ") for line in lines) and len(lines) < 8


def test_nothing_is_shown_where_no_progress_is_wanted(run):
    assert run([1, 2], progress=False)[2] == []


def test_a_status_that_cannot_be_read_fails_its_own_job_only(run, server):
    refusal = {"mode": "refuse", "code": 9900403, "operation": "get_job_instance_status", "times": 1}
    server.misbehave_in_turn([refusal])
    result, _task, _lines, _simulator = run([1, 1, 1])
    [row] = [row for row in result["results"] if row.get("failed")]
    assert row["outcome"] == "started" and "but the wait failed" in row["msg"] and result["counts"]["status"] == {"success": 2}
    assert result["unfinished_job_instance_ids"] == [row["job_instance_id"]] and "1 not known how ended" in result["msg"]


def test_many_failures_fit_into_the_result(run):
    result, task, _lines, _simulator = run([2] * 200, parallel=20)
    assert len(json.dumps([result, task.shown])) < 128 << 10 and result["counts"]["status"] == {"failed": 200}
    assert "failed_hosts" in result["results"][0] and "failed_hosts" not in result["results"][199] and result["results"][199]["failed_host_count"] == 1


def test_instances_are_waited_for_by_their_ids(run):
    started, _task, _lines, _simulator = run([1, 2, 5], wait=False)
    for given in (started["job_instance_ids"], started["results"], json.dumps(started["job_instance_ids"])):
        result, _task, lines, _simulator = run([], job_instance_wait, job_instance_ids=given)
        assert result["failed"] and statuses(result) == ["success", "failed", "success"] and not result["changed"] and "outcome" not in result
        assert any(line.startswith("job_instance_ids[1]: job ") for line in lines)


def test_of_a_loop_whatever_runs_is_waited_for_and_what_never_started_fails_in_the_end(run):
    first, _task, _lines, _simulator = run([], execute_job_plan, job_plan_id=1)
    refused, _task, _lines, _simulator = run([], execute_job_plan, job_plan_id=4711)
    rows = [first, refused, {"skipped": True, "changed": False}, first]
    result, _task, _lines, _simulator = run([], job_instance_wait, job_instance_ids=rows)
    assert result["failed"] and statuses(result) == ["success", None] and result["counts"]["status"] == {"success": 1}
    assert "1 of 2 jobs went wrong: 1 without an id" in result["msg"] and "there is no job to wait for (outcome: not_started): " in result["msg"]


def test_an_instance_that_was_created_and_never_started_is_not_waited_for(run):
    created = {"failed": True, "outcome": "not_started", "job_instance_id": 10000, "msg": "refused"}
    result, _task, _lines, _simulator = run([], job_instance_wait, job_instance_ids=[created])
    assert result["failed"] and "there is no job to wait for (outcome: not_started): refused" in result["msg"]


def test_of_skipped_starts_there_is_nothing_to_wait_for(run):
    result, _task, _lines, _simulator = run([], job_instance_wait, job_instance_ids=[{"skipped": True}])
    assert not result.get("failed") and result["msg"] == "there is nothing to wait for" and result["results"] == []


def test_what_may_have_come_of_lost_starts_can_be_waited_for(run, server):
    server.misbehave_in_turn([{"mode": "drop_after", "operation": "execute_job_plan", "times": 1}])
    started, _task, _lines, _simulator = run([1, 1, 1], wait=False, parallel=1)
    [lost] = started["unknown_job_instance_ids"]
    result, _task, _lines, _simulator = run([], job_instance_wait, job_instance_ids=started["unknown_job_instance_ids"])
    assert not result.get("failed") and result["job_instance_ids"] == [lost] and lost not in started["job_instance_ids"]


def test_an_instance_that_exactly_once_has_created_may_have_come_of_a_start_without_an_answer(run, server):
    server.misbehave_in_turn([{"mode": "slow", "operation": "operate_job_instance", "times": 1}, {"mode": "drop_before", "operation": "operate_job_instance"},
                              {"mode": "refuse", "code": 1238001, "operation": "get_job_instance_status"}])
    result, _task, _lines, simulator = run([1], exactly_once=True)
    assert result["outcome"] == "unknown" and result["unknown_job_instance_ids"] == [row["job_instance_id"] for row in simulator.instances()]
    assert result["unfinished_job_instance_ids"] == result["unknown_job_instance_ids"]


def test_many_that_run_can_be_terminated_after_a_failure_of_one(run):
    started, _task, _lines, _simulator = run([2, 3], wait=False)
    result, _task, _lines, simulator = run([], job_instance_wait, job_instance_ids=started["results"], on_failure="terminate")
    assert statuses(result) == ["failed", "stopped"] and result["changed"] and sorted(row["status"] for row in simulator.instances()) == [4, 11]


@pytest.mark.parametrize("given, said", [
    ([0], "job_instance_ids[0]: an id must be a positive integer, not 0"), ("7", "must be a list, not an integer"),
    ({"results": []}, "must be a list, not a dict"),
    ([1, {"x": 1}], "job_instance_ids[1]: a dict without a job_instance_id is no result of a start"), ([1] * 1001, "at most 1000 are possible"),
    ("", "job_instance_ids is given, but empty"),
    ([None], "job_instance_ids[0]: an id must be a positive integer, not null"), (["10001", True], "job_instance_ids[1]: an id must be"),
])
def test_ids_that_are_none(run, given, said):
    result, _task, _lines, simulator = run([], job_instance_wait, job_instance_ids=given)
    assert result["failed"] and said in result["msg"] and not simulator.requests()


def test_there_is_nothing_to_wait_for_in_check_mode(server, perform, controlled):
    login = {"api_url": server.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1}
    checked = perform(execute_job_plans, {**login, "plans": [{"job_plan_id": 1}]}, check_mode=True)
    result = perform(job_instance_wait, {**login, "job_instance_ids": checked["results"]}, check_mode=True)
    assert result["skipped"] and not result.get("failed")

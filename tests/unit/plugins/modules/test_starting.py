# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts under faults: never two runs, and what the task says is what has happened."""
from __future__ import annotations

import json
import random

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, fast_execute_script, fast_transfer_file, push_config_file

NOT_STARTED = 1
FAULTS = [
    {"mode": "drop_before"}, {"mode": "drop_after"}, {"mode": "cut"}, {"mode": "html"}, {"mode": "bad_gateway"}, {"mode": "bad_gateway_after"},
    {"mode": "rate_limited"}, {"mode": "job_timeout"}, {"mode": "no_data"}, {"mode": "redirect"}, {"mode": "empty_401"}, {"mode": "answer", "status": 503},
    {"mode": "answer", "body": "{}", "processed": True}, {"mode": "refuse", "code": 1240002}, {"mode": "refuse", "code": 9900403},
    {"mode": "refuse", "code": 1244032}, {"mode": "job_unreachable"}, {"mode": "job_cut"}, {"mode": "login_unreachable"},
    {"mode": "answer", "status": 502, "body": '{"result": false, "code": 1244033, "message": "x"}', "processed": True},
    {"mode": "job_answer", "status": 500, "processed": True}, {"mode": "gateway_error", "processed": True}, {"mode": "component_error", "processed": True},
]
LAG = 30  # seconds, for which ESB waits for JOB, and APIGW longer
# A request that JOB gets only when its gateway has given up, and a start that waits in JOB's queue, with its answer lost.
DELAYS = [{"mode": "late", "lag": LAG}, {"mode": "lagging_queue", "lag": LAG, "manner": "drop_after"}]
OPERATIONS = ["execute_job_plan", "operate_job_instance", "get_job_instance_status", "get_job_instance_list"]


@pytest.fixture
def start(perform, connection, clock):
    """Start plan 100 on a clock that is controlled; JOB has carried out everything when it returns."""
    def run(**options) -> dict:
        given = {**connection, "bk_biz_id": 1, "job_plan_id": 100, "check_plan": False, **options}
        result = perform(execute_job_plan, given, clock=clock)
        clock.sleep(2 * LAG)
        return result
    return run


@pytest.mark.parametrize("answer", [
    {"status": 502, "body": '{"result": false, "code": 1244033, "message": "x"}'}, {"status": 200, "body": '{"result": true, "code": 1244033, "data": null}'}])
def test_an_unclear_answer_with_a_number_of_the_quota_is_no_refusal(start, simulator, answer):
    simulator.misbehave("answer", operation="execute_job_plan", processed=True, **answer)
    result = start(quota_timeout=60)
    assert result["outcome"] == "unknown" and len(ran(simulator)) == 1


def ran(simulator) -> list:
    """The id of each instance that ran, once for each time that it did."""
    return [instance["job_instance_id"] for instance in simulator.instances() for _run in range(instance["runs"])]


def draw(seed: int, start: str = "execute_job_plan") -> list[dict]:
    """Faults at random: each operation, of which this one starts, meets up to four, and then none."""
    chance = random.Random(seed)
    faults = FAULTS + 3 * DELAYS  # which are but two of many
    operations = [start, *OPERATIONS[1:]]
    return [{**chance.choice(faults), "operation": operation, "times": 1} for operation in operations for _fault in range(chance.choice([0, 0, 1, 1, 2, 4]))]


def check(simulator, result: dict, seed: int) -> None:
    """That the result is true."""
    runs = ran(simulator)
    assert len(runs) <= 1, f"seed {seed}: {len(runs)} runs"
    assert result["outcome"] in ("started", "not_started", "unknown"), seed
    if result["outcome"] == "started":
        assert runs == [result["job_instance_id"]], f"seed {seed}: started, and {runs} ran"
    if result["outcome"] == "not_started":
        assert not runs and not result["changed"], f"seed {seed}: not started, and {runs} ran"


@pytest.mark.unmeasured
@pytest.mark.parametrize("first", range(0, 500, 50))
@pytest.mark.parametrize("options", [{"exactly_once": True}, {}])
def test_whatever_happens_there_is_one_run_at_most_and_the_outcome_is_true(start, simulator, first, options):
    for seed in range(first, first + 50):
        simulator.reset()
        simulator.misbehave_in_turn(draw(seed))
        check(simulator, start(request_retries=seed % 4, **options), seed)


SERVER = {"host_id_list": [1]}
FAST = {
    fast_execute_script: {"script_content": "echo"},
    fast_transfer_file: {"file_source_list": [{"file_list": ["/b"], "server": SERVER, "account": {"alias": "root"}}], "file_target_path": "/a"},
    push_config_file: {"file_list": [{"file_name": "a", "content": "x"}], "file_target_path": "/a"},
}


@pytest.fixture
def start_fast(perform, connection, clock):
    """Start a fast job without waiting on a clock that is controlled; JOB has carried out everything when it returns."""
    def run(module, **options) -> dict:
        given = {**connection, "bk_biz_id": 1, "target_server": SERVER, "account_alias": "root", "wait": False, **FAST[module], **options}
        result = perform(module, given, clock=clock)
        clock.sleep(2 * LAG)
        return result
    return run


@pytest.mark.unmeasured
@pytest.mark.parametrize("first", range(0, 100, 50))
@pytest.mark.parametrize("module, options", [
    (fast_execute_script, {"exactly_once": True}), (fast_execute_script, {}), (fast_transfer_file, {"exactly_once": True}), (fast_transfer_file, {}),
    (push_config_file, {})])
def test_of_fast_jobs_there_is_one_run_at_most_too(start_fast, simulator, module, options, first):
    for seed in range(first, first + 50):
        simulator.reset()
        simulator.misbehave_in_turn(draw(seed, module.OPERATION))
        check(simulator, start_fast(module, request_retries=seed % 4, **options), seed)


@pytest.mark.parametrize("module", FAST)
def test_a_fast_job_in_doubt_is_found_by_the_name_that_no_other_has(start_fast, simulator, module):
    start_fast(module)
    simulator.misbehave("drop_after", operation=module.OPERATION)
    result = start_fast(module)
    [found] = result["candidates"]
    assert (result["outcome"], result["changed"], found["job_instance_id"]) == ("unknown", True, 10001)
    assert f"it may have started. Look for an instance named {found['job_instance_name']!r} in JOB's execution history" in result["msg"]
    assert f"JOB lists 10001 ({found['status']}, created at " in result["msg"]


def test_a_fast_job_with_a_name_of_its_own_is_found_by_it(start_fast, simulator):
    for name in ("Disk", "Other", "Disk"):
        start_fast(fast_execute_script, task_name=name)
    simulator.misbehave("drop_before", operation="fast_execute_script")
    assert [row["job_instance_id"] for row in start_fast(fast_execute_script, task_name="Disk")["candidates"]] == [10002, 10000]


def test_a_candidate_with_a_backslash_in_its_name_is_found(start_fast, simulator):
    simulator.misbehave("drop_after", "fast_execute_script")
    assert [row["job_instance_name"] for row in start_fast(fast_execute_script, task_name=r"D:\Disk")["candidates"]] == [r"D:\Disk"]


@pytest.mark.parametrize("module", [fast_execute_script, fast_transfer_file])
def test_a_fast_job_is_created_and_started_exactly_once(start_fast, simulator, module):
    result = start_fast(module, exactly_once=True)
    assert result["outcome"] == "started" and ran(simulator) == [result["job_instance_id"]]
    assert operations(simulator) == ["operate_job_instance", module.OPERATION, "operate_job_instance"]


def test_an_older_job_is_told_before_anything_is_created(launch, perform, controlled):
    with launch(version="3.10") as simulator:
        for seed in range(50):
            simulator.reset()
            simulator.misbehave_in_turn(draw(seed))
            login = {"api_url": simulator.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin"}
            options = {**login, "bk_biz_id": 1, "job_plan_id": 100, "exactly_once": True}
            result = perform(execute_job_plan, options, clock=controlled(simulator))
            assert result["failed"] and result["outcome"] == "not_started" and not simulator.instances(), seed
        simulator.reset()
        result = perform(execute_job_plan, options, clock=controlled(simulator))
    assert "exactly_once: this JOB cannot create an instance without starting it, which needs version 3.10.3; nothing was created" in result["msg"]


def operations(simulator) -> list:
    return [request["operation"] for request in simulator.requests()]


def test_exactly_once_probes_creates_and_starts(start, simulator):
    result = start(exactly_once=True)
    assert result["outcome"] == "started" and ran(simulator) == [result["job_instance_id"]]
    assert operations(simulator) == ["operate_job_instance", "execute_job_plan", "operate_job_instance"]


def test_a_user_who_may_not_operate_instances_is_told_before_anything_is_created(start, simulator):
    simulator.misbehave("refuse", operation="operate_job_instance", code=1238002, message="no permission")
    result = start(exactly_once=True)
    assert result["outcome"] == "not_started" and not simulator.instances()
    assert "this was the request with which exactly_once checks JOB's version; nothing was created" in result["msg"]


def test_check_mode_probes_nothing(perform, connection, simulator):
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 100, "exactly_once": True}
    result = perform(execute_job_plan, options, check_mode=True)
    assert not result.get("failed") and operations(simulator) == ["get_job_plan_detail"] and result["request"] == {"bk_biz_id": 1, "job_plan_id": 100}


@pytest.mark.parametrize("mode, created", [("cut", 3), ("html", 1), ("bad_gateway_after", 3), ("drop_after", 3), ("job_timeout", 3)])
def test_a_create_whose_answer_got_lost_is_repeated_and_leaves_what_does_not_run(start, simulator, mode, created):
    simulator.misbehave_in_turn([{"mode": mode, "operation": "execute_job_plan", "times": 2}])
    result = start(exactly_once=True)
    assert result["outcome"] == "started" and ran(simulator) == [result["job_instance_id"]] and len(simulator.instances()) == created


def late(launch_seconds: int) -> dict:
    """A plan whose jobs show only after that time that they have been started."""
    return {"bk_biz_id": 1, "id": 1, "name": "Late", "launch_seconds": launch_seconds, "global_var_list": [], "step_list": [{"name": "s", "type": 1}]}


PROBED = {"mode": "refuse", "code": 1244006, "operation": "operate_job_instance", "times": 1}


@pytest.mark.parametrize("delay", DELAYS)
def test_a_start_that_job_carries_out_late_is_waited_for_and_not_asked_for_again(start, simulator, delay):
    simulator.misbehave_in_turn([PROBED, {**delay, "operation": "operate_job_instance", "times": 1}])
    result = start(exactly_once=True)
    assert result["outcome"] == "started" and ran(simulator) == [result["job_instance_id"]]
    assert operations(simulator).count("operate_job_instance") == 2


def test_a_start_that_never_arrived_is_asked_for_again_when_it_can_no_longer_be_under_way(start, simulator, gateway, clock):
    simulator.misbehave_in_turn([PROBED, {"mode": "drop_before", "operation": "operate_job_instance", "times": 1}])
    result = start(exactly_once=True)
    assert result["outcome"] == "started" and ran(simulator) == [result["job_instance_id"]]
    assert operations(simulator).count("operate_job_instance") == 3
    assert sum(clock.pauses[:-1]) == pytest.approx({"esb": 40, "apigw": 70}[gateway], abs=2)


def test_a_queue_that_lags_longer_than_anybody_waits_runs_both_starts_which_is_jobs_and_documented(start, simulator, clock):
    lagging = {"mode": "lagging_queue", "lag": 1000, "operation": "operate_job_instance", "times": 1}
    simulator.misbehave_in_turn([PROBED, {**lagging, "manner": "drop_after"}, {**lagging, "lag": 900}])
    result = start(exactly_once=True)
    clock.sleep(1000)
    assert result["outcome"] == "started" and ran(simulator) == 2 * [result["job_instance_id"]]


def test_a_gateway_and_a_queue_that_together_take_longer_than_anybody_waits_run_both_starts_too(launch_plans, perform, controlled):
    with launch_plans([late(30)]) as (simulator, options):
        clock = controlled(simulator)
        simulator.misbehave_in_turn([PROBED, {"mode": "late", "lag": 29, "operation": "operate_job_instance", "times": 1}])
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1, "exactly_once": True}, clock=clock)
        clock.sleep(60)
        assert result["outcome"] == "started" and ran(simulator) == 2 * [result["job_instance_id"]]


def test_a_start_that_is_never_seen_to_run_is_unknown_and_says_how_to_go_on(start, simulator, clock):
    simulator.misbehave_in_turn([PROBED, {"mode": "drop_before", "operation": "operate_job_instance"}])
    result = start(exactly_once=True, request_retries=1)
    assert (result["outcome"], result["changed"], result["job_instance_id"]) == ("unknown", True, simulator.instances()[0]["job_instance_id"])
    assert "Read it with job_instance_info: while its status is not_started it does not run." in result["msg"]
    assert f"while instance {result['job_instance_id']} is not started, it counts in JOB's quota of running jobs, for up to an hour" in result["msg"]
    assert "start it with operate_job_instance, operation: start" in result["msg"]


def test_a_start_that_stays_in_doubt_names_the_one_instance_to_look_at(start, simulator):
    simulator.misbehave_in_turn([PROBED,
                                 {"mode": "drop_after", "operation": "operate_job_instance"}, {"mode": "html", "operation": "get_job_instance_status"}])
    result = start(exactly_once=True)
    assert result["failed"] and result["changed"] and result["outcome"] == "unknown" and result["job_instance_id"] == ran(simulator)[0]
    assert f"instance {result['job_instance_id']} was created, and may have been started" in result["msg"]


def test_a_lost_start_is_not_asked_for_again_while_nobody_tells_whether_it_shows(start, simulator):
    simulator.misbehave_in_turn([PROBED,
                                 {"mode": "bad_gateway", "operation": "operate_job_instance"},
                                 {"mode": "refuse", "code": 9900403, "operation": "get_job_instance_status"}])
    result = start(exactly_once=True)
    assert result["outcome"] == "unknown" and result["job_instance_id"] and not ran(simulator)
    assert operations(simulator)[2:] == ["operate_job_instance", "get_job_instance_status"]


def test_a_lost_start_that_was_seen_not_to_run_is_not_asked_for_again_where_nobody_tells_any_more(start, simulator):
    simulator.misbehave_in_turn([PROBED,
                                 {"mode": "late", "lag": 39, "operation": "operate_job_instance", "times": 1},
                                 {**status_answer(1), "times": 1}, {"mode": "bad_gateway", "operation": "get_job_instance_status"}])
    result = start(exactly_once=True)
    assert result["outcome"] == "unknown" and operations(simulator).count("operate_job_instance") == 2


def test_what_an_older_server_has_started_instead_of_creating_it_is_started(start, simulator):
    simulator.misbehave_in_turn([PROBED,
                                 {"mode": "refuse", "code": 1241002, "operation": "operate_job_instance"}, status_answer(2)])
    assert start(exactly_once=True)["outcome"] == "started"


@pytest.mark.parametrize("status", [0, 14, 99])
def test_a_state_that_tells_nothing_leaves_a_lost_start_in_doubt(start, simulator, status):
    simulator.misbehave_in_turn([PROBED,
                                 {"mode": "bad_gateway", "operation": "operate_job_instance"}, status_answer(status)])
    assert start(exactly_once=True)["outcome"] == "unknown"


def status_answer(status: int) -> dict:
    body = {"result": True, "code": 0, "data": {"finished": False, "job_instance": {"status": status}, "step_instance_list": []}}
    return {"mode": "answer", "body": json.dumps(body), "operation": "get_job_instance_status"}


@pytest.mark.parametrize("status, code", [(429, 1240002), (502, 1306429), (200, 1650401)])
def test_an_answer_that_contradicts_itself_has_no_start_repeated(start, simulator, status, code):
    simulator.misbehave("answer", status=status, body=json.dumps({"result": False, "message": "odd", "code": code}))
    assert start()["outcome"] == "unknown" and len(simulator.starts()) == 1


@pytest.mark.parametrize("seed", range(10))
def test_answers_that_come_too_late_are_lost_answers(start, simulator, seed):
    slow = {"mode": "slow", "seconds": 0.6, "times": 1}
    simulator.misbehave_in_turn([{**slow, "operation": operation} for operation in OPERATIONS if random.Random(f"{seed}{operation}").random() < 0.6])
    check(simulator, start(exactly_once=True, request_timeout=0.3), seed)


@pytest.mark.parametrize("then", [{"mode": "refuse", "code": 9900403}, {"mode": "rate_limited", "reset": 0}])
def test_a_refusal_after_a_lost_start_does_not_clear_the_doubt(start, simulator, then):
    simulator.misbehave_in_turn([
        PROBED,
        {"mode": "drop_after", "operation": "operate_job_instance", "times": 1},
        {**then, "operation": "operate_job_instance"}, {"mode": "html", "operation": "get_job_instance_status"}])
    result = start(exactly_once=True)
    assert result["outcome"] == "unknown" and result["job_instance_id"] == ran(simulator)[0]


@pytest.mark.parametrize("fault", [{"mode": "rate_limited"}, {"mode": "refuse", "code": 1244033}])
@pytest.mark.parametrize("exactly_once", [True, False])
def test_a_refusal_after_which_nothing_ran_is_cured_unnoticed(start, simulator, fault, exactly_once):
    simulator.misbehave_in_turn([{**fault, "operation": "execute_job_plan", "times": 2}])
    assert start(exactly_once=exactly_once)["outcome"] == "started" and len(ran(simulator)) == 1


@pytest.mark.parametrize("fault", [{"mode": "rate_limited", "reset": 0}, {"mode": "refuse", "code": 1244032}])
@pytest.mark.parametrize("retries, sent", [(0, 1), (1, 2), (3, 4)])
def test_request_retries_bound_how_often_a_start_is_sent(start, simulator, clock, fault, retries, sent):
    simulator.misbehave_in_turn([{**fault, "operation": "execute_job_plan"}])
    result = start(request_retries=retries)
    assert result["outcome"] == "not_started" and len(simulator.starts()) == sent
    assert clock.pauses[:-1] == [0.5, 1, 2][:retries]


def test_a_rate_limit_longer_than_a_minute_is_told_and_not_waited_for(perform, simulator, connection, clock):
    simulator.misbehave("rate_limited", operation="execute_job_plan", reset=3600)
    options = {**connection, "gateway": "apigw", "bk_biz_id": 1, "job_plan_id": 100}
    assert perform(execute_job_plan, options, clock=clock)["http_status"] == 429 and not clock.pauses


@pytest.mark.parametrize("fault", ["drop_after", "cut", "bad_gateway_after", "job_timeout", "no_data"])
def test_a_start_in_doubt_is_not_repeated_and_lists_what_may_have_come_of_it(start, simulator, fault):
    start()
    simulator.misbehave(fault, operation="execute_job_plan")
    result = start()
    assert (result["outcome"], result["changed"], len(simulator.starts())) == ("unknown", True, 2)
    assert [row["job_instance_id"] for row in result["candidates"]] == [10001, 10000]
    assert f"from the last 5 minutes JOB lists 10001 ({result['candidates'][0]['status']}, created at " in result["msg"] and "job_instance_id" not in result


@pytest.mark.parametrize("launch_seconds, told", [(3600, True), (0, False)])
def test_a_candidate_that_has_not_started_may_be_about_to(perform, launch_plans, launch_seconds, told):
    with launch_plans([late(launch_seconds)]) as (simulator, options):
        simulator.misbehave("drop_after")
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1})
    assert (result["candidates"][0]["status"] == "not_started") is told
    assert ("an instance that is not_started may start soon" in result["msg"]) is told


def test_candidates_are_of_the_plan_the_user_and_the_time(perform, simulator, connection, clock):
    options = {**connection, "bk_token": None, "bk_username": "admin", "bk_biz_id": 1, "job_plan_id": 100}
    perform(execute_job_plan, options, clock=clock)
    clock.sleep(400)
    perform(execute_job_plan, {**options, "bk_username": "operator"}, clock=clock)
    perform(execute_job_plan, {**options, "job_plan_id": 102}, clock=clock)
    simulator.misbehave("drop_before", operation="execute_job_plan")
    result = perform(execute_job_plan, options, clock=clock)
    assert result["outcome"] == "unknown" and result["candidates"] == [] and "JOB lists no such instance from the last 5 minutes yet" in result["msg"]


def test_candidates_that_cannot_be_listed_are_null(start, simulator):
    simulator.misbehave_in_turn([{"mode": "drop_after", "operation": "execute_job_plan"}, {"mode": "html", "operation": "get_job_instance_list"}])
    result = start()
    assert result["outcome"] == "unknown" and result["candidates"] is None and "JOB's list of instances could not be read" in result["msg"]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operating an instance and its steps: what each operation does, when it is refused, and what is never sent twice."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_instance_wait, operate_job_instance, operate_step_instance

LONG = {"seconds": 1e6}
CONFIRMATION = {"type": 3, "targets": None}


class Ran:
    """An instance of a plan of these steps, and modules that are run on it."""

    def __init__(self, perform, simulator, connection, client, clock) -> None:
        self._perform, self._options, self.simulator, self.clock = perform, {**connection, "bk_biz_id": 1}, simulator, clock
        self.client = client
        self.started = perform(execute_job_plan, {**self._options, "job_plan_id": 1}, clock=clock)
        simulator.advance(1)

    def do(self, module, check_mode=False, **options) -> dict:
        given = {**self._options, "job_instance_id": self.started["job_instance_id"], **options}
        return self._perform(module, given, check_mode=check_mode, clock=self.clock)

    def terminate(self, **options) -> dict:
        return self.do(operate_job_instance, operation="terminate", **options)

    def step(self, operation: str, **options) -> dict:
        return self.do(operate_step_instance, operation=operation, **options)

    def stop_raw(self) -> None:
        """As a person does it who does not know better."""
        self.client.call("operate_job_instance", {"bk_biz_id": 1, "job_instance_id": 10000, "operation_code": 1})
        self.clock.sleep(1)

    def sent(self, operation: str = "operate_step_instance") -> list:
        return [request["body"]["operation_code"] for request in self.simulator.requests() if request["operation"] == operation]


AGREED = {"mode": "answer", "operation": "operate_step_instance", "body": json.dumps({"result": True, "code": 0, "data": {}})}


def standing(status: int, steps: list = (), times: int | None = None, **job: object) -> dict:
    """The mode in which JOB says that the instance stands like that, so many times, or from then on."""
    named = [{"step_instance_id": 5 + place, "name": "x", "type": 1, **step} for place, step in enumerate(steps)]
    data = {"job_instance": {"job_instance_id": 10000, "name": "A plan", "status": status, **job}, "step_instance_list": named}
    body = json.dumps({"result": True, "code": 0, "data": data})
    return {"mode": "answer", "operation": "get_job_instance_status", "body": body, **({"times": times} if times else {})}


@pytest.fixture
def ran(launch_plans, perform, connect, controlled):
    """Start a plan of these steps; returns the context it runs in, one second after the start."""
    contexts = []

    def run(*steps: dict, version: str = "3.12", **more: object) -> Ran:
        hosts = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1, 2, 3]}}
        named = [{"name": f"step {place}", "type": 1, "targets": "hosts", **step} for place, step in enumerate(steps, start=1)]
        context = launch_plans([{"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [hosts], "step_list": named, **more}], version=version)
        simulator, connection = context.__enter__()
        contexts.append(context)
        return Ran(perform, simulator, connection, connect(connection).client, controlled(simulator))

    yield run
    for context in contexts:
        context.__exit__(None, None, None)


class TestTerminate:
    def test_a_job_that_runs_is_stopped_and_waited_for(self, ran):
        job = ran(LONG)
        result = job.terminate()
        assert (result["changed"], result["status"], result["finished"], result["steps"][0]["status"]) == (True, "stopped", True, "stopped")

    def test_a_second_time_changes_nothing_and_sends_nothing(self, ran):
        job = ran(LONG)
        job.terminate()
        result = job.terminate()
        assert (result["changed"], result["status"]) == (False, "stopped") and job.sent("operate_job_instance") == [1]

    def test_a_job_that_has_ended_is_left_alone(self, ran):
        job = ran({})
        result = job.terminate()
        assert (result["changed"], result["status"]) == (False, "success") and not job.sent("operate_job_instance")

    @pytest.mark.parametrize("version", ["3.3", "3.6", "3.12"])
    def test_a_job_that_waits_for_a_confirmation_is_ended_there_since_job_would_never_stop_it(self, ran, version):
        job = ran(CONFIRMATION, {}, version=version)
        result = job.terminate()
        assert (result["changed"], result["status"], result["finished"], result.get("failed")) == (True, "confirmation_terminated", True, None)
        assert result["msg"] == "job 10000 'A plan' waited for a confirmation, and was ended there, at step 'step 1'"
        assert (job.sent(), job.sent("operate_job_instance")) == ([9], [])

    def test_one_that_hangs_there_because_it_was_stopped_is_freed(self, ran):
        job = ran(CONFIRMATION, {})
        job.stop_raw()
        stuck = job.terminate(check_mode=True)
        assert (stuck["status"], stuck["steps"][0]["status"], stuck["changed"]) == ("stopping", "waiting_confirmation", True)
        result = job.terminate()
        assert (result["changed"], result["status"], result["finished"]) == (True, "confirmation_terminated", True) and job.sent() == [9]

    def test_one_that_comes_to_a_confirmation_while_it_is_being_stopped_is_ended_there(self, ran):
        job = ran(CONFIRMATION, {})
        job.simulator.misbehave_in_turn([standing(2, [{"status": 2}], times=1)])
        result = job.terminate()
        assert (result["status"], result["finished"]) == ("confirmation_terminated", True)
        assert (job.sent("operate_job_instance"), job.sent()) == ([1], [9])

    def test_without_wait_a_confirmation_is_ended_too(self, ran):
        job = ran(CONFIRMATION, {})
        result = job.terminate(wait=False)
        assert (result["changed"], result.get("failed")) == (True, None) and job.sent() == [9] and not job.clock.pauses

    def test_without_wait_one_that_comes_to_a_confirmation_meanwhile_is_not_left_hanging_there(self, ran):
        job = ran(CONFIRMATION, {})
        job.simulator.misbehave_in_turn([standing(2, [{"status": 2}], times=1)])
        result = job.terminate(wait=False)
        assert (result["changed"], result.get("failed")) == (True, None) and "was ended there, at step 'step 1'" in result["msg"]
        job.clock.sleep(1)
        assert job.terminate()["status"] == "confirmation_terminated" and (job.sent("operate_job_instance"), job.sent()) == ([1], [9])

    def test_without_wait_the_end_at_a_confirmation_of_one_that_hangs_is_told(self, ran):
        job = ran(CONFIRMATION, {})
        job.stop_raw()
        result = job.terminate(wait=False)
        assert (result["changed"], result.get("failed")) == (True, None) and "was ended there, at step 'step 1'" in result["msg"] and job.sent() == [9]

    @pytest.mark.parametrize("wait", [True, False])
    @pytest.mark.parametrize("hangs", [True, False])
    def test_one_that_stays_hanging_because_the_user_is_not_on_the_list_is_no_success(self, ran, wait, hangs):
        job = ran({**CONFIRMATION, "confirm_roles": ["somebody"]}, {})
        if hangs:
            job.stop_raw()
        else:
            job.simulator.misbehave_in_turn([standing(2, [{"status": 2}], times=1)])
        result = job.terminate(wait=wait)
        assert result["failed"] and (result["code"], result["changed"]) == (1244016, not hangs)
        assert "the confirmation names who may act on it: one of them has to do it" in result["msg"]

    def test_a_confirmation_that_a_person_has_given_meanwhile_is_not_said_to_have_been_ended(self, ran):
        job = ran(CONFIRMATION, LONG)
        job.step("confirm")
        job.simulator.misbehave_in_turn([standing(7, [{"status": 7, "type": 3, "step_instance_id": 20001}], times=1)])
        result = job.terminate(wait=False)
        assert (result["changed"], result["status"], result.get("msg")) == (True, "stopping", None) and job.sent() == [6, 9]

    def test_a_confirmation_that_the_user_is_not_on_the_list_of_is_told_with_the_remedy(self, ran):
        job = ran(CONFIRMATION)
        job.simulator.misbehave("refuse", operation="operate_step_instance", code=1244016, message="not in the list of confirmers")
        result = job.terminate()
        assert result["failed"] and not result["changed"] and (result["code"], result["outcome"]) == (1244016, "not_started")
        assert "the confirmation names who may act on it: one of them has to do it" in result["msg"]

    @pytest.mark.parametrize("mode", ["drop_after", "drop_before", "bad_gateway", "cut"])
    def test_an_answer_to_the_end_of_a_confirmation_that_is_lost_is_made_up_for(self, ran, mode):
        job = ran(CONFIRMATION)
        job.simulator.misbehave(mode, operation="operate_step_instance", times=1)
        result = job.terminate()
        assert (result["changed"], result["status"], result.get("failed")) == (True, "confirmation_terminated", None)

    def test_a_rolling_step_that_waits_for_a_person_is_stopped(self, ran):
        job = ran({"batches": 2})
        assert job.terminate()["status"] == "stopped" and not job.sent()

    def test_without_wait_it_ends_when_job_has_accepted_the_request(self, ran):
        job = ran({**LONG, "stop_seconds": 100})
        result = job.terminate(wait=False)
        assert (result["changed"], result.get("failed"), result["status"]) == (True, None, "stopping") and not job.clock.pauses

    def test_one_that_is_stopping_already_is_no_change_but_waited_for(self, ran):
        job = ran({**LONG, "stop_seconds": 20})
        job.terminate(wait=False)
        result = job.terminate()
        assert (result["changed"], result["status"]) == (False, "stopped") and job.sent("operate_job_instance") == [1]

    def test_not_yet_just_after_a_start_is_waited_out(self, ran):
        job = ran(LONG, launch_seconds=4)
        assert job.terminate()["status"] == "stopped" and len(job.sent("operate_job_instance")) > 1

    def test_one_that_does_not_stop_in_time_fails_and_says_how_it_stands(self, ran):
        result = ran({**LONG, "stop_seconds": 1e6}).terminate(wait_timeout=30)
        assert result["failed"] and result["changed"] and result["status"] == "stopping"
        assert "not stopped within 30 s (wait_timeout), although JOB has accepted the request to terminate it: job 10000 'A plan' is stopping" in result["msg"]

    def test_no_permission_fails_at_once(self, ran):
        job = ran(LONG)
        job.simulator.misbehave("refuse", operation="operate_job_instance", code=9900403, message="no permission to operate")
        result = job.terminate()
        assert result["failed"] and "no permission to operate" in result["msg"] and not result["changed"] and not job.clock.pauses

    @pytest.mark.parametrize("mode", ["drop_after", "drop_before", "bad_gateway", "cut"])
    def test_an_answer_that_is_lost_is_made_up_for(self, ran, mode):
        job = ran(LONG)
        job.simulator.misbehave(mode, operation="operate_job_instance", times=1)
        result = job.terminate()
        assert (result["changed"], result["status"], result.get("failed")) == (True, "stopped", None)

    def test_what_job_has_accepted_is_not_sent_again_while_it_does_not_show(self, ran):
        job = ran(LONG)
        job.simulator.misbehave_in_turn([standing(2)])
        result = job.terminate()
        assert result["failed"] and result["changed"] and result["outcome"] == "started" and job.sent("operate_job_instance") == [1]

    def test_without_wait_it_is_enough_that_job_has_accepted_it_though_it_does_not_show_yet(self, ran):
        job = ran(LONG)
        job.simulator.misbehave_in_turn([standing(2)])
        result = job.terminate(wait=False)
        assert (result["changed"], result.get("failed"), result["status"]) == (True, None, "running") and not job.clock.pauses

    @pytest.mark.parametrize("refusal", [{"mode": "refuse", "code": 9900403}, {"mode": "empty_401"}, {"mode": "redirect"}])
    def test_what_cannot_be_read_after_job_has_accepted_it_is_a_change_all_the_same(self, ran, refusal):
        job = ran(LONG)
        job.simulator.misbehave_in_turn([standing(2, times=1), {**refusal, "operation": "get_job_instance_status"}])
        result = job.terminate()
        assert result["failed"] and result["changed"] and result["outcome"] == "started"
        assert "although JOB has accepted the request to terminate it" in result["msg"]

    def test_an_answer_that_is_lost_for_good_leaves_the_outcome_unknown(self, ran):
        job = ran(LONG)
        job.simulator.misbehave_in_turn([
            standing(2, times=1), {"mode": "job_timeout", "operation": "operate_job_instance"},
            {"mode": "bad_gateway", "operation": "get_job_instance_status"}])
        result = job.terminate()
        assert result["failed"] and result["changed"] and result["outcome"] == "unknown" and "it is unknown whether it will terminate the job" in result["msg"]

    def test_one_that_ends_by_itself_while_job_does_not_agree_is_no_change(self, ran):
        job = ran({}, launch_seconds=10)
        result = job.terminate()
        assert (result["changed"], result["status"]) == (False, "success")

    def test_a_state_in_which_job_never_agrees_is_told_with_its_reason(self, ran):
        job = ran(LONG, launch_seconds=1e6)
        result = job.terminate()
        assert result["failed"] and not result["changed"] and (result["outcome"], result["code"]) == ("not_started", 1241003)
        assert "JOB did not accept the request" in result["msg"] and "is not_started" in result["msg"]

    def test_check_mode_predicts_and_sends_nothing(self, ran):
        job = ran(LONG)
        result = job.terminate(check_mode=True)
        assert (result["changed"], result["status"]) == (True, "running") and not job.sent("operate_job_instance")

    def test_an_instance_that_is_not_there_is_said_so(self, ran):
        result = ran({}).terminate(job_instance_id=4711)
        assert result["failed"] and result["code"] == 1244006 and result["outcome"] == "not_started"


class TestStart:
    @pytest.fixture
    def created(self, ran):
        """An instance that was created, and is not started."""
        def run(**more) -> Ran:
            job = ran({"seconds": 50}, **more)
            number = job.client.call("execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 1, "start_task": False})["job_instance_id"]
            job.started = {"job_instance_id": number}
            job.clock.sleep(5)
            return job
        return run

    @staticmethod
    def start(job: Ran, **options) -> dict:
        return job.do(operate_job_instance, operation="start", **options)

    def test_an_instance_that_was_created_is_started_and_seen_to_run(self, created):
        result = self.start(created())
        assert (result["changed"], result["status"], result.get("failed")) == (True, "running", None)

    def test_a_second_time_changes_nothing_and_sends_nothing(self, created):
        job = created()
        self.start(job)
        result = self.start(job)
        assert not result["changed"] and result["status"] == "running" and job.sent("operate_job_instance") == [2]

    def test_check_mode_predicts_and_sends_nothing(self, created):
        job = created()
        result = self.start(job, check_mode=True)
        assert (result["changed"], result["status"]) == (True, "not_started") and not job.sent("operate_job_instance")

    def test_without_wait_it_ends_when_job_has_accepted_the_request(self, created):
        job = created(launch_seconds=20)
        pauses = len(job.clock.pauses)
        result = self.start(job, wait=False)
        assert (result["changed"], result["status"], result.get("failed")) == (True, "not_started", None) and len(job.clock.pauses) == pauses

    def test_one_that_does_not_begin_in_time_fails_and_says_that_job_has_accepted_it(self, created):
        result = self.start(created(launch_seconds=1e6), wait_timeout=30)
        assert result["failed"] and result["changed"] and result["outcome"] == "started"
        assert "JOB has accepted the request to start it, but it is not known to run" in result["msg"]
        assert "within 30 s (wait_timeout) it has not begun" in result["msg"]

    def test_a_lost_answer_is_watched_for_and_the_instance_runs_once(self, created):
        job = created()
        job.simulator.misbehave("drop_after", operation="operate_job_instance", times=1)
        result = self.start(job)
        assert (result["changed"], result["status"]) == (True, "running")
        assert [instance["runs"] for instance in job.simulator.instances()] == [1, 1]

    def test_an_older_job_refuses_and_nothing_changes(self, ran):
        job = ran(LONG, version="3.10.2", launch_seconds=1e6)
        result = self.start(job)
        assert result["failed"] and not result["changed"] and (result["outcome"], result["code"]) == ("not_started", 1241002)


# operation: (steps, the state of the first step before, of the job and the first step after)
CASES = {
    "retry_failed": ([{"fail_hosts": [3], "seconds": 50}], "failed", ("running", "running")),
    "retry_all": ([{"fail_hosts": [3], "seconds": 50}], "failed", ("running", "running")),
    "ignore_error": ([{"fail_hosts": [3]}, LONG], "failed", ("running", "error_ignored")),
    "skip": ([{**LONG, "stop_seconds": 1e6}, LONG], "stopping", ("running", "skipped")),
    "next_step": ([LONG, LONG], "stopped", ("running", "skipped")),
    "next_batch": ([{"batches": 2, "seconds": 0.5}], "waiting_confirmation", ("running", "running")),
    "confirm": ([CONFIRMATION, LONG], "waiting_confirmation", ("running", "success")),
    "terminate_confirmation": ([CONFIRMATION, LONG], "waiting_confirmation", ("confirmation_terminated", "confirmation_terminated")),
    "ask_again": ([CONFIRMATION, LONG], "confirmation_terminated", ("waiting_confirmation", "waiting_confirmation")),
}
CODES = {
    "retry_failed": 2, "ignore_error": 3, "confirm": 6, "retry_all": 8, "terminate_confirmation": 9, "ask_again": 10, "next_step": 11, "skip": 12,
    "next_batch": 13,
}
PREPARED = {"retry_failed": 100, "retry_all": 100, "ignore_error": 0, "next_batch": 0, "confirm": 0, "terminate_confirmation": 0}


def prepare(job: Ran, operation: str) -> None:
    """Bring the first step to the state that the operation is for."""
    if operation in PREPARED:
        job.simulator.advance(PREPARED[operation])
    elif operation == "ask_again":
        job.step("terminate_confirmation")
    else:
        job.terminate(wait=operation == "next_step")


@pytest.mark.parametrize("operation", CASES)
class TestEachStepOperation:
    def test_does_its_work_and_shows_it(self, ran, operation):
        steps, before, after = CASES[operation]
        job = ran(*steps)
        prepare(job, operation)
        assert job.step(operation, check_mode=True)["steps"][0]["status"] == before
        result = job.step(operation)
        assert result["changed"] and not result.get("failed"), result
        assert (result["status"], result["steps"][0]["status"]) == after
        assert result["step_instance_id"] == result["steps"][0]["step_instance_id"]
        assert job.sent()[-1] == CODES[operation]

    def test_check_mode_predicts_and_sends_nothing(self, ran, operation):
        job = ran(*CASES[operation][0])
        prepare(job, operation)
        sent = len(job.sent())
        result = job.step(operation, check_mode=True)
        assert result["changed"] and not result.get("failed") and len(job.sent()) == sent

    def test_is_refused_with_the_reason_and_nothing_sent_in_another_state(self, ran, operation):
        job = ran({"name": "all well"})
        result = job.step(operation)
        assert result["failed"] and not result["changed"] and result["outcome"] == "not_started" and not job.sent()
        assert f"{operation} is not possible now: it needs " in result["msg"] and "'all well' (script, success)" in result["msg"]

    def test_is_never_sent_again_when_the_answer_is_lost(self, ran, operation):
        job = ran(*CASES[operation][0])
        prepare(job, operation)
        sent = len(job.sent())
        job.simulator.misbehave("drop_after", operation="operate_step_instance")
        result = job.step(operation)
        assert result["failed"] and result["changed"] and result["outcome"] == "unknown" and len(job.sent()) == sent + 1
        assert f"{operation} may have been carried out. Look at step" in result["msg"]


ALLOWED = {
    "retry_failed": {4, 9, 11}, "retry_all": {4, 9, 11}, "ignore_error": {4}, "skip": {10}, "next_step": {11}, "next_batch": {7},
    "confirm": {7}, "terminate_confirmation": {7}, "ask_again": {13},
}


@pytest.mark.parametrize("code", [*range(1, 12), 13, 14, 15, 99])
def test_each_operation_is_sent_in_just_the_states_that_job_allows(ran, code):
    for_confirmation = {"confirm", "terminate_confirmation", "ask_again"}
    job = ran({})
    for operation, allowed in ALLOWED.items():
        job.simulator.misbehave_in_turn([standing(2, [{"status": code, "type": 3 if operation in for_confirmation else 1}])])
        assert bool(job.step(operation, check_mode=True).get("failed")) == (code not in allowed), operation


@pytest.mark.parametrize("operation, kind", [("next_batch", 3), ("confirm", 1), ("terminate_confirmation", 2)])
def test_a_confirmation_and_a_rolling_pause_are_told_apart(ran, operation, kind):
    job = ran(CONFIRMATION if kind == 3 else {"type": kind, "batches": 2})
    result = job.step(operation)
    assert result["failed"] and "is not possible now" in result["msg"] and not job.sent()


def test_several_steps_that_fit_must_be_chosen_from(ran):
    job = ran({})
    job.simulator.misbehave_in_turn([standing(4, [{"status": 4}, {"status": 4}])])
    result = job.step("retry_failed", check_mode=True)
    assert result["failed"] and "give step_instance_id" in result["msg"] and "5 'x'" in result["msg"] and "6 'x'" in result["msg"]
    assert job.step("retry_failed", check_mode=True, step_instance_id=6)["step_instance_id"] == 6


def test_a_step_of_another_instance_is_refused_with_those_there_are(ran):
    result = ran({}).step("confirm", step_instance_id=4711)
    assert result["failed"] and "step_instance_id 4711 is not a step of job 10000 'A plan' (success). Its steps:" in result["msg"]


def test_a_retry_is_followed_to_its_own_end_not_to_the_old_one(ran):
    job = ran({"results": [{"hosts": [3], "status": 104, "attempts": 1}]})
    assert job.do(job_instance_wait)["status"] == "failed"
    job.step("retry_failed")
    result = job.do(job_instance_wait)
    assert (result["status"], result["steps"][0]["attempts"], result["failed_host_count"]) == ("success", 2, 0)


@pytest.mark.parametrize("after", [
    {"mode": "bad_gateway"}, {"mode": "refuse", "code": 9900403}, {"mode": "empty_401"}, {"mode": "redirect"}, standing(4, [{"status": 4}]),
])
def test_what_came_of_an_operation_that_cannot_be_seen_is_a_warning_and_a_change(ran, perform_with_warnings, after):
    job = ran({})
    job.simulator.misbehave_in_turn([standing(4, [{"status": 4}], times=1), AGREED, {**after, "operation": "get_job_instance_status"}])
    options = {**job._options, "job_instance_id": 10000, "operation": "retry_failed"}
    result, warnings = perform_with_warnings(operate_step_instance, options, clock=job.clock)
    assert result["changed"] and not result.get("failed") and len(warnings) == 1 and job.sent() == [2]
    assert "JOB has accepted retry_failed, but its effect could not be verified" in warnings[0]


@pytest.mark.parametrize("operation, before, half, after", [
    ("ignore_error", (4, 4), (4, 6), (2, 6)), ("ask_again", (13, 13), (13, 7), (7, 7)), ("next_step", (11, 11), (11, 3), (2, 3)),
    ("retry_failed", (4, 4), (4, 1), (2, 1)), ("retry_failed", (4, 4), (4, 2), (2, 2)),
])
def test_the_old_end_of_the_job_is_not_taken_for_what_came_of_the_operation(ran, operation, before, half, after):
    job = ran({})
    kind = 3 if operation == "ask_again" else 1
    seen = [standing(status, [{"status": step, "type": kind}], times=1, end_time=1000, total_time=1) for status, step in (before, half, half)]
    job.simulator.misbehave_in_turn([*seen, AGREED, standing(after[0], [{"status": after[1], "type": kind}])])
    result = job.step(operation)
    assert (result["status_code"], result["steps"][0]["status_code"]) == after


@pytest.mark.parametrize("module, options", [
    (operate_job_instance, {"operation": "terminate", "job_instance_id": 0}), (operate_job_instance, {"operation": "terminate", "wait_timeout": -1}),
    (operate_step_instance, {"operation": "confirm", "step_instance_id": -1}), (job_instance_wait, {"job_instance_id": -3}),
])
def test_what_is_no_id_or_no_time_is_refused_before_anything_is_sent(perform, connection, simulator, module, options):
    result = perform(module, {**connection, "bk_biz_id": 1, "job_instance_id": 10000, **options})
    assert result["failed"] and list(options)[-1] in result["msg"] and not simulator.requests()

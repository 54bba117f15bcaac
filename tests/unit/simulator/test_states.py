# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of jobs and steps, as JOB's listeners do it, the strange ends included."""
from __future__ import annotations

import pytest

CONFIRMATION = {"type": 3}
RETRY_FAILED, IGNORE, CONFIRM, RETRY_ALL, END_HERE, ASK_AGAIN, NEXT, SKIP, NEXT_BATCH = 2, 3, 6, 8, 9, 10, 11, 12, 13
TERMINATE = 1
NOT_NOW = 1241003


def hanging(job):
    """A job that was told to stop while it waited at its confirmation."""
    server = job(CONFIRMATION, {})
    number = server.start()
    assert server.operate(number, TERMINATE) == 0
    server.simulator.advance(3600)
    assert server.states(number) == (10, 7, 1) and server.status(number)["finished"] is False
    return server, number


def test_a_job_stopped_at_a_confirmation_hangs_until_the_confirmation_is_ended(job):
    server, number = hanging(job)
    assert server.operate(number, TERMINATE) == NOT_NOW
    assert server.operate_step(number, END_HERE) == 0
    assert server.states(number) == (13, 13, 1) and server.status(number)["finished"] is True


def test_a_job_stopped_at_a_confirmation_goes_on_when_it_is_confirmed(job):
    server, number = hanging(job)
    assert server.operate_step(number, CONFIRM) == 0 and server.states(number) == (3, 3, 3)


def test_a_job_that_rolls_is_stopped_while_it_waits_for_its_next_batch(job):
    server = job({"batches": 2})
    number = server.start()
    assert server.states(number) == (7, 7) and server.operate(number, TERMINATE) == 0
    assert server.states(number) == (11, 11)


def test_retries_are_counted_from_0(job):
    server = job({"fail_hosts": [3]})
    number = server.start()
    counts = []
    for code in (RETRY_FAILED, RETRY_ALL):
        counts.append(server.status(number)["step_instance_list"][0]["execute_count"])
        server.operate_step(number, code)
    assert [*counts, server.status(number)["step_instance_list"][0]["execute_count"]] == [0, 1, 2]


def test_ignoring_an_abnormal_step_is_agreed_to_and_nothing_runs_again(job):
    server = job({"end_status": 9}, {})
    number = server.start()
    assert server.states(number) == (9, 9, 1) and server.operate_step(number, IGNORE) == 0
    server.simulator.advance(3600)
    assert server.states(number) == (2, 9, 1) and server.status(number)["finished"] is False


def test_ignoring_a_failed_step_goes_on(job):
    server = job({"fail_hosts": [1]}, {})
    number = server.start()
    assert server.operate_step(number, IGNORE) == 0 and server.states(number) == (3, 6, 3)


def test_the_next_step_leaves_the_stopped_one_skipped(job):
    server = job({"seconds": 100}, {})
    number = server.start()
    server.operate(number, TERMINATE)
    server.simulator.advance(10)
    assert server.states(number) == (11, 11, 1) and server.operate_step(number, NEXT) == 0 and server.states(number) == (3, 5, 3)


def test_a_rolling_step_is_a_moment_between_its_batches_and_then_waits_or_goes_on(job):
    for mode, after in ((3, (7, 7)), (1, (3, 3))):
        server = job({"batches": 2, "rolling_mode": mode, "passing_seconds": 50})
        number = server.start()
        assert server.states(number) == (2, 15) and server.operate_step(number, NEXT_BATCH, then=50) == NOT_NOW
        assert server.states(number) == after
    assert server.operate_step(number, NEXT_BATCH) == NOT_NOW


@pytest.mark.parametrize("mode, after", [(1, (4, 4)), (2, (3, 3)), (3, (4, 4))])
def test_a_batch_that_fails_ends_the_job_unless_the_plan_ignores_it(job, mode, after):
    server = job({"batches": 3, "rolling_mode": mode, "fail_hosts": [1]})
    assert server.states(server.start()) == after


def test_a_waiting_step_that_asks_again_keeps_its_old_end(job):
    server = job(CONFIRMATION)
    number = server.start()
    server.operate_step(number, END_HERE)
    ended = server.status(number)
    assert server.operate_step(number, ASK_AGAIN) == 0
    asked = server.status(number)
    assert (asked["finished"], asked["job_instance"]["status"], asked["step_instance_list"][0]["status"]) == (False, 7, 7)
    assert asked["job_instance"]["end_time"] == ended["job_instance"]["end_time"] and ended["job_instance"]["end_time"]
    assert asked["step_instance_list"][0]["end_time"] == ended["step_instance_list"][0]["end_time"]
    assert asked["step_instance_list"][0]["start_time"] > ended["step_instance_list"][0]["start_time"]


def test_a_status_that_nobody_knows_is_finished_as_job_says(job):
    server = job({"end_status": 99})
    status = server.status(server.start())
    assert (status["finished"], status["job_instance"]["status"]) == (True, 99)


def test_steps_are_there_before_the_job_is_started(job):
    server = job({}, CONFIRMATION)
    number = server.start(start_task=False)
    status = server.status(number)
    assert server.states(number) == (1, 1, 1) and {step["create_time"] for step in status["step_instance_list"]} == {status["job_instance"]["create_time"]}

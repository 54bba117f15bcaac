# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A start is a message in a queue: it may be consumed late, and with others that wait beside it; a request may come late to JOB itself."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.tests.unit.conftest import until

START, TERMINATE = 2, 1
STARTED_ALREADY = 1241015


@pytest.fixture
def created(job):
    """A JOB with a job that was created, and not started."""
    server = job({"seconds": 100})
    return server, server.start(start_task=False)


def test_a_start_in_a_lagging_queue_is_answered_at_once_and_runs_later(created):
    server, number = created
    server.simulator.misbehave("lagging_queue", operation="operate_job_instance", lag=30, times=1)
    assert server.operate(number, START) == 0
    server.simulator.advance(29)
    assert server.states(number) == (1, 1) and server.runs() == [0]
    server.simulator.advance(2)
    assert server.states(number) == (2, 2) and server.runs() == [1]


def test_starts_that_wait_together_all_run(created):
    server, number = created
    server.simulator.misbehave("lagging_queue", operation="operate_job_instance", lag=30, times=1)
    assert [server.operate(number, START), server.operate(number, START)] == [0, 0]
    server.simulator.advance(31)
    assert server.runs() == [2] and server.operate(number, START) == STARTED_ALREADY


def test_the_answer_of_a_start_that_lags_may_be_lost_too(created):
    server, number = created
    server.simulator.misbehave("lagging_queue", operation="operate_job_instance", lag=30, times=1, manner="drop_after")
    assert server.answer("operate_job_instance", job_instance_id=number, operation_code=START) is None
    server.simulator.advance(31)
    assert server.states(number) == (2, 2) and server.runs() == [1]


def test_a_plan_s_own_start_lags_as_well(job):
    server = job({"seconds": 100})
    server.simulator.misbehave("lagging_queue", operation="execute_job_plan", lag=30, times=1)
    number = server.start()
    assert server.states(number) == (1, 1) and server.operate(number, TERMINATE) == 1241003 and server.operate(number, START) == 0
    server.simulator.advance(31)
    assert server.states(number) == (2, 2) and server.runs() == [2]


def test_a_refusal_may_come_after_the_start_all_the_same(job):
    server = job({})
    server.simulator.misbehave("refuse", code=1244005, processed=True, times=1)
    assert server.code("execute_job_plan", job_plan_id=1) == 1244005 and len(server.simulator.instances()) == 1


def test_a_request_that_a_gateway_still_holds_gets_no_answer_and_comes_to_job_later(created):
    server, number = created
    server.simulator.misbehave("late", operation="operate_job_instance", lag=20, times=1)
    assert server.answer("operate_job_instance", job_instance_id=number, operation_code=START) is None
    server.simulator.advance(19)
    assert server.states(number) == (1, 1)
    server.simulator.advance(60)
    status = server.status(number)["job_instance"]
    assert status["status"] == 2 and 19000 <= status["start_time"] - status["create_time"] - 1000 <= 22000


def test_a_late_start_of_a_job_that_runs_already_is_refused_by_job(created):
    server, number = created
    server.simulator.misbehave("late", operation="operate_job_instance", lag=20, times=1)
    server.answer("operate_job_instance", job_instance_id=number, operation_code=START)
    assert server.operate(number, START) == 0
    server.simulator.advance(60)
    assert server.states(number) == (2, 2) and server.runs() == [1]


def test_a_late_request_for_a_plan_makes_an_instance_when_it_comes(job):
    server = job({})
    server.simulator.misbehave("late", lag=20, times=1)
    assert server.answer("execute_job_plan", job_plan_id=1) is None and not server.simulator.instances()
    server.simulator.advance(60)
    assert [instance["status"] for instance in server.simulator.instances()] == [3]


def test_late_requests_come_with_time_alone_too(job):
    server = job({})
    server.simulator.misbehave("late", lag=0.05, times=1)
    server.answer("execute_job_plan", job_plan_id=1)
    until(server.simulator.instances)
    assert len(server.simulator.instances()) == 1

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JOB limits how many jobs there are at once, and a gateway how often it is asked."""
from __future__ import annotations

import pytest


@pytest.mark.parametrize("kind, code", [("resource_scope", 1244032), ("app", 1244033), ("system", 1244034)])
def test_beyond_the_quota_a_start_is_refused_and_nothing_is_stored_until_a_job_has_ended(job, kind, code):
    server = job({"seconds": 100}, quota={kind: 2})
    server.start()
    server.start()
    assert server.code("execute_job_plan", job_plan_id=1) == code and len(server.simulator.instances()) == 2
    server.simulator.advance(100)
    assert server.start() and len(server.simulator.instances()) == 3


def test_a_job_that_was_created_and_never_started_counts_for_an_hour(job):
    server = job({}, quota={"resource_scope": 1})
    server.start(start_task=False)
    assert server.code("execute_job_plan", job_plan_id=1) == 1244032
    server.simulator.advance(3600)
    assert server.start()


def test_there_is_no_quota_before_3_9(job):
    server = job({"seconds": 100}, quota={"system": 1}, version="3.8")
    assert server.start() and server.start()


def test_the_most_jobs_that_there_were_at_once_are_told(job):
    server = job({"seconds": 10})
    for _start in range(3):
        server.start()
    server.simulator.advance(20)
    server.start(seconds=20)
    assert server.simulator.statistics()["most_at_once"] == 3


def test_a_gateway_refuses_what_is_beyond_its_rate_and_says_until_when(job):
    server = job({}, rate_limit={"requests": 2, "seconds": 1000})
    assert [server.answer("get_job_plan_list")["code"] for _request in range(3)] == [0, 0, 1306429]
    assert server.simulator.statistics()["rate_limited"] == 1
    server.simulator.advance(1000)
    assert server.answer("get_job_plan_list")["code"] == 0

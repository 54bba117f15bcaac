# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests share a connection, and what never goes from one request to the next."""
from __future__ import annotations

import json
import multiprocessing

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_plan_info


@pytest.fixture
def read(perform, connection, simulator, clock):
    """Read plan 100 once more, and return all requests so far."""
    def run(**options) -> list:
        assert not perform(job_plan_info, {**connection, "bk_biz_id": 1, "job_plan_id": 100, **options}, clock=clock).get("failed")
        return simulator.requests()
    return run


def test_tasks_of_one_process_share_a_connection(read):
    read()
    first, second = read()
    assert first["port"] == second["port"]


def test_a_forked_process_makes_its_own(read):
    read()
    child = multiprocessing.get_context("fork").Process(target=read)
    child.start()
    child.join()
    read()
    parent, other, again = read()[:3]
    assert child.exitcode == 0 and parent["port"] != other["port"] and parent["port"] == again["port"]


def test_a_start_has_a_connection_that_no_server_can_be_about_to_close(perform, read, connection, clock):
    for _time in range(2):
        perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 100}, clock=clock)
    checked, started, checked_again, started_again, read_only = (request["port"] for request in read())
    assert len({checked, started, started_again}) == 3
    assert started == checked_again and started_again == read_only


def test_a_connection_that_broke_is_not_used_again(read, simulator):
    read()
    simulator.misbehave("cut", operation="get_job_plan_detail", times=1)
    _first, broken, again = read()
    assert broken["port"] != again["port"]


def test_no_cookie_goes_from_one_request_to_the_next(read, simulator):
    body = json.dumps({"result": True, "code": 0, "data": {"id": 100, "name": "Test"}})
    simulator.misbehave("answer", operation="get_job_plan_detail", times=1, body=body, headers={"Set-Cookie": "bk_token=somebody-else; Path=/"})
    read()
    _first, second = read()
    assert "Cookie" not in second["headers"]


def test_another_user_on_the_same_connection_is_that_user(perform, connection, simulator, clock):
    given = {"bk_token": None, "bk_biz_id": 1, "job_plan_id": 100, "exactly_once": True}
    for name in ("admin", "operator", "admin"):
        assert not perform(execute_job_plan, {**connection, **given, "bk_username": name}, clock=clock).get("failed")
    _other, *created = (request["port"] for request in simulator.starts())
    *started, _other = (request["port"] for request in simulator.requests()[3::4])
    assert created == started
    assert [instance["operator"] for instance in simulator.instances()] == ["admin", "operator", "admin"]


def test_an_answer_that_drips_in_is_not_waited_for_longer_than_the_request_may_take(perform, connection, simulator):
    simulator.misbehave("drip", operation="get_job_plan_detail", pause=0.02)  # some 2,000 bytes, each of them soon enough
    result = perform(job_plan_info, {**connection, "bk_biz_id": 1, "job_plan_id": 101, "request_timeout": 0.5})
    assert result["failed"] and "gave no complete answer to get_job_plan_detail within 0.5 s (request_timeout)" in result["msg"]

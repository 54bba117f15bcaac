# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said while a job is waited for: the instance at once, changes as they come, and now and then that it goes on."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_instance_wait


@pytest.fixture
def say(launch_plans, perform, controlled):
    """The lines said while a plan of these steps is started and waited for."""
    def run(*steps: dict, **options: object) -> list[str]:
        named = [{"name": name, "type": 1, **step} for name, step in zip(("one", "two", "three"), steps)]
        lines: list[str] = []
        with launch_plans([{"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [], "step_list": named}]) as (simulator, connection):
            given = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, **options}
            perform(execute_job_plan, given, clock=controlled(simulator), say=lines.append)
        return lines
    return run


def test_the_instance_and_its_page_are_named_at_once(say):
    assert say({}, job_web_url="https://job.example.com") == ["job 10000 'A plan' started\nhttps://job.example.com/api_execute/10000"]


def test_a_job_of_less_than_five_seconds_is_not_commented_on(say):
    assert len(say({"seconds": 4})) == 1


def test_each_step_is_told_when_it_begins(say):
    lines = say({"seconds": 20}, {"seconds": 20})
    assert lines[1].startswith("job 10000 'A plan': step 1/2 'one' running, ") and lines[2].startswith("job 10000 'A plan': step 2/2 'two' running, ")
    assert len(lines) == 3


def test_a_long_step_is_told_of_once_a_minute_with_the_time_waited(say):
    lines = say({"seconds": 7200}, wait_timeout=7300)
    assert 100 < len(lines) < 122 and lines[-1].startswith("job 10000 'A plan': step 1/1 'one' running, 1h5") and lines[-1].endswith("s")


def test_changes_close_to_each_other_are_told_in_one_line(say):
    lines = say({"seconds": 6}, {"seconds": 0.5}, {"seconds": 30}, wait_interval=0.25)
    assert [line.partition("step ")[2][:3] for line in lines[1:]] == ["1/3", "3/3"]


def test_a_person_who_is_waited_for_is_told_so(say):
    lines = say({"type": 3}, wait_timeout=100)
    assert "step 1/1 'one' waiting_confirmation, waits for a person to confirm, " in lines[1]


def test_nothing_is_said_without_progress_or_without_a_wait(say):
    assert say({"seconds": 100}, progress=False) == [] and say({"seconds": 100}, wait=False) == []


def test_waiting_for_a_job_that_was_started_before_tells_how_it_goes_on(perform, launch_plans, controlled):
    lines: list[str] = []
    plan = {"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [], "step_list": [{"name": "one", "type": 1, "seconds": 50}]}
    with launch_plans([plan]) as (simulator, connection):
        clock = controlled(simulator)
        started = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 1}, clock=clock)
        options = {**connection, "bk_biz_id": 1, "job_instance_id": started["job_instance_id"]}
        perform(job_instance_wait, options, clock=clock, say=lines.append)
    assert len(lines) == 1 and "step 1/1 'one' running" in lines[0]

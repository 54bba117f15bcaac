# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of instances and of plans."""
from __future__ import annotations

import time


def window(back: float = 3600) -> dict:
    now = round(time.time() * 1000)
    return {"create_time_start": now - round(back * 1000), "create_time_end": now + 3600000}


def test_a_list_of_no_instances_has_null_for_its_rows_and_one_of_no_plans_an_empty_list(job):
    server = job()
    assert server.ask("get_job_instance_list", **window()) == {"start": 0, "length": 20, "total": 0, "data": None}
    assert server.ask("get_job_plan_list") == {"start": 0, "length": 20, "total": 0, "data": []}


def test_a_job_that_runs_has_a_total_time_in_lists_only(job):
    server = job({"seconds": 100})
    number = server.start(seconds=10)
    assert server.status(number)["job_instance"]["total_time"] is None
    assert server.ask("get_job_instance_list", **window())["data"][0]["total_time"] >= 10000

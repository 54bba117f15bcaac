# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of instances and of plans."""
from __future__ import annotations

import time

import pytest

DAY = 24 * 3600 * 1000


def window(back: float = 3600) -> dict:
    now = round(time.time() * 1000)
    return {"create_time_start": now - round(back * 1000), "create_time_end": now + 3600000}


def rows(server, **fields: object) -> list:
    return server.ask("get_job_instance_list", **{**window(), **fields})["data"]


def test_a_list_of_no_instances_has_null_for_its_rows_and_one_of_no_plans_an_empty_list(job):
    server = job()
    assert server.ask("get_job_instance_list", **window()) == {"start": 0, "length": 20, "total": 0, "data": None}
    assert server.ask("get_job_plan_list") == {"start": 0, "length": 20, "total": 0, "data": []}


def test_a_page_beyond_the_last_one_tells_how_many_instances_there_are_but_of_no_plans(job):
    server = job({})
    server.start()
    assert server.ask("get_job_instance_list", **window(), start=5) == {"start": 5, "length": 20, "total": 1, "data": None}
    assert server.ask("get_job_plan_list", start=5) == {"start": 5, "length": 20, "total": 0, "data": []}


def test_a_job_that_runs_has_a_total_time_in_lists_only(job):
    server = job({"seconds": 100})
    number = server.start(seconds=10)
    assert server.status(number)["job_instance"]["total_time"] is None and rows(server)[0]["total_time"] >= 10000


def test_rows_name_the_template_and_the_scope(job):
    server = job({}, of_plan={"job_template_id": 50})
    server.start()
    row = rows(server)[0]
    assert (row["job_template_id"], row["job_plan_id"], row["bk_biz_id"], row["bk_scope_type"], row["bk_scope_id"]) == (50, 1, 1, "biz", "1")


@pytest.mark.parametrize("start, end, code", [
    (1, 2, 0), (0, 2, 1241007), (2, 0, 1241007), (None, 2, 1241007), (2, None, 1241007), (2, 2, 1241007), (3, 2, 1241007),
    (1, 1 + 30 * DAY, 0), (1, 2 + 30 * DAY, 1241002)])
def test_a_window_has_an_end_after_its_start_and_is_at_most_30_days(job, start, end, code):
    assert job().code("get_job_instance_list", create_time_start=start, create_time_end=end) == code


@pytest.mark.parametrize("version, code", [("3.6", 0), ("3.7", 1241007)])
def test_a_window_of_nothing_is_refused_from_3_7_on(job, version, code):
    assert job(version=version).code("get_job_instance_list", create_time_start=5, create_time_end=5) == code


@pytest.mark.parametrize("version, length, answer", [
    ("3.12", 1000, 1000), ("3.12", 1001, 1240003), ("3.12", 0, 1240003), ("3.12", None, 20), ("3.10", 5000, 5000), ("3.10", 0, 10), ("3.10", None, 10)])
def test_a_page_of_instances_has_at_most_1000_rows_from_3_11_on(job, version, length, answer):
    told = job(version=version).answer("get_job_instance_list", **window(), length=length)
    assert (told["data"]["length"] if told["data"] else told["code"]) == answer


def test_a_page_of_plans_is_as_long_as_one_likes(job):
    assert job().ask("get_job_plan_list", length=100000)["length"] == 100000


def test_deep_pages_are_refused_where_they_are_forbidden(job):
    assert [job(max_start=1000).code("get_job_instance_list", **window(), start=start) for start in (1000, 1001)] == [0, 1241010]
    assert job().code("get_job_instance_list", **window(), start=100000) == 0
    assert job(version="3.10", max_start=1000).code("get_job_instance_list", **window(), start=100000) == 0


def test_a_type_or_a_status_that_does_not_exist_is_refused(job):
    assert [job().code("get_job_instance_list", **window(), **wrong) for wrong in ({"type": 9}, {"status": 99})] == [1241002, 1240002]


def test_the_plan_that_was_changed_last_comes_first(job):
    plans = [{"bk_biz_id": 1, "id": number, "name": "A", "last_modify_time": changed, "global_var_list": [], "step_list": []}
             for number, changed in ((1, 5), (2, 9), (3, 7))]
    assert [row["id"] for row in job(plans=plans).ask("get_job_plan_list")["data"]] == [2, 3, 1]

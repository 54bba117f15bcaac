# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What job_instance_info tells of one instance, and which ones it finds."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_instance_info, operate_job_instance

DAY = 24 * 3600
LIST, STATUS = "get_job_instance_list", "get_job_instance_status"


@pytest.fixture
def start(perform, connection, clock):
    """Start plan 101, on hosts of which the last fails in step 2, and let it end; returns the instance's id."""
    def run(plan: int = 101, hosts: tuple = (1, 5)) -> int:
        variables = [{"name": "web_hosts", "server": {"host_id_list": list(hosts)}}, {"name": "version", "value": "1"}] if plan == 101 else None
        options = {**connection, "bk_biz_id": 1, "job_plan_id": plan, "global_var_list": variables}
        number = perform(execute_job_plan, options, clock=clock)["job_instance_id"]
        clock.sleep(10)
        return number
    return run


@pytest.fixture
def info(perform, connection, clock):
    """What the module returns for these options."""
    return lambda **options: perform(job_instance_info, {**connection, "bk_biz_id": 1, **options}, clock=clock)


@pytest.fixture
def asked(simulator):
    """What the list was asked for, as numbers: APIGW's query has texts."""
    return lambda *names: [tuple(int(request["body"][name]) for name in names) for request in simulator.requests() if request["operation"] == LIST]


def found(result: dict) -> list:
    assert not result["changed"], result
    return [row["job_instance_id"] for row in result["instances"]]


class TestOne:
    def test_tells_all_of_a_job_that_failed_and_does_not_fail_itself(self, start, info):
        number = start()
        result = info(job_instance_id=number, return_global_vars=True)
        assert not result.get("failed") and not result["changed"]
        assert (result["job_instance_id"], result["job_instance_name"], result["status"], result["finished"]) == (number, "Deploy web", "failed", True)
        assert (result["waiting_for"], result["failed_host_count"]) == (None, 1) and result["global_vars"]["version"] == "1"
        assert result["digest"].startswith(f"job {number} 'Deploy web' failed at step 2 of 2, 'Install and restart': 1 of 2 hosts failed\n")
        assert "hosts" not in result

    def test_of_a_job_that_is_well_there_is_no_digest(self, start, info):
        result = info(job_instance_id=start(plan=100))
        assert (result["status"], result["digest"], result["failed_hosts"]) == ("success", None, [])

    def test_hosts_all_lists_every_host_in_every_step(self, start, info):
        result = info(job_instance_id=start(), hosts="all")
        assert [(row["step"], row["bk_host_id"], row["status"]) for row in result["hosts"]] == [
            ("Send the package", 1, "success"), ("Send the package", 5, "success"),
            ("Install and restart", 1, "success"), ("Install and restart", 5, "nonzero_exit")]

    def test_hosts_none_reads_none(self, start, info, simulator):
        number = start()
        result = info(job_instance_id=number, hosts="none", return_global_vars=True)
        assert (result["status"], result["failed_hosts"], result["failed_host_count"]) == ("failed", None, None) and "hosts" not in result
        assert result["digest"] == f"job {number} 'Deploy web' failed at step 2 of 2, 'Install and restart'"
        assert result["steps"][0]["hosts"] is None and result["global_vars"]["version"] == "1"
        assert not [request for request in simulator.requests() if request["body"].get("return_ip_result")]

    def test_logs_false_reads_none(self, start, info, simulator):
        assert "|" not in info(job_instance_id=start(), logs=False)["digest"]
        assert not [request for request in simulator.requests() if "log" in request["operation"]]

    def test_just_after_a_start_there_are_no_steps_yet(self, perform, connection, info):
        started = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [
            {"name": "web_hosts", "server": {"host_id_list": [1]}}, {"name": "version", "value": "1"}]})
        result = info(job_instance_id=started["job_instance_id"])
        assert not result.get("failed") and not result["finished"] and result["ended_at"] is None

    def test_one_that_is_not_there_is_said_so(self, info):
        result = info(job_instance_id=4711)
        assert result["failed"] and result["code"] == 1244006

    @pytest.mark.parametrize("body", [
        {"job_instance": {"status": "three"}}, {"job_instance": {"status": True}}, {"job_instance": {}}, {},
        {"job_instance": {"job_instance_id": 1, "status": 3}},
    ])
    def test_an_answer_of_another_shape_is_refused_and_not_guessed_at(self, start, info, simulator, body):
        number = start()
        simulator.misbehave("answer", operation=STATUS, body=json.dumps({"result": True, "code": 0, "data": body}))
        result = info(job_instance_id=number)
        assert result["failed"] and STATUS in result["msg"]

    @pytest.mark.parametrize("odd", [{"step_instance_list": {}}, {"step_instance_list": None}, {"step_instance_list": [None, "x"]}])
    def test_steps_of_another_shape_are_none(self, start, info, simulator, odd):
        number = start()
        body = {"result": True, "code": 0, "data": {"job_instance": {"status": 3}, **odd}}
        simulator.misbehave("answer", operation=STATUS, body=json.dumps(body))
        result = info(job_instance_id=number)
        assert (result.get("failed"), result["status"], result["steps"], result["failed_hosts"]) == (None, "success", [], [])

    def test_what_is_not_told_of_a_step_or_host_is_null(self, start, info, simulator):
        number = start()
        step = {"name": None, "step_ip_result_list": [{}, {"ip": "10.0.0.1", "status": "?"}, {"ip": "10.0.0.2", "status": 11}]}
        body = {"result": True, "code": 0, "data": {"job_instance": {"status": 4}, "step_instance_list": [step]}}
        simulator.misbehave("answer", operation=STATUS, body=json.dumps(body))
        result = info(job_instance_id=number)
        assert {name: result["steps"][0][name] for name in ("step_instance_id", "name", "type", "status", "attempts", "started_at")} == dict.fromkeys(
            ("step_instance_id", "name", "type", "status", "attempts", "started_at"))
        assert [row["ip"] for row in result["failed_hosts"]] == ["10.0.0.2"] and result["steps"][0]["hosts"]["total"] == 3

    @pytest.mark.parametrize("said, finished", [(True, True), (False, False), (None, False)])
    def test_a_state_that_is_unknown_here_has_ended_if_job_says_so(self, start, info, simulator, said, finished):
        number = start()
        body = {"result": True, "code": 0, "data": {"finished": said, "job_instance": {"status": 99}, "step_instance_list": []}}
        simulator.misbehave("answer", operation=STATUS, body=json.dumps(body))
        result = info(job_instance_id=number)
        assert (result["status"], result["finished"]) == ("unknown_99", finished)

    def test_a_job_that_runs_has_neither_end_nor_duration(self, perform, launch_plans, controlled):
        plan = {"bk_biz_id": 1, "id": 1, "name": "Long", "global_var_list": [], "step_list": [{"name": "x", "type": 1, "seconds": 1e6}]}
        with launch_plans([plan]) as (_simulator, options):
            watch = controlled(_simulator)
            number = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1}, clock=watch)["job_instance_id"]
            watch.sleep(10)
            one = perform(job_instance_info, {**options, "bk_biz_id": 1, "job_instance_id": number}, clock=watch)
            [row] = perform(job_instance_info, {**options, "bk_biz_id": 1}, clock=watch)["instances"]
        assert [(shown["status"], shown["ended_at"], shown["duration"]) for shown in (one, one["steps"][0], row)] == [("running", None, None)] * 3

    def test_the_hosts_of_a_job_on_containers_are_asked_for_once_and_the_warning_says_why_they_are_not_told(
            self, launch_plans, perform_with_warnings, controlled):
        plan = {"bk_biz_id": 1, "id": 1, "name": "Pods", "step_list": [{"name": "x", "type": 1, "targets": "pods"}],
                "global_var_list": [{"id": 1, "name": "pods", "type": 3, "server": {"containers": 2}}]}
        with launch_plans([plan]) as (simulator, options):
            watch = controlled(simulator)
            given = {**options, "bk_biz_id": 1, "job_plan_id": 1, "wait": True}
            result, warnings = perform_with_warnings(execute_job_plan, given, clock=watch)
            asked = [request for request in simulator.requests() if request["body"].get("return_ip_result")]
        assert (result["status"], result["failed_hosts"], result["steps"][0]["hosts"]) == ("success", None, None) and len(asked) == 1
        assert len(warnings) == 1 and "JOB 3.9 and newer fail like this for every job whose targets are containers" in warnings[0]


class TestList:
    def test_that_is_empty_is_told_as_such(self, info):
        assert found(info()) == []

    @pytest.mark.parametrize("data", [{"data": None, "total": 0}, {"total": 0}, {"data": [], "total": 0}, {}])
    def test_that_has_no_rows_may_say_so_in_several_ways(self, info, simulator, data):
        simulator.misbehave("answer", operation=LIST, body=json.dumps({"result": True, "code": 0, "data": data}))
        assert found(info()) == []

    @pytest.mark.parametrize("data", [None, [], "x"])
    def test_an_answer_without_a_list_is_no_empty_list(self, info, simulator, data):
        simulator.misbehave("answer", operation=LIST, body=json.dumps({"result": True, "code": 0, "data": data}))
        assert "has no usable list" in info()["msg"]

    def test_what_is_not_told_of_a_row_is_null(self, info, simulator):
        body = {"result": True, "code": 0, "data": {"total": 1, "data": [{"job_instance_id": 5, "status": 99, "total_time": 7}]}}
        simulator.misbehave("answer", operation=LIST, body=json.dumps(body))
        [row] = info()["instances"]
        assert (row["status"], row["finished"], row["launch_mode"], row["job_instance_name"]) == ("unknown_99", None, None, None)

    @pytest.mark.parametrize("count", [1001, 2100])
    def test_where_deep_paging_is_forbidden_shorter_periods_are_asked_for(self, launch_version, connect, perform, controlled, count):
        with launch_version("3.12", max_start=1000) as (simulator, options):
            watch = controlled(simulator)
            client = connect(options).client
            for number in range(count):
                client.call("execute_job_plan", {"bk_scope_type": "biz", "bk_scope_id": "1", "job_plan_id": 100}, in_doubt="it may have started")
                if number % 10 == 9:
                    watch.sleep(1)
            assert len(found(perform(job_instance_info, {**options, "bk_biz_id": 1}, clock=watch))) == count

    def test_a_list_that_job_lets_nobody_read_to_the_end_is_said_so(self, info, simulator):
        simulator.misbehave("refuse", operation=LIST, code=1241010, message="start cannot exceed 1000")
        told = info(create_time_start="2026-01-01T00:00:00", create_time_end="2026-01-01T00:00:01")["msg"]
        assert "start cannot exceed 1000" in told and "give a shorter period, or filter by operator, status or name" in told

    def test_has_the_newest_first_with_what_each_is(self, start, info):
        first, second = start(), start(plan=100)
        result = info()
        assert found(result) == [second, first]
        assert {name: result["instances"][1][name] for name in ("job_instance_name", "status", "finished", "job_plan_id", "operator", "launch_mode")} == {
            "job_instance_name": "Deploy web", "status": "failed", "finished": True, "job_plan_id": 101, "operator": "admin", "launch_mode": "api"}

    @pytest.mark.parametrize("filters, which", [
        ({"job_plan_id": 101}, "failed"), ({"status": "failed"}, "failed"), ({"status": "success"}, "good"), ({"name_contains": "ploy"}, "failed"),
        ({"operator": "admin"}, "both"), ({"operator": "nobody"}, "none"), ({"job_plan_id": 100, "status": "failed"}, "none"),
    ])
    def test_filters_let_through_what_fits_all_of_them(self, start, info, filters, which):
        failed, good = start(), start(plan=100)
        assert found(info(**filters)) == {"failed": [failed], "good": [good], "both": [good, failed], "none": []}[which]

    def test_a_day_back_unless_told_otherwise(self, start, info, clock):
        number = start(plan=100)
        clock.sleep(DAY - 60)
        assert found(info()) == [number]
        clock.sleep(120)
        assert found(info()) == []

    def test_more_than_30_days_are_asked_for_in_parts_without_gap_or_repetition(self, start, info, clock, asked):
        numbers = []
        for days in (0, 29, 2, 30, 40):
            clock.sleep(days * DAY)
            numbers.append(start(plan=100))
        result = info(create_time_start="2020-01-01")
        assert found(result) == numbers[::-1]
        periods = asked("create_time_start", "create_time_end")
        assert all(0 < end - start <= 30 * DAY * 1000 for start, end in periods)
        assert all(later[0] == earlier[1] for later, earlier in zip(periods, periods[1:]))

    @pytest.mark.parametrize("end", ["2026-01-31T00:00:00", "2026-01-31T00:00:00.001", "2026-03-02T00:00:00", "2026-03-02T00:00:00.001"])
    def test_no_part_is_a_single_millisecond_which_job_refuses(self, info, asked, end):
        assert found(info(create_time_start="2026-01-01", create_time_end=end)) == []
        assert all(0 < end - start <= 30 * DAY * 1000 for start, end in asked("create_time_start", "create_time_end"))

    @pytest.mark.parametrize("start, end, refused", [
        ("0001-01-01", None, True), ("0001-01-01T00:00:00-12:00", None, True), ("2016-01-01", "2026-01-02", True), ("2016-01-01", "2026-01-01", False),
        ("1900-01-01", "1975-01-01", False), ("2000-01-01", "9999-12-31", True),
    ])
    def test_a_period_is_bounded_because_it_is_asked_for_30_days_at_a_time(self, info, simulator, start, end, refused):
        result = info(create_time_start=start, create_time_end=end)
        assert ("create_time_start must not be more than 10 years before create_time_end" in result.get("msg", "")) == refused
        assert (len(simulator.requests()) == 0) == refused and len(simulator.requests()) < 130

    def test_before_1970_there_was_nothing_to_list(self, info, asked):
        assert found(info(create_time_start="1969-12-31", create_time_end="1970-01-02")) == []
        assert asked("create_time_start") == [(1,)]

    def test_moments_are_taken_as_given_and_as_utc(self, info, asked):
        info(create_time_start="2026-01-01T08:00:00+08:00", create_time_end="2026-01-02")
        assert asked("create_time_start", "create_time_end") == [(1767225600000, 1767312000000)]

    @pytest.mark.parametrize("options, told", [
        ({"create_time_start": "yesterday"}, "create_time_start 'yesterday' is not a date or time in ISO 8601"),
        ({"create_time_start": "2026-01-02", "create_time_end": "2026-01-01"}, "create_time_end must be later than create_time_start"),
        ({"create_time_start": "2026-01-02", "create_time_end": "2026-01-02"}, "create_time_end must be later than create_time_start"),
        ({"job_plan_id": 0}, "job_plan_id"),
    ])
    def test_what_makes_no_sense_is_refused_before_anything_is_sent(self, info, simulator, options, told):
        result = info(**options)
        assert result["failed"] and told in result["msg"] and not simulator.requests()

    @pytest.fixture
    def answer(self, simulator):
        """Have the list answered with these pages, as (first number, last number, total) of instances."""
        def run(*pages: tuple) -> None:
            def body(first: int, last: int, total: int) -> str:
                rows = [{"job_instance_id": number, "name": "x", "status": 3, "job_plan_id": 1} for number in range(first, last - 1, -1)]
                return json.dumps({"result": True, "code": 0, "data": {"total": total, "data": rows}})
            simulator.misbehave_in_turn([{"mode": "answer", "operation": LIST, "times": 1, "body": body(*page)} for page in pages])
        return run

    def test_all_pages_are_read(self, info, answer, asked):
        answer((1001, 2, 1001), (1, 1, 1001))
        assert found(info()) == list(range(1001, 0, -1))
        assert asked("start", "length") == [(0, 1000), (1000, 1000)]

    def test_rows_that_move_to_an_earlier_page_meanwhile_are_not_lost(self, info, answer):
        # Five of the first page end before the second one is asked for, so that the last row is on the first page by then.
        answer((1001, 2, 1001), (0, 1, 996), (996, 1, 996), (996, 1, 996))
        assert found(info(status="running")) == list(range(1001, 0, -1))

    def test_what_the_printed_documentation_calls_a_row_is_understood(self, info, simulator):
        body = {"result": True, "code": 0, "data": {"total": 1, "data": [{"id": 5000, "name": "y", "task_status": 4, "job_plan_id": 2}]}}
        simulator.misbehave("answer", operation=LIST, body=json.dumps(body))
        row = info()["instances"][0]
        assert (row["job_instance_id"], row["status"], row["job_plan_id"]) == (5000, "failed", 2)


def test_the_list_shows_what_was_done_to_an_instance(perform, launch_plans, controlled):
    plan = {"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [], "step_list": [{"name": "x", "type": 3}]}
    with launch_plans([plan]) as (simulator, options):
        watch = controlled(simulator)
        number = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1}, clock=watch)["job_instance_id"]
        watch.sleep(1)
        perform(operate_job_instance, {**options, "bk_biz_id": 1, "job_instance_id": number, "operation": "terminate"}, clock=watch)
        assert found(perform(job_instance_info, {**options, "bk_biz_id": 1, "status": "confirmation_terminated"}, clock=watch)) == [number]

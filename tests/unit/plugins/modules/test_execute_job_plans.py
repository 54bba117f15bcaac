# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many plans in one task: all are checked before the first is started, and none is lost."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, execute_job_plans

SECRET = "hunter2-of-an-entry"
WEB = [{"name": "web_hosts", "server": {"host_id_list": [1, 5]}}, {"name": "version", "value": "1"}]


@pytest.fixture
def start(perform_with_task, connection, clock):
    """Run the module on these entries; returns the result, and the Task as it was left."""
    def run(plans: object, check_mode: bool = False, diff: bool = False, **options) -> tuple:
        given = {**connection, "bk_biz_id": 1, "plans": plans, **options}
        return perform_with_task(execute_job_plans, given, clock=clock, check_mode=check_mode, diff=diff)
    return run


def bodies(simulator) -> list[dict]:
    return [{name: value for name, value in request["body"].items() if not name.startswith(("bk_app", "bk_token"))} for request in simulator.starts()]


def values(simulator) -> list[list]:
    return [[variable["value"] for variable in instance["global_var_list"] if variable["name"] == "param_name"] for instance in simulator.instances()]


def test_all_are_started_and_told_in_the_order_of_the_list(start, simulator):
    result, _task = start([{"job_plan_id": 100, "label": "one"}, {"job_plan_name": "Test"}, {"job_plan_id": 100}])
    assert result["outcome"] == "started" and result["changed"] and not result.get("failed") and result["msg"] == "3 of 3 jobs started"
    assert [row["job_instance_id"] for row in result["results"]] == result["job_instance_ids"] and len(set(result["job_instance_ids"])) == 3
    assert [row.get("label") for row in result["results"]] == ["one", None, None] and result["counts"] == {"outcome": {"started": 3}, "status": {}}
    assert {row["job_plan_name"] for row in result["results"]} == {"Test"} and len(simulator.instances()) == 3
    assert result["ansible_facts"] == {"blueking_job": {"job_instance_ids": result["job_instance_ids"]}}


def test_a_plan_is_read_once_however_many_entries_start_it(start, simulator):
    start([{"job_plan_id": 100}] * 30)
    operations = [request["operation"] for request in simulator.requests()]
    assert operations.count("get_job_plan_detail") == 1 and operations.count("execute_job_plan") == 30


def test_entries_as_json_text(start, simulator):
    result, _task = start(json.dumps([{"job_plan_id": 100}, {"job_plan_id": 100}]))
    assert result["counts"]["outcome"] == {"started": 2}


def test_what_the_task_says_counts_for_all_and_what_an_entry_says_wins(start, simulator):
    entries = [
        {}, {"global_var_list": [{"name": "param_name", "value": "own"}]}, {"global_var_list": '[{"id": 437, "value": "by id"}]'},
        {"callback_url": "http://127.0.0.1:9/own"}]
    common = [{"id": 437, "name": "param_name", "value": "common"}]
    start(entries, job_plan_id=100, global_var_list=common, callback_url="http://127.0.0.1:9/common", parallel=1)
    assert values(simulator) == [["common"], ["own"], ["by id"], ["common"]]
    assert [body["callback_url"] for body in bodies(simulator)] == ["http://127.0.0.1:9/common"] * 3 + ["http://127.0.0.1:9/own"]


def test_an_entry_with_a_scope_or_a_plan_of_its_own_takes_nothing_of_it_from_the_task(launch_plans, perform):
    plans = [{"bk_biz_id": business, "id": number, "name": "Same", "global_var_list": [], "step_list": [{"name": "x", "type": 1}]}
             for business, number in ((1, 1), (2, 2))]
    with launch_plans(plans) as (simulator, connection):
        entries = [{}, {"bk_scope_type": "biz", "bk_scope_id": "2", "job_plan_id": 2}, {"bk_biz_id": 2, "job_plan_name": "Same"}]
        result = perform(execute_job_plans, {**connection, "bk_biz_id": 1, "job_plan_id": 1, "plans": entries, "parallel": 1})
        assert result["counts"]["outcome"] == {"started": 3}, result["msg"]
        assert [(row["bk_scope_id"], row["job_plan_id"]) for row in simulator.instances()] == [("1", 1), ("2", 2), ("2", 2)]


@pytest.mark.parametrize("entry, said", [
    ({"job_plan_id": 100, "job_plan_nmae": "x"}, "Unsupported parameters: job_plan_nmae. Supported parameters include"),
    ({"job_plan_id": "one hundred"}, "argument 'job_plan_id' is of type"),
    ({"job_plan_id": 100, "wait": True}, "Unsupported parameters: wait"),
    ({"job_plan_id": 100, "job_plan_name": "Test"}, "mutually exclusive: job_plan_id|job_plan_name"),
    ({}, "one of the following is required: job_plan_id, job_plan_name"),
    ({"job_plan_id": 0}, "job_plan_id must be a positive integer, not 0"),
    ({"job_plan_id": 100, "callback_url": "hooks.example.com"}, "callback_url"),
    ({"job_plan_id": 100, "global_var_list": [{"name": "param_name"}]}, "has neither value nor server"),
    ({"job_plan_id": 100, "global_var_list": [{"name": "parm_name", "value": "1"}]}, "Did you mean 'param_name'?"),
    ({"job_plan_id": 100, "global_var_list": {"param_name": "1"}}, "must be a list of variables, not a dict"),
    ({"job_plan_id": 4711}, ": 4711 (code 1243009"),
    ({"job_plan_name": "Tset"}, "Did you mean 'Test'?"),
    ("100", "must be a dict, as in {job_plan_id: 100}, not a string"),
    (None, "must be a dict, as in {job_plan_id: 100}, not null"),
])
def test_one_entry_that_cannot_be_meant_refuses_the_whole_task(start, simulator, entry, said):
    result, _task = start([{"job_plan_id": 100}, entry, {"job_plan_id": 100}])
    assert result["failed"] and result["outcome"] == "not_started" and not result["changed"] and not simulator.starts()
    assert "nothing was started, because of 1 of 3 entries:\nplans[1]: " in result["msg"] and said in result["msg"], result["msg"]


@pytest.mark.parametrize("plans, said", [
    ([], "plans is empty"), ("", "plans is empty"), ({"job_plan_id": 100}, "plans must be a list, not a dict"),
    ("no JSON", "plans is a string, but not a JSON"),
    ([{"job_plan_id": 100}] * 1001, "plans has 1001 entries, and at most 1000 are possible"),
])
def test_a_list_that_is_none(start, simulator, plans, said):
    result, _task = start(plans)
    assert result["failed"] and said in result["msg"] and not simulator.requests()


@pytest.mark.parametrize("options, said", [
    ({"parallel": 0}, "parallel must be from 1 to 50, not 0"), ({"parallel": 51}, "parallel must be from 1 to 50, not 51"),
    ({"max_running": 0, "wait": True}, "max_running must be 1 or more, not 0"),
    ({"max_running": 5, "wait": True, "wait_timeout": 0}, "max_running needs a wait_timeout above 0"),
    ({"on_failure": "terminate"}, "on_failure: terminate needs wait: true"),
    ({"quota_timeout": -1}, "quota_timeout must be a number of seconds, 0 or more"),
])
def test_an_option_that_cannot_be_meant(start, simulator, options, said):
    result, _task = start([{"job_plan_id": 100}], **options)
    assert result["failed"] and said in result["msg"] and not simulator.requests()


def test_problems_name_their_entries_and_labels_each_problem_once_and_not_too_many(start, simulator):
    entries = [{"job_plan_id": 4711, "label": "north"}] * 8 + [{"job_plan_id": 5000 + number} for number in range(20)]
    result, _task = start(entries)
    assert "nothing was started, because of 28 of 28 entries:" in result["msg"] and result["code"] == 1243009
    assert "plans[0] (north), plans[1] (north), plans[2] (north), plans[3] (north), plans[4] (north) and 3 more: JOB" in result["msg"]
    assert result["msg"].count("4711") == 1 and "and 16 more" in result["msg"] and len(result["msg"]) < 3000 and not simulator.starts()


def test_plans_that_cannot_be_read_and_values_that_do_not_fit_are_told_together(start):
    result, _task = start([{"job_plan_id": 4711}, {"job_plan_id": 100, "global_var_list": [{"name": "parm_name", "value": "1"}]}])
    assert "because of 2 of 2 entries:" in result["msg"] and "plans[0]: JOB" in result["msg"] and "plans[1]: not started, because global_var" in result["msg"]


def test_check_mode_reads_only_and_shows_each_request(start, simulator):
    result, _task = start([{"job_plan_id": 100, "label": "a"}, {"job_plan_id": 101, "global_var_list": WEB}], check_mode=True, wait=True)
    assert result["changed"] and result["outcome"] is None and result["msg"] == "2 of 2 plans would be started"
    assert [row["request"]["job_plan_id"] for row in result["results"]] == [100, 101] and all(row["verified"] for row in result["results"])
    assert {request["operation"] for request in simulator.requests()} == {"get_job_plan_detail"}


def test_the_difference_is_shown_for_each_entry(start):
    result, _task = start([{"job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": text}]} for text in ("a", "b")], diff=True, check_mode=True)
    assert [json.loads(row["after"])["param_name"] for row in result["diff"]] == ["a", "b"]


def test_one_start_without_an_answer_is_unknown_and_the_others_are_not_lost(start, simulator):
    simulator.misbehave_in_turn([{"mode": mode, "operation": "execute_job_plan", "times": times} for mode, times in (("slow", 2), ("drop_after", 1))])
    result, _task = start([{"job_plan_id": 100}] * 5, parallel=1)
    assert [row["outcome"] for row in result["results"]] == ["started", "started", "unknown", "started", "started"]
    assert result["failed"] and result["changed"] and result["outcome"] == "unknown" and len(simulator.instances()) == 5
    assert result["results"][2]["candidates"] and "1 not known whether started" in result["msg"] and len(result["job_instance_ids"]) == 4
    assert "outcome unknown" in result["msg"] and "plans[2]" in result["msg"]
    ids = {row["job_instance_id"] for row in simulator.instances()}
    assert set(result["unknown_job_instance_ids"]) == ids - set(result["job_instance_ids"])


def test_one_refusal_does_not_stop_the_others_unless_that_is_wanted(start, simulator):
    refusal = [{"mode": "slow", "operation": "execute_job_plan", "times": 1}, {"mode": "refuse", "code": 1244012, "operation": "execute_job_plan", "times": 1}]
    simulator.misbehave_in_turn(refusal)
    result, _task = start([{"job_plan_id": 100}] * 4, parallel=1)
    assert [row["outcome"] for row in result["results"]] == ["started", "not_started", "started", "started"] and result["results"][1]["code"] == 1244012
    simulator.misbehave_in_turn(refusal)
    result, _task = start([{"job_plan_id": 100}] * 4, parallel=1, on_failure="stop")
    assert [row["outcome"] for row in result["results"]] == ["started", "not_started", "not_started", "not_started"]
    assert "not started, because plans[1] failed (on_failure: stop)" in result["msg"] and result["outcome"] == "started"


def test_nothing_started_is_told_as_such(start, simulator):
    simulator.misbehave("refuse", code=1244012)
    result, _task = start([{"job_plan_id": 100}] * 3)
    assert result["outcome"] == "not_started" and result["failed"] and not result["changed"] and result["job_instance_ids"] == []


def test_each_may_be_started_exactly_once(start, simulator, clock):
    simulator.misbehave("drop_after", times=2)
    result, _task = start([{"job_plan_id": 100}, {"job_plan_id": 100, "exactly_once": False}, {"job_plan_id": 100}], exactly_once=True, parallel=1)
    clock.sleep(1)
    ids = {row["job_instance_id"]: row["runs"] for row in simulator.instances()}
    assert result["outcome"] == "started" and [ids[number] for number in result["job_instance_ids"]] == [1, 1, 1]
    assert ["start_task" in body for body in bodies(simulator)].count(False) == 1


@pytest.mark.parametrize("version, started", [("3.10", 0), ("3.12", 5)])
def test_whether_job_can_start_exactly_once_is_found_out_once_before_the_first_start(launch_version, perform, version, started):
    with launch_version(version) as (simulator, connection):
        plans = [{"job_plan_id": 100, "exactly_once": number > 1} for number in range(5)]
        result = perform(execute_job_plans, {**connection, "bk_biz_id": 1, "plans": plans})
        asked = [request for request in simulator.requests() if request["operation"] == "operate_job_instance"]
        assert len(asked) == (1 + 3 if started else 1) and len(simulator.instances()) == started
        if not started:
            assert result["outcome"] == "not_started" and "because of 3 of 5 entries:\nplans[2], plans[3], plans[4]: exactly_once" in result["msg"]


def test_check_mode_does_not_ask_whether_job_can_start_exactly_once(start, simulator):
    start([{"job_plan_id": 100}], exactly_once=True, check_mode=True)
    assert {request["operation"] for request in simulator.requests()} == {"get_job_plan_detail"}


def test_secrets_of_every_entry_are_hidden_in_the_results_of_all(start, simulator):
    entries = [
        {"job_plan_id": 101, "global_var_list": [*WEB, {"name": "db_password", "value": SECRET}]},
        {"job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": f"with {SECRET} in it"}], "callback_url": f"http://127.0.0.1:9/{SECRET}"}]
    for check_mode in (True, False):
        result, task = start(entries, check_mode=check_mode, diff=True)
        assert SECRET not in json.dumps([result, task.shown, task.warnings]) and len(task.shown["plans"]) == 2
    simulator.misbehave("refuse", code=1241002, message=f"db_password {SECRET}")
    result, task = start(entries)
    assert result["failed"] and SECRET not in json.dumps([result, task.shown, task.warnings])


@pytest.mark.parametrize("later", [
    {"job_plan_id": 101, "global_var_list": [*WEB, {"name": "db_password", "secret_value": SECRET}]},
    {"job_plan_id": 101, "global_var_list": [{"name": "db_password", "secret_value": SECRET}, {"name": "version"}], "label": SECRET},
    {"job_plan_id": 101, "global_var_list": json.dumps([{"name": "db_password", "secret_value": SECRET}]), "no_option": 1},
    {"job_plan_id": 101, "global_var_list": [{"name": SECRET, "secret_value": SECRET, "value": "x"}]},
])
def test_a_refusal_hides_what_another_entry_says_is_secret(start, simulator, later):
    result, task = start([{"label": f"the one with {SECRET}"}, {"job_plan_id": 100, "callback_url": SECRET}, later])
    assert result["failed"] and "plans[0] (the one with ********): one of the following is required" in result["msg"] and not simulator.requests()
    assert SECRET not in json.dumps([result, task.shown, task.warnings])


def test_a_list_of_variables_for_all_that_is_no_list_is_told_once(start, simulator):
    result, _task = start([{"job_plan_id": 100}, {"job_plan_id": 101, "global_var_list": WEB}], global_var_list="[{")
    assert result["failed"] and result["msg"].startswith("global_var_list is a string, but not a JSON array") and not simulator.requests()
    result, _task = start([{"job_plan_id": 100}, {"job_plan_id": 100}], global_var_list='[{"name": "param_name", "value": "for all"}]')
    assert values(simulator) == [["for all"]] * 2


def test_warnings_name_their_entries_and_there_are_not_too_many(start):
    _result, task = start([{"job_plan_id": 102, "global_var_list": [{"name": "threshold", "value": str(number)}]} for number in range(30)])
    assert len(task.warnings) == 11 and task.warnings[0].startswith("plans[0]: ") and task.warnings[-1] == "and 20 more warnings"


def test_a_rate_limit_slows_down_all_and_refuses_none(launch_for_esb, perform, controlled):
    with launch_for_esb(rate_limit={"requests": 5, "seconds": 1}) as (simulator, connection):
        result = perform(execute_job_plans, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "plans": [{}] * 60, "parallel": 20}, clock=controlled(simulator))
        assert result["counts"]["outcome"] == {"started": 60}, result["msg"]
        assert simulator.statistics()["rate_limited"] < 25 and len(simulator.instances()) == 60


def test_a_thousand_entries_fit_into_the_result(start, simulator):
    result, _task = start([{"job_plan_id": 100, "label": f"region {number}"} for number in range(1000)], parallel=50)
    assert len(json.dumps(result)) < 128 << 10 and len(result["job_instance_ids"]) == len(simulator.instances()) == 1000
    assert all(row["outcome"] == "started" and row["job_instance_id"] for row in result["results"])


def test_a_thousand_refusals_fit_into_the_result_too(start, simulator):
    simulator.misbehave("refuse", code=1244012, message="x" * 300)
    result, task = start([{"job_plan_id": 100, "label": f"region {number}"} for number in range(1000)], parallel=50)
    assert len(json.dumps([result, task.shown, task.warnings])) < 128 << 10 and result["counts"]["outcome"] == {"not_started": 1000}
    assert "1000 jobs: plans[0] (region 0)" in result["msg"] and "and 995 more" in result["msg"]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("count", [20, 1000])
def test_a_result_in_chinese_with_differences_fits_as_it_is_printed(start, simulator, count, check_mode):
    variables = [{"name": "param_name", "value": "作业" * 500}]
    plans = [{"job_plan_id": 100, "label": f"{'蓝鲸' * 15} {number}", "global_var_list": variables} for number in range(count)]
    simulator.misbehave_in_turn([{"mode": "refuse", "code": 1244012 + number % 9, "message": "失败" * 200, "operation": "execute_job_plan", "times": 1}
                                 for number in range(count // 2)])
    result, task = start(plans, check_mode=check_mode, diff=True, parallel=50)
    assert len(json.dumps([result, task.shown, task.warnings])) < 126 << 10 and len(result["results"]) == count and result["diff"]


def test_a_single_start_is_as_patient_with_the_quota(launch_for_esb, perform, controlled):
    step = {"name": "x", "type": 1, "seconds": 60}
    plans = [{"bk_biz_id": 1, "id": 1, "name": "Long", "global_var_list": [], "step_list": [step]}]
    with launch_for_esb(plans=plans, quota={"resource_scope": 1}) as (simulator, connection):
        def run(**options) -> dict:
            return perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 1, **options}, clock=controlled(simulator))

        assert run()["outcome"] == "started"
        refused = run()
        assert refused["code"] == 1244032 and refused["outcome"] == "not_started" and "quota_timeout" not in refused["msg"] and len(simulator.starts()) == 5
        assert "asked for 20 s (quota_timeout)" in run(quota_timeout=20)["msg"]
        assert run(quota_timeout=60)["outcome"] == "started" and len(simulator.instances()) == 2
        assert run(quota_timeout=70, exactly_once=True)["outcome"] == "started"

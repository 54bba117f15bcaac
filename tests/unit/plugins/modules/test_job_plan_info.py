# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What job_plan_info finds, through both gateways."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import job_plan_info


@pytest.fixture
def find(perform, connection):
    """The plans of business 1 that these options find."""
    def with_options(check_mode=False, **options):
        return perform(job_plan_info, {**connection, "bk_biz_id": 1, **options}, check_mode=check_mode)
    return with_options


def ids(result):
    assert result["changed"] is False
    return [plan["job_plan_id"] for plan in result["plans"]]


@pytest.mark.parametrize("filters, found", [
    ({}, [101, 100, 102, 104, 105]),
    ({"name": "Test"}, [100]),
    ({"name": "Deploy"}, []),
    ({"name": ""}, []),
    ({"name_contains": "e"}, [101, 100, 102, 105]),
    ({"name_contains": "Deploy"}, [101]),
    ({"job_template_id": 52}, [102]),
    ({"creator": "admin"}, [101, 100, 104]),
    ({"last_modify_user": "operator"}, [101, 102, 105]),
    ({"creator": "admin", "last_modify_user": "operator"}, [101]),
    ({"creator": "nobody"}, []),
])
def test_filters_let_through_what_fits_all_of_them(find, filters, found):
    assert ids(find(**filters)) == found


def test_a_row_of_the_list_has_what_chains_into_the_next_task(find):
    assert find(name="Test")["plans"] == [{
        "job_plan_id": 100, "name": "Test", "job_template_id": 50, "need_update": False, "creator": "admin",
        "create_time": "2025-01-01T09:00:00Z", "last_modify_user": "admin", "last_modify_time": "2025-06-01T09:00:00Z"}]


def test_a_name_narrows_the_list_at_job_already(find, simulator):
    find(name="Test")
    assert simulator.requests()[0]["body"]["name"] == "Test"


def test_one_plan_comes_with_its_variables_and_steps(find):
    [plan] = find(job_plan_id=101)["plans"]
    assert plan["name"] == "Deploy web"
    assert {variable["name"]: variable["type"] for variable in plan["global_var_list"]} == {
        "web_hosts": "host", "version": "string", "db_password": "cipher", "modules": "index_array", "ports": "associative_array", "state": "namespace"}
    by_name = {variable["name"]: variable for variable in plan["global_var_list"]}
    assert by_name["db_password"]["value"] == "******"
    assert by_name["version"] == {"id": 502, "name": "version", "type": "string", "required": True, "used": True,
                                  "description": "Version to deploy", "value": ""}
    assert by_name["web_hosts"]["server"] is None and "value" not in by_name["web_hosts"]
    assert [(step["name"], step["type"]) for step in plan["step_list"]] == [("Send the package", "file"), ("Install and restart", "script")]


def test_a_cipher_is_masked_even_where_the_server_does_not(find, simulator):
    simulator.misbehave("answer", operation="get_job_plan_detail", body="""{"result": true, "data": {"id": 1, "name": "x", "global_var_list": [
        {"id": 1, "name": "a", "type": 4, "value": "hunter2"}, {"id": 2, "name": "b", "type": 4, "value": ""}, {"id": 3, "name": "c", "type": 9}]}}""")
    [plan] = find(job_plan_id=1)["plans"]
    assert [(variable["type"], variable["value"]) for variable in plan["global_var_list"]] == [("cipher", "******"), ("cipher", ""), ("unknown_9", None)]


def test_check_mode_reads_just_the_same(find):
    assert find(check_mode=True) == find()


def test_a_plan_that_is_not_there_is_a_failure(find):
    result = find(job_plan_id=999)
    assert (result["failed"], result["code"], result["changed"]) == (True, 1243009, False)


def test_all_pages_are_read(perform, launch_plans, gateway):
    plans = [{"bk_biz_id": 1, "id": number, "name": f"plan {number}", "global_var_list": [], "step_list": []} for number in range(1, 2502)]
    with launch_plans(plans) as (simulator, connection):
        result = perform(job_plan_info, {**connection, "gateway": gateway, "bk_biz_id": 1})
        assert ids(result) == list(range(1, 2502))
        assert len(simulator.requests()) == 3


@pytest.mark.parametrize("total", ["null", "-1", '"1"'])
def test_a_list_that_does_not_tell_its_length_is_read_to_its_end(find, simulator, total):
    rows = json.dumps([{"id": number, "name": "x"} for number in (1, 2)])
    simulator.misbehave("answer", operation="get_job_plan_list", body=f'{{"result": true, "data": {{"total": {total}, "data": {rows}}}}}')
    assert ids(find()) == [1, 2]
    assert len(simulator.requests()) == (1 if total == '"1"' else 2)


def test_a_query_travels_as_each_gateway_wants_it(find, simulator, gateway):
    find(job_plan_id=100)
    [request] = simulator.requests()
    assert request["method"] == {"esb": "POST", "apigw": "GET"}[gateway]
    assert "app-secret-of-the-tests" not in request["path"] + (request["raw"] if gateway == "apigw" else "")


@pytest.mark.parametrize("body", [
    '{"result": true, "data": []}', '{"result": true, "data": null}', '{"result": true, "data": {"data": [7]}}',
    '{"result": true, "data": {"data": [{"id": "x"}]}}',
])
def test_a_list_of_another_shape_than_documented_is_a_failure_not_a_crash(find, simulator, body):
    simulator.misbehave("answer", operation="get_job_plan_list", body=body)
    assert "JOB's answer to" in find()["msg"]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan shows of itself, and what JOB makes of a request to start it."""
from __future__ import annotations

import pytest

HOSTS = {"id": 1, "name": "hosts", "type": 3}
NO_HOSTS = {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None}


def detail(server) -> dict:
    return server.ask("get_job_plan_detail", job_plan_id=1)


def start(server, *entries: dict, **fields: object) -> int:
    return server.code("execute_job_plan", **{"job_plan_id": 1, "global_var_list": [*entries], **fields})


def test_an_empty_cipher_is_masked_like_any_other(job):
    ciphers = [{"id": 5, "name": "set", "type": 4, "value": "hidden"}, {"id": 6, "name": "empty", "type": 4}]
    shown = detail(job({"targets": None}, of_plan={"global_var_list": ciphers}))["global_var_list"]
    assert [variable["value"] for variable in shown] == ["******", "******"]


def test_hosts_are_shown_by_their_addresses(job):
    server = job({}, of_plan={"global_var_list": [{**HOSTS, "server": {"host_id_list": [2], "dynamic_group_list": [{"id": "blo8gojho0skft7pr5q0"}]}}]})
    shown = detail(server)["global_var_list"][0]["server"]
    assert shown == {**NO_HOSTS, "ip_list": [{"bk_host_id": 2, "bk_cloud_id": 0, "ip": "10.0.0.2"}], "dynamic_group_list": [{"id": "blo8gojho0skft7pr5q0"}]}


def test_containers_are_shown_by_a_server_with_nothing_in_it(job):
    server = job({}, of_plan={"global_var_list": [{**HOSTS, "server": {"containers": 3}}]})
    assert detail(server)["global_var_list"][0]["server"] == NO_HOSTS
    assert job({}, of_plan={"global_var_list": [HOSTS]}).ask("get_job_plan_detail", job_plan_id=1)["global_var_list"][0]["server"] is None


def test_a_job_on_containers_runs_but_its_hosts_cannot_be_told(job):
    server = job({"type": 3}, {}, of_plan={"global_var_list": [{**HOSTS, "server": {"containers": 3}}]})
    number = server.start()
    assert server.code("get_job_instance_status", job_instance_id=number, return_ip_result=True) == 0
    assert server.operate_step(number, 6) == 0 and server.states(number) == (3, 3, 3)
    assert server.code("get_job_instance_status", job_instance_id=number, return_ip_result=True) == 1240002


def test_steps_show_what_they_do_and_disabled_ones_are_among_them(job):
    server = job({}, {"type": 2}, {"type": 3}, {"type": 4, "enabled": False})
    steps = detail(server)["step_list"]
    assert [step["type"] for step in steps] == [1, 2, 3, 1] and steps[3]["script_info"]["script_language"] == 6
    assert [[name for name in ("script_info", "file_info", "approval_info") if step[name]] for step in steps] == [
        ["script_info"], ["file_info"], ["approval_info"], ["script_info"]]
    assert steps[0]["script_info"]["server"]["variable"] == "hosts"
    number = server.start()
    assert [step["name"] for step in server.status(number)["step_instance_list"]] == ["step 1", "step 2", "step 3"]


def test_an_sql_step_runs_as_type_4_with_the_log_of_a_script(job):
    server = job({"type": 4, "log": "1 row"})
    number = server.start()
    step = server.status(number, return_ip_result=True)["step_instance_list"][0]
    assert step["type"] == 4 and [host["status"] for host in step["step_ip_result_list"]] == [9, 9, 9]
    logs = server.ask("batch_get_job_instance_ip_log", job_instance_id=number, step_instance_id=step["step_instance_id"], host_id_list=[1])
    assert (logs["log_type"], logs["script_task_logs"][0]["log_content"]) == (1, "1 row")


def test_a_plan_without_variables_has_null_for_them(job):
    assert detail(job({"targets": None}, of_plan={"global_var_list": []}))["global_var_list"] is None


@pytest.mark.parametrize("request_, code", [
    ({"job_plan_id": None}, 1241005), ({"job_plan_id": 0}, 1241005), ({"job_plan_id": 4711}, 1244012), ({"job_plan_id": "1"}, 0), ({"job_plan_id": 1.9}, 0),
    ({"job_plan_id": True}, 1240003), ({"job_plan_id": [1]}, 1240003), ({"job_plan_id": "one"}, 1240003),
    ({"global_var_list": {}}, 1240003), ({"global_var_list": [{"value": "x"}]}, 1241005), ({"global_var_list": [{"name": " "}]}, 1241005),
    ({"global_var_list": [{"id": 0, "name": "hosts"}]}, 1240003), ({"global_var_list": [{"name": "x", "value": []}]}, 1240003),
    ({"bk_scope_type": "cluster", "bk_scope_id": "1"}, 1240003), ({"bk_scope_type": "biz"}, 1240003), ({"bk_scope_type": "biz", "bk_scope_id": "1"}, 0),
    ({"bk_scope_type": "biz", "bk_scope_id": "77"}, 1243051), ({"start_task": "maybe"}, 1240003)])
def test_a_request_is_refused_by_the_code_that_job_has_for_it(job, request_, code):
    assert start(job({}), **request_) == code


@pytest.mark.parametrize("server, version, code", [
    ({"host_id_list": [4711]}, "3.12", 1244030), ({"ip_list": [{"bk_cloud_id": 0, "ip": "10.9.9.9"}]}, "3.12", 1244030),
    ({"ip_list": [{"bk_cloud_id": 0, "ip": "10.9.9.9"}]}, "3.8", 1244002), ({"host_id_list": [6]}, "3.12", 1244002),
    ({"ip_list": [{"ip": "10.0.0.1"}]}, "3.12", 1240003), ({"ip_list": [{"bk_cloud_id": 0, "ip": "::1"}]}, "3.12", 1240003),
    ({"dynamic_group_list": [{"id": "nobody"}]}, "3.12", 1211003), ({"dynamic_group_list": [{"id": "nobody"}]}, "3.4", 1244009),
    ({"topo_node_list": [{"id": 4711, "node_type": "set"}]}, "3.12", 1244028),
    ({}, "3.12", 1244028), ({}, "3.6", 1244009), ({"host_id_list": [1]}, "3.6", 1244009), ({"host_id_list": [1]}, "3.7", 0)])
def test_targets_are_refused_by_the_code_that_the_version_has_for_them(job, server, version, code):
    hosts = [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.0.0.{number}"} for number in (1, 2, 3)]
    foreign = {"bk_host_id": 6, "bk_cloud_id": 0, "ip": "10.0.0.6", "bk_biz_id": 2}
    assert start(job({}, version=version, hosts=[*hosts, foreign]), {"name": "hosts", "server": server}) == code


def test_a_host_variable_that_is_given_a_value_has_no_hosts_any_more(job):
    assert start(job({}), {"name": "hosts", "value": "10.0.0.1", "server": {"host_id_list": [1]}}) == 1244028


def test_an_entry_with_an_id_wins_over_one_with_a_name(job):
    server = job({}, of_plan={"global_var_list": [{**HOSTS, "server": {"host_id_list": [1]}}, {"id": 2, "name": "version", "type": 1, "value": "1"}]})
    assert start(server, {"id": 2, "value": "by id"}, {"name": "version", "value": "by name"}) == 0
    assert server.simulator.instances()[0]["global_var_list"][1]["value"] == "by id"


def test_a_plan_without_steps_does_not_start(job):
    assert start(job({"enabled": False})) == 1244011


def test_a_start_task_of_null_stores_the_job_and_then_fails(job):
    server = job({})
    assert start(server, start_task=None) == 1240002
    assert [instance["status"] for instance in server.simulator.instances()] == [1]


def test_a_tenant_set_is_a_scope_from_3_12_on(job):
    scope = {"bk_scope_type": "tenant_set", "bk_scope_id": "9"}
    plan = {**scope, "id": 1, "name": "A", "global_var_list": [], "step_list": [{"name": "s", "type": 1}]}
    assert start(job(scopes=[scope], plans=[plan]), **scope) == 0
    assert start(job(version="3.11", scopes=[scope], plans=[plan]), **scope) == 1240003


def test_3_4_knows_businesses_by_their_old_name_only(job):
    server = job({}, version="3.4")
    number = server.start(bk_scope_type="biz", bk_scope_id="77")
    assert "bk_scope_type" not in server.status(number)["job_instance"] and server.status(number)["job_instance"]["bk_biz_id"] == 1

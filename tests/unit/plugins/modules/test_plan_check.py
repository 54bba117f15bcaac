# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hazard that JOB lets through: swallowed with check_plan off, refused by name with it on."""
from __future__ import annotations

import json
import random
import string
import time
import tracemalloc

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import Refused
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.module_utils.text.masking import without_secrets
from ansible_collections.blueking.job.plugins.modules import execute_job_plan

# Plan 101 of the simulator: web_hosts (host, required, no default), version (string, required, empty), db_password (cipher),
# modules (index_array), ports (associative_array), state (namespace). Plan 102: hosts (host), threshold (string, unused).
HOSTS = {"name": "web_hosts", "server": {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}}
VERSION = {"name": "version", "value": "1.10"}
FITTING = [HOSTS, VERSION]


@pytest.fixture
def start(perform, connection):
    """Start a plan of business 1 with these variables; returns the result."""
    def with_variables(variables, check_mode=False, job_plan_id=101, **options):
        given = {**connection, "bk_biz_id": 1, "job_plan_id": job_plan_id, "global_var_list": variables, **options}
        return perform(execute_job_plan, given, check_mode=check_mode)
    return with_variables


@pytest.fixture
def validated_run():
    """Run the module as the action does, its `invocation` included; returns the result."""
    def run(options):
        return run_here("execute_job_plan", execute_job_plan.SPEC, execute_job_plan.run, options, Task(check_mode=False))
    return run


def effective(simulator) -> dict:
    """What the one instance that JOB started runs with: values and servers by variable."""
    [instance] = simulator.instances()
    return {variable["name"]: variable.get("value", variable.get("server")) for variable in instance["global_var_list"]}


HAZARDS = {
    "a misspelt name": (
        [HOSTS, VERSION, {"name": "vresion", "value": "2"}],
        "global_var_list[2] ('vresion') is not a variable of plan 101 'Deploy web'. Did you mean 'version'?",
        lambda taken: taken["version"] == "1.10"),
    "a name like no other": (
        [HOSTS, VERSION, {"name": "q", "value": "2"}],
        "There is: 'db_password', 'modules', 'ports', 'state', 'version', 'web_hosts'",
        lambda taken: "q" not in taken),
    "an id of no variable": (
        [HOSTS, VERSION, {"id": 999, "value": "2"}],
        "global_var_list[2]: no variable of plan 101 'Deploy web' has the id 999. Its ids: 501 (web_hosts), 502 (version)",
        lambda taken: "2" not in taken.values()),
    "an id and a name that disagree": (
        [HOSTS, VERSION, {"id": 504, "name": "ports", "value": "(api)"}],
        "global_var_list[2] ('ports') has an id and a name of different variables: id 504 is 'modules'. Give only one of them",
        lambda taken: taken["modules"] == "(api)" and taken["ports"] == "([api]=8000 [web]=8080)"),
    "the same variable twice": (
        [HOSTS, VERSION, {"id": 502, "value": "2"}],
        "global_var_list[1] ('version') and global_var_list[2] give the same variable 'version': give it once",
        lambda taken: taken["version"] == "2"),
    "a server for a plain variable": (
        [HOSTS, {"name": "version", "server": HOSTS["server"]}],
        "global_var_list[1] ('version') gives a server, but 'version' is a variable of type string: give value",
        lambda taken: taken["version"] is None),
    "a required variable given empty": (
        [HOSTS, {"name": "version", "value": ""}],
        "the plan requires the variable 'version' (string), which would be empty",
        lambda taken: taken["version"] == ""),
    "a required variable not given, and empty in the plan": (
        [HOSTS],
        "the plan requires the variable 'version' (string), which would be empty",
        lambda taken: taken["version"] == ""),
    "a cipher set to its mask": (
        [HOSTS, VERSION, {"name": "db_password", "value": "******"}],
        "global_var_list[2] ('db_password') gives ******, which JOB shows instead of the value of the cipher 'db_password'",
        lambda taken: taken["db_password"] == "******"),
}


@pytest.mark.parametrize("variables, told, swallowed", HAZARDS.values(), ids=HAZARDS)
def test_job_swallows_it_and_the_check_refuses_it(start, simulator, variables, told, swallowed):
    assert start(variables, check_plan=False)["outcome"] == "started"
    assert swallowed(effective(simulator))
    simulator.reset()
    result = start(variables)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "not_started")
    assert told in result["msg"]
    assert simulator.starts() == [] and simulator.instances() == []


def test_a_host_variable_given_as_a_value_loses_its_targets_at_job_and_is_refused_by_the_check(start, simulator):
    variables = [{"name": "web_hosts", "value": "10.0.0.1"}, VERSION]
    assert start(variables, check_plan=False)["code"] == 1244028
    result = start(variables)
    assert "global_var_list[0] ('web_hosts') gives a value, but 'web_hosts' is a host variable" in result["msg"]
    assert len(simulator.starts()) == 1


def test_a_required_host_variable_without_hosts_is_refused(start, simulator):
    assert "the plan requires the variable 'web_hosts' (host), which would be empty" in start([VERSION])["msg"]
    assert simulator.starts() == []


def test_requirements_count_when_no_variable_is_given_at_all(start, simulator):
    assert "requires the variable 'web_hosts'" in start(None)["msg"]
    assert simulator.starts() == []


def test_all_problems_are_told_at_once(start):
    told = start([{"name": "nope", "value": "x"}, {"name": "modules", "server": HOSTS["server"]}, {"name": "db_password", "value": "******"}])["msg"]
    for part in ("('nope')", "('modules') gives a server", "('db_password') gives ******", "'web_hosts' (host)", "'version' (string)"):
        assert part in told


def test_what_fits_is_started_as_given(start, simulator):
    variables = [*FITTING, {"name": "db_password", "value": "new"}, {"id": 504, "name": "modules", "value": "(api)"}]
    assert start(variables)["outcome"] == "started"
    taken = effective(simulator)
    assert (taken["version"], taken["db_password"], taken["modules"]) == ("1.10", "new", "(api)")


def test_an_unused_variable_is_warned_about(connection, perform_with_warnings):
    result, warnings = perform_with_warnings(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 102, "global_var_list": [{"name": "threshold", "value": 95}]})
    assert result["outcome"] == "started"
    assert warnings == ["global_var_list[0] ('threshold'): no step of the plan uses this variable"]


BEHIND = "plan 102 'Collect disk usage' is behind its template, and runs as it was last synchronized"


@pytest.mark.parametrize("version, by, warned", [
    ("3.12", {"job_plan_name": "Collect disk usage"}, [BEHIND]), ("3.12", {"job_plan_id": 102}, []), ("3.10.3", {"job_plan_name": "Collect disk usage"}, []),
])
def test_a_plan_behind_its_template_is_warned_about_where_its_name_was_looked_up_and_job_tells(launch_version, perform_with_warnings, version, by, warned):
    with launch_version(version) as (simulator, options):
        result, warnings = perform_with_warnings(execute_job_plan, {**options, "bk_biz_id": 1, **by})
        assert result["outcome"] == "started" and warnings == warned
        assert "get_job_plan_list" not in [request["operation"] for request in simulator.requests()] or "job_plan_name" in by


# A plan that cannot be read.

@pytest.mark.parametrize("refusal", [
    {"code": 9900403}, {"code": 1238001}, {"code": 1306403, "http_status": 200}, {"code": 1306405, "http_status": 200},
    {"code": 1640301, "http_status": 403}])
def test_without_the_permission_to_read_plans_the_check_is_skipped_with_a_warning(connection, simulator, perform_with_warnings, refusal):
    simulator.misbehave("refuse", operation="get_job_plan_detail", message="no permission", **refusal)
    result, warnings = perform_with_warnings(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": "x"}]})
    assert result["outcome"] == "started"
    assert len(warnings) == 1 and "not verified that the plan exists and that global_var_list fits it" in warnings[0]
    assert str(refusal["code"]) in warnings[0]


@pytest.mark.parametrize("mode, parameters", [
    ("refuse", {"code": 1306000, "message": "bad login"}), ("html", {}), ("bad_gateway", {}), ("drop_before", {}), ("no_data", {}),
    ("answer", {"body": '{"result": true, "data": {"id": 100, "global_var_list": [{"name": "x"}]}}'}), ("rate_limited", {}),
])
def test_any_other_failure_to_read_the_plan_fails_the_task_with_nothing_started(start, simulator, mode, parameters):
    simulator.misbehave(mode, operation="get_job_plan_detail", **parameters)
    result = start(FITTING)
    assert (result["failed"], result["outcome"]) == (True, "not_started")
    assert simulator.starts() == []


def test_another_plan_than_asked_for_is_not_started(start, simulator):
    simulator.misbehave("answer", operation="get_job_plan_detail", body='{"result": true, "data": {"id": 102, "name": "Other", "global_var_list": []}}')
    result = start(None, job_plan_id=100)
    assert result["outcome"] == "not_started" and "for plan 100 with plan 102" in result["msg"]
    assert simulator.starts() == []


@pytest.mark.parametrize("variable", [
    '{"id": 1, "type": 1}', '{"id": 1, "type": 1, "name": 7}', '{"id": 1, "name": "x"}', '7'])
def test_a_variable_of_another_shape_than_documented_is_a_failure_not_a_crash(start, simulator, variable):
    body = '{"result": true, "data": {"id": 101, "name": "Odd", "global_var_list": [' + variable + ']}}'
    simulator.misbehave("answer", operation="get_job_plan_detail", body=body)
    assert "JOB's answer to get_job_plan_detail has no" in start(FITTING)["msg"]
    assert simulator.starts() == []


def test_odd_steps_and_ways_to_name_hosts_are_no_obstacle(start, simulator):
    simulator.misbehave("answer", operation="get_job_plan_detail", body="""{"result": true, "data": {"id": 101, "name": "Odd", "step_list": [7, {}],
        "global_var_list": [{"id": 501, "type": 3, "name": "web_hosts", "required": 1, "server": {"kube_container_filters": [{}], "ip_list": [null]}}]}}""")
    assert "required" not in start(None)["msg"]
    assert len(simulator.starts()) == 1


@pytest.mark.parametrize("refusal", [{"code": 1640100, "http_status": 401}, {"code": 1640401, "http_status": 404}])
def test_only_a_lack_of_permission_skips_the_check(start, simulator, refusal):
    simulator.misbehave("refuse", operation="get_job_plan_detail", message="no", **refusal)
    assert start(FITTING)["outcome"] == "not_started"
    assert simulator.starts() == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_name_that_may_not_be_looked_up_is_refused_with_the_way_out(start, simulator, check_mode):
    simulator.misbehave("refuse", operation="get_job_plan_list", code=9900403, message="no permission")
    result = start(FITTING, check_mode=check_mode, job_plan_id=None, job_plan_name="Deploy web")
    assert (result["outcome"], result["code"]) == ("not_started", 9900403)
    assert result["msg"].endswith("give job_plan_id, for which plans need not be listed")


def test_a_server_that_does_not_tell_whether_a_variable_is_used_gives_no_warning(connection, simulator, perform_with_warnings):
    simulator.misbehave("answer", operation="get_job_plan_detail", body="""{"result": true, "data": {"id": 100, "name": "Test", "global_var_list": [
        {"id": 437, "type": 1, "name": "param_name", "value": ""}]}}""")
    _result, warnings = perform_with_warnings(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": "x"}]})
    assert warnings == []


def test_without_a_check_plain_values_stay_visible(connection, perform_with_task):
    _result, task = perform_with_task(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 101, "check_plan": False, "global_var_list": FITTING})
    assert task.shown["global_var_list"] == FITTING


RAW_HAZARDS = {
    "an entry without a value": ([HOSTS, {"name": "version"}], "neither value nor server", lambda taken: taken["version"] is None),
}


@pytest.mark.parametrize("variables, told, swallowed", RAW_HAZARDS.values(), ids=RAW_HAZARDS)
def test_what_job_swallows_when_sent_raw_is_never_sent(start, connect, connection, simulator, variables, told, swallowed):
    connect(connection).client.call("execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 101, "global_var_list": variables})
    assert swallowed(effective(simulator))
    simulator.reset()
    assert told in start(variables, check_plan=False)["msg"]
    assert simulator.requests() == []


def test_an_empty_server_loses_its_targets_at_job_and_is_never_sent(start, connect, connection, simulator):
    variables = [{"name": "web_hosts", "server": {}}, VERSION]
    with pytest.raises(Refused, match="1244028"):
        connect(connection).client.call("execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 101, "global_var_list": variables})
    assert "has no hosts in it" in start(variables, check_plan=False)["msg"]
    assert len(simulator.starts()) == 1


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("version", ["3.3", "3.8.2", "3.8.3", "3.12"])
def test_a_plan_that_is_not_there_is_told_by_every_version_of_job(launch_version, perform, version, check_mode):
    with launch_version(version) as (simulator, options):
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 999}, check_mode=check_mode)
        assert result["failed"] and not result["changed"] and "check job_plan_id and the scope" in result["msg"] and not simulator.starts()


REQUIRED = {"id": 1, "name": "needed", "required": 1}


@pytest.mark.parametrize("variable, why", [
    ({"type": 4, "value": ""}, "(cipher), and JOB does not show whether the plan has a value for it: give it"),
    ({"type": 4, "value": "hunter2"}, "(cipher), and JOB does not show whether the plan has a value for it: give it"),
    ({"type": 3, "server": {"containers": 2}},
     "(host), and JOB does not show whether the plan has a value for it (its hosts are containers): give it"),
])
def test_what_job_does_not_tell_of_a_required_variable_is_a_warning_and_no_refusal(launch_plans, perform_with_warnings, variable, why):
    plan = {"bk_biz_id": 1, "id": 1, "name": "x", "global_var_list": [{**REQUIRED, **variable}], "step_list": [{"name": "s", "type": 1}]}
    with launch_plans([plan]) as (simulator, options):
        result, warnings = perform_with_warnings(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1})
        assert result["outcome"] == "started" and len(warnings) == 1 and f"the plan requires the variable 'needed' {why}" in warnings[0]
        given = {"server": {"host_id_list": [1]}} if variable["type"] == 3 else {"value": "x"}
        result, warnings = perform_with_warnings(
            execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1, "global_var_list": [{"name": "needed", **given}]})
        assert result["outcome"] == "started" and not warnings


def test_a_required_cipher_that_is_given_empty_is_refused(launch_plans, perform):
    plan = {"bk_biz_id": 1, "id": 1, "name": "x", "global_var_list": [{**REQUIRED, "type": 4, "value": "hunter2"}], "step_list": [{"name": "s", "type": 1}]}
    with launch_plans([plan]) as (_simulator, options):
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1, "global_var_list": [{"name": "needed", "value": ""}]})
        assert "the plan requires the variable 'needed' (cipher), which would be empty" in result["msg"]


DESCRIBED = {"id": 100, "name": "Test", "global_var_list": [{"id": 1, "name": "version", "type": 1}], "step_list": [{"id": 5, "name": "s", "type": 1}]}


@pytest.mark.parametrize("odd", [
    {"id": None}, {"id": None, "job_plan_id": 100}, {"name": None}, {"name": ["x"]}, {"job_template_id": {}}, {"creator": [1]}, {"create_time": "today"},
    {"step_list": None}, {"step_list": {}}, {"step_list": [None, "x", {"id": [], "name": {}, "type": "script"}]}, {"global_var_list": None},
    {"global_var_list": [{"name": "version", "type": "1", "required": "?", "used": "yes", "description": {}, "value": []}]},
    {"global_var_list": [{"id": {}, "name": "hosts", "type": 3, "server": "all"}]}, {"need_update": "true"},
])
def test_what_merely_describes_a_plan_never_stops_a_start(start, simulator, odd):
    simulator.misbehave("answer", operation="get_job_plan_detail", body=json.dumps({"result": True, "code": 0, "data": {**DESCRIBED, **odd}}))
    assert start(None, job_plan_id=100)["outcome"] == "started"


@pytest.mark.parametrize("odd, field", [
    ({"global_var_list": "none"}, "global_var_list"), ({"global_var_list": [{"id": 1, "name": "version"}]}, "type"), ({"global_var_list": [7]}, "name"),
])
def test_what_the_check_cannot_do_without_is_demanded_with_the_way_out(start, simulator, odd, field):
    simulator.misbehave("answer", operation="get_job_plan_detail", body=json.dumps({"result": True, "code": 0, "data": {**DESCRIBED, **odd}}))
    told = start(None, job_plan_id=100)["msg"]
    assert f"JOB's answer to get_job_plan_detail has no usable {field}" in told and not simulator.starts()
    assert "no version of JOB from 3.3 to 3.12 is known to answer so; with check_plan: false the plan is not read" in told


@pytest.mark.parametrize("data", [[], [DESCRIBED], "a plan", 7, False])
def test_a_detail_that_is_no_plan_at_all_is_a_failure_and_not_a_crash(start, simulator, data):
    simulator.misbehave("answer", operation="get_job_plan_detail", body=json.dumps({"result": True, "code": 0, "data": data}))
    result = start(None, job_plan_id=100)
    assert result["outcome"] == "not_started" and "with check_plan: false the plan is not read" in result["msg"] and not simulator.starts()


def listing(*rows: object) -> dict:
    """The parameters of the mode in which JOB lists these plans."""
    return {"operation": "get_job_plan_list", "body": json.dumps({"result": True, "code": 0, "data": {"data": rows, "total": len(rows)}})}


def test_a_plan_of_a_list_is_known_by_either_name_of_its_id(start, simulator):
    simulator.misbehave("answer", **listing({"job_plan_id": 100, "name": "Test"}))
    result = start(None, job_plan_id=None, job_plan_name="Test")
    assert (result["outcome"], result["job_plan_id"]) == ("started", 100)


def test_a_list_that_cannot_be_used_is_told_with_the_way_out_which_is_another_than_that_of_a_plan(start, simulator):
    simulator.misbehave("answer", **listing({"name": "Test"}))
    told = start(None, job_plan_id=None, job_plan_name="Test")["msg"]
    assert "has no usable id" in told and "give job_plan_id, for which plans need not be listed" in told and "check_plan" not in told


def test_the_detail_of_another_plan_is_not_taken_for_this_ones(start, simulator):
    simulator.misbehave("answer", operation="get_job_plan_detail", body=json.dumps({"result": True, "code": 0, "data": {**DESCRIBED, "id": 102}}))
    assert "for plan 100 with plan 102" in start(None, job_plan_id=100)["msg"] and not simulator.starts()


def test_a_plan_that_is_not_there_is_refused_before_the_start(start, simulator):
    result = start(None, job_plan_id=999)
    assert (result["outcome"], result["code"]) == ("not_started", 1243009)
    assert simulator.starts() == []


# Plans by name.

def test_a_plan_is_found_by_its_exact_name(start, simulator):
    result = start(FITTING, job_plan_id=None, job_plan_name="Deploy web")
    assert (result["outcome"], result["job_plan_id"], result["job_plan_name"]) == ("started", 101, "Deploy web")
    assert simulator.starts()[0]["body"]["job_plan_id"] == 101


def test_a_plan_with_a_backslash_in_its_name_is_found(launch_plans, perform):
    names = {1: r"D:\Disk", 2: "D:Disk", 3: "Disk"}
    plans = [{"bk_biz_id": 1, "id": number, "name": name, "global_var_list": [], "step_list": []} for number, name in names.items()]
    with launch_plans(plans) as (_simulator, options):
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_name": r"D:\Disk"}, check_mode=True)
        assert result["job_plan_id"] == 1


@pytest.mark.parametrize("name, told", [
    ("Deploy", "job_plan_name: no plan is named 'Deploy'. Did you mean 'Deploy web'?"),
    ("Deplyo web", "Did you mean 'Deploy web'?"),
    ("zzz", "There is: 'Collect disk usage', 'Deploy web', 'Restart web', 'Roll out with approval', 'Test'"),
    ("TEST", "Did you mean 'Test'?"),
])
def test_a_name_that_no_plan_has_exactly_is_refused_with_the_closest(start, simulator, name, told):
    result = start(None, job_plan_id=None, job_plan_name=name)
    assert result["outcome"] == "not_started" and told in result["msg"]
    assert simulator.starts() == []


def test_a_name_of_several_plans_is_refused_unless_the_template_tells_them_apart(perform, launch_plans, gateway):
    plan = {"bk_biz_id": 1, "name": "Twin", "global_var_list": [], "step_list": [{"name": "Sleep", "type": 1, "seconds": 0}]}
    with launch_plans([{**plan, "id": 1, "job_template_id": 10}, {**plan, "id": 2, "job_template_id": 20}]) as (simulator, connection):
        options = {**connection, "gateway": gateway, "bk_biz_id": 1, "job_plan_name": "Twin"}
        told = perform(execute_job_plan, options)["msg"]
        assert "several plans are named 'Twin': 1 (of template 10), 2 (of template 20)" in told
        told = perform(execute_job_plan, {**options, "job_template_id": 30})["msg"]
        assert "no plan of template 30 is named 'Twin'. Plans of this name: 1 (of template 10), 2 (of template 20)" in told
        assert perform(execute_job_plan, {**options, "job_template_id": 20})["job_plan_id"] == 2
        assert len(simulator.starts()) == 1


# Check mode and diff.

def test_check_mode_only_reads_and_tells_the_request(start, simulator):
    result = start('[{"name": "version", "value": true}, {"name": "web_hosts", "server": {"host_id_list": [1]}}]', check_mode=True)
    assert result == {
        "changed": True, "outcome": None, "verified": True, "job_plan_id": 101, "job_plan_name": "Deploy web",
        "job_instance_id": None, "job_instance_name": None,
        "request": {"bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [
            {"name": "version", "value": "true"}, {"name": "web_hosts", "server": {"host_id_list": [1]}}]}}
    assert {request["operation"] for request in simulator.requests()} == {"get_job_plan_detail"}


def test_check_mode_refuses_what_a_start_would_refuse(start):
    assert "('vresion')" in start([*FITTING, {"name": "vresion", "value": "2"}], check_mode=True)["msg"]
    assert start(None, check_mode=True, job_plan_id=999)["failed"]


@pytest.mark.parametrize("mode", ["drop_before", "bad_gateway", "html"])
def test_a_check_that_could_check_nothing_fails_and_says_so(connection, simulator, perform, mode):
    simulator.misbehave(mode, operation="get_job_plan_detail")
    result = perform(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [{"name": "db_password", "value": "hunter2"}]}, check_mode=True)
    assert result["failed"] and not result["changed"] and result["outcome"] == "not_started" and "nothing was verified" in result["msg"]
    assert "hunter2" not in json.dumps(result)  # nobody has told that it is no cipher


def test_a_check_of_an_address_where_nobody_listens_fails(perform, connection):
    options = {**connection, "api_url": "http://127.0.0.1:9", "bk_biz_id": 1, "job_plan_id": 100}
    result = perform(execute_job_plan, options, check_mode=True)
    assert result["failed"] and "nothing was verified" in result["msg"]
    assert "verified" not in perform(execute_job_plan, options)["msg"]  # which is about checks


def test_a_check_by_who_may_not_read_plans_ends_well_and_has_verified_nothing(connection, simulator, perform_with_warnings):
    simulator.misbehave("refuse", operation="get_job_plan_detail", code=9900403, message="no permission")
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [{"name": "db_password", "value": "hunter2"}]}
    result, warnings = perform_with_warnings(execute_job_plan, options, check_mode=True)
    assert result["changed"] and result["verified"] is False and result["outcome"] is None and result["job_plan_name"] is None
    assert "hunter2" not in json.dumps(result) and len(warnings) == 1 and "not verified that the plan exists" in warnings[0]


@pytest.mark.parametrize("named, left", [
    ({"job_plan_id": 100}, "not verified that JOB can be reached, that the plan exists, and that global_var_list fits it, because of check_plan: false"),
    ({"job_plan_name": "Test"}, "not verified that global_var_list fits the plan, because of check_plan: false")])
def test_a_check_without_check_plan_ends_well_and_says_what_it_has_not_verified(connection, perform_with_warnings, named, left):
    result, warnings = perform_with_warnings(execute_job_plan, {**connection, "bk_biz_id": 1, **named, "check_plan": False}, check_mode=True)
    assert result["verified"] is False and result["outcome"] is None and warnings == [left]


def test_a_real_start_has_no_verified_and_no_such_warning(connection, perform_with_warnings):
    result, warnings = perform_with_warnings(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "check_plan": False})
    assert result["outcome"] == "started" and "verified" not in result and warnings == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_diff_has_each_variables_default_and_the_value_used(perform, connection, check_mode):
    targets = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.2"}, {"bk_cloud_id": 2, "ip": "10.0.0.1"}, {"bk_cloud_id": 0, "ip": "10.0.0.1"}],
               "topo_node_list": [{"id": 1000, "node_type": "module"}]}
    variables = [{"name": "web_hosts", "server": targets}, VERSION, {"name": "db_password", "value": "hunter2"}]
    diff = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": variables}, check_mode=check_mode, diff=True)["diff"]
    same = {"modules": "(api web)", "ports": "([api]=8000 [web]=8080)", "state": ""}
    assert json.loads(diff["before"]) == {**same, "web_hosts": [], "version": "", "db_password": "(secret)"}
    assert json.loads(diff["after"]) == {
        **same, "web_hosts": ["0:10.0.0.1", "0:10.0.0.2", "2:10.0.0.1", "module 1000"], "version": "1.10", "db_password": "(secret, replaced)"}


def test_the_diff_reads_in_chinese_and_stays_bounded(perform, connection, launch_plans):
    plan = {"bk_biz_id": 1, "id": 1, "name": "Many", "step_list": [], "global_var_list": [
        {"id": 1, "name": "说明", "type": 1, "value": "旧"}, {"id": 2, "name": "hosts", "type": 3}]}
    many = {"ip_list": [{"bk_cloud_id": 0, "ip": f"10.0.{number // 250}.{number % 250}"} for number in range(5000)]}
    with launch_plans([plan]) as (_simulator, options):
        result = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1, "global_var_list": [
            {"name": "说明", "value": "新"}, {"name": "hosts", "server": many}]}, check_mode=True, diff=True)
    assert '"说明": "新"' in result["diff"]["after"] and '"说明": "旧"' in result["diff"]["before"]
    assert "and 4900 more" in result["diff"]["after"] and len(result["diff"]["after"]) < 4000


# However much is wrong, a message fits a screen or two, and comes at once.

MANY_VARIABLES = [{"id": number, "name": f"variable_number_{number:05}", "type": 1, "value": "x" * 20_000, "required": 0} for number in range(1, 1501)]


@pytest.fixture
def many(launch_plans):
    """Options of a plan with 1,500 variables that take a value each."""
    with launch_plans([{"bk_biz_id": 1, "id": 1, "name": "Many", "step_list": [], "global_var_list": MANY_VARIABLES}]) as (_simulator, options):
        yield {**options, "bk_biz_id": 1, "job_plan_id": 1}


@pytest.mark.parametrize("entries, told", [
    ([{"id": number, "value": "x"} for number in range(10_000, 12_000)], "; and 1990 more"),
    ([{"name": f"varaible_nmuber_{number:05}", "value": "x"} for number in range(1000)], "Did you mean 'variable_number_"),
    ([{"name": "x" * 100_000 + str(number), "value": "x"} for number in range(20)], "; and 10 more"),
    ([{"name": "variable_number_00001", "value": "x"}] * 2000, " and 1990 more give the same variable"),
    ([{"name": "variable_number_00001", "server": {"host_id_list": [1]}}] * 2000, "gives a server"),
    ([{"name": "variable_number_00001"}] * 2000, "; and 1990 more"),
    ([{"name": "v", "value": "x", **{f"field_{number}": 1 for number in range(2000)}}], " and 1990 more: its fields are"),
    ([{"name": "v", "value": "x", "x" * 100_000: 1}], "x...x"),
])
def test_however_much_is_wrong_the_refusal_fits_a_screen_and_comes_at_once(perform, many, entries, told):
    began = time.process_time()
    result = perform(execute_job_plan, {**many, "global_var_list": entries}, diff=True)
    assert result["failed"] and told in result["msg"] and len(result["msg"]) < 5000
    assert time.process_time() - began < 15  # a thousand suggestions alone took half a minute


def test_however_many_variables_are_required_the_refusal_fits_a_screen(perform, perform_with_warnings, launch_plans):
    names = [f"{'n' * 400}{number}" for number in range(5000)]
    required = [{"id": number, "name": name, "type": 1, "required": 1} for number, name in enumerate(names, start=1)]
    ciphers = [{**variable, "type": 4} for variable in required]
    plans = [{"bk_biz_id": 1, "id": number, "name": "P" * 400, "step_list": [], "global_var_list": variables}
             for number, variables in ((1, required), (2, ciphers))]
    with launch_plans(plans) as (_simulator, options):
        refused = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 1})
        assert "; and 4990 more" in refused["msg"] and len(refused["msg"]) < 5000
        _result, warnings = perform_with_warnings(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_id": 2}, check_mode=True)
        assert warnings[10] == "and 4990 more warnings of this kind" and len(json.dumps(warnings)) < 8000
        several = perform(execute_job_plan, {**options, "bk_biz_id": 1, "job_plan_name": "P" * 400})
        assert "several plans are named 'PPP" in several["msg"] and ": 1 (of template" in several["msg"] and len(several["msg"]) < 1000


def test_a_diff_has_the_variables_that_are_given_and_tells_long_values_apart(perform, many):
    value = MANY_VARIABLES[1498]["value"]
    entries = [{"name": "variable_number_01499", "value": value[:-1] + "y"}]
    result = perform(execute_job_plan, {**many, "global_var_list": entries}, check_mode=True, diff=True)
    before, after = (json.loads(result["diff"][name]) for name in ("before", "after"))
    assert len(before) == len(after) == 101 and before["..."] == "and 1400 more" and len(result["diff"]["before"]) < 150_000
    assert {name for name in before if before[name] != after[name]} == {"variable_number_01499"}


# Secrets by type.

def test_a_cipher_is_hidden_in_other_options_too(connection, perform_with_task):
    variables = [HOSTS, {"name": "version", "value": "1 --password=hunter2"}, {"name": "db_password", "value": "hunter2"}]
    result, task = perform_with_task(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": variables,
        "callback_url": "https://x.example.com/?key=hunter2"}, check_mode=True, diff=True)
    assert "hunter2" not in json.dumps([result, task.shown])
    assert result["request"]["callback_url"] == "https://x.example.com/?key=********"
    assert result["request"]["global_var_list"][1]["value"] == "1 --password=********"


def test_a_short_cipher_leaves_hosts_and_most_of_a_refusal_readable(connection, simulator, perform_with_task):
    simulator.misbehave("refuse", code=1241002, message="step 1 of 10 hosts: host 10.0.0.15 says 1")
    result, task = perform_with_task(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [HOSTS, VERSION, {"name": "db_password", "value": "1"}]})
    assert "step ******** of 10 hosts: host 10.0.0.15 says ********" in result["msg"]
    assert task.shown["global_var_list"][:2] == [HOSTS, {"name": "version", "value": "********.10"}]


def test_a_ciphers_value_is_nowhere_but_at_job(connection, simulator, perform_with_task):
    simulator.misbehave("refuse", code=1241002, message="bad value hunter2")
    result, task = perform_with_task(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [*FITTING, {"name": "db_password", "value": "hunter2"}]})
    assert simulator.starts()[0]["body"]["global_var_list"][2]["value"] == "hunter2"
    assert "bad value ********" in result["msg"]
    assert "hunter2" not in json.dumps([result, task.shown, task.warnings])
    assert task.shown["global_var_list"][1] == VERSION


def test_what_a_large_cipher_takes_to_be_hidden_is_done_before_the_start(connection, simulator, perform_with_task):
    large = "".join(random.Random(1).choices(string.printable, k=100_000))
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [*FITTING, {"name": "db_password", "value": large}]}
    _result, task = perform_with_task(execute_job_plan, options, check_mode=True)  # which does all but the start
    tracemalloc.start()
    without_secrets("an answer", task.secrets)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()
    simulator.misbehave("refuse", code=1241002, message=f"bad value {json.dumps(large)}")
    assert 'refused execute_job_plan: bad value "******** ... ********" (code 1241002' in perform_with_task(execute_job_plan, options)[0]["msg"]


def test_a_secret_value_is_sent_as_value_and_hidden_without_a_check_too(connection, simulator, perform_with_task):
    result, task = perform_with_task(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "check_plan": False,
        "global_var_list": [HOSTS, {"name": "version", "secret_value": "hunter2"}]}, check_mode=True)
    assert result["request"]["global_var_list"][1]["value"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert "hunter2" not in json.dumps([result, task.shown])
    result, _task = perform_with_task(execute_job_plan, {
        **connection, "bk_biz_id": 1, "job_plan_id": 101, "check_plan": False, "global_var_list": [HOSTS, {"name": "version", "secret_value": "hunter2"}]})
    assert effective(simulator)["version"] == "hunter2"


def test_until_the_plan_has_told_all_values_are_hidden(connection, simulator, perform_with_task):
    simulator.misbehave("html", operation="get_job_plan_detail")
    _result, task = perform_with_task(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": FITTING})
    assert task.shown == {"global_var_list": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}


@pytest.mark.parametrize("address", [
    "hooks.example.com/hunter2?token=hunter2", "https://hooks.example.com:hunter2/", "https://admin:hunter2", "admin:hunter2@hooks.example.com",
    "https:/admin:hunter2@hooks.example.com", "https://admin:hunter2@hooks.example.com/", "https://admin:hunter2@[::1/", "hunter2=token",
    "https://hooks.example.com/hunter2 token", "https:\\\\admin:hunter2@hooks.example.com", "https://hooks.example.com\u2100hunter2:x@y/",
])
@pytest.mark.parametrize("option", ["callback_url", "api_url", "job_web_url"])
def test_a_refused_address_shows_neither_token_nor_password(option, address, connection, simulator, validated_run):
    result = validated_run({**connection, "bk_biz_id": 1, "job_plan_id": 101, option: address})
    assert result["failed"] and result["msg"].startswith(option) and simulator.requests() == []
    shown = result["invocation"]["module_args"][option]
    assert "hunter2" not in result["msg"] and (option != "callback_url" and "@" not in address or "hunter2" not in shown)


@pytest.mark.parametrize("wrong", [
    {"callback_url": "hooks.example.com/hunter2"}, {"bk_scope_type": "biz"}, {"job_plan_id": -1}, {"wait_timeout": -1}, {"request_timeout": -1},
    {"global_var_list": [{"name": "version"}]}, {"bk_token": "wrong"}])
def test_whatever_is_refused_callback_url_is_shown_only_when_all_secrets_are_known(wrong, connection, validated_run):
    given = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [*FITTING, {"name": "db_password", "secret_value": "hunter2"}],
             "callback_url": "https://hooks.example.com/hunter2"}
    result = validated_run({**given, **wrong})
    assert result["failed"] and "hunter2" not in json.dumps(result)


def test_a_secret_that_says_so_itself_is_hidden_in_what_is_told_of_the_plan(connection, simulator, validated_run):
    simulator.misbehave("refuse", operation="get_job_plan_detail", code=1243009, message="no plan for hunter2")
    result = validated_run({**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [{"name": "version", "secret_value": "hunter2"}]})
    assert "no plan for ********" in result["msg"]


@pytest.mark.parametrize("cipher", ["1", ""])
def test_a_short_cipher_leaves_ids_readable(start, simulator, cipher):
    result = start([*FITTING, {"name": "db_password", "value": cipher}])
    assert result["job_instance_id"] == 10000
    assert effective(simulator)["db_password"] == cipher

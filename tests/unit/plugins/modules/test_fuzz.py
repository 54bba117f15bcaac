# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a playbook gives, there is a result and no traceback, nothing malformed is sent, and what is meant arrives."""
from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    execute_job_plans,
    fast_execute_script,
    fast_transfer_file,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_job_instance,
    operate_step_instance,
    push_config_file,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MODULES = [
    execute_job_plan, execute_job_plans, fast_execute_script, fast_transfer_file, job_instance_info, job_instance_wait, job_plan_info, operate_job_instance,
    operate_step_instance, push_config_file]
READS = ("get_", "batch_get_", "check_script")
SERVER = {"host_id_list": [1]}
SENSIBLE = {
    "bk_biz_id": 1, "job_plan_id": 100, "job_instance_id": 10000, "operation": "confirm", "wait_timeout": 1, "plans": [{}], "target_server": SERVER,
    "account_alias": "root", "script_content": "echo", "file_list": [{"file_name": "a", "content": "x"}], "file_target_path": "/a",
    "file_source_list": [{"file_list": ["/b"], "server": SERVER, "account": {"alias": "root"}}]}
USUAL_SCRIPT = {"bk_biz_id": 1, "target_server": SERVER, "account_alias": "root", "wait": False}
ADDRESSES = {"api_url", "ca_path", "client_cert", "client_key", "request_timeout", "request_retries", "wait_timeout", "wait_interval"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.sampled_from(["0", "1", "100", "true", "{{ x }}", "\x00", "..", "[1]", "{}", "null"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6)
ENTRY = st.fixed_dictionaries({}, optional={
    "id": YAML, "name": YAML | st.sampled_from(["targets", "param_name"]), "value": YAML, "secret_value": YAML, "server": YAML, "typo": YAML})
PLAN = st.fixed_dictionaries({}, optional={
    "job_plan_id": st.just(100) | YAML, "job_plan_name": st.just("Test") | YAML, "label": YAML, "global_var_list": st.lists(ENTRY, max_size=2) | YAML,
    "bk_biz_id": YAML, "callback_url": YAML, "check_plan": YAML, "exactly_once": YAML, "typo": YAML})
FIXED = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = pytest.mark.unmeasured


@pytest.fixture
def gateway():
    """Either: what they differ in is no option's value, and the same values would be drawn for both."""
    return "apigw"


@pytest.fixture
def act(simulator, connection, clock):
    """Run a module as the action plugin does."""
    def run(module, options: dict, **more: object) -> dict:
        args = json.loads(json.dumps({**connection, **options}))
        return run_here("blueking.job.module", module.SPEC, module.run, args, Task(**{"check_mode": False, "clock": clock, **more}))
    return run


@pytest.mark.parametrize("module", MODULES)
@settings(FIXED, max_examples=200)
@given(data=st.data(), check_mode=st.booleans())
def test_any_option_may_be_anything(act, simulator, module, check_mode, data):
    simulator.reset()
    options = sorted(set(module.SPEC["argument_spec"]) - ADDRESSES)
    chosen = data.draw(st.lists(st.sampled_from(options), max_size=4, unique=True))
    given_options = {name: value for name, value in SENSIBLE.items() if name in module.SPEC["argument_spec"]}
    result = act(module, {**given_options, **{name: data.draw(YAML, label=name) for name in chosen}}, check_mode=check_mode)
    json.dumps(result)
    assert not check_mode or all(request["operation"].startswith(READS) for request in simulator.requests())


@FIXED
@given(entries=st.lists(ENTRY, max_size=3) | YAML)
def test_variables_may_be_anything(act, simulator, entries):
    simulator.reset()
    result = act(execute_job_plan, {"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": entries})
    assert result["outcome"] == ("started" if simulator.instances() else "not_started")
    if result.get("failed"):
        assert not simulator.starts() and result["msg"]


FILE = st.fixed_dictionaries({}, optional={"file_name": YAML | TEXT, "content": YAML | TEXT, "content_b64": YAML, "typo": YAML})
PATH = YAML | TEXT.map("/{}".format)
SOURCE = st.fixed_dictionaries({}, optional={
    "file_list": st.lists(PATH, max_size=3) | YAML, "server": YAML | st.just(SERVER), "account": YAML | st.just({"alias": "root"}), "file_source_id": YAML,
    "file_source_code": YAML, "typo": YAML})
SERVERS = st.fixed_dictionaries({}, optional={
    "host_id_list": st.lists(st.integers(-1, 7), max_size=3) | YAML, "ip_list": YAML, "dynamic_group_list": YAML, "topo_node_list": YAML, "typo": YAML})


@pytest.mark.parametrize("module, option, values", [
    (push_config_file, "file_list", st.lists(FILE, max_size=3) | YAML), (push_config_file, "file_target_path", PATH),
    (fast_transfer_file, "file_source_list", st.lists(SOURCE, max_size=3) | YAML), (fast_transfer_file, "file_target_path", PATH),
    (fast_execute_script, "target_server", SERVERS | YAML), (fast_execute_script, "script_content", TEXT), (fast_execute_script, "script_param", TEXT),
    (fast_execute_script, "rolling_config", st.fixed_dictionaries({}, optional={"expression": YAML, "mode": YAML, "typo": YAML}) | YAML),
    (fast_execute_script, "secret_script_param", TEXT), (fast_execute_script, "timeout", YAML)])
@FIXED
@given(data=st.data())
def test_what_fast_jobs_take_may_be_anything(act, simulator, module, option, values, data):
    simulator.reset()
    options = {name: value for name, value in SENSIBLE.items() if name in module.SPEC["argument_spec"]}
    result = act(module, {**options, "wait": False, option: data.draw(values)})
    assert result["outcome"] == ("started" if simulator.instances() else "not_started") or result["code"] == 1240002
    if result.get("failed"):
        assert not simulator.instances() and result["msg"]


@FIXED
@given(content=TEXT.filter(str.strip), param=TEXT, name=TEXT.filter(str.strip))
def test_the_script_that_is_meant_arrives(act, simulator, content, param, name):
    simulator.reset()
    text, param = content.replace("\0", "").replace("\r\n", "\n") or "x", param.replace("\0", "")
    act(fast_execute_script, {**USUAL_SCRIPT, "script_content": f"x{text}", "script_param": param, "task_name": name})
    sent = simulator.requests()[0]["body"]
    assert base64.b64decode(sent["script_content"]).decode() == f"x{text}" and sent["task_name"] == name
    assert base64.b64decode(sent.get("script_param", "")).decode() == param


@FIXED
@given(entries=st.lists(PLAN | YAML, max_size=3) | YAML)
def test_entries_of_plans_may_be_anything(act, simulator, entries):
    simulator.reset()
    result = act(execute_job_plans, {"bk_biz_id": 1, "plans": entries})
    started = [row["job_instance_id"] for row in result.get("results", []) if row["outcome"] == "started"]
    assert sorted(started) == [row["job_instance_id"] for row in simulator.instances()] and (not result.get("failed") or result["msg"])


@FIXED
@given(rows=st.lists(YAML | st.fixed_dictionaries({}, optional={"job_instance_id": YAML, "outcome": YAML, "msg": YAML, "label": YAML}), max_size=3) | YAML)
def test_what_is_waited_for_may_be_anything(act, simulator, rows):
    simulator.reset()
    result = act(job_instance_wait, {"bk_biz_id": 1, "job_instance_ids": rows, "wait_timeout": 1})
    assert result.get("failed") or result["results"] == []
    assert not result["changed"]


@FIXED
@given(
    name=TEXT.filter(str.strip), value=TEXT | st.booleans() | st.integers(),
    hosts=st.lists(st.builds(lambda cloud, ip: {"bk_cloud_id": cloud, "ip": str(ip)}, st.integers(0, 9), st.ip_addresses(v=4)), min_size=1, max_size=3))
def test_what_is_meant_arrives(act, simulator, name, value, hosts):
    simulator.reset()
    entries = [{"name": name, "value": value}, {"name": "targets", "server": {"ip_list": hosts}}]
    act(execute_job_plan, {"bk_biz_id": 1, "job_plan_id": 100, "check_plan": False, "global_var_list": entries})
    meant = str(value).lower() if isinstance(value, bool) else str(value)
    assert simulator.starts()[0]["body"]["global_var_list"] == [{"name": name, "value": meant}, {"name": "targets", "server": {"ip_list": hosts}}]


@pytest.mark.parametrize("value", ["\x00", "x" * 1_000_000, "蓝鲸 🐳", "line\nline\r\n", "'\"\\$(id) {{ x }}", " "])
def test_odd_but_legal_values_arrive_whole(act, simulator, value):
    result = act(execute_job_plan, {"bk_biz_id": 1, "job_plan_id": "100", "global_var_list": [{"name": "param_name", "value": value}]})
    assert result["outcome"] == "started" and simulator.starts()[0]["body"]["global_var_list"] == [{"name": "param_name", "value": value}]


def test_five_thousand_addresses_arrive_whole(act, simulator):
    hosts = [{"bk_cloud_id": 0, "ip": f"10.{number // 250}.0.{number % 250}"} for number in range(5000)]
    act(execute_job_plan, {"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "targets", "server": {"ip_list": hosts}}]})
    assert simulator.starts()[0]["body"]["global_var_list"] == [{"name": "targets", "server": {"ip_list": hosts}}]

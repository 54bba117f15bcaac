# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a playbook gives, there is a result and no traceback, nothing malformed is sent, and what is meant arrives."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    execute_job_plans,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_job_instance,
    operate_step_instance,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MODULES = [execute_job_plan, execute_job_plans, job_instance_info, job_instance_wait, job_plan_info, operate_job_instance, operate_step_instance]
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


@pytest.fixture
def act(simulator, connection, clock):
    """Run a module as the action plugin does."""
    def run(module, options: dict, **more: object) -> dict:
        args = json.loads(json.dumps({**connection, **options}))
        return run_here("blueking.job.module", module.SPEC, module.run, args, Task(**{"check_mode": False, "clock": clock, **more}))
    return run


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("check_mode", [False, True])
@FIXED
@given(data=st.data())
def test_any_option_may_be_anything(act, simulator, module, check_mode, data):
    simulator.reset()
    options = sorted(set(module.SPEC["argument_spec"]) - ADDRESSES)
    chosen = data.draw(st.lists(st.sampled_from(options), max_size=4, unique=True))
    sensible = {"bk_biz_id": 1, "job_plan_id": 100, "job_instance_id": 10000, "operation": "confirm", "wait_timeout": 1, "plans": [{}]}
    given_options = {name: value for name, value in sensible.items() if name in module.SPEC["argument_spec"]}
    result = act(module, {**given_options, **{name: data.draw(YAML, label=name) for name in chosen}}, check_mode=check_mode)
    json.dumps(result)
    assert not check_mode or all(request["operation"].startswith(("get_", "batch_get_")) for request in simulator.requests())


@FIXED
@given(entries=st.lists(ENTRY, max_size=3) | YAML)
def test_variables_may_be_anything(act, simulator, entries):
    simulator.reset()
    result = act(execute_job_plan, {"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": entries})
    assert result["outcome"] == ("started" if simulator.instances() else "not_started")
    if result.get("failed"):
        assert not simulator.starts() and result["msg"]


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

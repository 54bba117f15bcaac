# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on plans: list them, show one, start one."""

from __future__ import annotations

import variables
from contract import Call
from lifecycle import HOST_FAILED, Instance, Step, launch
from paging import page
from refusal import Refusal
from store import Store


def list_plans(store: Store, call: Call) -> dict:
    """Whether a plan is behind its template is told here only (EsbPlanBasicInfoV3DTO)."""
    plans = [plan for (scope, number), plan in store.plans.items() if scope == call.scope]
    wanted = {name: call.body[name] for name in ("job_template_id", "creator", "last_modify_user") if name in call.body}
    behind = store.version.has("need_update")
    rows = [
        {**_row(plan, call.scope), **({"need_update": plan.get("need_update", False)} if behind else {})}
        for plan in plans
        if call.body.get("name", "") in plan["name"]
    ]
    return page([row for row in rows if wanted.items() <= row.items()], call.body)


def show_plan(store: Store, call: Call) -> dict | None:
    if not store.version.has("refuses_missing_plan") and (call.scope, call.body["job_plan_id"]) not in store.plans:
        return None
    plan = _plan(store, call, 1243009)
    return {
        **_row(plan, call.scope),
        "global_var_list": [variables.shown(variable) for variable in plan["global_var_list"]],
        "step_list": [
            {"id": number, "name": step["name"], "type": step["type"]}
            for number, step in enumerate(plan["step_list"], start=plan["id"] * 10 + 1)
        ],
    }


def execute_plan(store: Store, call: Call) -> dict:
    plan = _plan(store, call, 1244012)
    taken = variables.taken(plan, call.body.get("global_var_list", []))
    # every host variable is looked up, used by a step or not
    hosts = {variable["name"]: store.cmdb.hosts(variable["server"]) for variable in taken if "server" in variable}
    # only now, so that a refused launch takes no numbers
    now = store.clock.now()
    steps = [_step(store, step, hosts, now) for step in _runnable(plan, hosts)]
    instance = Instance(
        job_instance_id=next(store.next_instance),
        plan=plan,
        scope=call.scope,
        operator=call.operator,
        callback_url=call.body.get("callback_url"),
        global_var_list=taken,
        steps=steps,
        create_time=now,
    )
    if call.body.get("start_task", True) or not store.version.has("start_task"):
        launch(instance, now, store.lag)
    store.keep(instance)
    return {"job_instance_name": plan["name"], "job_instance_id": instance.job_instance_id}


def _plan(store: Store, call: Call, missing: int) -> dict:
    plan = store.plans.get((call.scope, call.body["job_plan_id"]))
    if plan is None:
        raise Refusal(missing, str(call.body["job_plan_id"]))
    return plan


def _runnable(plan: dict, hosts: dict) -> list[dict]:
    for step in plan["step_list"]:
        if "targets" in step and not hosts[step["targets"]]:
            raise Refusal(1244028, step["name"])
    return plan["step_list"]


def _step(store: Store, step: dict, hosts: dict, now: int) -> Step:
    targets = {host["bk_host_id"]: host for host in hosts.get(step.get("targets"), [])}
    return Step(step_instance_id=next(store.next_step), plan=step, hosts=targets, results=_results(step), create_time=now)


def _results(step: dict) -> dict:
    """What becomes of which host; `fail_hosts` and what follows it is the short way to say it."""
    failure = HOST_FAILED.get(step["type"])
    short = {"hosts": step.get("fail_hosts", []), "status": step.get("fail_status", failure), "log": step.get("fail_log", "failed on {ip}")}
    return {number: {"status": failure, **result} for result in [short, *step.get("results", [])] for number in result["hosts"]}


def _row(plan: dict, scope: tuple) -> dict:
    return {
        "bk_scope_type": scope[0],
        "bk_scope_id": scope[1],
        "bk_biz_id": int(scope[1]) if scope[1].isdigit() else None,
        "id": plan["id"],
        "name": plan["name"],
        "job_template_id": plan.get("job_template_id", plan["id"]),
        "creator": plan.get("creator", "admin"),
        "create_time": plan.get("create_time", 1735722000000),
        "last_modify_user": plan.get("last_modify_user", "admin"),
        "last_modify_time": plan.get("last_modify_time", 1735722000000),
    }

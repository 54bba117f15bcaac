# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on plans: list them, show one, start one."""

from __future__ import annotations

from urllib.parse import urlsplit

import agents
import quota
import variables
from contract import Call
from lifecycle import Instance, Step, launch
from paging import like, page_of_plans
from planned import row, shown
from refusal import Refusal
from store import Store

NO_TARGETS, NO_TARGETS_BEFORE = 1244028, 1244009
INTERNAL_ERROR = 1240002


def list_plans(store: Store, call: Call) -> dict:
    """The one that was changed last comes first. Whether a plan is behind its template is told here only (EsbPlanBasicInfoV3DTO)."""
    plans = [plan for (scope, number), plan in store.plans.items() if scope == call.scope]
    wanted = {name: call.body[name] for name in ("job_template_id", "creator", "last_modify_user") if name in call.body}
    behind = store.version.has("need_update")
    rows = [
        {**row(plan, call.scope), **({"need_update": plan.get("need_update", False)} if behind else {})}
        for plan in plans
        if like(call.body.get("name", ""), plan["name"])
    ]
    rows.sort(key=lambda found: found["last_modify_time"], reverse=True)
    return page_of_plans([found for found in rows if wanted.items() <= found.items()], call.body)


def show_plan(store: Store, call: Call) -> dict | None:
    if not store.version.has("refuses_missing_plan") and (call.scope, call.body["job_plan_id"]) not in store.plans:
        return None
    return shown(_plan(store, call, 1243009), call.scope, store.cmdb, store.version)


def execute_plan(store: Store, call: Call) -> dict:
    entries = call.body.get("global_var_list", [])
    check_callback(store, call.body.get("callback_url"))
    _check_entries(store, entries)
    plan = _plan(store, call, 1244012)
    quota.check(store, call)
    steps = [step for step in plan["step_list"] if step.get("enabled", True)]
    if not steps:
        raise Refusal(1244011, str(plan["id"]))
    taken = variables.taken(plan, entries)
    # every host variable is looked up, used by a step or not
    hosts = {variable["name"]: store.cmdb.hosts(variable["server"], call.scope) for variable in taken if "server" in variable}
    _check_targets(store, steps, hosts, taken)
    # only now, so that a refused launch takes no numbers
    now = store.clock.now()
    instance = Instance(
        job_instance_id=next(store.next_instance),
        plan=plan,
        scope=call.scope,
        operator=call.operator,
        callback_url=call.body.get("callback_url"),
        global_var_list=taken,
        steps=[_step(store, step, hosts, taken, now) for step in steps],
        create_time=now,
    )
    store.keep(instance)
    launch_as_asked(store, call, instance)
    return {"job_instance_name": plan["name"], "job_instance_id": instance.job_instance_id}


def launch_as_asked(store: Store, call: Call, instance: Instance) -> None:
    known = store.version.has("start_task")
    if known and "start_task" in call.nulls:
        # the instance is stored already
        raise Refusal(INTERNAL_ERROR)
    if call.body.get("start_task", True) or not known:
        launch(instance, instance.create_time, store.lag)


def _plan(store: Store, call: Call, missing: int) -> dict:
    plan = store.plans.get((call.scope, call.body["job_plan_id"]))
    if plan is None:
        raise Refusal(missing, str(call.body["job_plan_id"]))
    return plan


def check_callback(store: Store, url: str | None) -> None:
    """CallbackUrlValidateServiceImpl; a whitelist is off unless the data file has one."""
    if not (url or "").strip() or not store.version.has("checks_callback_url"):
        return
    allowed = store.callback_whitelist
    if not _is_address(url) or (allowed is not None and not any(url == base or url.startswith(f"{base.rstrip('/')}/") for base in allowed)):
        raise Refusal(1240003, "callback_url is invalid")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and not any(sign.isspace() for sign in url)


def _check_entries(store: Store, entries: list) -> None:
    for entry in entries:
        if entry.get("id", 1) < 1 and store.version.has("refuses_id_0"):
            raise Refusal(1240003, "global_var.id is invalid")
    for entry in entries:
        if entry.get("id", 0) < 1 and not entry.get("name", "").strip():
            raise Refusal(1241005, "global_var.id|global_var.name")


def _check_targets(store: Store, steps: list, hosts: dict, taken: list) -> None:
    containers = {variable["name"] for variable in taken if variables.on_containers(variable)}
    for step in steps:
        if "targets" in step and not hosts[step["targets"]] and step["targets"] not in containers:
            raise Refusal(NO_TARGETS if store.version.has("host_ids") else NO_TARGETS_BEFORE, step["name"])


def _step(store: Store, step: dict, hosts: dict, taken: list, now: int) -> Step:
    targets = {host["bk_host_id"]: host for host in hosts.get(step.get("targets"), [])}
    containers = any(variable["name"] == step.get("targets") and variables.on_containers(variable) for variable in taken)
    return Step(
        step_instance_id=next(store.next_step),
        plan=step,
        hosts=targets,
        results=agents.results(step, list(targets.values())),
        create_time=now,
        containers=containers,
    )

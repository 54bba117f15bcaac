# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on instances: how they stand, which values they have, which there were, starting, ending and operating one."""

from __future__ import annotations

import lifecycle
import reports
from contract import Call
from lifecycle import CONFIRMATION, FILE, NOT_STARTED, RUNNING, WAITING, Instance, Step, launch, terminate
from operations import STEP_OPERATIONS, may_confirm, operate
from paging import like, page_of_instances
from refusal import Refusal
from store import Store
from variables import STRING

LONGEST_SPAN = 30 * 24 * 3600 * 1000
TERMINATE, START = 1, 2
TASK_TYPES = (0, 1, 2)
STARTED_ALREADY, NOT_A_CONFIRMER, INTERNAL_ERROR = 1241015, 1244016, 1240002
NO_INSTANCE, NO_STEP = 1244006, 1244007


def show_status(store: Store, call: Call) -> dict:
    """The hosts of a step on containers cannot be told (EsbGetJobInstanceStatusV3ResourceImpl), once it has come to them."""
    ran = instance_of(store, call)
    with_hosts = call.body.get("return_ip_result", False)
    if with_hosts and any(step.containers and step.came_to_hosts() for step in ran.steps):
        raise Refusal(INTERNAL_ERROR)
    return {
        "finished": ran.finished(),
        "job_instance": reports.instance(ran),
        "step_instance_list": [reports.step(step, with_hosts) for step in ran.steps],
    }


def show_values(store: Store, call: Call) -> dict:
    """What each script step leaves to the next, those to come included; nothing for a plan without variables."""
    ran = instance_of(store, call)
    values = {variable["name"]: variable["value"] for variable in ran.global_var_list if variable["type"] == STRING}
    by_step = []
    for step in ran.steps:
        if step.plan["type"] in (FILE, CONFIRMATION) or not ran.global_var_list:
            continue
        ended = step.attempt is not None and step.status not in (RUNNING, lifecycle.STOPPING)
        values = {**values, **(step.plan.get("sets", {}) if ended else {})}
        rows = [{"name": name, "type": STRING, "value": value} for name, value in values.items()]
        by_step.append({"step_instance_id": step.step_instance_id, "global_var_list": rows})
    return {"job_instance_id": ran.job_instance_id, "step_instance_var_list": by_step}


def list_instances(store: Store, call: Call) -> dict:
    since, until = call.body["create_time_start"], call.body["create_time_end"]
    _check_window(store, since, until)
    if call.body.get("type", 0) not in TASK_TYPES:
        raise Refusal(1241002, "type")
    if call.body.get("status", NOT_STARTED) not in lifecycle.WORDS:
        raise Refusal(INTERNAL_ERROR)
    names = ("job_instance_id", "operator", "launch_mode", "type", "status")
    wanted = {name: call.body[name] for name in names if name in call.body}
    rows = [
        reports.row(ran, store.clock.now())
        for ran in reversed(store.instances())
        if ran.scope == call.scope and since <= ran.create_time <= until
    ]
    rows = [row for row in rows if wanted.items() <= row.items() and like(call.body.get("name", ""), row["name"])]
    return page_of_instances(rows, call.body, store.version, store.max_start)


def operate_instance(store: Store, call: Call) -> dict:
    code = call.body["operation_code"]
    if code not in (TERMINATE, START) or (code == START and not store.version.has("start_task")):
        raise Refusal(1241002, "operation_code")
    ran = instance_of(store, call)
    if code == START:
        _start(store, ran)
    else:
        _terminate(store, ran)
    return {"job_instance_id": ran.job_instance_id}


def operate_step(store: Store, call: Call) -> dict:
    code = call.body["operation_code"]
    if code not in STEP_OPERATIONS:
        raise Refusal(1241002, "operation_code")
    ran, step = instance_of(store, call), step_of(store, call, NO_STEP)
    if STEP_OPERATIONS[code].allowed(step, store.version) and not may_confirm(step, code, call.operator, store.version):
        raise Refusal(NOT_A_CONFIRMER)
    if not operate(ran, step, code, store.version, store.clock.now()):
        raise Refusal(1241003)
    return {"job_instance_id": ran.job_instance_id, "step_instance_id": step.step_instance_id}


def instance_of(store: Store, call: Call) -> Instance:
    ran = store.instance(call.scope, call.body["job_instance_id"])
    if ran is None:
        raise Refusal(NO_INSTANCE, str(call.body["job_instance_id"]))
    return ran


def step_of(store: Store, call: Call, missing: int) -> Step:
    number = call.body["step_instance_id"]
    for step in instance_of(store, call).steps:
        if step.step_instance_id == number:
            return step
    raise Refusal(missing, f"step {number}")


def _check_window(store: Store, since: int, until: int) -> None:
    if until <= since and store.version.has("orders_windows"):
        raise Refusal(1241007, "create_time_start|create_time_end")
    if until - since > LONGEST_SPAN:
        raise Refusal(1241002, "create_time_start|create_time_end")


def _start(store: Store, ran: Instance) -> None:
    """Whether another start waits already is not looked at (TaskExecuteServiceImpl.startJob)."""
    if ran.status != NOT_STARTED:
        raise Refusal(STARTED_ALREADY)
    launch(ran, store.clock.now(), store.lag)


def _terminate(store: Store, ran: Instance) -> None:
    if ran.status not in ((RUNNING, WAITING) if store.version.has("terminates_waiting") else (RUNNING,)):
        raise Refusal(1241003)
    terminate(ran, store.clock.now(), store.lag)

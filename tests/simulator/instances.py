# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on instances: how they stand, what they logged, which there were, and ending one."""

from __future__ import annotations

import reports
from contract import Call
from lifecycle import FILE, NOT_STARTED, RUNNING, WAITING, Instance, Step, launch, terminate
from operations import STEP_OPERATIONS, operate
from paging import page
from refusal import Refusal
from store import Store
from variables import STRING

LONGEST_SPAN = 30 * 24 * 3600 * 1000
MOST_HOSTS = 500
TERMINATE, START = 1, 2
STARTED_ALREADY = 1241015


def show_status(store: Store, call: Call) -> dict:
    instance = _instance(store, call)
    with_hosts = call.body.get("return_ip_result", False)
    return {
        "finished": instance.finished(),
        "job_instance": reports.instance(instance),
        "step_instance_list": [reports.step(step, with_hosts) for step in instance.steps],
    }


def show_log(store: Store, call: Call) -> dict:
    step = _step(store, call)
    body = call.body
    ids = [body["bk_host_id"]] if "bk_host_id" in body else []
    ips = [{"bk_cloud_id": body["bk_cloud_id"], "ip": body["ip"]}] if {"bk_cloud_id", "ip"} <= body.keys() else []
    hosts = store.cmdb.named(ids, ips)
    if not hosts:
        raise Refusal(1241002, "bk_host_id, or bk_cloud_id and ip, is missing")
    return {"log_type": step.plan["type"], **reports.log(step, hosts[0])}


def show_logs(store: Store, call: Call) -> dict:
    step = _step(store, call)
    ids, ips = call.body.get("host_id_list", []), call.body.get("ip_list", [])
    if len(ids or ips) > MOST_HOSTS:
        raise Refusal(1241007, f"at most {MOST_HOSTS}")
    logs = [reports.log(step, host) for host in store.cmdb.named(ids, ips) if host["bk_host_id"] in step.hosts and reports.has_log(step, host)]
    return {
        "job_instance_id": call.body["job_instance_id"],
        "step_instance_id": step.step_instance_id,
        "log_type": step.plan["type"],
        "script_task_logs": logs if step.plan["type"] != FILE else None,
        "file_task_logs": logs if step.plan["type"] == FILE else None,
    }


def show_values(store: Store, call: Call) -> dict:
    instance = _instance(store, call)
    values = {variable["name"]: variable["value"] for variable in instance.global_var_list if variable["type"] == STRING}
    by_step = []
    for step in instance.steps:
        values = {**values, **{name: value for name, value in step.plan.get("sets", {}).items() if step.end_time is not None}}
        if step.start_time is not None:
            rows = [{"type": STRING, "name": name, "value": value} for name, value in values.items()]
            by_step.append({"step_instance_id": step.step_instance_id, "global_var_list": rows})
    return {"job_instance_id": instance.job_instance_id, "step_instance_var_list": by_step}


def list_instances(store: Store, call: Call) -> dict:
    since, until = call.body["create_time_start"], call.body["create_time_end"]
    if not 0 <= until - since <= LONGEST_SPAN:
        raise Refusal(1241002, "create_time_start and create_time_end are at most 30 days apart")
    names = ("job_instance_id", "operator", "launch_mode", "type", "status")
    wanted = {name: call.body[name] for name in names if name in call.body}
    rows = [
        reports.row(instance, store.clock.now())
        for instance in reversed(store.instances())
        if instance.scope == call.scope and since <= instance.create_time <= until
    ]
    rows = [row for row in rows if wanted.items() <= row.items() and call.body.get("name", "") in row["name"]]
    answer = page(rows, call.body)
    # EsbGetJobInstanceListV3ResourceImpl makes no list where there are no rows
    return {**answer, "data": answer["data"] or None}


def operate_instance(store: Store, call: Call) -> dict:
    code = call.body["operation_code"]
    if code not in (TERMINATE, START) or (code == START and not store.version.has("start_task")):
        raise Refusal(1241002, "operation_code")
    instance = _instance(store, call)
    if code == START:
        _start(store, instance)
    else:
        _terminate(store, instance)
    return {"job_instance_id": instance.job_instance_id}


def operate_step(store: Store, call: Call) -> dict:
    instance, step, code = _instance(store, call), _step(store, call), call.body["operation_code"]
    if code not in STEP_OPERATIONS:
        raise Refusal(1241002, "operation_code")
    if not operate(instance, step, code, store.version, store.clock.now()):
        raise Refusal(1241003)
    return {"job_instance_id": instance.job_instance_id, "step_instance_id": step.step_instance_id}


def _start(store: Store, instance: Instance) -> None:
    """Whether another start waits already is not looked at (TaskExecuteServiceImpl.startJob)."""
    if instance.status != NOT_STARTED:
        raise Refusal(STARTED_ALREADY)
    launch(instance, store.clock.now(), store.lag)


def _terminate(store: Store, instance: Instance) -> None:
    if instance.status not in ((RUNNING, WAITING) if store.version.has("terminates_waiting") else (RUNNING,)):
        raise Refusal(1241003)
    terminate(instance, store.clock.now(), store.lag)


def _instance(store: Store, call: Call) -> Instance:
    instance = store.instance(call.scope, call.body["job_instance_id"])
    if instance is None:
        raise Refusal(1244006, str(call.body["job_instance_id"]))
    return instance


def _step(store: Store, call: Call) -> Step:
    number = call.body["step_instance_id"]
    for step in _instance(store, call).steps:
        if step.step_instance_id == number:
            return step
    raise Refusal(1244006, f"step {number}")

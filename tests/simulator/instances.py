# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations on instances: how they stand, what they logged, which there were, and ending one."""

from __future__ import annotations

import reports
from contract import Call
from lifecycle import NOT_STARTED, RUNNING, SCRIPT, Instance, Step, terminate
from paging import page
from refusal import Refusal
from store import Store
from variables import STRING

LONGEST_SPAN = 30 * 24 * 3600 * 1000
MOST_HOSTS = 500
TERMINATE = 1


def show_status(store: Store, call: Call) -> dict:
    instance = _instance(store, call)
    with_hosts = call.body.get("return_ip_result", False)
    # JOB makes the steps a moment after it has answered the launch
    steps = [] if instance.status == NOT_STARTED else instance.steps
    return {
        "finished": instance.end_time is not None,
        "job_instance": reports.instance(instance),
        "step_instance_list": [reports.step(step, with_hosts) for step in steps],
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
    logs = [reports.log(step, host) for host in store.cmdb.named(ids, ips) if host["bk_host_id"] in step.hosts]
    return {
        "job_instance_id": call.body["job_instance_id"],
        "step_instance_id": step.step_instance_id,
        "log_type": step.plan["type"],
        "script_task_logs": logs if step.plan["type"] == SCRIPT else None,
        "file_task_logs": logs if step.plan["type"] != SCRIPT else None,
    }


def show_values(store: Store, call: Call) -> dict:
    instance = _instance(store, call)
    values = [
        {"type": variable["type"], "name": variable["name"], "value": variable["value"]}
        for variable in instance.global_var_list
        if variable["type"] == STRING
    ]
    return {
        "job_instance_id": instance.job_instance_id,
        "step_instance_var_list": [
            {"step_instance_id": step.step_instance_id, "global_var_list": values}
            for step in instance.steps
            if step.start_time is not None
        ],
    }


def list_instances(store: Store, call: Call) -> dict:
    since, until = call.body["create_time_start"], call.body["create_time_end"]
    if not 0 <= until - since <= LONGEST_SPAN:
        raise Refusal(1241002, "create_time_start and create_time_end are at most 30 days apart")
    names = ("job_instance_id", "operator", "launch_mode", "type", "status")
    wanted = {name: call.body[name] for name in names if name in call.body}
    rows = [
        reports.row(instance)
        for instance in reversed(store.instances())
        if instance.scope == call.scope and since <= instance.create_time <= until
    ]
    rows = [row for row in rows if wanted.items() <= row.items() and call.body.get("name", "") in row["name"]]
    return page(rows, call.body)


def operate_instance(store: Store, call: Call) -> dict:
    if call.body["operation_code"] != TERMINATE:
        raise Refusal(1241002, "operation_code")
    instance = _instance(store, call)
    if instance.status != RUNNING:
        raise Refusal(1241003)
    terminate(instance, store.clock.now())
    return {"job_instance_id": instance.job_instance_id}


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

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JOB itself, as a gateway reaches it: an operation and a body in, an envelope out."""

from __future__ import annotations

import uuid
from typing import Any

import contract
import instances
import logs
import plans
from contract import Call, judge
from fast import dangerous, fields, files, history, scripts
from refusal import Refusal
from store import Store

OPERATIONS = {
    "execute_job_plan": plans.execute_plan,
    "get_job_plan_list": plans.list_plans,
    "get_job_plan_detail": plans.show_plan,
    "get_job_instance_status": instances.show_status,
    "get_job_instance_ip_log": logs.show_log,
    "batch_get_job_instance_ip_log": logs.show_logs,
    "get_job_instance_global_var_value": instances.show_values,
    "get_job_instance_list": instances.list_instances,
    "operate_job_instance": instances.operate_instance,
    "operate_step_instance": instances.operate_step,
    "fast_execute_script": scripts.execute,
    "fast_transfer_file": files.transfer,
    "push_config_file": files.push,
    "check_script": dangerous.check_script,
    "get_step_instance_detail": history.show_step,
}
REQUESTS = {**contract.REQUESTS, **fields.REQUESTS}
# what a version does not know it neither reads nor answers
FIELDS_SINCE = {
    "scopes": ("bk_scope_type", "bk_scope_id"),
    "host_ids": ("bk_host_id", "host_id_list"),
    "target_names": ("file_target_name",),
    "transfer_mode": ("transfer_mode",),
    "rolling": ("rolling_config",),
    "windows_interpreter": ("windows_interpreter",),
}


OPERATIONS_SINCE = {"check_script": "check_script", "get_step_instance_detail": "step_details"}


def knows(store: Store, operation: str | None) -> bool:
    return operation in OPERATIONS and (operation not in OPERATIONS_SINCE or store.version.has(OPERATIONS_SINCE[operation]))


def perform(store: Store, operation: str, body: Any, operator: str, language: str) -> dict:
    unknown = tuple(name for since, names in FIELDS_SINCE.items() if not store.version.has(since) for name in names)
    try:
        call = judge(REQUESTS[operation], contract.NEEDED.get(operation, (0, ())), _without(unknown, body), operator)
        data = _without(unknown, OPERATIONS[operation](store, _admitted(store, call)))
    except Refusal as refusal:
        return envelope(refusal.code, refusal.text(language), None)
    return envelope(0, "success", data)


def envelope(code: int, message: str, data: Any) -> dict:
    return {"result": code == 0, "code": code, "message": message, "data": data, "job_request_id": uuid.uuid4().hex}


def _without(names: tuple, value: Any) -> Any:
    if not names:
        return value
    if isinstance(value, list):
        return [_without(names, item) for item in value]
    return {name: _without(names, item) for name, item in value.items() if name not in names} if isinstance(value, dict) else value


def _admitted(store: Store, call: Call) -> Call:
    if not call.scope:
        return call
    if call.scope[0] == "tenant_set" and not store.version.has("tenant_sets"):
        raise Refusal(1240003, "bk_scope_type is invalid")
    if call.scope not in store.scopes:
        raise Refusal(1243051, "/".join(call.scope))
    return call

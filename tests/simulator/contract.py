# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract: which fields each operation takes, of which type, and how JOB reads what was sent."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from refusal import Refusal

LONGEST = 2**63
BIZ_SETS = range(8000000, 10000000)

# field: (type, required). A dict is an object with these fields, [x] is an array of x.
SCOPE = {"bk_biz_id": ("long", False), "bk_scope_type": ("string", False), "bk_scope_id": ("string", False)}
PAGE = {"start": ("long", False), "length": ("long", False)}
STEP = {**SCOPE, "job_instance_id": ("long", True), "step_instance_id": ("long", True)}
IP = {"bk_cloud_id": ("long", True), "ip": ("string", True)}
SERVER = {
    "ip_list": ([IP], False),
    "host_id_list": (["long"], False),
    "dynamic_group_list": ([{"id": ("string", True)}], False),
    "topo_node_list": ([{"id": ("long", True), "node_type": ("string", True)}], False),
}
GLOBAL_VAR = {"id": ("long", False), "name": ("string", False), "value": ("string", False), "server": (SERVER, False)}
REQUESTS = {
    "execute_job_plan": {
        **SCOPE,
        "job_plan_id": ("long", True),
        "global_var_list": ([GLOBAL_VAR], False),
        "callback_url": ("string", False),
        "start_task": ("boolean", False),
    },
    "get_job_plan_list": {
        **SCOPE,
        **PAGE,
        "name": ("string", False),
        "job_template_id": ("long", False),
        "creator": ("string", False),
        "last_modify_user": ("string", False),
    },
    "get_job_plan_detail": {**SCOPE, "job_plan_id": ("long", True)},
    "get_job_instance_status": {**SCOPE, "job_instance_id": ("long", True), "return_ip_result": ("boolean", False)},
    "get_job_instance_ip_log": {**STEP, "bk_host_id": ("long", False), "bk_cloud_id": ("long", False), "ip": ("string", False)},
    "batch_get_job_instance_ip_log": {**STEP, "host_id_list": (["long"], False), "ip_list": ([IP], False)},
    "get_job_instance_global_var_value": {**SCOPE, "job_instance_id": ("long", True)},
    "get_job_instance_list": {
        **SCOPE,
        **PAGE,
        "create_time_start": ("long", True),
        "create_time_end": ("long", True),
        "job_instance_id": ("long", False),
        "operator": ("string", False),
        "name": ("string", False),
        "launch_mode": ("long", False),
        "type": ("long", False),
        "status": ("long", False),
    },
    "operate_job_instance": {**SCOPE, "job_instance_id": ("long", True), "operation_code": ("long", True)},
    "operate_step_instance": {**STEP, "operation_code": ("long", True)},
}


class Call(NamedTuple):
    """A request as JOB reads it."""

    scope: tuple
    body: dict
    operator: str


def judge(operation: str, body: Any, operator: str) -> Call:
    """Unknown fields and nulls are dropped, numbers and strings turned into what the field wants."""
    if not isinstance(body, dict):
        raise Refusal(1240003, "the body is not a JSON object")
    fields = read(REQUESTS[operation], body, "")
    return Call(scope_of(fields), fields, operator)


def scope_of(fields: dict) -> tuple:
    """(type, id), from either of the two ways to name a scope."""
    if "bk_scope_type" in fields and "bk_scope_id" in fields:
        return fields["bk_scope_type"], str(fields["bk_scope_id"])
    if "bk_biz_id" not in fields:
        raise Refusal(1241002, "bk_biz_id is missing")
    return "biz_set" if fields["bk_biz_id"] in BIZ_SETS else "biz", str(fields["bk_biz_id"])


def read(kind: Any, value: Any, where: str) -> Any:
    """The value as this kind; `where` is what a refusal calls it."""
    if isinstance(kind, dict):
        return _read_object(kind, value, where)
    if isinstance(kind, list):
        return _read_array(kind[0], value, where)
    return READERS[kind](value, where)


def _read_object(table: dict, value: Any, where: str) -> dict:
    fields = {}
    for name, (kind, required) in table.items():
        inner = f"{where}.{name}" if where else name
        if _read_map(value, where).get(name) is not None:
            fields[name] = read(kind, value[name], inner)
        elif required:
            raise Refusal(1241002, f"{inner} is missing")
    return fields


def _read_array(kind: Any, value: Any, where: str) -> list:
    if not isinstance(value, list):
        raise Refusal(1241002, f"{where} is not an array")
    return [read(kind, item, f"{where}[{index}]") for index, item in enumerate(value)]


def _read_long(value: Any, where: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -LONGEST <= value < LONGEST:
        raise Refusal(1241002, f"{where} is not a long")
    return value


def _read_string(value: Any, where: str) -> str:
    if isinstance(value, (list, dict)):
        raise Refusal(1241002, f"{where} is not a string")
    return value if isinstance(value, str) else json.dumps(value)


def _read_boolean(value: Any, where: str) -> bool:
    if value not in (True, False, "true", "false"):
        raise Refusal(1241002, f"{where} is not a boolean")
    return value in (True, "true")


def _read_number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refusal(1241002, f"{where} is not a number")
    return value


def _read_map(value: Any, where: str) -> dict:
    if not isinstance(value, dict):
        raise Refusal(1241002, f"{where or 'it'} is not an object")
    return value


READERS = {"long": _read_long, "string": _read_string, "boolean": _read_boolean, "number": _read_number, "object": _read_map}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract: which fields each operation takes, of which type, and how JOB reads what was sent."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

from refusal import Refusal

LONGEST = 2**63
BIZ_SETS = range(8000000, 10000000)

# field: (type, required). A dict is an object with these fields, [x] is an array of x.
SCOPE = {"bk_biz_id": ("long", False), "bk_scope_type": ("string", False), "bk_scope_id": ("string", False)}
PAGE = {"start": ("long", False), "length": ("long", False)}
STEP = {**SCOPE, "job_instance_id": ("long", False), "step_instance_id": ("long", False)}
IP = {"bk_cloud_id": ("long", True), "ip": ("ipv4", True)}
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
        "job_plan_id": ("long", False),
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
    "get_job_plan_detail": {**SCOPE, "job_plan_id": ("long", False)},
    "get_job_instance_status": {**SCOPE, "job_instance_id": ("long", False), "return_ip_result": ("boolean", False)},
    "get_job_instance_ip_log": {**STEP, "bk_host_id": ("long", False), "bk_cloud_id": ("long", False), "ip": ("string", False)},
    "batch_get_job_instance_ip_log": {**STEP, "host_id_list": (["long"], False), "ip_list": ([IP], False)},
    "get_job_instance_global_var_value": {**SCOPE, "job_instance_id": ("long", False)},
    "get_job_instance_list": {
        **SCOPE,
        **PAGE,
        "create_time_start": ("long", False),
        "create_time_end": ("long", False),
        "job_instance_id": ("long", False),
        "operator": ("string", False),
        "name": ("string", False),
        "launch_mode": ("long", False),
        "type": ("long", False),
        "status": ("long", False),
    },
    "operate_job_instance": {**SCOPE, "job_instance_id": ("long", False), "operation_code": ("long", False)},
    "operate_step_instance": {**STEP, "operation_code": ("long", False)},
}
# operation: (code of the refusal, what has to be there and at least 1), as each one's checkRequest has it; logs run into an internal error
NEEDED = {
    "execute_job_plan": (1241005, ["job_plan_id"]),
    "get_job_plan_list": (0, []),
    "get_job_plan_detail": (1241007, ["job_plan_id"]),
    "get_job_instance_status": (1241007, ["job_instance_id"]),
    "get_job_instance_ip_log": (1240002, ["job_instance_id", "step_instance_id"]),
    "batch_get_job_instance_ip_log": (1240002, ["job_instance_id", "step_instance_id"]),
    "get_job_instance_global_var_value": (1241007, ["job_instance_id"]),
    "get_job_instance_list": (1241007, ["create_time_start", "create_time_end"]),
    "operate_job_instance": (1241002, ["job_instance_id", "operation_code"]),
    "get_step_instance_detail": (1240003, ["job_instance_id", "step_instance_id"]),
    "operate_step_instance": (1241002, ["job_instance_id", "step_instance_id", "operation_code"]),
}
SCOPE_TYPES = ("biz", "biz_set", "tenant_set")
IPV4 = re.compile(r"((\d{1,2}|1\d\d|2[0-4]\d|25[0-5])(\.(?!$)|$)){4}")


class Call(NamedTuple):
    """A request as JOB reads it; `nulls` are the fields that were there without a value."""

    scope: tuple
    body: dict
    operator: str
    nulls: tuple


def judge(table: dict, needs: tuple, body: Any, operator: str) -> Call:
    """Unknown fields and nulls are dropped, numbers and strings turned into what the field wants. An operation whose table names no scope
    has an empty one."""
    if not isinstance(body, dict):
        raise Refusal(1240003, "the body is not a JSON object")
    fields = read(table, body, "")
    scope = scope_of(fields) if "bk_scope_type" in table else ()
    code, needed = needs
    for name in needed:
        if fields.get(name, 0) < 1:
            raise Refusal(code, name)
    return Call(scope, fields, operator, tuple(name for name, value in body.items() if value is None and name in table))


def scope_of(fields: dict) -> tuple:
    """(type, id), from either of the two ways to name a scope; the new one wins (EsbAppScopeReq)."""
    if fields.get("bk_scope_type") or fields.get("bk_scope_id"):
        if fields.get("bk_scope_type") not in SCOPE_TYPES or not fields.get("bk_scope_id"):
            raise Refusal(1240003, "bk_scope_type or bk_scope_id is invalid")
        return fields["bk_scope_type"], str(fields["bk_scope_id"])
    if fields.get("bk_biz_id", 0) < 1:
        raise Refusal(1240003, "bk_biz_id is missing or invalid")
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
        given = _read_map(value, where).get(name)
        # an empty text is no number to JOB, and no error
        if given is not None and not (given == "" and kind in ("long", "boolean")):
            fields[name] = read(kind, given, inner)
        elif required:
            raise Refusal(1240003, f"{inner} is missing")
    return fields


def _read_array(kind: Any, value: Any, where: str) -> list:
    if not isinstance(value, list):
        raise Refusal(1240003, f"{where} is not an array")
    return [read(kind, item, f"{where}[{index}]") for index, item in enumerate(value)]


def _read_long(value: Any, where: str) -> int:
    whole = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value.strip())
    if whole or (isinstance(value, float) and math.isfinite(value)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -LONGEST <= value < LONGEST:
        raise Refusal(1240003, f"{where} is not a long")
    return value


def _read_string(value: Any, where: str) -> str:
    if isinstance(value, (list, dict)):
        raise Refusal(1240003, f"{where} is not a string")
    return value if isinstance(value, str) else json.dumps(value)


def _read_boolean(value: Any, where: str) -> bool:
    """What Jackson takes from a body and Spring from a query."""
    word = str(value).lower()
    if isinstance(value, (list, dict, float)) or word not in (*TRUE, *FALSE):
        raise Refusal(1240003, f"{where} is not a boolean")
    return word in TRUE


def _read_ipv4(value: Any, where: str) -> str:
    if not IPV4.fullmatch(_read_string(value, where)):
        raise Refusal(1240003, f"{where} is not an IPv4 address")
    return value


def _read_number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refusal(1240003, f"{where} is not a number")
    return value


def _read_map(value: Any, where: str) -> dict:
    if not isinstance(value, dict):
        raise Refusal(1240003, f"{where or 'it'} is not an object")
    return value


TRUE, FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
READERS = {
    "long": _read_long,
    "string": _read_string,
    "ipv4": _read_ipv4,
    "boolean": _read_boolean,
    "number": _read_number,
    "object": _read_map,
}

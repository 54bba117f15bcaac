# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data file: read, checked before anything listens, and completed from the simulator's own plans.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contract import GLOBAL_VAR, IP, SCOPE, SERVER, read, scope_of
from lifecycle import CONFIRMATION, FILE, SCRIPT, SQL
from quota import QUOTA
from rate import RATE_LIMIT
from refusal import Refusal
from variables import HOST, TYPES
from versions import DEFAULT, parse

OWN = Path(__file__).with_name("plans.json")

VARIABLE = {
    **GLOBAL_VAR,
    "server": ({**SERVER, "containers": ("long", False)}, False),
    "id": ("long", True),
    "name": ("string", True),
    "type": ("long", True),
    "required": ("boolean", False),
    "used": ("boolean", False),
    "description": ("string", False),
}
RESULT = {
    "hosts": (["long"], True),
    "status": ("long", False),
    "exit_code": ("long", False),
    "tag": ("string", False),
    "log": ("string", False),
    "no_log": ("boolean", False),
    "attempts": ("long", False),
}
STEP = {
    "name": ("string", True),
    "type": ("long", True),
    "targets": ("string", False),
    "seconds": ("number", False),
    "fail_hosts": (["long"], False),
    "fail_status": ("long", False),
    "log": ("string", False),
    "fail_log": ("string", False),
    "results": ([RESULT], False),
    "end_status": ("long", False),
    "ignore_error": ("boolean", False),
    "batches": ("long", False),
    "rolling_mode": ("long", False),
    "passing_seconds": ("number", False),
    "stop_seconds": ("number", False),
    "sets": ("object", False),
    "enabled": ("boolean", False),
    "confirm_users": (["string"], False),
    "confirm_roles": (["string"], False),
}
PLAN = {
    **SCOPE,
    "id": ("long", True),
    "name": ("string", True),
    "job_template_id": ("long", False),
    "creator": ("string", False),
    "create_time": ("long", False),
    "last_modify_user": ("string", False),
    "last_modify_time": ("long", False),
    "need_update": ("boolean", False),
    "launch_seconds": ("number", False),
    "global_var_list": ([VARIABLE], True),
    "step_list": ([STEP], True),
}
CREDENTIALS = {
    **dict.fromkeys(("app_code", "app_secret", "username", "token", "access_token"), ("string", False)),
    "users": (["string"], False),
    "needs_login": ("boolean", False),
}
SECTIONS = {
    "credentials": (CREDENTIALS, False),
    "scopes": ([{"bk_scope_type": ("string", True), "bk_scope_id": ("string", True)}], False),
    "hosts": ([{"bk_host_id": ("long", True), "bk_biz_id": ("long", False), **IP}], False),
    "dynamic_groups": ("object", False),
    "topo_nodes": ([{"id": ("long", True), "node_type": ("string", True), "bk_host_id": (["long"], True)}], False),
    "plans": ([PLAN], False),
    "version": ("string", False),
    "max_start": ("long", False),
    "callback_whitelist": (["string"], False),
    "quota": (QUOTA, False),
    "rate_limit": (RATE_LIMIT, False),
}


class DataError(ValueError):
    """Its text is one line, for the person who wrote the file."""


def load(path: str | None) -> dict:
    """A section the file leaves out, and a credential it does not name, come from plans.json."""
    own = {"version": DEFAULT, **_checked(_parsed(OWN))}
    given = _checked(_parsed(Path(path))) if path else {}
    return {**own, **given, "credentials": {**own["credentials"], **given.get("credentials", {})}}


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read it: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"not JSON: {error}") from error


def _checked(given: Any) -> dict:
    unknown = [name for name in given if name not in SECTIONS] if isinstance(given, dict) else []
    if unknown:
        raise DataError(f"unknown section {unknown[0]}; there are {', '.join(SECTIONS)}")
    try:
        data = read(SECTIONS, given, "")
        for plan in data.get("plans", []):
            scope_of(plan)
        parse(data.get("version", DEFAULT))
    except Refusal as refusal:
        raise DataError(refusal.detail) from refusal
    except ValueError as error:
        raise DataError(str(error)) from error
    for plan in data.get("plans", []):
        _check_plan(plan)
    return data


def _check_plan(plan: dict) -> None:
    host_variables = [variable["name"] for variable in plan["global_var_list"] if variable["type"] == HOST]
    for variable in plan["global_var_list"]:
        if variable["type"] not in TYPES:
            raise DataError(f"plan {plan['id']}, variable {variable['name']}: there is no type {variable['type']}")
    for step in plan["step_list"]:
        if step["type"] not in (SCRIPT, FILE, CONFIRMATION, SQL):
            raise DataError(f"plan {plan['id']}, step {step['name']}: there is no type {step['type']}")
        if step.get("targets") not in (None, *host_variables):
            raise DataError(f"plan {plan['id']}, step {step['name']}: targets names no host variable of the plan")

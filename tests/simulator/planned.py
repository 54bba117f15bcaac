# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How JOB prints a plan: a row of a list, and the detail with its variables and steps."""

from __future__ import annotations

import base64

import variables
from cmdb import Cmdb
from lifecycle import CONFIRMATION, FILE, SCRIPT, SQL
from reports import scope_of
from versions import Version

SHELL, SQL_LANGUAGE, LOCAL_SCRIPT = 1, 6, 1
ACCOUNT = {"id": 1, "name": None, "alias": None}
SOURCE_PATH, TARGET_PATH = "/data/package.tar.gz", "/tmp/"


def row(plan: dict, scope: tuple) -> dict:
    return {
        **scope_of(scope),
        "id": plan["id"],
        "name": plan["name"],
        "job_template_id": plan.get("job_template_id", plan["id"]),
        "creator": plan.get("creator", "admin"),
        "create_time": plan.get("create_time", 1735722000000),
        "last_modify_user": plan.get("last_modify_user", "admin"),
        "last_modify_time": plan.get("last_modify_time", 1735722000000),
    }


def shown(plan: dict, scope: tuple, cmdb: Cmdb, version: Version) -> dict:
    """Steps that are disabled are there like the others. A list with nothing in it is null (TaskPlanInfoDTO)."""
    rows = [variables.shown(variable, cmdb, version) for variable in plan["global_var_list"]]
    steps = [_step(step, number, version) for number, step in enumerate(plan["step_list"], start=plan["id"] * 10 + 1)]
    return {**row(plan, scope), "global_var_list": rows or None, "step_list": steps or None}


def _step(step: dict, number: int, version: Version) -> dict:
    """A step with an SQL script is a script in the plan, and of type 4 only where it runs."""
    kind = SCRIPT if step["type"] == SQL else step["type"]
    return {
        "id": number,
        "name": step["name"],
        "type": kind,
        "script_info": _script(step, version) if kind == SCRIPT else None,
        "file_info": _file(step) if kind == FILE else None,
        "approval_info": _approval(step) if kind == CONFIRMATION else None,
    }


def _script(step: dict, version: Version) -> dict:
    return {
        "script_type": LOCAL_SCRIPT,
        "script_id": None,
        "script_version_id": None,
        "script_content": base64.b64encode(b"#!/bin/sh\n").decode(),
        "script_language": SQL_LANGUAGE if step["type"] == SQL else SHELL,
        "script_param": None,
        **({"windows_interpreter": None} if version.has("windows_interpreter") else {}),
        "script_timeout": 7200,
        "account": ACCOUNT,
        "server": _server(step),
        "is_param_sensitive": 0,
        "is_ignore_error": None,
    }


def _file(step: dict) -> dict:
    source = {
        "file_list": [SOURCE_PATH],
        "account": ACCOUNT,
        "server": {"ip_list": None, "dynamic_group_list": None, "topo_node_list": None},
        "file_type": None,
        "file_source_id": None,
        "file_source_code": None,
    }
    return {
        "file_source_list": [source],
        "file_destination": {"path": TARGET_PATH, "account": ACCOUNT, "server": _server(step)},
        "timeout": 7200,
        "source_speed_limit": None,
        "destination_speed_limit": None,
        "transfer_mode": 2,
        "is_ignore_error": None,
    }


def _approval(step: dict) -> dict:
    return {
        "approval_type": 1,
        "approval_user": {"user_list": step.get("confirm_users"), "role_list": ["JOB_RESOURCE_TRIGGER_USER"] if step.get("confirm_roles") else None},
        "approval_message": None,
        "notify_channel": None,
    }


def _server(step: dict) -> dict:
    """Whatever hosts there are stand in the variable that is named."""
    named = {"variable": step["targets"]} if "targets" in step else {}
    return {**named, "ip_list": None, "dynamic_group_list": None, "topo_node_list": None}

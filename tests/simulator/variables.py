# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Global variables: what a plan shows of them, and what becomes of the values a caller sends."""

from __future__ import annotations

STRING, HOST, CIPHER = 1, 3, 4
TYPES = range(1, 7)
MASK = "******"


def shown(variable: dict) -> dict:
    """As get_job_plan_detail prints it."""
    return {
        "id": variable["id"],
        "name": variable["name"],
        "type": variable["type"],
        "description": variable.get("description", ""),
        "required": int(variable.get("required", 0)),
        "used": variable.get("used", True),
        **_content(variable, mask=True),
    }


def taken(plan: dict, entries: list) -> list[dict]:
    """The plan's variables under the caller's entries; like JOB, it drops in silence what matches none."""
    return [_under(variable, entries) for variable in plan["global_var_list"]]


def _under(variable: dict, entries: list) -> dict:
    content = variable
    for entry in entries:
        if _means(entry, variable):
            content = {**entry, "type": variable["type"]}
    return {"id": variable["id"], "name": variable["name"], "type": variable["type"], **_content(content)}


def _means(entry: dict, variable: dict) -> bool:
    if "id" in entry:
        return entry["id"] == variable["id"]
    return entry.get("name") == variable["name"]


def _content(variable: dict, mask: bool = False) -> dict:
    if variable["type"] == HOST:
        return {"server": variable.get("server")}
    if mask and variable["type"] == CIPHER:
        return {"value": MASK}
    return {"value": variable.get("value")}

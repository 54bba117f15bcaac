# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Global variables: what a plan shows of them, and what becomes of the values a caller sends."""

from __future__ import annotations

from cmdb import Cmdb
from versions import Version

STRING, HOST, CIPHER = 1, 3, 4
TYPES = range(1, 7)
MASK = "******"
WAYS = ("ip_list", "host_id_list", "dynamic_group_list", "topo_node_list")


def shown(variable: dict, cmdb: Cmdb, version: Version) -> dict:
    """As get_job_plan_detail prints it."""
    return {
        "id": variable["id"],
        "name": variable["name"],
        "type": variable["type"],
        "description": variable.get("description", ""),
        "required": int(variable.get("required", 0)),
        **({"used": variable.get("used", True)} if version.has("used") else {}),
        **_shown_value(variable, cmdb),
    }


def taken(plan: dict, entries: list) -> list[dict]:
    """The plan's variables under the caller's entries; like JOB, it drops in silence what matches none."""
    by_id = {entry["id"]: entry for entry in entries if "id" in entry}
    by_name = {entry.get("name"): entry for entry in entries if "id" not in entry}
    return [_under(variable, by_id.get(variable["id"]) or by_name.get(variable["name"])) for variable in plan["global_var_list"]]


def on_containers(variable: dict) -> bool:
    return bool((variable.get("server") or {}).get("containers"))


def _under(variable: dict, entry: dict | None) -> dict:
    value = _value(variable) if entry is None else _given(variable, entry)
    return {"id": variable["id"], "name": variable["name"], "type": variable["type"], **value}


def _value(variable: dict) -> dict:
    return {"server": variable.get("server")} if variable["type"] == HOST else {"value": variable.get("value")}


def _given(variable: dict, entry: dict) -> dict:
    """An entry has a value or hosts, never both; a host variable that is given a value has no hosts any more."""
    server = entry.get("server") or {}
    means_hosts = not entry.get("value") and any(server.get(way) for way in WAYS)
    if variable["type"] == HOST:
        return {"server": server if means_hosts else None}
    return {"value": None if means_hosts else entry.get("value")}


def _shown_value(variable: dict, cmdb: Cmdb) -> dict:
    """Hosts by their addresses, whatever way they were chosen; of containers there is nothing to see (TaskTargetDTO). A cipher is masked
    though it may be empty."""
    server = variable.get("server")
    if variable["type"] == CIPHER:
        return {"value": MASK, "server": None}
    if variable["type"] != HOST:
        return {"value": variable.get("value"), "server": None}
    if server is None:
        return {"value": None, "server": None}
    hosts = cmdb.known(server.get("host_id_list"), server.get("ip_list"))
    return {"value": None, "server": {
        "ip_list": hosts or None,
        "dynamic_group_list": server.get("dynamic_group_list") or None,
        "topo_node_list": server.get("topo_node_list") or None,
    }}

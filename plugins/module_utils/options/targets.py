# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The value of a host variable, and the targets of a fast job: JOB's `server`, which names hosts in four ways."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import InputError
from ..text.sentences import shown
from .readers import cloud_id, elements, fields, ipv4, positive, text


def read(option: str, given: object, without_hosts: str = "JOB would clear the variable's targets") -> dict[str, Any]:
    """The lists that are given, with at least one host in them; InputError for anything else. without_hosts: what would happen if there were none."""
    server = fields(option, given, tuple(TARGETS))
    targets = {name: [read_row(f"{option}.{name}[{number}]", row) for number, row in enumerate(elements(f"{option}.{name}", server[name]))]
               for name, read_row in TARGETS.items() if name in server}
    if not any(targets.values()):
        raise InputError(f"{option} has no hosts in it, and {without_hosts}: fill one of {', '.join(TARGETS)}")
    return targets


def addresses(server: dict[str, Any] | None) -> list[str]:
    """What a server names, sorted, to be shown: `0:10.0.0.1`, `module 1000`... The server may come from JOB."""
    found = [(name, row) for name in TARGETS for row in _rows(server or {}, name)]
    return sorted((_address(name, row) for name, row in found), key=_by_number)


def _rows(server: dict[str, Any], name: str) -> list[Any]:
    rows = server.get(name)
    return rows if isinstance(rows, list) else []


def _address(name: str, row: object) -> str:
    if not isinstance(row, dict):
        return f"host {shown(row, str)}"
    if name == "ip_list":
        return f"{shown(row.get('bk_cloud_id'), str)}:{shown(row.get('ip'), str)}"
    kind = shown(row.get("node_type"), str) if name == "topo_node_list" else "dynamic group"
    return f"{kind} {shown(row.get('id'), str)}"


def _by_number(address: str) -> list[str]:
    """A sort key by which 10.0.0.9 comes before 10.0.0.10."""
    return [part.zfill(20) if part.isdigit() else part for part in re.split(r"(\d+)", address)]


def _ip(option: str, given: object) -> dict[str, Any]:
    row = _row(option, given, ("bk_cloud_id", "ip"))
    return {"bk_cloud_id": cloud_id(f"{option}.bk_cloud_id", row["bk_cloud_id"]), "ip": ipv4(f"{option}.ip", row["ip"])}


def _dynamic_group(option: str, given: object) -> dict[str, Any]:
    row = _row(option, given, ("id",))
    return {"id": text(f"{option}.id", row["id"])}


def _topo_node(option: str, given: object) -> dict[str, Any]:
    row = _row(option, given, ("id", "node_type"))
    return {"id": positive(f"{option}.id", row["id"]), "node_type": text(f"{option}.node_type", row["node_type"])}


def _row(option: str, given: object, required: tuple[str, ...]) -> dict[str, Any]:
    row = fields(option, given, required)
    missing = [name for name in required if name not in row]
    if missing:
        raise InputError(f"{option} lacks {' and '.join(missing)}")
    return row


# The lists of a server, and the reader of a row of each.
TARGETS: dict[str, Callable[[str, object], Any]] = {
    "host_id_list": positive,
    "ip_list": _ip,
    "dynamic_group_list": _dynamic_group,
    "topo_node_list": _topo_node,
}

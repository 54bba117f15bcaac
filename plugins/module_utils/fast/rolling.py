# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rolling_config: in which batches a fast job runs on its hosts, checked whole, because JOB stores the instance before it checks it."""
from __future__ import annotations

import re
from typing import Any

from ..errors import InputError
from ..options.readers import fields, from_json, text
from ..text.sentences import shown

MODES = {"pause_on_failure": 1, "ignore_failure": 2, "confirm": 3}
PART = re.compile(r"([+*]?)([0-9]+)(%?)")
MOST_BATCHES = 500
# JOB multiplies and adds 32-bit integers without a look at their size.
LARGEST = {"": 1_000_000, "+": 1_000_000, "*": 10_000, "%": 100}
HOW = "give parts with blanks between them, each such as 5 (hosts), 10%, +5 (more than before) or *2 (times as many); the last one is repeated"


def read(given: object, target_server: dict[str, Any]) -> dict[str, Any]:
    """The field of JOB's request; InputError for an expression that JOB would refuse with the instance stored (RollingExpr).

    given: a dict of `expression` and `mode`, or the same as JSON.
    """
    found = fields("rolling_config", from_json("rolling_config", given), ("expression", "mode"))
    if "expression" not in found:
        raise InputError(f"rolling_config lacks expression: {HOW}")
    mode = found.get("mode", "pause_on_failure")
    if not isinstance(mode, str) or mode not in MODES:
        raise InputError(f"rolling_config.mode must be one of {', '.join(MODES)}, not {shown(mode)}")
    parts = text("rolling_config.expression", str(found["expression"]) if isinstance(found["expression"], int) else found["expression"]).split()
    numbers = [_part(part) for part in parts]
    if numbers[0][0] in ("+", "*"):
        raise InputError(f"rolling_config.expression begins with {numbers[0][0]}, at which JOB 3.6 fails with the instance stored: begin with a number of "
                         "hosts, or a percentage")
    _check_batches(numbers, _hosts(target_server))
    return {"expression": " ".join(parts), "mode": MODES[mode]}


def _part(part: str) -> tuple[str, int]:
    """The kind of a part ("" for a number of hosts, "%", "+" or "*"), and its number."""
    found = PART.fullmatch(part)
    if not found or (found[1] and found[3]):
        raise InputError(f"rolling_config.expression has the part {shown(part)}, which JOB does not know: {HOW}")
    kind, number = found[1] or found[3], int(found[2][:20])
    if not 1 <= number <= LARGEST[kind]:
        raise InputError(f"rolling_config.expression has the part {shown(part)}: its number must be from 1 to {LARGEST[kind]}")
    return kind, number


def _hosts(target_server: dict[str, Any]) -> int:
    """How many hosts there are; 0 if only JOB knows."""
    if target_server.get("dynamic_group_list") or target_server.get("topo_node_list"):
        return 0
    return len(set(target_server.get("host_id_list") or ((row["bk_cloud_id"], row["ip"]) for row in target_server["ip_list"])))


def _check_batches(parts: list[tuple[str, int]], hosts: int) -> None:
    """InputError for more batches than JOB allows."""
    left, size, batches = hosts, 0, 0
    while left > 0:
        kind, number = parts[min(batches, len(parts) - 1)]
        size = min(_size(kind, number, hosts, size), left)
        left, batches = left - size, batches + 1
        if batches > MOST_BATCHES:
            raise InputError(f"rolling_config.expression makes more than {MOST_BATCHES} batches of {hosts} hosts, which JOB refuses: give larger ones")


def _size(kind: str, number: int, hosts: int, before: int) -> int:
    """How many hosts a batch has. before: how many the one before it had, 0 for the first."""
    return {"": number, "%": -(-hosts * number // 100), "+": before + number, "*": (before or 1) * number}[kind]

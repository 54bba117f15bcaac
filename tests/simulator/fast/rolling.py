# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rolling expressions: how many hosts each batch has (RollingExpr, RollingBatchExecuteObjectsResolver)."""

from __future__ import annotations

import re

from refusal import Refusal

INVALID, TOO_MANY = 1244026, 1244027
MOST_BATCHES = 500
PART = re.compile(r"(?P<sign>[+*]?)(?P<number>[0-9]+)|(?P<percent>[0-9]+)%")


def sizes(expression: str, total: int) -> list[int]:
    """The last part goes on for as long as there are hosts left. JOB counts before it adds, so that one more than the most get through."""
    parts = [_part(part) for part in expression.rstrip(" ").split(" ")]
    batches: list[int] = []
    left = total
    while left:
        if len(batches) > MOST_BATCHES:
            raise Refusal(TOO_MANY, str(MOST_BATCHES))
        batches.append(min(left, _size(parts[min(len(parts), len(batches) + 1) - 1], batches, total)))
        left -= batches[-1]
    return batches


def _part(text: str) -> tuple:
    match = PART.fullmatch(text.strip())
    number = int(match["number"] or match["percent"]) if match else 0
    if not match or number < 1 or (match["percent"] and number > 100):
        raise Refusal(INVALID, text)
    return ("%" if match["percent"] else match["sign"], number)


def _size(part: tuple, batches: list, total: int) -> int:
    sign, number = part
    if sign == "%":
        return -(-total * number // 100)
    if not sign or not batches:
        return number
    return batches[-1] + number if sign == "+" else batches[-1] * number

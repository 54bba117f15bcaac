# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of JOB's answers: of the type that is needed, or None, or Malformed where the task needs the field."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, TypeVar

from ..errors import Malformed
from ..text.sentences import DIGITS

LARGEST_ID = 2 ** 63 - 1  # JOB's ids are 64-bit integers
YEAR_10000 = 253402300800000  # milliseconds; Python's datetime ends there

T = TypeVar("T")


def field(row: object, name: str, kind: type[T], operation: str, default: T | None = None) -> T:
    """A field that the task needs; Malformed if it is missing, or of another type."""
    value = row.get(name) if isinstance(row, dict) else None
    value = default if value is None and isinstance(row, dict) else value
    value = integer(value) if kind is int else value
    if not isinstance(value, kind):
        raise Malformed(f"JOB's answer to {operation} has no usable {name}: {type(value).__name__}; "
                        "no version of JOB from 3.3 to 3.12 is known to answer so")
    return value


def rows(row: object, name: str) -> list[dict[str, Any]]:
    """The objects in a list that the task can do without; [] if there is no such list."""
    found = row.get(name) if isinstance(row, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def integer(value: object) -> int | None:
    """An integer, also one that a template turned into text; None for anything else, booleans included."""
    if isinstance(value, str) and value.strip().isdecimal() and value.isascii() and len(value) <= DIGITS:
        return int(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10 ** DIGITS else None


def iso8601(milliseconds: object) -> str | None:
    """A time as ISO 8601 in UTC, to the second; None without a time."""
    if not isinstance(milliseconds, int) or not 0 < milliseconds < YEAR_10000:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(milliseconds: object) -> float | None:
    """A duration; None for what has not ended."""
    return milliseconds / 1000 if isinstance(milliseconds, int) and 0 <= milliseconds < YEAR_10000 else None

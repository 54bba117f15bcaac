# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one of JOB's lists page by page, to its end."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import NoAnswer
from .client import Client
from .fields import field, integer

PAGE = 1000  # rows; JOB returns no more at once
MAX_ROWS = 1_000_000
MAX_PASSES = 10


def name_filter(name: str) -> str:
    """What to ask JOB's lists for to have them find this name, among others.

    They look by LIKE, in which a backslash is no part of the name (TaskInstanceDAOImpl, TaskPlanDAOImpl), so this is the longest part without one.
    """
    return max(name.split("\\"), key=len)


def read_all(client: Client, operation: str, filters: dict[str, Any], shape: Callable[[Any], dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """All rows that JOB finds, each in the form that shape() gives it; a row that moves to another page meanwhile counts once, by its key.

    A row that is removed moves the following ones to an earlier page, so a list whose total changes is read again until nothing new is found.
    """
    found: dict[int, dict[str, Any]] = {}
    for _pass in range(MAX_PASSES):
        rows, totals = _read_through(client, operation, filters, shape, key)
        known = len(found)
        found.update(rows)
        if len(totals) == 1 or len(found) == known:
            break
    return list(found.values())


def _read_through(
    client: Client, operation: str, filters: dict[str, Any], shape: Callable[[Any], dict[str, Any]], key: str,
) -> tuple[dict[int, dict[str, Any]], set[int]]:
    """Rows by key, and the totals in JOB's answers, of one pass up to the total, or without a total up to a page with nothing new."""
    found: dict[int, dict[str, Any]] = {}
    start, totals = 0, set()
    while True:
        data = client.call(operation, {**filters, "start": start, "length": PAGE})
        if not isinstance(data, dict):
            raise NoAnswer(f"JOB's answer to {operation} has no usable list: {type(data).__name__}")
        # Without rows, `data` is null in a list of instances, and [] in a list of plans (EsbGetJobInstanceListV3ResourceImpl).
        rows, known, total = field(data, "data", list, operation, []), len(found), integer(data.get("total")) or 0
        found.update((row[key], row) for row in map(shape, rows))
        start += len(rows)
        totals.add(total)
        if len(found) == known or 0 < total <= start:
            return found, totals
        if start >= MAX_ROWS:
            raise NoAnswer(f"JOB's list of {operation} does not end: more than {MAX_ROWS} rows were read")

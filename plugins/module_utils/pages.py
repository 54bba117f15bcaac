# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of JOB's, read page by page to its end."""
from __future__ import annotations

from collections.abc import Callable

from .answers import field
from .client import Client
from .readers import whole

PAGE = 1000  # rows; JOB gives no more at once


def listed(client: Client, operation: str, filters: dict, shape: Callable[[object], dict], key: str) -> list[dict]:
    """All rows that JOB finds, shaped; a row that moves to another page meanwhile counts once, by its key."""
    found: dict[int, dict] = {}
    while True:
        data = client.call(operation, {**filters, "start": len(found), "length": PAGE})
        rows = field(data, "data", list, operation)
        known, total = len(found), whole(data.get("total")) or 0
        found.update((row[key], row) for row in map(shape, rows))
        if len(found) == known or 0 < total <= len(found):
            return list(found.values())

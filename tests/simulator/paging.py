# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of a longer list, as JOB's lists answer."""

from __future__ import annotations

DEFAULT, LONGEST = 20, 1000


def page(rows: list, body: dict) -> dict:
    start = max(body.get("start", 0), 0)
    length = body.get("length", DEFAULT)
    length = min(length, LONGEST) if length > 0 else DEFAULT
    return {"start": start, "length": length, "total": len(rows), "data": rows[start:start + length]}

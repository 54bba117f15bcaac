# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How JOB's two lists answer: which names they find, and a page of what they found."""

from __future__ import annotations

import re

from refusal import Refusal
from versions import Version

DEFAULT, DEFAULT_OF_OLD, LONGEST = 20, 10, 1000


def like(part: str, name: str) -> bool:
    """Whether MySQL's LIKE finds the part in the name: % stands for any text, _ for any character, and a backslash makes the next one plain.

    So both lists look for names (TaskInstanceDAOImpl, TaskPlanDAOImpl).
    """
    tokens = re.findall(r"\\?.", part, re.DOTALL)
    return re.search("".join({"%": ".*", "_": "."}.get(token, re.escape(token[-1])) for token in tokens), name, re.DOTALL) is not None


def page_of_plans(rows: list, body: dict) -> dict:
    """As long as you like; a page with no rows says that there are none at all (EsbPageDataV3)."""
    if body.get("start") == body.get("length") == -1:
        return {"start": 0, "length": len(rows), "total": len(rows), "data": rows}
    answer = _page(rows, body.get("start", 0), body.get("length", DEFAULT))
    return answer if answer["data"] else {**answer, "total": 0}


def page_of_instances(rows: list, body: dict, version: Version, most: int | None) -> dict:
    """At most `most` rows can be skipped, None for any number; rows are null where there are none (EsbGetJobInstanceListV3ResourceImpl)."""
    start = body.get("start", 0)
    if version.has("limits_lists"):
        length = body.get("length", DEFAULT)
        if not 1 <= length <= LONGEST:
            raise Refusal(1240003, f"length must be from 1 to {LONGEST}")
        if most is not None and start > most:
            raise Refusal(1241010, f"start: The value of start cannot exceed {most}")
    else:
        length = body.get("length", DEFAULT_OF_OLD)
    answer = _page(rows, start, length)
    return {**answer, "data": answer["data"] or None}


def _page(rows: list, start: int, length: int) -> dict:
    start, length = max(start, 0), length if length > 0 else DEFAULT_OF_OLD
    return {"start": start, "length": length, "total": len(rows), "data": rows[start:start + length]}

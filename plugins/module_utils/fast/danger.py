# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What JOB's own check says of a script, which check mode asks for."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Refused
from ..text.masking import label
from ..text.sentences import enumerated
from ..wire.answers import forbidden
from ..wire.client import Client
from ..wire.fields import integer

OPERATION = "check_script"  # JOB 3.8 and newer
LEVELS = {1: "warning", 2: "error", 3: "fatal"}
FORBIDS = "fatal"  # lines that an administrator's rule names have this level, whether the rule forbids them or not
UNKNOWN_OPERATION = (1306404, 1640401)
MOST = 100  # findings in a result


def check(client: Client, source: dict[str, Any], warn: Callable[[str], None]) -> list[dict[str, Any]] | None:
    """What JOB finds in the script, `line`, `level` and `description`; None, and a warning, where it may not or cannot be asked.

    client: one for which the script is a secret. source: `script_content` and `script_language` as in a request.
    """
    try:
        rows = client.call(OPERATION, {"content": source["script_content"], "script_language": source["script_language"]}, idempotent=True)
    except Refused as error:
        if not forbidden(error) and error.http_status != 404 and error.code not in UNKNOWN_OPERATION:
            raise
        warn(f"not verified that JOB would run script_content, because it cannot be asked (check_script needs JOB 3.8): {error}")
        return None
    found = [_finding(row, client.secrets) for row in (rows[:MOST] if isinstance(rows, list) else []) if isinstance(row, dict)]
    if found:
        advice = "; JOB may refuse to run it (1244019)" if any(row["level"] == FORBIDS for row in found) else ""
        warn(f"JOB's check of script_content found: {enumerated(map(_sentence, found), '; ')}{advice}")
    return found


def _finding(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    level = integer(row.get("level"))
    return {"line": integer(row.get("line")), "level": None if level is None else LEVELS.get(level, f"unknown_{level}"),
            "description": label(row.get("description"), secrets)}


def _sentence(finding: dict[str, Any]) -> str:
    return f"line {finding['line']} ({finding['level']}): {finding['description']}"

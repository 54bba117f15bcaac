# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of what a host has said comes through, and when: the modes of agents and of the service that keeps logs."""

from __future__ import annotations

from lifecycle import Step, ms

LOG_CAP, LATE_LOGS = "log_cap", "late_logs"
OF_AGENTS = (LOG_CAP, LATE_LOGS)
LAG = 2


def as_kept(said: str, step: Step, number: int, modes: dict, now: int) -> str:
    """As much as the agent hands on; of a host that has ended, only the beginning (`bytes`) until `lag` seconds later."""
    cap, late = modes.get(LOG_CAP, {}), modes.get(LATE_LOGS)
    said = _begun(said, cap.get("bytes"), cap.get("lines"))
    if late and now - step.ended.get(number, now) < ms(late.get("lag", LAG)):
        said = _begun(said, late.get("bytes", 0), late.get("lines"))
    return said


def _begun(said: str, most_bytes: int | None, most_lines: int | None) -> str:
    """A letter that is cut through is garbled."""
    if most_lines is not None:
        said = "".join(said.splitlines(keepends=True)[:most_lines])
    return said if most_bytes is None else said.encode()[:most_bytes].decode(errors="replace")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When JOB asks the agents what has become of a step (ScriptTaskResultHandleScheduleStrategy, FileTaskResultHandleScheduleStrategy)."""

from __future__ import annotations

from lifecycle import FILE, ms

# (up to which poll, seconds before each)
SCRIPTS = ((10, 1), (35, 2), (88, 5))
FILES = ((2, 1), (11, 2), (67, 5))
LATER = 10


def delay(kind: int, poll: int, scale: float) -> int:
    """Milliseconds before this poll, counted from 1, of a step of this type."""
    rules = FILES if kind == FILE else SCRIPTS
    return ms(scale * next((seconds for last, seconds in rules if poll <= last), LATER))

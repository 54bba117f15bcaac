# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The period of which instances are listed: from what a playbook gave to the parts that JOB allows."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from ..errors import InputError
from ..text.sentences import shown

LONGEST_WINDOW = 30 * 24 * 3600 * 1000  # that JOB lists instances of
LONGEST_PERIOD = 3653 * 24 * 3600 * 1000  # some 120 requests; from the year 1 on it would be 24,665
FIRST = 1  # millisecond that JOB lists instances of


def milliseconds(option: str, given: str | None, default: int) -> int:
    """A moment given as ISO 8601, in UTC unless it says otherwise; InputError, naming the option, for anything else."""
    if given is None:
        return default
    try:
        moment = datetime.fromisoformat(given.strip().replace("Z", "+00:00"))
    except ValueError:
        raise InputError(f"{option} {shown(given)} is no date or time in ISO 8601, such as 2025-01-31T09:00:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def windows(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A period in parts that JOB allows, the latest first; InputError unless it ends later than it starts.

    The parts share a millisecond, because JOB takes none that is a single one.
    """
    start = max(start, FIRST)
    if start >= end:
        raise InputError("create_time_end must be later than create_time_start")
    if end - start > LONGEST_PERIOD:
        raise InputError("create_time_start must not be more than 10 years before create_time_end: JOB is asked for 30 days at a time")
    while end - start > LONGEST_WINDOW:
        yield end - LONGEST_WINDOW, end
        end -= LONGEST_WINDOW
    yield start, end

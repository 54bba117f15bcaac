# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The period for a list of instances: from a playbook's dates to the parts of at most 30 days that JOB allows."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from ..errors import InputError
from ..text.sentences import shown

MAX_WINDOW = 30 * 24 * 3600 * 1000  # milliseconds that JOB allows in one request
MAX_PERIOD = 3653 * 24 * 3600 * 1000  # milliseconds, for which 120 requests are needed
FIRST = 1  # millisecond since 1970 that JOB accepts


def milliseconds(option: str, given: str | None, default: int) -> int:
    """A time in ISO 8601, in UTC unless it names another offset, as milliseconds since 1970; InputError, naming the option, for anything else."""
    if given is None:
        return default
    try:
        moment = datetime.fromisoformat(given.strip().replace("Z", "+00:00"))
    except ValueError:
        raise InputError(f"{option} {shown(given)} is not a date or time in ISO 8601, such as 2025-01-31T09:00:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def windows(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A period in parts that JOB allows, the latest first; InputError unless it ends later than it starts.

    Neighbouring parts share a millisecond, because JOB refuses a part of a single one.
    """
    start = max(start, FIRST)
    if start >= end:
        raise InputError("create_time_end must be later than create_time_start")
    if end - start > MAX_PERIOD:
        raise InputError("create_time_start must not be more than 10 years before create_time_end: JOB is asked for 30 days at a time")
    while end - start > MAX_WINDOW:
        yield end - MAX_WINDOW, end
        end -= MAX_WINDOW
    yield start, end

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Polling JOB, with pauses that grow, until a condition holds or time is up."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import JobError, NoAnswer, NotSent
from ..transport.brake import is_limited

FIRST_PAUSE = 0.25  # seconds
SHARE = 0.2  # of the time waited so far, by half of which, on average, an end is noticed late; an hour costs 20 requests more than at even pauses
LAST_ANSWER = 10  # seconds that an answer may take when time is up


class Polled(NamedTuple):
    """What a wait saw last, None if it never saw anything, and why it saw nothing since, None if it did."""

    last: Any
    error: JobError | None


def poll(done: Callable[[Any], bool], look: Callable[[float], Any], clock: Any, timeout: float, interval: float) -> Polled:
    """Look until done, or until timeout seconds have passed; pauses grow with the time waited, from a moment to interval.

    look(within): asks, for at most so many seconds. An error that may pass is waited out, any other JobError is raised.
    clock: `monotonic` and `sleep`, as the module `time` has them.
    """
    began = clock.monotonic()
    seen = Polled(None, None)
    while True:
        left = began + timeout - clock.monotonic()
        try:
            seen = Polled(look(max(left, LAST_ANSWER)), None)
        except JobError as error:
            if not may_pass(error):
                raise
            seen = Polled(seen.last, error)
        now = clock.monotonic()
        left = began + timeout - now
        if left <= 0 or (seen.error is None and done(seen.last)):
            return seen
        clock.sleep(min(pause_after(now - began, interval, seen.error), left))


def pause_after(waited: float, interval: float, error: JobError | None) -> float:
    """Seconds to the next look, when so many have been waited already. error: that of the last look, None if it had none."""
    return max(FIRST_PAUSE, min(SHARE * waited, interval), error.reset if error else 0)


def may_pass(error: JobError) -> bool:
    """Whether asking again can help: no answer of JOB's at all, a broken server, or a limit on requests; not so a login that is due."""
    if isinstance(error, NoAnswer):
        return not 300 <= (error.http_status or 0) < 500 or error.http_status in (408, 429)
    return isinstance(error, NotSent) or is_limited(error)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""poll(): reads again and again, with growing pauses, until a condition holds or the time is over; or in steps, for whoever waits for many."""
from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeVar

from ..clock import Clock
from ..errors import JobError, NoAnswer, NotSent, OutOfTime

FIRST_PAUSE = 0.25  # seconds
GROWTH = 0.2  # a pause, as a part of the time waited so far; an end is noticed late by half a pause on average, and an hour costs 20 requests more
LAST_TIMEOUT = 10  # seconds for a request at the end of the time
Result = TypeVar("Result")
Steps = Generator[float, None, Result]  # work that yields how many seconds it pauses, and returns its result


class Polled(NamedTuple):
    """last: what was read last, None if every read failed. error: why the last read failed, None if it did not."""

    last: Any
    error: JobError | None


def poll(done: Callable[[Any], bool], look: Callable[[float], Any], clock: Clock, timeout: float, interval: float) -> Polled:
    """polling(), with its pauses."""
    return carried_out(polling(done, look, clock, timeout, interval), clock)


def carried_out(steps: Steps[Result], clock: Clock) -> Result:
    """All steps of a work, with its pauses."""
    while True:
        try:
            clock.sleep(next(steps))
        except StopIteration as end:
            result: Result = end.value
            return result


def polling(done: Callable[[Any], bool], look: Callable[[float], Any], clock: Clock, timeout: float, interval: float) -> Steps[Polled]:
    """Read until done, or until timeout seconds have passed; pauses grow with the time waited, up to interval.

    look(within): may take so many seconds. After a JobError that may be temporary it is called again; any other one is raised.
    """
    began = clock.monotonic()
    seen = Polled(None, None)
    while True:
        left = began + timeout - clock.monotonic()
        try:
            seen = Polled(look(max(left, LAST_TIMEOUT)), None)
        except OutOfTime as error:
            return Polled(seen.last, error)
        except JobError as error:
            if not is_temporary(error):
                raise
            seen = Polled(seen.last, error)
        now = clock.monotonic()
        left = began + timeout - now
        if left <= 0 or (seen.error is None and done(seen.last)):
            return seen
        yield min(pause_after(now - began, interval, seen.error), left)


def pause_after(waited: float, interval: float, error: JobError | None) -> float:
    """Seconds until the next read. waited: seconds so far. error: why the last read failed, None if it did not."""
    return max(FIRST_PAUSE, min(GROWTH * waited, interval), error.reset if error else 0)


def is_temporary(error: JobError) -> bool:
    """Whether a later read may succeed: after no answer, an internal error or a rate limit, but not without trust in a certificate or at a login page."""
    if error.permanent:
        return False
    if isinstance(error, NoAnswer):
        return not 300 <= (error.http_status or 0) < 500 or error.http_status in (408, 429)
    return isinstance(error, NotSent) or error.is_limited()

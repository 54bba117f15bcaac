# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of many threads' requests after a gateway's limit: one for all of them, so that none is refused again and again."""
from __future__ import annotations

import threading
from collections import Counter
from typing import Any, NamedTuple

from ..errors import JobError, NotSent

RATE_LIMITED = 1306429  # ESB's, with HTTP 200; the API gateway says 429
FIRST_GAP, LONGEST_GAP = 0.05, 5  # seconds between two requests, when a limit was met
EASE = 0.9  # by which the gap shrinks with each request that passes
PAUSE = 0.5  # seconds after a limit that does not say when it ends


def is_limited(error: JobError) -> bool:
    """Whether a limit on requests refused it."""
    return error.code == RATE_LIMITED or error.http_status == 429


class Turn(NamedTuple):
    """When a request went, and how many for its operation had passed by then."""

    at: float
    passed: int


class Brake:
    """What all threads of a client share: a request asks it for its turn, and tells it whether the limit let it pass."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gap = 0.0
        self._free_at = 0.0  # when the next request may go
        self._met_at = float("-inf")  # when the limit was met
        self._passed: Counter[str] = Counter()

    def turn(self, operation: str, clock: Any, longest: float) -> Turn:
        """Wait for the turn of a request, for at most so many seconds."""
        with self._lock:
            pause = max(self._free_at - clock.monotonic(), 0)
            if self._gap:
                self._free_at = max(self._free_at, clock.monotonic()) + self._gap
        if pause:
            clock.sleep(min(pause, longest))
        return Turn(clock.monotonic(), self._passed[operation])

    def passed(self, operation: str) -> None:
        """The limit let a request pass."""
        with self._lock:
            self._passed[operation] += 1
            self._gap = self._gap * EASE if self._gap > FIRST_GAP / 10 else 0.0

    def met(self, operation: str, clock: Any, error: JobError, turn: Turn | None) -> bool:
        """Whether a limit refused a request while it let others pass, so that waiting will help.

        One that was under way when another met the limit slows nobody down twice.
        """
        if not is_limited(error):
            if not isinstance(error, NotSent):
                self.passed(operation)
            return False
        turn = turn or Turn(clock.monotonic(), 0)
        with self._lock:
            now = clock.monotonic()
            self._free_at = max(self._free_at, now + max(error.reset, PAUSE))
            if turn.at >= self._met_at:
                self._gap, self._met_at = min(max(2 * self._gap, FIRST_GAP), LONGEST_GAP), now
            return self._passed[operation] > turn.passed

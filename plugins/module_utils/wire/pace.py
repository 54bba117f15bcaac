# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast one client may send: a rate limit that refuses one request slows down all that follow, from every thread."""
from __future__ import annotations

import threading
from collections.abc import Callable

from ..clock import Clock

FIRST_GAP, LONGEST_GAP = 0.05, 5  # seconds between two requests, once a limit was met
RECOVERY = 0.9  # of the gap remain after each request that passed


class Pace:
    """Nobody sends before a moment that all threads share; after a limit, one after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next = float("-inf")
        self._gap = 0.0
        self._limits = 0

    def wait(self, check: Callable[[float], object]) -> None:
        """Until this request may be sent. check: raises an error if it must not be sent at this moment."""
        met = -1
        while met != self._limits:  # a limit that another request meets meanwhile counts, too
            with self._lock:
                now, met = self._clock.monotonic(), self._limits
                turn = max(now, self._next)
                check(turn)
                if self._gap:
                    self._next = turn + self._gap
            if turn > now:
                self._clock.sleep(turn - now)

    def limited(self, reset: float) -> None:
        """A request was refused, and the next may be sent after so many seconds."""
        with self._lock:
            now = self._clock.monotonic()
            if self._next < now + reset:  # else others that were sent beside it have said so already
                self._gap = min(max(2 * self._gap, FIRST_GAP), LONGEST_GAP)
            self._next = max(self._next, now + reset)
            self._limits += 1

    def passed(self) -> None:
        """A request was not refused by a limit."""
        with self._lock:
            self._gap = self._gap * RECOVERY if self._gap > FIRST_GAP / 10 else 0.0

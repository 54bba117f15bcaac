# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway's limit on how often it is asked."""

from __future__ import annotations

from typing import Any

RATE_LIMIT = {"requests": ("long", True), "seconds": ("number", True)}


class RateLimit:
    """So many requests in each window of so many seconds; without a limit, any number."""

    def __init__(self, limit: dict | None, clock: Any) -> None:
        self._limit = limit
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        self.refused = 0
        self._window, self._passed = -1, 0

    def seconds_left(self) -> int | None:
        """None lets a request pass, a number refuses it: after that many seconds the next window begins."""
        if self._limit is None:
            return None
        window, into = divmod(self._clock.now() / 1000, self._limit["seconds"])
        if window != self._window:
            self._window, self._passed = window, 0
        self._passed += 1
        if self._passed <= self._limit["requests"]:
            return None
        self.refused += 1
        return int(self._limit["seconds"] - into) + 1

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's clock: it runs with the machine's, and can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._epoch = time.time() - time.monotonic()
        self._ahead = 0.0
        self._set: int | None = None

    @contextmanager
    def set_to(self, moment: int) -> Iterator[None]:
        """It is this moment meanwhile."""
        self._set = moment
        try:
            yield
        finally:
            self._set = None

    def advance(self, seconds: float) -> None:
        self._ahead += seconds

    def now(self) -> int:
        """Milliseconds since 1970; never goes back, whatever happens to the machine's own date."""
        if self._set is not None:
            return self._set
        return int((self._epoch + time.monotonic() + self._ahead) * 1000)

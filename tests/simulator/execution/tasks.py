# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one host does in a step, and what is known of it."""

from __future__ import annotations

import threading

# what an agent hands on at most, in bytes; those of older agents hand on 1 or 2 MB
MOST_OUTPUT = 5 * 1024 * 1024

# a file that is open for writing anywhere cannot be executed, and a process that is just being started holds all that is open
starting = threading.Lock()


class Task:
    """Written by the thread that does it, read by the simulator's. `ended` and `changed` are moments of the simulator's clock; `ended` is
    None while it waits or runs, and set last."""

    def __init__(self, clock) -> None:
        self.output = bytearray()
        self.result: dict = {}
        self.ended: int | None = None
        self.changed = 0
        self.stopped = threading.Event()
        self._clock = clock

    def say(self, said: bytes) -> None:
        """What is beyond the most is dropped, and nobody is told."""
        self.output += said[:max(0, MOST_OUTPUT - len(self.output))]
        self.changed = self._clock.now()

    def end(self, status: int, exit_code: int | None = 0, tag: str = "") -> None:
        self.result = {"status": status, "exit_code": exit_code, "tag": tag}
        self.ended = self.changed = self._clock.now()

    def seconds_on(self, since: int) -> float:
        return (self._clock.now() - since) / 1000

    def now(self) -> int:
        return self._clock.now()

    def text(self) -> str:
        """Whatever is no UTF-8 is garbled."""
        return bytes(self.output).decode(errors="replace")

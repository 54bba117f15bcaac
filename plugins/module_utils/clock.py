# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time, for as long as whoever asked for the task is there."""
from __future__ import annotations

import os
import time


class Clock:
    """What is used of the module `time`; but no sleep returns to a task whose Ansible was killed, and would not know what is done now."""

    monotonic = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def __init__(self) -> None:
        self._parent = os.getppid()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        if os.getppid() != self._parent:
            raise SystemExit("the process that asked for this is gone")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints when each task has ended, by the clock of the machine."""
from __future__ import annotations

import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: ends
type: stdout
short_description: prints when each task has ended
description: For the benchmark.
"""


class CallbackModule(CallbackBase):
    CALLBACK_NAME = "ends"
    CALLBACK_TYPE = "stdout"

    def v2_runner_on_ok(self, result: object) -> None:
        self._display.display(f"ended {time.time()}")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback that writes down whole results, as those of log collectors do."""
from __future__ import annotations

import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: dump
type: notification
short_description: writes down whole results
description: For the tests.
"""


class CallbackModule(CallbackBase):
    CALLBACK_NAME = "dump"
    CALLBACK_TYPE = "notification"

    def v2_runner_on_ok(self, result: object, ignore_errors: bool = False) -> None:
        with open(os.environ["DUMP"], "a", encoding="utf-8") as file:
            file.write(f"{result._result}\n")

    v2_runner_on_failed = v2_runner_item_on_ok = v2_runner_item_on_failed = v2_runner_on_ok

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every module: refuse what packaging would silently rewrite, then ship the module as usual."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ansible.plugins.action import ActionBase
from ansible_collections.blueking.job.plugins.module_utils.errors import NOT_STARTED, UNKNOWN, InputError


class ActionModule(ActionBase):
    """Runs the module that the task names; meta/runtime.yml sends them here."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: dict | None = None) -> dict:
        result = super().run(tmp, task_vars)
        dates = list(_dates(self._task.args))
        if dates:
            problem = InputError(f"{', '.join(dates)}: YAML has made a date of it, whose spelling is lost: quote it")
            return {**result, **problem.result()}
        wrap_async = self._task.async_val and not self._connection.has_native_async
        result.update(self._execute_module(task_vars=task_vars, wrap_async=wrap_async))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
            if result.get("failed"):  # a module that was killed, or never ran, has not said
                result.setdefault("outcome", NOT_STARTED if self._task.check_mode else UNKNOWN)
        return result


def _dates(value: object, path: str = "") -> Iterator[str]:
    """Where dates stand in a task's arguments; on its way to a module each would become some text."""
    if isinstance(value, date):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _dates(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _dates(part, f"{path}[{number}]")

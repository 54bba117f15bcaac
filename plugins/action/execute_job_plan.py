# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every module: refuse what the module could not see any more, then ship it as usual."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ansible.plugins.action import ActionBase
from ansible_collections.blueking.job.plugins.module_utils.connection import USER, empty
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError, JobError


class ActionModule(ActionBase):
    """Runs the module that the task names; meta/runtime.yml sends them here."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: dict | None = None) -> dict:
        result = super().run(tmp, task_vars)
        args = self._task.args
        if "job_instance_id" in args and args["job_instance_id"] in (None, "") and self._task.check_mode:
            return {**result, "skipped": True, "changed": False, "msg": "skipped: in check mode there is no instance yet"}
        problem = _problem(args)
        if problem:
            return {**result, **InputError(problem).result()}
        wrap_async = self._task.async_val and not self._connection.has_native_async
        result.update(self._execute_module(task_vars=task_vars, wrap_async=wrap_async))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
            if result.get("failed") and "outcome" not in result:  # a module that was killed, or never ran, has not said
                reads_only = self._task.check_mode or self._task.action.endswith("_info")
                doubt = "" if reads_only else "what it was asked to do may have been done"
                result = {**JobError("the module broke off", in_doubt=doubt).result(), **result, "changed": bool(doubt)}
        return result


def _problem(args: dict) -> str | None:
    """What is wrong with arguments that a module would get in another form than they were given in."""
    dates = list(_dates(args))
    if dates:  # each would become some text
        return f"{', '.join(dates)}: YAML has made a date of it, whose spelling is lost: quote it"
    nulls = [option for option in USER if option in args and args[option] is None]
    if nulls:
        return empty(nulls[0])  # null would become "not given", and the environment's user slip in
    if "job_instance_id" in args and args["job_instance_id"] in (None, ""):
        return "job_instance_id is given, but empty: was the plan started, and its result registered?"
    return None


def _dates(value: object, path: str = "") -> Iterator[str]:
    """Where dates stand in a task's arguments."""
    if isinstance(value, date):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _dates(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _dates(part, f"{path}[{number}]")

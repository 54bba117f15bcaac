# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every module: runs it in this process where that makes no difference, and ships it as usual otherwise."""
from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from types import ModuleType
from typing import Any

from ansible import constants, context
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import module_loader
from ansible.utils.display import Display
from ansible_collections.blueking.job.plugins.module_utils.clock import CONTROLLER, Clock
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError, JobError
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import ignored
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.module_utils.transport.exchange import HAS_REQUESTS

# Imported by the process that forks all workers, so that none of them has to.
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    execute_job_plans,
    fast_execute_script,
    fast_transfer_file,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_job_instance,
    operate_step_instance,
    push_config_file,
)
from ansible_collections.blueking.job.plugins.plugin_utils.arguments import as_json, module_defaults, problem

MODULES = {module.__name__.rpartition(".")[2]: module for module in (
    execute_job_plan, execute_job_plans, fast_execute_script, fast_transfer_file, job_instance_info, job_instance_wait, job_plan_info,
    operate_job_instance, operate_step_instance, push_config_file)}

OF_OUR_FAILURES = {"http_status", "status", "counts"}  # one of these is in every failure that comes from our modules, the others where a job or many failed
ANY_PYTHON = ("auto", "auto_silent", "auto_legacy", "auto_legacy_silent")


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types, so its class is Any
    """Runs the module that the task names. meta/runtime.yml sets this action for all modules."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        args = self._task.args
        if "job_instance_id" in args and args["job_instance_id"] in (None, "") and self._task.check_mode:
            return {**result, "skipped": True, "changed": False, "msg": "skipped: in check mode there is no instance yet"}
        module = self._module()
        refusal = problem(args, module.SPEC["argument_spec"])
        without_effect = {} if refusal else ignored(module.SPEC, getattr(module, "COUNTS_WITH", {}), args)
        refusal = refusal or self._refusal(without_effect)
        if refusal:
            return {**result, **InputError(refusal).result(module.HAS_OUTCOME)}
        args = {option: value for option, value in args.items() if option not in chain(*without_effect.values())}
        if self._can_run_here(task_vars):
            return {**result, **self._run_here(args, task_vars)}
        return {**result, **self._ship(args, task_vars)}

    def _refusal(self, without_effect: dict[str, list[str]]) -> str:
        """Why options without effect are refused if the task itself gives them; those in module_defaults are meant for other tasks."""
        defaults = module_defaults(self._task, self._module_name, self._templar) if without_effect else {}
        own = {condition: [option for option in options if option not in defaults or defaults[option] != self._task.args[option]]
               for condition, options in without_effect.items()}
        sentences = [f"without {condition} these would be ignored: {', '.join(options)}" for condition, options in own.items() if options]
        return f"{'; '.join(sentences)}. Give it, or leave them out" if sentences else ""

    def _module(self) -> ModuleType:
        return MODULES[self._module_name.rpartition(".")[2]]

    @cached_property
    def _module_name(self) -> str:
        """The module's own name. The task may use another that a collection redirects to it, and its resolved_action is this file's for every module."""
        name: str = module_loader.find_plugin_with_context(self._task.action, collection_list=self._task.collections).resolved_fqcn
        return name

    def _can_run_here(self, task_vars: dict[str, Any]) -> bool:
        """Whether a process of its own would make no difference. On macOS, looking up proxies after a fork can crash."""
        return (
            HAS_REQUESTS
            and sys.platform != "darwin"
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or ())
            and self._interpreter(task_vars) in (sys.executable, *ANY_PYTHON)
        )

    def _interpreter(self, task_vars: dict[str, Any]) -> str:
        """The Python that is set by the host's variables, or else by the configuration."""
        of_host = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
        interpreter: str = self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=of_host))
        return interpreter

    def _run_here(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        module = self._module()
        task = Task(check_mode=self._task.check_mode, diff=self._task.diff, has_outcome=module.HAS_OUTCOME)
        if not self._task.no_log and "module_name" not in context.CLIARGS:  # which only ad-hoc commands have
            task.say = _say
        result = run_here(self._task.action, module.SPEC, module.run, as_json(args), task)
        if not _wants_invocation(task_vars):
            result.pop("invocation", None)
        return result

    def _ship(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        wrap_async = self._task.async_val and not self._connection.has_native_async
        with self._controller_named():
            result: dict[str, Any] = self._execute_module(module_args=args, task_vars=task_vars, wrap_async=wrap_async)
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
            if result.get("failed") and not result.keys() & OF_OUR_FAILURES:  # the module was killed, or never ran
                in_doubt = "" if self._reads_only() else "it may have done what the task asks for"
                failure = JobError("the module ended without a result", in_doubt=in_doubt).result(self._module().HAS_OUTCOME)
                result = {**failure, **result, "changed": bool(in_doubt)}
        return result

    @contextmanager
    def _controller_named(self) -> Iterator[None]:
        """Tell the module, in its environment, the id of this process, so that it stops when this is gone; an async one continues without it."""
        clock = Clock()
        clock.end_if_orphaned()
        known = len(self._task.environment)
        if self._connection.transport == "local" and not self._task.async_val:
            self._task.environment.append({CONTROLLER: str(clock.parent)})
        try:
            yield
        finally:
            del self._task.environment[known:]

    def _reads_only(self) -> bool:
        """Whether the task changes nothing. A wait does if it may terminate the job."""
        may_terminate = "terminate" in (self._task.args.get("on_timeout"), self._task.args.get("on_failure"))
        return self._task.check_mode or not (self._module().HAS_OUTCOME or may_terminate)


def _say(line: str) -> None:
    """On stderr, because a callback may write JSON to stdout."""
    Display().display(line, stderr=True)


def _wants_invocation(task_vars: dict[str, Any]) -> bool:
    """ansible-core 2.20 and newer leave it out unless this setting says otherwise, which older ones do not know."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of every module: run it right here where that is the same, ship it as usual where it is not."""
from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from itertools import chain
from types import ModuleType
from typing import Any

from ansible import constants, context
from ansible.errors import AnsibleError
from ansible.parsing import vault
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import module_loader
from ansible.utils.display import Display
from ansible_collections.blueking.job.plugins.module_utils.clock import CONTROLLER, Clock
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError, JobError
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import ignored
from ansible_collections.blueking.job.plugins.module_utils.options.connection import USER, empty
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.module_utils.text.sentences import enumerated, kind, shown
from ansible_collections.blueking.job.plugins.module_utils.wire.client import requests

# Imported by the process that forks all workers, so that none of them has to.
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_job_instance,
    operate_step_instance,
)

MODULES = {module.__name__.rpartition(".")[2]: module for module in (
    execute_job_plan, job_instance_info, job_instance_wait, job_plan_info, operate_job_instance, operate_step_instance)}

ALWAYS_SAID = {"http_status", "status"}  # one of these is in every failure that a module of ours tells, the second in those of jobs
ANY_PYTHON = ("auto", "auto_silent", "auto_legacy", "auto_legacy_silent")


class ActionModule(ActionBase):
    """Runs the module that the task names; meta/runtime.yml sends them here."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        args = self._task.args
        if "job_instance_id" in args and args["job_instance_id"] in (None, "") and self._task.check_mode:
            return {**result, "skipped": True, "changed": False, "msg": "skipped: in check mode there is no instance yet"}
        problem = _problem(args, self._module().SPEC["argument_spec"])
        if problem:
            return {**result, **InputError(problem).result(self._module().HAS_OUTCOME)}
        in_vain = ignored(self._module().SPEC, getattr(self._module(), "COUNTS_WITH", {}), args)
        own = self._of_the_task(in_vain)
        if own:
            return {**result, **InputError(own).result(self._module().HAS_OUTCOME)}
        args = {option: value for option, value in args.items() if option not in chain(*in_vain.values())}
        if self._can_run_here(task_vars):
            return {**result, **self._run_here(args, task_vars)}
        return {**result, **self._ship(args, task_vars)}

    def _of_the_task(self, in_vain: dict[str, list]) -> str:
        """What to say of options that would be ignored and that the task itself gives; those of module_defaults are meant for other tasks."""
        defaults = self._module_defaults() if in_vain else {}
        own = {condition: [option for option in options if option not in defaults or defaults[option] != self._task.args[option]]
               for condition, options in in_vain.items()}
        told = [f"without {condition} these would be ignored: {', '.join(options)}" for condition, options in own.items() if options]
        return f"{'; '.join(told)}. Give it, or leave them out" if told else ""

    def _module_defaults(self) -> dict[str, Any]:
        """The arguments that module_defaults give this task; ansible-core has no public name for it that 2.16 and 2.21 share."""
        action, defaults = self._module_name, {}
        for level in self._task.module_defaults or ():
            defaults.update(level)
        groups = (self._task._parent._play._action_groups or {}).get(action, ())
        names = [name for name in defaults if name.startswith("group/") and name[len("group/"):] in groups]
        return {option: value for name in [*names, action] for option, value in (self._templar.template(defaults.get(name)) or {}).items()}

    def _module(self) -> ModuleType:
        return MODULES[self._module_name.rpartition(".")[2]]

    @cached_property
    def _module_name(self) -> str:
        """The module's own name. A task may go by another that a collection redirects to it, and its resolved_action is this file's for all of them."""
        return module_loader.find_plugin_with_context(self._task.action, collection_list=self._task.collections).resolved_fqcn

    def _can_run_here(self, task_vars: dict[str, Any]) -> bool:
        """Whether a process of its own would make no difference; on macOS, looking up proxies after a fork can crash."""
        return (
            requests is not None
            and sys.platform != "darwin"
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or ())
            and self._interpreter(task_vars) in (sys.executable, *ANY_PYTHON)
        )

    def _interpreter(self, task_vars: dict[str, Any]) -> str:
        """The Python that the host's variables, or else the configuration, ask for."""
        of_host = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, task_vars)
        return self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=of_host))

    def _run_here(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        module = self._module()
        task = Task(check_mode=self._task.check_mode, diff=self._task.diff, has_outcome=module.HAS_OUTCOME)
        if not self._task.no_log and "module_name" not in context.CLIARGS:  # which only ad-hoc commands have
            task.say = _say
        result = run_here(self._task.action, module.SPEC, module.run, _as_json(args), task)
        if not _wants_invocation(task_vars):
            result.pop("invocation", None)
        return result

    def _ship(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        wrap_async = self._task.async_val and not self._connection.has_native_async
        with self._controller_named():
            result = self._execute_module(module_args=args, task_vars=task_vars, wrap_async=wrap_async)
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
            if result.get("failed") and not result.keys() & ALWAYS_SAID:  # a module that was killed, or never ran, has not said
                doubt = "" if self._reads_only() else "what it was asked to do may have been done"
                broken = JobError("the module broke off", in_doubt=doubt).result(self._module().HAS_OUTCOME)
                result = {**broken, **result, "changed": bool(doubt)}
        return result

    @contextmanager
    def _controller_named(self) -> Iterator[None]:
        """Let a module know which process it works for, if it can see whether that still runs; an async one is to go on without it."""
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
        """Whether the task changes nothing; a wait does if it may end a job."""
        return self._task.check_mode or not (self._module().HAS_OUTCOME or self._task.args.get("on_timeout") == "terminate")


def _say(line: str) -> None:
    """On stderr, because stdout may be some callback's JSON."""
    Display().display(line, stderr=True)


def _as_json(args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as a module would get them: without tags, and with vaulted texts decrypted."""
    return json.loads(json.dumps(args, default=str))


def _wants_invocation(task_vars: dict[str, Any]) -> bool:
    """ansible-core 2.20 and newer leave it out unless told otherwise; older ones do not know the setting."""
    try:
        return constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars)
    except AnsibleError:
        return True


def _problem(args: dict[str, Any], options: dict[str, Any]) -> str | None:
    """What is wrong with arguments that a module would get in another form than they were given in, or could not get at all."""
    try:
        # What has parts Ansible would quote when it refuses it, or make Python's text of it: hostvars with all their passwords.
        strange = list(_strange(args)) or [f"{option} is {kind(value)}, and must be one value" for option, value in args.items()
                                           if isinstance(value, (list, tuple, dict)) and options.get(option, {}).get("type", "raw") != "raw"]
        if strange:
            return enumerated(strange, "; ")
        _as_json(args)
    except (ValueError, RecursionError) as error:
        return f"an option is of another type: {error}"
    nulls = [option for option in USER if option in args and args[option] is None]
    if nulls:
        return empty(nulls[0])  # null would become "not given", and the environment's user slip in
    if "job_instance_id" in args and args["job_instance_id"] in (None, ""):
        return "job_instance_id is given, but empty: was the plan started, and its result registered?"
    return None


def _strange(value: object, path: str = "") -> Iterator[str]:
    """Each part of a task's arguments that JSON has no form for; a module would get Python's own text for it, hostvars with all their passwords."""
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, (str, int, float, type(None))):
                yield f"{path or 'the task'} has {kind(name)} as a name: quote it"
            else:
                yield from _strange(part, f"{path}.{shown(name, str)}" if path else shown(name, str))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _strange(part, f"{path}[{number}]")
    elif isinstance(value, date):
        yield f"{path} is a date, of which YAML has kept the meaning but not the spelling: quote it, or end a template with | string"
    elif not isinstance(value, (str, int, float, type(None))) and not _vaulted(value):
        hint = ". Of hostvars name the one variable that is meant" if isinstance(value, Mapping) else ""
        yield f"{path} is {kind(value)}, and must be made of texts, numbers, booleans, lists and dicts{hint}"


def _vaulted(value: object) -> bool:
    """Whether this is an encrypted text, which ansible-core before 2.19 and since then has a class of its own for."""
    return getattr(type(value), "__ENCRYPTED__", False) or isinstance(value, getattr(vault, "EncryptedString", ()))

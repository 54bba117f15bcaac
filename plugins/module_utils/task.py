# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks to Ansible: a module's SPEC and run(), as a module process or in a process of Ansible's own."""
from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError

from .clock import CONTROLLER, Clock
from .errors import InputError, JobError
from .options.arguments import CONNECTION
from .text.masking import HIDDEN
from .text.sentences import bounded
from .wire.gateways import may_hold_a_user

ADDRESSES = ("api_url", "job_web_url")
UNREADABLE = (OverflowError, RecursionError)  # what Ansible's own validation leaves uncaught
STDOUT = 1  # as a module's result has to go there, whoever waits for it reads it


@dataclass
class Task:
    """What run() knows of the task beside its options.

    check_mode: change nothing. diff: a `diff` is wanted in the result. secrets: texts that no output may hold; run() adds
    what it learns. shown: what `invocation` shows in place of an option that may hold secrets. warnings: sentences for
    the user, shown whether the task ends well or not. clock: as Clock. say: shows a line at once,
    where there is a screen. has_outcome: whether a failure has the field
    `outcome`, which modules that start and change nothing do not have.
    """

    check_mode: bool
    diff: bool = False
    secrets: set[str] = field(default_factory=set)
    shown: dict[str, Any] = field(default_factory=dict)
    warnings: list = field(default_factory=list)
    clock: Any = field(default_factory=Clock)
    say: Callable[[str], None] = lambda _line: None
    has_outcome: bool = True


def run_as_module(spec: dict[str, Any], run: Callable[[dict[str, Any], Task], dict[str, Any]], has_outcome: bool) -> None:
    """Validate, run, print the result and exit, as Ansible expects of a module.

    spec: keywords of AnsibleModule and of ArgumentSpecValidator. run: returns the result; a JobError is a failed one.
    has_outcome: as Task.
    """
    module = _module(spec, has_outcome)
    module.no_log_values = _credentials(module.params)
    controller = os.environ.get(CONTROLLER, "")
    clock = Clock(controller=int(controller) if controller.isdecimal() else None, output=STDOUT)
    task = Task(check_mode=module.check_mode, diff=module._diff, has_outcome=has_outcome, clock=clock)
    result = _perform(run, module.params, task)
    for warning in task.warnings:
        module.warn(warning)
    finish = module.fail_json if result.get("failed") else module.exit_json
    finish(**result)


def run_here(name: str, spec: dict[str, Any], run: Callable[[dict[str, Any], Task], dict[str, Any]], args: dict[str, Any], task: Task) -> dict[str, Any]:
    """The same in this process: the result that a module of this name would have printed."""
    try:
        validation = ArgumentSpecValidator(**spec).validate(args)
    except UNREADABLE as error:
        return _unreadable(error, task.has_outcome)
    if validation.error_messages:
        unsupported = isinstance(validation.errors.errors[0], UnsupportedError)
        text = f"Unsupported parameters for ({name}) module: {validation.errors.msg}" if unsupported else validation.errors.msg
        return InputError(bounded(text)).result(task.has_outcome)
    params = validation.validated_parameters
    result = _perform(run, params, task)
    if task.warnings:
        result["warnings"] = task.warnings
    return remove_values(result, _credentials(params))


def _perform(run: Callable[[dict[str, Any], Task], dict[str, Any]], params: dict[str, Any], task: Task) -> dict[str, Any]:
    unreadable = [option for option, value in params.items() if not _readable(value)]
    if unreadable:
        return InputError(f"{', '.join(unreadable)}: this holds half a character, or a number of thousands of digits").result(task.has_outcome)
    try:
        result = run(params, task)
    except JobError as error:
        result = error.result(task.has_outcome)
    return {**result, "invocation": {"module_args": {**params, **_addresses(params), **task.shown}}}


def _addresses(params: dict[str, Any]) -> dict[str, Any]:
    """What `invocation` shows of addresses that may hold a password."""
    return {option: HIDDEN for option in ADDRESSES if params.get(option) and may_hold_a_user(params[option])}


def _readable(value: object) -> bool:
    """Whether it can be sent and printed."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _credentials(params: dict[str, Any]) -> set[str]:
    """What Ansible masks, as numbers and as parts of numbers and texts, in all of the result.

    Of all options with no_log only these, for a short one among the variables' values would erase ids. run() sees to the rest, see Task.shown.
    """
    secret_options = [option for option in CONNECTION if CONNECTION[option].get("no_log")]
    return {params[option] for option in secret_options if params.get(option)}


def _module(spec: dict[str, Any], has_outcome: bool) -> AnsibleModule:
    """The AnsibleModule; its own refusals of options get the fields of ours, so that `outcome` is in every result that is to have one."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            return AnsibleModule(**spec, supports_check_mode=True)
    except SystemExit:
        refusal = {**InputError("").result(has_outcome), **json.loads(printed.getvalue())}
        refusal["msg"] = bounded(refusal["msg"])
        refusal.pop("invocation", None)  # nobody has looked yet for secrets in it
    except UNREADABLE as error:
        refusal = _unreadable(error, has_outcome)
    sys.stdout.write(json.dumps(refusal) + "\n")
    raise SystemExit(1)


def _unreadable(error: Exception, has_outcome: bool) -> dict[str, Any]:
    return InputError(bounded(f"an option is of another type: {error}")).result(has_outcome)

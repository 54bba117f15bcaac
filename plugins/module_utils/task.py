# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that uses Ansible's module API: runs a module's SPEC and run() as a module process, or in a process of Ansible's own."""
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
from .options.addresses import may_contain_password
from .options.arguments import CONNECTION
from .text.masking import HIDDEN
from .text.sentences import bounded

ADDRESSES = ("api_url", "job_web_url")
VALIDATION_ERRORS = (OverflowError, RecursionError)  # that Ansible's own validation does not catch
STDOUT = 1  # a module prints its result there, so whoever waits for the result reads it


@dataclass
class Task:
    """What run() needs of the task beside its options.

    check_mode: change nothing. diff: the result should have a `diff`. secrets: texts that no output may contain; run() adds those that it
    reads. shown: what `invocation` shows instead of options that may contain secrets. warnings: shown whether the task fails or not.
    clock: as Clock. say: shows a line at once, if there is a screen. has_outcome: whether a failure has `outcome`, which modules that
    start and change nothing do not have.
    """

    check_mode: bool
    diff: bool = False
    secrets: set[str] = field(default_factory=set)
    shown: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    clock: Any = field(default_factory=Clock)
    say: Callable[[str], None] = lambda _line: None
    has_outcome: bool = True


def run_as_module(spec: dict[str, Any], run: Callable[[dict[str, Any], Task], dict[str, Any]], has_outcome: bool) -> None:
    """Validate, run, print the result and exit, as Ansible expects of a module.

    spec: keywords of AnsibleModule and of ArgumentSpecValidator. run: returns the result, or raises a JobError, which has a failed one.
    has_outcome: as in Task.
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
    """The same in this process: returns the result that a module of this name would print."""
    try:
        params = validated(spec, args, f" for ({name}) module")
    except InputError as error:
        return error.result(task.has_outcome)
    result = _perform(run, params, task)
    if task.warnings:
        result["warnings"] = task.warnings
    masked: dict[str, Any] = remove_values(result, _credentials(params))
    return masked


def validated(spec: dict[str, Any], args: dict[str, Any], of: str = "") -> dict[str, Any]:
    """The options with their types and defaults; InputError with Ansible's words. of: whose options they are."""
    try:
        validation = ArgumentSpecValidator(**spec).validate(args)
    except VALIDATION_ERRORS as error:
        raise _wrong_type(error) from None
    if validation.error_messages:
        unsupported = isinstance(validation.errors.errors[0], UnsupportedError)
        raise InputError(bounded(f"Unsupported parameters{of}: {validation.errors.msg}" if unsupported else validation.errors.msg))
    params: dict[str, Any] = validation.validated_parameters
    return params


def _perform(run: Callable[[dict[str, Any], Task], dict[str, Any]], params: dict[str, Any], task: Task) -> dict[str, Any]:
    unprintable = [option for option, value in params.items() if not _printable(value)]
    if unprintable:
        return InputError(f"{', '.join(unprintable)}: the value has an incomplete character (half a surrogate pair), "
                          "or a number with thousands of digits").result(task.has_outcome)
    try:
        result = run(params, task)
    except JobError as error:
        result = error.result(task.has_outcome)
    return {**result, "invocation": {"module_args": {**params, **_hidden_addresses(params), **task.shown}}}


def _hidden_addresses(params: dict[str, Any]) -> dict[str, Any]:
    """What `invocation` shows instead of addresses that may contain a password."""
    return {option: HIDDEN for option in ADDRESSES if params.get(option) and may_contain_password(params[option])}


def _printable(value: object) -> bool:
    """Whether it can be sent and printed."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _credentials(params: dict[str, Any]) -> set[str]:
    """What Ansible masks in all of the result, also as a part of a number or of a text.

    Of the options with no_log only the credentials, because a short value of a variable would mask parts of ids. run() masks the others, see Task.shown.
    """
    secret_options = [option for option in CONNECTION if CONNECTION[option].get("no_log")]
    return {params[option] for option in secret_options if params.get(option)}


def _module(spec: dict[str, Any], has_outcome: bool) -> AnsibleModule:
    """The AnsibleModule. If it refuses options, its result gets the fields of our failures, so that no result lacks `outcome`."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            return AnsibleModule(**spec, supports_check_mode=True)
    except SystemExit:
        refusal = {**InputError("").result(has_outcome), **json.loads(printed.getvalue())}
        refusal["msg"] = bounded(refusal["msg"])
        refusal.pop("invocation", None)  # which may contain secrets that are not known yet
    except VALIDATION_ERRORS as error:
        refusal = _wrong_type(error).result(has_outcome)
    sys.stdout.write(json.dumps(refusal) + "\n")
    raise SystemExit(1)


def _wrong_type(error: Exception) -> InputError:
    return InputError(bounded(f"an option has a value of the wrong type: {error}"))

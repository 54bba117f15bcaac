# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks to Ansible: a module's SPEC and run(), as a module process."""
from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .arguments import CONNECTION
from .errors import InputError, JobError


@dataclass
class Task:
    """What run() knows of the task beside its options.

    check_mode: change nothing. diff: a `diff` is wanted in the result. secrets: texts that no output may hold; run() adds
    what it learns. shown: what `invocation` shows in place of an option that may hold secrets. warnings: sentences for
    the user, shown whether the task ends well or not. clock: what the module `time` offers.
    """

    check_mode: bool
    diff: bool = False
    secrets: set = field(default_factory=set)
    shown: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)
    clock: Any = time


def run_as_module(spec: dict, run: Callable[[dict, Task], dict]) -> None:
    """Validate, run, print the result and exit, as Ansible expects of a module.

    spec: keywords of AnsibleModule (and of ArgumentSpecValidator). run: returns the result; a JobError is a failed one.
    """
    module = _module(spec)
    # Of the options with no_log, AnsibleModule masks every number and text in all of the result, and a short one among the
    # variables' values would erase ids. It keeps to the credentials; run() sees to the rest, see Task.shown.
    secret_options = [option for option in CONNECTION if CONNECTION[option].get("no_log")]
    module.no_log_values = {module.params[option] for option in secret_options if module.params.get(option)}
    task = Task(check_mode=module.check_mode, diff=module._diff)
    try:
        result = run(module.params, task)
    except JobError as error:
        result = error.result()
    for warning in task.warnings:
        module.warn(warning)
    finish = module.fail_json if result.get("failed") else module.exit_json
    finish(**result, invocation={"module_args": {**module.params, **task.shown}})


def _module(spec: dict) -> AnsibleModule:
    """The AnsibleModule; its own refusals of options get the fields of ours, so that `outcome` is in every result."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            return AnsibleModule(**spec, supports_check_mode=True)
    except SystemExit:
        refusal = {**InputError("").result(), **json.loads(printed.getvalue())}
        refusal.pop("invocation", None)  # nobody has looked yet for secrets in it
        sys.stdout.write(json.dumps(refusal) + "\n")
        raise

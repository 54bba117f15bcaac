# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks to Ansible: a module's SPEC and run(), as a module process."""
from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from . import client
from .errors import InputError, JobError


@dataclass
class Task:
    """What run() knows of the task beside its options.

    check_mode: change nothing. secrets: texts that no output may hold; run() adds what it learns.
    warnings: sentences for the user, shown whether the task ends well or not.
    """

    check_mode: bool
    secrets: set = field(default_factory=set)
    warnings: list = field(default_factory=list)


def run_as_module(spec: dict, run: Callable[[dict, Task], dict]) -> None:
    """Validate, run, print the result and exit, as Ansible expects of a module.

    spec: keywords of AnsibleModule (and of ArgumentSpecValidator). run: returns the result; a JobError is a failed one.
    """
    module = _module(spec)
    if client.requests is None:
        module.fail_json(**{**InputError(missing_required_lib("requests")).result(), "exception": client.REQUESTS_IMPORT_ERROR})
    task = Task(check_mode=module.check_mode)
    try:
        result = run(module.params, task)
    except JobError as error:
        result = error.result()
    module.no_log_values.update(task.secrets)
    for warning in task.warnings:
        module.warn(warning)
    finish = module.fail_json if result.get("failed") else module.exit_json
    finish(**result)


def _module(spec: dict) -> AnsibleModule:
    """The AnsibleModule; its own refusals of options get the fields of ours, so that `outcome` is in every result."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            # no_log: AnsibleModule would log the arguments to syslog before anybody knows which are secret.
            return AnsibleModule(**spec, supports_check_mode=True, no_log=True)
    except SystemExit:
        sys.stdout.write(json.dumps({**InputError("").result(), **json.loads(printed.getvalue())}) + "\n")
        raise

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The start of a command's job, after waiting for a place in JOB's quota."""
from __future__ import annotations

from functools import partial
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ...module_utils.errors import UNKNOWN, InputError, JobError
from ...module_utils.fast.encoding import encoded
from ...module_utils.instance.quota import Patience, patiently
from ...module_utils.instance.starting_named import start_named
from ...module_utils.text.masking import label
from ...module_utils.wire.polling import carried_out
from .conceal import Seal
from .route import Route, target_server

SHELL = 1  # JOB's script_language
NO_ACCOUNT = 1244003  # JOB's error number
LONGEST_NAME = 150  # characters of a job's name before its mark, which a name in JOB's list is not cut at; JOB stores 512


def name(route: Route, seal: Seal) -> str:
    """What JOB's history calls the job, unlike any other."""
    return f"{label(route.name, route.client.secrets, LONGEST_NAME)} [{seal.mark}]"


def begin(route: Route, script: str, seal: Seal) -> int:
    """The id of the job that runs the script.

    AnsibleConnectionFailure if nothing ran, AnsibleError if that is not certain. Neither has a cause: ansible-core from 2.19 on would add the texts of
    the HTTP libraries to the message, in which nothing is masked.
    """
    clock, patience = route.client.clock, Patience(route.quota_timeout, route.client.retries, route.note)
    start = partial(start_named, route.client, "fast_execute_script", _request(route, script, seal), route.scope)
    try:
        return carried_out(patiently(start, patience, clock), clock)
    except InputError as error:
        raise AnsibleError(str(error)) from None
    except JobError as error:
        if error.outcome == UNKNOWN:
            raise AnsibleError(str(error)) from None
        where = f". The account is {route.account!r} (ansible_job_account, or the task's user)" if error.code == NO_ACCOUNT else ""
        raise AnsibleConnectionFailure(f"the command was not run: {error}{where}") from None


def _request(route: Route, script: str, seal: Seal) -> dict[str, Any]:
    secret = {"script_param": encoded(seal.parameter), "is_param_sensitive": 1} if seal.parameter else {}
    return {
        **route.scope,
        "task_name": name(route, seal),
        "script_content": encoded(script),
        "script_language": SHELL,
        **secret,
        "account_alias": route.account,
        "target_server": target_server(route.host),
        "timeout": route.command_timeout,
    }

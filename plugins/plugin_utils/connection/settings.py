# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the connection's options to its route: what they mean, and what is refused before anything is sent."""
from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils.errors import InputError
from ...module_utils.options.arguments import CONNECTION, CONSTRAINTS, SCOPE, scope
from ...module_utils.options.connection import connect
from ...module_utils.task import Task, validated
from ...module_utils.text.sentences import shown
from . import conceal
from .route import Route, host

SHORTEST = {"quota_timeout": 0, "poll_interval": 0.01}  # seconds
LONGEST_COMMAND = 259_200  # seconds; 86,400 with JOB before 3.7
SHARED = {**CONNECTION, **SCOPE}
REMEDY = ("Give them as variables (ansible_job_<option>), in the section job_connection of ansible.cfg, or as the environment variables in brackets, "
          "on the controller")


def without_empty_variables(definitions: Mapping[str, Mapping[str, Any]]) -> None:
    """Remove empty variables from the environment of this process, because they count as none for modules, too. definitions: the plugin's options.

    AWX sets one for each blank field of a credential. Ansible would refuse it where an option has choices, and take it for false where it is a boolean.
    """
    for name in [row["name"] for told in definitions.values() for row in told.get("env") or ()]:
        if os.environ.get(name) == "":
            del os.environ[name]


def check_booleans(definitions: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Any]) -> None:
    """AnsibleError for what is neither true nor false. Ansible would take it for false, and so switch off encryption, or the check of certificates."""
    found = [(option, row["name"], where[row["name"]]) for option, told in definitions.items() if told.get("type") == "bool"
             for where, key in ((variables, "vars"), (os.environ, "env")) for row in told.get(key) or () if where.get(row["name"]) is not None]
    for option, name, value in found:
        try:
            boolean(value)
        except TypeError:
            raise AnsibleError(f"{option} ({name}) must be true or false, not {shown(value)}") from None


def given(read: Callable[[str], tuple[Any, Any]]) -> dict[str, Any]:
    """The options that modules have, too, as far as a variable or a configuration file sets them, and the environment's scope if these name none.

    read: the value of an option, and where it is from.

    What the environment says of the connection is left to the reader of modules' options, by which it counts in the same way. A user is never mixed of
    both, and neither is a scope.
    """
    found = {option: read(option) for option in SHARED}
    told = {option: value for option, (value, origin) in found.items() if value is not None and not str(origin).startswith(("default", "env"))}
    if not told.keys() & SCOPE.keys():
        told.update({option: found[option][0] for option in SCOPE if found[option][0] is not None})
    return told


def route(read: Callable[[str], Any], shared: dict[str, Any], say: Callable[[str], None], note: Callable[[str], None]) -> Route:
    """The way to the host; InputError for what could not work. read: the value of an option. shared: as given. say, note: as in Route."""
    params = _validated(shared)
    task = Task(check_mode=False)
    client = connect(params, task, remedy=REMEDY)
    for warning in task.warnings:
        say(warning)
    if read("conceal") and not conceal.HAS_CRYPTOGRAPHY:
        raise InputError("conceal: the controller has no Python library cryptography, which ansible-core needs, too: install it")
    if not 1 <= read("command_timeout") <= LONGEST_COMMAND:
        raise InputError(f"command_timeout must be from 1 to {LONGEST_COMMAND} seconds, not {read('command_timeout')}")
    for option, shortest in SHORTEST.items():
        if not shortest <= read(option) <= LONGEST_COMMAND:
            raise InputError(f"{option} must be from {shortest} to {LONGEST_COMMAND} seconds, not {read(option)}")
    return Route(
        client=client, scope=scope(params), host=host(read("bk_host_id"), read("bk_cloud_id"), read("remote_addr")),
        account=read("account") or read("remote_user") or "root", name=_name(read), conceal=read("conceal"), command_timeout=read("command_timeout"),
        quota_timeout=read("quota_timeout"), poll_interval=read("poll_interval"), say=say, note=note)


def _validated(shared: dict[str, Any]) -> dict[str, Any]:
    """The options of modules with their defaults and what the environment says, as modules would have them."""
    try:
        return validated({"argument_spec": SHARED, **CONSTRAINTS}, shared)
    except InputError as error:
        error.add("variables ansible_job_<option>")
        raise


def _name(read: Callable[[str], Any]) -> str:
    """What JOB's history calls the job. No arguments are in it, because these may contain secrets."""
    name: str = read("task_name") or f"ansible: {read('name_of_task') or read('name_of_module') or 'a command'} on {read('name_of_host')}"
    return " ".join(name.split())

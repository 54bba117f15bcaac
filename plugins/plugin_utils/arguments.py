# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of a task before a module receives them: from where they come, and which of them JSON cannot hold."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ansible.parsing import vault
from ansible_collections.blueking.job.plugins.module_utils.options.credentials import USER, empty
from ansible_collections.blueking.job.plugins.module_utils.text.sentences import enumerated, kind, shown


def as_json(args: dict[str, Any]) -> dict[str, Any]:
    """The arguments as a module would receive them: without tags, and with vaulted texts decrypted."""
    received: dict[str, Any] = json.loads(json.dumps(args, default=str))
    return received


def problem(args: dict[str, Any], options: dict[str, Any]) -> str | None:
    """Why the arguments are refused: a module would receive some of them in another form than they were given in, or not at all.

    options: the `argument_spec`.
    """
    try:
        # Ansible's own refusal would quote a list or dict, or a module would receive Python's text for it: hostvars with all their passwords.
        refused = list(_not_json(args)) or [f"{option} is {kind(value)}, and must be one value" for option, value in args.items()
                                            if isinstance(value, (list, tuple, dict)) and options.get(option, {}).get("type", "raw") != "raw"]
        if refused:
            return enumerated(refused, "; ")
        as_json(args)
    except (ValueError, RecursionError) as error:
        return f"an option has a value of the wrong type: {error}"
    nulls = [option for option in USER if option in args and args[option] is None]
    if nulls:
        return empty(nulls[0])  # null would count as not given, and the user of the environment would be used
    if "job_instance_id" in args and args["job_instance_id"] in (None, ""):
        return "job_instance_id is given, but empty: was the plan started, and its result registered?"
    return None


def module_defaults(task: Any, module: str, templar: Any) -> dict[str, Any]:
    """The arguments that module_defaults give a task; ansible-core has no public name for them that 2.16 and 2.21 share."""
    defaults: dict[str, Any] = {}
    for level in task.module_defaults or ():
        defaults.update(level)
    groups = (task._parent._play._action_groups or {}).get(module, ())
    names = [name for name in defaults if name.startswith("group/") and name[len("group/"):] in groups]
    return {option: value for name in [*names, module] for option, value in (templar.template(defaults.get(name)) or {}).items()}


def _not_json(value: object, path: str = "") -> Iterator[str]:
    """Each part of a task's arguments that JSON cannot hold; a module would receive Python's text for it."""
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, (str, int, float, type(None))):
                yield f"{path or 'the task'} has {kind(name)} as a name: quote it"
            else:
                yield from _not_json(part, f"{path}.{shown(name, str)}" if path else shown(name, str))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _not_json(part, f"{path}[{number}]")
    elif isinstance(value, date):
        yield f"{path} is a date, and YAML does not keep how it was written: quote it, or end a template with | string"
    elif not isinstance(value, (str, int, float, type(None))) and not _is_vaulted(value):
        hint = ". Of hostvars give only the variable that is needed" if isinstance(value, Mapping) else ""
        yield f"{path} is {kind(value)}: only texts, numbers, booleans, lists and dicts are possible here{hint}"


def _is_vaulted(value: object) -> bool:
    """Whether this is an encrypted text, for which ansible-core before 2.19 and from 2.19 on has different classes."""
    return getattr(type(value), "__ENCRYPTED__", False) or isinstance(value, getattr(vault, "EncryptedString", ()))

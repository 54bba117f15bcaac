# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""global_var_list: read from a playbook, each entry checked by itself, and written in the form of JOB's request."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..text.masking import HIDDEN, without_secrets
from ..text.sentences import enumerated, kind, shown
from . import targets
from .readers import fields, from_json, positive, rows, text

FIELDS = ("id", "name", "value", "secret_value", "server")
HOW_TO_WRITE_A_LIST = ("JOB takes arrays as strings: '(a b c)' for an index array, '([key]=value)' for an associative one, "
                       "or JSON for a script that reads it, with the filter to_json")


@dataclass
class Entry:
    """The new value of one variable.

    option: the entry's place, for messages. id, name: at least one of them. value, server: exactly one of them.
    secret: only JOB may see the value; it was given as `secret_value`, or the plan's variable is a cipher.
    """

    option: str
    id: int | None = None
    name: str | None = None
    value: str | None = None
    server: dict[str, Any] | None = None
    secret: bool = False

    def wire(self) -> dict[str, Any]:
        """The entry in JOB's request. JOB ignores the name beside an id, so only one of them is sent."""
        key = {"name": self.name} if self.id is None else {"id": self.id}
        if self.server is not None:
            return {**key, "server": self.server}
        return {**key, "value": self.value}

    def masked(self, secrets: set[str]) -> dict[str, Any]:
        """As wire(), with a secret value replaced, and the secrets in any other value."""
        if self.value is None:
            return self.wire()
        return {**self.wire(), "value": HIDDEN if self.secret else without_secrets(self.value, secrets)}


def read(given: object) -> list[Entry]:
    """The entries, each checked by itself; InputError with the first problem of every entry.

    given: a list of dicts as the module documents them, or the same as JSON (AWX surveys, ad-hoc commands); "" is an empty answer of a survey.
    """
    given = from_json("global_var_list", given, "variables")
    if isinstance(given, dict):
        raise InputError(f"global_var_list must be a list of variables, not a dict: write {_as_list(given)}")
    entries, problems = rows("global_var_list", given, _entry)
    if problems:
        raise InputError(enumerated(problems, "; "))
    return entries


def _as_list(given: dict[str, Any]) -> str:
    """The list to write in place of a dict of one entry's fields, or of values by name; without the values, which may be secrets."""
    if given.keys() <= set(FIELDS):
        return f"[{{{', '.join(f'{field}: ...' for field in given)}}}]" if given else "[] for none"
    return f"[{{name: {shown(str(next(iter(given))))}, value: ...}}{', ...' if len(given) > 1 else ''}]"


def _entry(option: str, given: object) -> Entry:
    found = fields(option, given, FIELDS)
    if "name" in found:
        option += f" ({shown(found['name'])})"
    return Entry(option, **_key(option, found), **_content(option, found))


def _key(option: str, found: dict[str, Any]) -> dict[str, Any]:
    if "id" not in found and "name" not in found:
        raise InputError(f"{option} has neither id nor name: give one, so that JOB can find the variable")
    readers = {"id": positive, "name": text}
    return {key: read_key(f"{option}.{key}", found[key]) for key, read_key in readers.items() if key in found}


def _content(option: str, found: dict[str, Any]) -> dict[str, Any]:
    given = [name for name in ("value", "secret_value", "server") if name in found]
    if not given:
        raise InputError(f"{option} has neither value nor server, and JOB would replace the plan's default by nothing: "
                         "give one, value: \"\" for an empty one, or leave the variable out")
    if len(given) > 1:
        raise InputError(f"{option} has both {' and '.join(given)}: a host variable takes server, every other one value, "
                         "or secret_value for a value that is a secret")
    if given == ["server"]:
        return {"server": targets.read(f"{option}.server", found["server"])}
    [name] = given
    return {"value": _value(f"{option}.{name}", found[name]), "secret": name == "secret_value"}


def _value(option: str, given: object) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(int(given))
    if isinstance(given, (list, dict)):
        raise InputError(f"{option} is {kind(given)}; {HOW_TO_WRITE_A_LIST}")
    raise InputError(f"{option} is {kind(given)}, and YAML does not keep how it was written (1.10 became 1.1): "
                     "quote it, or end a template with | string")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""global_var_list: the form a playbook writes, checked and turned into the form JOB reads."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address
from reprlib import repr as shortened

from .errors import InputError
from .ids import positive, whole

HOW_TO_WRITE_A_LIST = ("JOB takes arrays as text: '(a b c)' for an index array, '([key]=value)' for an associative one, "
                       "or JSON for a script that reads it, with the filter to_json")


def to_wire(given: object) -> list[dict]:
    """The entries as JOB's request has them; InputError that tells every entry's first problem.

    given: a list of dicts as the module documents them, or the same as JSON text (AWX surveys, ad-hoc commands).
    """
    entries, problems = [], []
    for number, entry in enumerate(_listed("global_var_list", _parsed(given))):
        try:
            entries.append(_entry(f"global_var_list[{number}]", entry))
        except InputError as problem:
            problems.append(str(problem))
    if problems:
        raise InputError("; ".join(problems))
    return entries


def _parsed(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise InputError(f"global_var_list is text, but not a JSON array ({error}): give a list of variables, or [] for none") from error


def _listed(option: str, given: object) -> list:
    if not isinstance(given, list):
        raise InputError(f"{option} must be a list, not {_kind(given)}")
    return given


def _fields(option: str, given: object, allowed: tuple) -> dict:
    """A dict's fields that are given; JOB would silently ignore a name it does not know, so that is refused."""
    if not isinstance(given, dict):
        raise InputError(f"{option} must be a dict of {', '.join(allowed)}, not {_kind(given)}")
    strangers = [shortened(name) for name in given if name not in allowed]
    if strangers:
        raise InputError(f"{option} has no {', '.join(strangers)}: its fields are {', '.join(allowed)}")
    return {name: value for name, value in given.items() if value is not None}


def _entry(option: str, given: object) -> dict:
    entry = _fields(option, given, ("id", "name", "value", "server"))
    named = f"{option} ({shortened(entry['name'])})" if "name" in entry else option
    wire = _key(named, entry)
    if "value" in entry and "server" in entry:
        raise InputError(f"{named} has both value and server: a host variable takes server, every other one value")
    if "server" in entry:
        return {**wire, "server": _server(f"{named}.server", entry["server"])}
    if "value" in entry:
        return {**wire, "value": _value(f"{named}.value", entry["value"])}
    raise InputError(f"{named} has neither value nor server, and JOB would replace the plan's default by nothing: "
                     "give one, value: \"\" if an empty one is meant, or leave the variable out")


def _key(option: str, entry: dict) -> dict:
    """What names the variable: JOB matches by id alone when there is one, so never both are sent."""
    if "id" in entry:
        return {"id": positive(f"{option}.id", entry["id"])}
    if "name" in entry:
        return {"name": _text(f"{option}.name", entry["name"])}
    raise InputError(f"{option} has neither id nor name: give one, so that JOB knows the variable")


def _value(option: str, given: object) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(int(given))
    if isinstance(given, (list, dict)):
        raise InputError(f"{option} is {_kind(given)}; {HOW_TO_WRITE_A_LIST}")
    raise InputError(f"{option} is {_kind(given)}, of which YAML has kept the meaning but not the spelling (1.10 became 1.1): "
                     "quote it, or end a template with | string")


def _server(option: str, given: object) -> dict:
    server = _fields(option, given, tuple(TARGETS))
    targets = {name: [read(f"{option}.{name}[{number}]", row) for number, row in enumerate(_listed(f"{option}.{name}", server[name]))]
               for name, read in TARGETS.items() if name in server}
    if not any(targets.values()):
        raise InputError(f"{option} has no hosts in it, and JOB would clear the variable's targets: fill one of {', '.join(TARGETS)}")
    return targets


def _ip(option: str, given: object) -> dict:
    row = _row(option, given, ("bk_cloud_id", "ip"))
    cloud = whole(row["bk_cloud_id"])
    if cloud is None or cloud < 0:
        raise InputError(f"{option}.bk_cloud_id must be an integer, 0 for the default cloud area, not {shortened(row['bk_cloud_id'])}")
    return {"bk_cloud_id": cloud, "ip": _ipv4(f"{option}.ip", row["ip"])}


def _ipv4(option: str, given: object) -> str:
    try:
        return str(IPv4Address(_text(option, given)))
    except ValueError as error:
        raise InputError(f"{option} {shortened(given)} is no IPv4 address") from error


def _dynamic_group(option: str, given: object) -> dict:
    row = _row(option, given, ("id",))
    return {"id": _text(f"{option}.id", row["id"])}


def _topo_node(option: str, given: object) -> dict:
    row = _row(option, given, ("id", "node_type"))
    return {"id": positive(f"{option}.id", row["id"]), "node_type": _text(f"{option}.node_type", row["node_type"])}


# The parts of a server, and what reads a row of each.
TARGETS: dict[str, Callable] = {
    "host_id_list": positive,
    "ip_list": _ip,
    "dynamic_group_list": _dynamic_group,
    "topo_node_list": _topo_node,
}


def _row(option: str, given: object, required: tuple) -> dict:
    row = _fields(option, given, required)
    missing = [name for name in required if name not in row]
    if missing:
        raise InputError(f"{option} lacks {' and '.join(missing)}")
    return row


def _text(option: str, given: object) -> str:
    if not isinstance(given, str) or not given:
        raise InputError(f"{option} must be a text that is not empty, not {_kind(given)}")
    return given


def _kind(given: object) -> str:
    """What a value is, in words; the value itself may be a secret."""
    for kinds, words in KINDS:
        if isinstance(given, kinds):
            return words
    return f"a {type(given).__name__}"


KINDS = (
    (str, "a text"), (bool, "a boolean"), (int, "an integer"), (float, "a floating-point number"), (date, "a date"),
    (dict, "a dict"), (list, "a list"), (type(None), "null"),
)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the entries of global_var_list fit the plan, which JOB does not check."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from ..errors import InputError
from ..options.global_vars import Entry
from ..text.sentences import closest, enumerated
from .queries import MASK

Pairs = list[tuple[Entry, Optional[dict[str, Any]]]]  # entries, each with the plan's variable that JOB sets by it, or None
SUGGESTIONS, WARNINGS = 5, 10  # of one kind
WHY_UNKNOWN = {"cipher": "", "host": " (its hosts are containers)"}


def match(entries: list[Entry], plan: dict[str, Any], check_plan: bool) -> Pairs | None:
    """The entries with the plan's variables, None where these are not known; marks the entries that are secrets."""
    if "global_var_list" not in plan:
        for entry in entries:
            entry.secret = entry.secret or check_plan  # the plan could not be read, so any of them may be a cipher
        return None
    pairs = _pairs(entries, plan)
    for entry, variable in pairs:
        entry.secret = entry.secret or (variable is not None and variable["type"] == "cipher")
    return pairs


def check(pairs: Pairs, plan: dict[str, Any]) -> list[str]:
    """Warnings; InputError with all problems if the entries do not fit the plan."""
    problems = [
        *_unknown([entry for entry, variable in pairs if variable is None], plan),
        *(f"{entry.option} {problem}" for entry, variable in pairs if variable for problem in _misfits(entry, variable)),
        *_repetitions(pairs),
        *_empty_requirements(pairs, plan),
    ]
    if problems:
        raise InputError(f"not started, because global_var_list does not fit the plan: {enumerated(problems, '; ')}")
    return _warnings(pairs, plan)


def _pairs(entries: list[Entry], plan: dict[str, Any]) -> Pairs:
    """JOB matches an entry by its id alone if it has one, else by its name."""
    by_id = {variable["id"]: variable for variable in plan["global_var_list"] if variable["id"] is not None}
    by_name = {variable["name"]: variable for variable in plan["global_var_list"]}
    return [(entry, by_name.get(entry.name) if entry.id is None else by_id.get(entry.id)) for entry in entries]


def _warnings(pairs: Pairs, plan: dict[str, Any]) -> list[str]:
    """What may be wrong, but need not be."""
    unused = [f"{entry.option}: no step of the plan uses this variable" for entry, variable in pairs if variable and variable["used"] is False]
    given = {variable["name"] for _entry, variable in pairs if variable}
    unknown = [f"the plan requires the variable {variable['shown']!r} ({variable['type']}), and JOB does not show whether the plan has a value for it"
               f"{WHY_UNKNOWN[variable['type']]}: give it in global_var_list if it has none"
               for variable in plan["global_var_list"] if variable["required"] and variable["name"] not in given and _is_set(variable) is None]
    behind = [f"plan {plan['job_plan_id']} {plan['shown']!r} is behind its template, and runs as it was last synchronized"]
    return [*_few(unused), *_few(unknown), *(behind if plan["need_update"] else [])]


def _few(sentences: list[str]) -> list[str]:
    return sentences if len(sentences) <= WARNINGS else [*sentences[:WARNINGS], f"and {len(sentences) - WARNINGS} more warnings of this kind"]


def _unknown(unknown: list[Entry], plan: dict[str, Any]) -> Iterator[str]:
    """Of entries that are no variable of the plan. Only the first few can be shown, so only they get a suggestion, which takes time."""
    names = [variable["shown"] for variable in plan["global_var_list"]]
    ids = enumerated(f"{variable['id']} ({variable['shown']})" for variable in plan["global_var_list"]) or "none"
    which = f"of plan {plan['job_plan_id']} {plan['shown']!r}"
    for number, entry in enumerate(unknown):
        if entry.id is None:
            yield f"{entry.option} is not a variable {which}{closest(entry.name or '', names) if number < SUGGESTIONS else ''}"
        else:
            yield f"{entry.option}: no variable {which} has the id {entry.id}{f'. Its ids: {ids}' if number < 1 else ''}"


def _misfits(entry: Entry, variable: dict[str, Any]) -> Iterator[str]:
    if entry.id is not None and entry.name not in (None, variable["name"]):
        yield f"has an id and a name of different variables: id {entry.id} is {variable['shown']!r}. Give only one of them"
    if variable["type"] == "host" and entry.server is None:
        yield f"gives a value, but {variable['shown']!r} is a host variable, and JOB would clear its targets: give server"
    if variable["type"] != "host" and entry.server is not None:
        yield f"gives a server, but {variable['shown']!r} is a variable of type {variable['type']}: give value"
    if variable["type"] == "cipher" and entry.value == MASK:
        yield f"gives {MASK}, which JOB shows instead of the value of the cipher {variable['shown']!r}, and would save as its value: leave the variable out"


def _repetitions(pairs: Pairs) -> Iterator[str]:
    """Variables that are given more than once."""
    by_variable: dict[str, list[str]] = {}
    for entry, variable in pairs:
        if variable:
            by_variable.setdefault(variable["name"], [variable["shown"]]).append(entry.option)
    for name, *options in by_variable.values():
        if len(options) > 1:
            yield f"{enumerated(options, ' and ')} give the same variable {name!r}: give it once"


def _empty_requirements(pairs: Pairs, plan: dict[str, Any]) -> Iterator[str]:
    given = {variable["name"]: entry for entry, variable in pairs if variable}
    for variable in plan["global_var_list"]:
        entry = given.get(variable["name"])
        filled = bool(entry.server or entry.value) if entry else _is_set(variable)
        if variable["required"] and filled is False:
            yield f"the plan requires the variable {variable['shown']!r} ({variable['type']}), which would be empty: give it in global_var_list"


def _is_set(variable: dict[str, Any]) -> bool | None:
    """Whether the plan has a value for it; None where JOB does not show that: it masks an empty cipher too, and leaves out containers."""
    if variable["type"] == "cipher":
        return None
    if variable["type"] != "host":
        return bool(variable["value"])
    return False if variable["server"] is None else any(variable["server"].values()) or None

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether new values fit the plan they are for, which JOB does not check, and how they differ from the plan's own."""
from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ..options.global_vars import Entry
from ..options.targets import addresses
from ..text.masking import VALUE, clean, data
from ..text.sentences import closest, enumerated
from .catalogue import MASK

Pairs = list  # of tuples: an Entry, and the plan's variable that JOB takes it for, or None
SHOWN = 100  # variables in a diff, and hosts of each
LONG = 1000  # characters of a value in it
SUGGESTIONS, DOUBTS = 5, 10  # of one kind
WHY_UNTOLD = {"cipher": "", "host": ", which is so where its hosts are containers"}


def match(entries: list[Entry], plan: dict[str, Any]) -> Pairs:
    """Each entry with the variable that JOB takes it for: by its id alone if it has one, else by its name."""
    by_id = {variable["id"]: variable for variable in plan["global_var_list"] if variable["id"] is not None}
    by_name = {variable["name"]: variable for variable in plan["global_var_list"]}
    return [(entry, by_name.get(entry.name) if entry.id is None else by_id.get(entry.id)) for entry in entries]


def problems(pairs: Pairs, plan: dict[str, Any]) -> list[str]:
    """Everything for which the start is refused, a sentence each."""
    unknown = [entry for entry, variable in pairs if variable is None]
    return [
        *_strangers(unknown, plan),
        *(f"{entry.option} {told}" for entry, variable in pairs if variable for told in _misfits(entry, variable)),
        *_repetitions(pairs),
        *_empty_requirements(pairs, plan),
    ]


def doubts(pairs: Pairs, plan: dict[str, Any]) -> list[str]:
    """What the user should know, but may have meant."""
    unused = [f"{entry.option}: no step of the plan uses this variable" for entry, variable in pairs if variable and variable["used"] is False]
    given = {variable["name"] for _entry, variable in pairs if variable}
    untold = [f"the plan requires the variable {variable['shown']!r} ({variable['type']}), and JOB does not tell whether the plan has a value for it"
              f"{WHY_UNTOLD[variable['type']]}: give it in global_var_list if it has none"
              for variable in plan["global_var_list"] if variable["required"] and variable["name"] not in given and _is_set(variable) is None]
    behind = [f"plan {plan['job_plan_id']} {plan['shown']!r} is behind its template, and runs as it was last synchronized"]
    return [*_few(unused), *_few(untold), *(behind if plan["need_update"] else [])]


def _few(sentences: list[str]) -> list[str]:
    return sentences if len(sentences) <= DOUBTS else [*sentences[:DOUBTS], f"and {len(sentences) - DOUBTS} more of that kind"]


def diff(pairs: Pairs, plan: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The plan's own values and those that will be used, by variable; of secrets only whether they are replaced."""
    given = {variable["name"]: entry for entry, variable in pairs if variable}
    variables = sorted(plan["global_var_list"], key=lambda variable: variable["name"] not in given)
    rest = {"...": f"and {len(variables) - SHOWN} more"} if len(variables) > SHOWN else {}
    before = {variable["shown"]: _default(variable, secrets) for variable in variables[:SHOWN]}
    after = {variable["shown"]: _override(given[variable["name"]], secrets) for variable in variables[:SHOWN] if variable["name"] in given}
    return {
        "before_header": f"plan {plan['job_plan_id']} {plan['shown']}",
        "after_header": f"plan {plan['job_plan_id']} {plan['shown']} as it will run",
        "before": _readable({**before, **rest}),
        "after": _readable({**before, **after, **rest}),
    }


def _readable(values: dict[str, Any]) -> str:
    """As text, because Ansible prints a dict's Chinese as numbers."""
    return json.dumps(values, ensure_ascii=False, indent=4, sort_keys=True) + "\n"


def _strangers(unknown: list[Entry], plan: dict[str, Any]) -> Iterator[str]:
    """Of entries that are no variable of the plan. Only the first few can be shown, and get a suggestion, which takes time."""
    names = [variable["shown"] for variable in plan["global_var_list"]]
    ids = enumerated(f"{variable['id']} ({variable['shown']})" for variable in plan["global_var_list"]) or "none at all"
    which = f"of plan {plan['job_plan_id']} {plan['shown']!r}"
    for number, entry in enumerate(unknown):
        if entry.id is None:
            yield f"{entry.option} is not a variable {which}{closest(entry.name, names) if number < SUGGESTIONS else ''}"
        else:
            yield f"{entry.option} has id {entry.id}, which is no variable's {which}{f': there is {ids}' if number < 1 else ''}"


def _misfits(entry: Entry, variable: dict[str, Any]) -> Iterator[str]:
    if entry.id is not None and entry.name not in (None, variable["name"]):
        yield f"disagrees with itself: id {entry.id} is the variable {variable['shown']!r}; give id or name, not both"
    if variable["type"] == "host" and entry.server is None:
        yield f"gives a value, but {variable['shown']!r} is a host variable, and JOB would clear its targets: give server"
    if variable["type"] != "host" and entry.server is not None:
        yield f"gives a server, but {variable['shown']!r} is a variable of type {variable['type']}: give value"
    if variable["type"] == "cipher" and entry.value == MASK:
        yield f"gives {MASK}, which is how JOB hides the cipher {variable['shown']!r}, and would become its value: leave the variable out"


def _repetitions(pairs: Pairs) -> Iterator[str]:
    """Variables that are given more than once."""
    by_variable: dict[str, list] = {}
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
    """Whether the plan has a value for it; None where JOB does not tell, which masks an empty cipher too, and shows no containers."""
    if variable["type"] == "cipher":
        return None
    if variable["type"] != "host":
        return bool(variable["value"])
    return False if variable["server"] is None else any(variable["server"].values()) or None


def _default(variable: dict[str, Any], secrets: set[str]) -> str | list:
    if variable["type"] == "host":
        return _hosts(data(variable["server"], secrets))
    return "(secret)" if variable["type"] == "cipher" else _value(variable["value"] or "", secrets)


def _override(entry: Entry, secrets: set[str]) -> str | list:
    if entry.secret:
        return "(secret, replaced)"
    return _value(entry.value, secrets) if entry.server is None else _hosts(entry.server)


def _value(text: str, secrets: set[str]) -> str:
    """Of a long one the beginning, and what tells it from another that begins so."""
    masked = clean(text, secrets, VALUE) or ""
    mark = sha256(masked.encode(errors="replace")).hexdigest()[:12]
    return masked if len(masked) <= LONG else f"{masked[:LONG]}... ({len(text)} characters, SHA-256 {mark}...)"


def _hosts(server: dict[str, Any] | None) -> list[str]:
    hosts = addresses(server)
    more = [f"and {len(hosts) - SHOWN} more"] if len(hosts) > SHOWN else []
    return hosts[:SHOWN] + more

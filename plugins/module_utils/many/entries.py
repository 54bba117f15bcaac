# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of `plans`: each read by itself, with what the task says for all of them."""
from __future__ import annotations

import json
from typing import Any

from ..errors import InputError, JobError
from ..options import environment
from ..options.arguments import SCOPE, START, START_CONSTRAINTS
from ..options.readers import elements, from_json
from ..plan.request import read as read_request
from ..task import validated
from ..text.masking import HIDDEN, label, without_secrets
from ..text.sentences import enumerated, kind
from .job import Job

MOST = 1000  # entries; the result of more would not fit a screen
LABEL = 60  # characters
SHOWN = 8 << 10  # bytes of JSON of all entries in invocation
PLAN = ("job_plan_id", "job_plan_name", "job_template_id")
OWN: dict[str, Any] = {**SCOPE, **{option: START[option] for option in (*PLAN, "global_var_list", "callback_url", "check_plan", "exactly_once")}}
SPEC: dict[str, Any] = {
    "argument_spec": {**OWN, "label": {"type": "str"}},
    **START_CONSTRAINTS,  # those of the connection, too, none of whose options an entry has
}
# An entry that says one of these says all of them: the others would mean another scope or plan.
TOGETHER = (tuple(SCOPE), PLAN)


def read(params: dict[str, Any], secrets: set[str]) -> list[Job]:
    """A job for each entry, with its label as it was given; InputError with the problems of all entries. secrets: gets those among the values."""
    secrets.update(environment.secrets())
    common = None if params["global_var_list"] is None else from_json("global_var_list", params["global_var_list"], "variables")
    given = elements("plans", from_json("plans", params["plans"], "plans"))
    if not given:
        raise InputError("plans is empty: give at least one entry, or leave the task out with when")
    if len(given) > MOST:
        raise InputError(f"plans has {len(given)} entries, and at most {MOST} are possible: use several tasks, with the filter batch")
    # Also of entries that are refused, because the message may quote another one, or its label.
    secrets.update(secret for lists in ({"global_var_list": common}, *given) for secret in _secret_values(lists))
    jobs: list[Job] = []
    problems: list[tuple[int, InputError]] = []
    for number, entry in enumerate(given):
        try:
            options = _options({**params, "global_var_list": common}, entry)
            request = read_request(options, secrets)
            jobs.append(Job(number, options["label"] or "", request.scope, request))
        except InputError as error:
            problems.append((number, error))
    refuse([(f"plans[{number}]{_labelled(given[number], secrets)}", InputError(without_secrets(str(error), secrets))) for number, error in problems],
           len(given))
    return jobs


def refuse(problems: list[tuple[str, JobError]], count: int) -> None:
    """JobError if there are problems, each of a place in the list; those that are the same are told once."""
    if not problems:
        return
    places: dict[str, list[str]] = {}
    for place, error in problems:
        places.setdefault(str(error), []).append(place)
    told = enumerated((f"{enumerated(places[text], most=5)}: {text}" for text in places), ";\n", most=5)
    first = next((error for _place, error in problems if error.code is not None), problems[0][1])
    raise JobError(f"nothing was started, because of {len(problems)} of {count} entries:\n{told}",
                   code=first.code, request_id=first.request_id, http_status=first.http_status)


def shown(jobs: list[Job], secrets: set[str]) -> object:
    """What `invocation` shows of the entries: which plans, with their variables where these are few."""
    if max(len(jobs), sum(len(job.request.variables) for job in jobs if job.request)) > MOST // 10:
        return HIDDEN
    rows = [{**({"label": job.label} if job.label else {}), "job_plan_id": job.request.plan["job_plan_id"], **job.request.shown(secrets)}
            for job in jobs if job.request]
    return rows if len(json.dumps(rows)) <= SHOWN else HIDDEN


def _options(params: dict[str, Any], entry: object) -> dict[str, Any]:
    """The options of execute_job_plan that an entry comes to; its own values win."""
    if not isinstance(entry, dict):
        raise InputError(f"must be a dict, as in {{job_plan_id: 100}}, not {kind(entry)}")
    own = {str(option): value for option, value in entry.items() if value is not None}
    said = [option for group in TOGETHER if own.keys() & set(group) for option in group]
    common = {option: params[option] for option in OWN if params[option] is not None and option not in said}
    variables = _variables(own.get("global_var_list"), params["global_var_list"])
    return validated(SPEC, {**common, **own, **({} if variables is None else {"global_var_list": variables})})


def _variables(own: object, common: object) -> object:
    """Both lists; a variable that an entry gives itself is not taken from those for all."""
    if own is None or common is None:
        return common if own is None else own
    mine = from_json("global_var_list", own, "variables")
    if not isinstance(mine, list) or not isinstance(common, list):
        return mine if isinstance(common, list) else common  # which is refused
    return mine + [other for other in common if not any(_same(other, variable) for variable in mine)]


def _same(one: object, other: object) -> bool:
    """Whether both name the same variable."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return any(one.get(name) is not None and str(one.get(name)) == str(other.get(name)) for name in ("id", "name"))


def _secret_values(entry: object) -> list[str]:
    """What an entry says is secret, however little of the rest can be meant."""
    given = entry.get("global_var_list") if isinstance(entry, dict) else None
    try:
        variables = from_json("global_var_list", given, "variables")
    except InputError:
        return []
    values = [row.get("secret_value") for row in variables if isinstance(row, dict)] if isinstance(variables, list) else []
    return [str(value) for value in values if isinstance(value, (str, int)) and value != ""]


def _labelled(entry: object, secrets: set[str]) -> str:
    text = label(entry.get("label"), secrets, LABEL) if isinstance(entry, dict) else None
    return f" ({text})" if text else ""

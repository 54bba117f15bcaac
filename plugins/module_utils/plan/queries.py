# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries about plans: list them, find one by its name, read one."""
from __future__ import annotations

from typing import Any

from ..errors import InputError, NoAnswer, Refused
from ..instance.states import step_type
from ..text.masking import VALUE, clean, data
from ..text.sentences import closest, enumerated, shown
from ..wire import pages
from ..wire.client import Client
from ..wire.fields import field, integer, iso8601, rows

TYPES = {1: "string", 2: "namespace", 3: "host", 4: "cipher", 5: "associative_array", 6: "index_array"}
DESCRIPTION = 2000  # characters
LIST, DETAIL = "get_job_plan_list", "get_job_plan_detail"
MASK = "******"  # what JOB sends as the value of every cipher, also of an empty one


def listed(client: Client, scope: dict[str, Any], filters: dict[str, Any]) -> list[dict[str, Any]]:
    """All plans that JOB finds, without variables and steps.

    filters: JOB's own; its `name` finds every plan whose name contains the text.
    """
    return [plan for _name, plan in _listed(client, scope, filters)]


def with_name(client: Client, scope: dict[str, Any], name: str, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """The plans with exactly this name, compared before anything in it is masked."""
    return [plan for its_name, plan in _listed(client, scope, {**filters, "name": pages.name_filter(name)}) if its_name == name]


def find(client: Client, scope: dict[str, Any], name: str, job_template_id: int | None) -> dict[str, Any]:
    """The one plan with exactly this name, without variables and steps; InputError if there is none, or if there are several."""
    filters = {} if job_template_id is None else {"job_template_id": job_template_id}
    found = with_name(client, scope, name, filters)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"job_plan_name: several plans are named {shown(name)}: {enumerated(map(_identified, found))}. "
                         "Give job_plan_id, or job_template_id beside the name")
    everything = _listed(client, scope, {})
    elsewhere = [plan for its_name, plan in everything if its_name == name]
    if elsewhere:
        raise InputError(f"job_plan_name: no plan of template {job_template_id} is named {shown(name)}. "
                         f"Plans of this name: {enumerated(map(_identified, elsewhere))}")
    names = {plan["name"] for _name, plan in everything if plan["name"]}
    raise InputError(f"job_plan_name: no plan is named {shown(name)}{closest(name, names)}")


def read(client: Client, scope: dict[str, Any], job_plan_id: int) -> dict[str, Any]:
    """One plan with its steps, and its variables as JOB has them, in the shape that job_plan_info documents; Refused if no plan has this id."""
    detail = client.call(DETAIL, {**scope, "job_plan_id": job_plan_id})
    if detail is None:  # from JOB up to 3.8.2; newer ones send the error 1243009
        raise Refused(f"JOB has no plan {job_plan_id} in this scope; check job_plan_id and the scope")
    variables = [_variable(row) for row in field(detail, "global_var_list", list, DETAIL, [])]
    plan = _plan(detail, client.secrets)
    if plan["job_plan_id"] not in (None, job_plan_id):
        raise NoAnswer(f"JOB answered {DETAIL} for plan {job_plan_id} with plan {plan['job_plan_id']}")
    steps = [_step(row, client.secrets) for row in rows(detail, "step_list")]
    return {**plan, "job_plan_id": job_plan_id, "global_var_list": variables, "step_list": steps}


def read_masked(client: Client, scope: dict[str, Any], job_plan_id: int) -> dict[str, Any]:
    """As read(), with variables that are fit to be shown."""
    plan = read(client, scope, job_plan_id)
    return {**plan, "global_var_list": [_masked(variable, client.secrets) for variable in plan["global_var_list"]]}


def _listed(client: Client, scope: dict[str, Any], filters: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """All plans that JOB finds, each with its name before masking."""
    def shape(row: Any) -> dict[str, Any]:
        number = field({"id": _id(row)} if isinstance(row, dict) else row, "id", int, LIST)
        return {"job_plan_id": number, "name": row.get("name"), "plan": _plan(row, client.secrets)}

    return [(row["name"], row["plan"]) for row in pages.read_all(client, LIST, {**scope, **filters}, shape, "job_plan_id")]


def _id(row: dict[str, Any]) -> object:
    """Named `id` in every release, and `job_plan_id` in JOB's printed documentation."""
    return row.get("id") or row.get("job_plan_id")


def _plan(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """need_update: JOB 3.11 and newer send it in lists, and no version in a plan's detail (TaskPlanInfoDTO)."""
    return {
        "job_plan_id": integer(_id(row)),
        "name": clean(row.get("name"), secrets),
        "job_template_id": integer(row.get("job_template_id")),
        "need_update": _boolean(row.get("need_update")),
        "creator": clean(row.get("creator"), secrets),
        "create_time": iso8601(row.get("create_time")),
        "last_modify_user": clean(row.get("last_modify_user"), secrets),
        "last_modify_time": iso8601(row.get("last_modify_time")),
    }


def _variable(row: Any) -> dict[str, Any]:
    """Name and type are required: without them no request could be checked."""
    name, number = field(row, "name", str, DETAIL), field(row, "type", int, DETAIL)
    kind = TYPES.get(number, f"unknown_{number}")
    variable = {
        "id": integer(row.get("id")),
        "name": name,
        "type": kind,
        "required": _boolean(row.get("required")) or False,
        "used": _boolean(row.get("used")),
        "description": _text(row.get("description")),
    }
    if kind == "host":
        return {**variable, "server": row["server"] if isinstance(row.get("server"), dict) else None}
    return {**variable, "value": MASK if kind == "cipher" and row.get("value") else _text(row.get("value"))}


def _masked(variable: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """A variable that is fit to be shown, without secrets."""
    content = {"server": data(variable["server"], secrets)} if "server" in variable else {"value": clean(variable["value"], secrets, VALUE)}
    return {**variable, "name": clean(variable["name"], secrets), "description": clean(variable["description"], secrets, DESCRIPTION), **content}


def _step(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    return {"id": integer(row.get("id")), "name": clean(row.get("name"), secrets), "type": step_type(integer(row.get("type")))}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None


def _identified(plan: dict[str, Any]) -> str:
    return f"{plan['job_plan_id']} (of template {plan['job_template_id']})"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with job execution plans: list them, read one, start one."""
from __future__ import annotations

from . import pages
from .answers import field, rows
from .client import Client
from .errors import InputError, JobError, NoAnswer, Refused
from .masking import label
from .readers import whole
from .sentences import closest, enumerated, shown
from .states import step_type
from .times import iso8601

TYPES = {1: "string", 2: "namespace", 3: "host", 4: "cipher", 5: "associative_array", 6: "index_array"}
LIST, DETAIL = "get_job_plan_list", "get_job_plan_detail"
MASK = "******"  # what JOB shows in place of a cipher's value, also of one that has none
# JOB's and the gateways' ways to say that app or user may not view plans; every 403 of APIGW is another.
MAY_NOT_READ = (9900403, 1238001, 1306403, 1306405)


def listed(client: Client, scope: dict, filters: dict) -> list[dict]:
    """All plans that JOB finds, page by page, without variables and steps.

    filters: JOB's own; its `name` finds every plan that has the text somewhere in its name.
    """
    return pages.listed(client, LIST, {**scope, **filters}, _listed, "job_plan_id")


def named(client: Client, scope: dict, name: str, job_template_id: int | None) -> dict:
    """The one plan with exactly this name, without variables and steps; InputError when there is none, or several."""
    narrowed = {} if job_template_id is None else {"job_template_id": job_template_id}
    found = [plan for plan in listed(client, scope, {"name": name, **narrowed}) if plan["name"] == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"job_plan_name {shown(name)} is the name of several plans: {enumerated(map(_identified, found))}. "
                         "Give job_plan_id, or job_template_id beside the name")
    everything = listed(client, scope, {})
    elsewhere = [plan for plan in everything if plan["name"] == name]
    if elsewhere:
        raise InputError(f"job_plan_name {shown(name)} is not a plan of template {job_template_id}, but {enumerated(map(_identified, elsewhere))}")
    raise InputError(f"job_plan_name {shown(name)} is no plan's name{closest(name, {plan['name'] for plan in everything if plan['name']})}")


def read(client: Client, scope: dict, job_plan_id: int) -> dict:
    """One plan with its variables and steps, in the shape that job_plan_info documents; Refused if there is none of this id."""
    data = client.call(DETAIL, {**scope, "job_plan_id": job_plan_id})
    if data is None:  # what JOB says of it up to 3.8.2; newer ones say 1243009
        raise Refused(f"JOB has no plan {job_plan_id} in this scope; check job_plan_id and the scope")
    variables = [_variable(row) for row in field(data, "global_var_list", list, DETAIL, [])]
    plan = _plan(data)
    if plan["job_plan_id"] not in (None, job_plan_id):
        raise NoAnswer(f"JOB answered {DETAIL} for plan {job_plan_id} with plan {plan['job_plan_id']}")
    return {**plan, "job_plan_id": job_plan_id, "global_var_list": variables, "step_list": [_step(row) for row in rows(data, "step_list")]}


def may_not_read(error: JobError) -> bool:
    """Whether this is for lack of a permission, rather than of a plan."""
    return isinstance(error, Refused) and (error.code in MAY_NOT_READ or error.http_status == 403)


def start(client: Client, request: dict, in_doubt: str = "", harmless: bool = False) -> dict:
    """Start a plan; the new instance's `job_instance_id` and `job_instance_name`.

    request: the body of `execute_job_plan` without credentials. in_doubt, harmless: see Client.call.
    """
    data = client.call("execute_job_plan", request, in_doubt=in_doubt, required="job_instance_id", harmless=harmless)
    return {"job_instance_id": whole(data["job_instance_id"]), "job_instance_name": label(data.get("job_instance_name"), client.secrets)}


def _listed(row: object) -> dict:
    field({"id": _id(row)} if isinstance(row, dict) else row, "id", int, LIST)
    return _plan(row)


def _id(row: dict) -> object:
    """By its name in every release, or by the one in JOB's printed documentation."""
    return row.get("id") or row.get("job_plan_id")


def _plan(row: dict) -> dict:
    """need_update: JOB 3.11 and newer tell it in lists, and none in a plan's detail (TaskPlanInfoDTO)."""
    return {
        "job_plan_id": whole(_id(row)),
        "name": _text(row.get("name")),
        "job_template_id": row.get("job_template_id"),
        "need_update": _boolean(row.get("need_update")),
        "creator": row.get("creator"),
        "create_time": iso8601(row.get("create_time")),
        "last_modify_user": row.get("last_modify_user"),
        "last_modify_time": iso8601(row.get("last_modify_time")),
    }


def _variable(row: object) -> dict:
    """Its name and type say whether an entry of a request fits it."""
    name, number = field(row, "name", str, DETAIL), field(row, "type", int, DETAIL)
    kind = TYPES.get(number, f"unknown_{number}")
    variable = {
        "id": whole(row.get("id")),
        "name": name,
        "type": kind,
        "required": _boolean(row.get("required")) or False,
        "used": _boolean(row.get("used")),
        "description": _text(row.get("description")),
    }
    if kind == "host":
        return {**variable, "server": row["server"] if isinstance(row.get("server"), dict) else None}
    return {**variable, "value": MASK if kind == "cipher" and row.get("value") else _text(row.get("value"))}


def _step(row: dict) -> dict:
    return {"id": whole(row.get("id")), "name": _text(row.get("name")), "type": step_type(whole(row.get("type")))}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None


def _identified(plan: dict) -> str:
    return f"{plan['job_plan_id']} (of template {plan['job_template_id']})"

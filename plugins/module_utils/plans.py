# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with job execution plans: list them, read one, start one."""
from __future__ import annotations

from difflib import get_close_matches

from . import pages
from .answers import field
from .client import Client
from .errors import InputError, JobError, NoAnswer, Refused
from .masking import label
from .readers import whole
from .times import iso8601

TYPES = {1: "string", 2: "namespace", 3: "host", 4: "cipher", 5: "associative_array", 6: "index_array"}
STEP_TYPES = {1: "script", 2: "file", 3: "confirmation"}
MASK = "******"  # what JOB shows in place of a cipher's value
# JOB's and the gateways' ways to say that app or user may not view plans; every 403 of APIGW is another.
MAY_NOT_READ = (9900403, 1238001, 1306403, 1306405)


def listed(client: Client, scope: dict, filters: dict) -> list[dict]:
    """All plans that JOB finds, page by page, without variables and steps.

    filters: JOB's own; its `name` finds every plan that has the text somewhere in its name.
    """
    return pages.listed(client, "get_job_plan_list", {**scope, **filters}, _plan, "job_plan_id")


def named(client: Client, scope: dict, name: str, job_template_id: int | None) -> int:
    """The id of the one plan with exactly this name; InputError when there is none, or several."""
    narrowed = {} if job_template_id is None else {"job_template_id": job_template_id}
    found = [plan for plan in listed(client, scope, {"name": name, **narrowed}) if plan["name"] == name]
    if len(found) == 1:
        return found[0]["job_plan_id"]
    if found:
        raise InputError(f"job_plan_name {name!r} is the name of several plans: {', '.join(map(_identified, found))}. "
                         "Give job_plan_id, or job_template_id beside the name")
    everything = listed(client, scope, {})
    elsewhere = [plan for plan in everything if plan["name"] == name]
    if elsewhere:
        raise InputError(f"job_plan_name {name!r} is not a plan of template {job_template_id}, but {', '.join(map(_identified, elsewhere))}")
    raise InputError(f"job_plan_name {name!r} is no plan's name{closest(name, {plan['name'] for plan in everything})}")


def read(client: Client, scope: dict, job_plan_id: int) -> dict:
    """One plan with its variables and steps, in the shape that job_plan_info documents."""
    data = client.call("get_job_plan_detail", {**scope, "job_plan_id": job_plan_id})
    if field(data, "id", int, "get_job_plan_detail") != job_plan_id:
        raise NoAnswer(f"JOB answered get_job_plan_detail for plan {job_plan_id} with plan {data['id']}")
    variables = field(data, "global_var_list", list, "get_job_plan_detail", [])
    steps = field(data, "step_list", list, "get_job_plan_detail", [])
    return {**_plan(data), "global_var_list": [_variable(row) for row in variables], "step_list": [_step(row) for row in steps]}


def may_not_read(error: JobError) -> bool:
    """Whether this is for lack of a permission, rather than of a plan."""
    return isinstance(error, Refused) and (error.code in MAY_NOT_READ or error.http_status == 403)


def start(client: Client, request: dict, in_doubt: str = "", harmless: bool = False) -> dict:
    """Start a plan; the new instance's `job_instance_id` and `job_instance_name`.

    request: the body of `execute_job_plan` without credentials. in_doubt, harmless: see Client.call.
    """
    data = client.call("execute_job_plan", request, in_doubt=in_doubt, required="job_instance_id", harmless=harmless)
    return {"job_instance_id": whole(data["job_instance_id"]), "job_instance_name": label(data.get("job_instance_name"), client.secrets)}


def closest(name: str, names: set) -> str:
    """The end of a sentence that refuses a name: what may have been meant, or what there is."""
    folded = {known.casefold(): known for known in names}
    likely = [folded[match] for match in get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
    if likely:
        return f": did you mean {' or '.join(map(repr, likely))}?"
    shown = sorted(names)[:10]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f": there is {', '.join(map(repr, shown))}{more}" if shown else ": there is none at all"


def _plan(row: object) -> dict:
    return {
        "job_plan_id": field(row, "id", int, "a question for plans"),
        "name": field(row, "name", str, "a question for plans"),
        "job_template_id": row.get("job_template_id"),
        "need_update": bool(row.get("need_update")),
        "creator": row.get("creator"),
        "create_time": iso8601(row.get("create_time")),
        "last_modify_user": row.get("last_modify_user"),
        "last_modify_time": iso8601(row.get("last_modify_time")),
    }


def _variable(row: object) -> dict:
    number = field(row, "type", int, "get_job_plan_detail")
    kind = TYPES.get(number, f"unknown_{number}")
    variable = {
        "id": field(row, "id", int, "get_job_plan_detail"),
        "name": field(row, "name", str, "get_job_plan_detail"),
        "type": kind,
        "required": bool(row.get("required")),
        "used": row.get("used"),
        "description": row.get("description"),
    }
    if kind == "host":
        return {**variable, "server": field(row, "server", dict, "get_job_plan_detail", {}) or None}
    return {**variable, "value": MASK if kind == "cipher" and row.get("value") else row.get("value")}


def _step(row: object) -> dict:
    number = whole(row.get("type")) if isinstance(row, dict) else None
    if number is None:
        return {"id": None, "name": None, "type": None}  # no start depends on it
    return {"id": row.get("id"), "name": row.get("name"), "type": STEP_TYPES.get(number, f"unknown_{number}")}


def _identified(plan: dict) -> str:
    return f"{plan['job_plan_id']} (of template {plan['job_template_id']})"

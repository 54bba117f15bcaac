# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the plan before it is started; a plan that may not be read is no failure."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import JobError, Malformed, NoAnswer, NotSent
from ..text.masking import label
from ..wire.answers import forbidden
from ..wire.client import Client
from . import queries

NAME = 100  # characters of a name in a message


def read_plan(client: Client, params: dict[str, Any], scope: dict[str, Any], check_mode: bool, warn: Callable[[str], None]) -> dict[str, Any]:
    """The plan as JOB has it. Where it may not be read, or is not to be, what is known of it, and warn is called if that leaves a check incomplete.

    params: `job_plan_id` or `job_plan_name` with `job_template_id`, and `check_plan`.
    """
    plan = {"job_plan_id": params["job_plan_id"], "name": params["job_plan_name"], "need_update": None}
    try:
        if plan["job_plan_id"] is None:
            plan = queries.find(client, scope, plan["name"], params["job_template_id"])
        if params["check_plan"]:
            detail = queries.read(client, scope, plan["job_plan_id"])
            # Only lists have need_update, and that is not worth a request of its own.
            return {**detail, "name": detail["name"] or plan["name"], "need_update": plan["need_update"]}
    except JobError as error:
        if not forbidden(error) or plan["job_plan_id"] is None:
            _add_remedy(error, plan["job_plan_id"] is None, check_mode)
            raise
        warn(f"not verified that the plan exists and that global_var_list fits it, because the plan cannot be read: {error}")
        return plan
    if check_mode:
        unverified = "global_var_list fits the plan" if plan["name"] else "JOB can be reached, that the plan exists, and that global_var_list fits it"
        warn(f"not verified that {unverified}, because of check_plan: false")
    return plan


def add_shown_names(plan: dict[str, Any], secrets: set[str]) -> None:
    """Give plan and variables a name that is fit to be shown, now that all secrets are known, beside the one that JOB compares."""
    for thing in (plan, *plan.get("global_var_list", ())):
        thing["shown"] = label(thing["name"], secrets, NAME)


def _add_remedy(error: JobError, by_name: bool, check_mode: bool) -> None:
    if by_name and (forbidden(error) or isinstance(error, Malformed)):
        error.add("give job_plan_id, for which plans need not be listed")
    elif isinstance(error, Malformed):
        error.add("with check_plan: false the plan is not read")
    elif check_mode and isinstance(error, (NotSent, NoAnswer)):
        error.add("nothing was verified")

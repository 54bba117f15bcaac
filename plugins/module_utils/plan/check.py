# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the plan before it is started, and holding the request against it; what may not be read is no failure."""
from __future__ import annotations

from typing import Any

from ..errors import InputError, JobError, Malformed, NoAnswer, NotSent
from ..options.arguments import scope
from ..text.masking import label
from ..text.sentences import enumerated
from ..wire.client import Client
from . import catalogue, fit

NAME = 100  # characters of a name in a message


def look_up(client: Client, params: dict[str, Any], task: Any) -> dict[str, Any]:
    """The plan as JOB has it; where it may not be read, or is not to be, what is known of it, and a warning if that is less than a check promises."""
    plan = {"job_plan_id": params["job_plan_id"], "name": params["job_plan_name"], "need_update": None}
    try:
        if plan["job_plan_id"] is None:
            plan = catalogue.named(client, scope(params), plan["name"], params["job_template_id"])
        if params["check_plan"]:
            detail = catalogue.read(client, scope(params), plan["job_plan_id"])
            # Whether it is behind its template only a list tells, and that is not worth a request of its own.
            return {**detail, "name": detail["name"] or plan["name"], "need_update": plan["need_update"]}
    except JobError as error:
        if not catalogue.may_not_read(error) or plan["job_plan_id"] is None:
            _advise(error, plan["job_plan_id"] is None, task)
            raise
        task.warnings.append(f"not verified that the plan exists and that global_var_list fits it, because the plan cannot be read: {error}")
        return plan
    if task.check_mode:
        fits = "global_var_list fits the plan" if plan["name"] else "JOB can be reached, that the plan exists, and that global_var_list fits it"
        task.warnings.append(f"not verified that {fits}, because of check_plan: false")
    return plan


def _advise(error: JobError, by_name: bool, task: Any) -> None:
    """Let an error go on to say what it means for the task, if it means more than it says."""
    if by_name and (catalogue.may_not_read(error) or isinstance(error, Malformed)):
        error.add("give job_plan_id, for which plans need not be listed")
    elif isinstance(error, Malformed):
        error.add("check_plan: false goes on without reading the plan")
    elif task.check_mode and isinstance(error, (NotSent, NoAnswer)):
        error.add("nothing was verified")


def match(entries: list, plan: dict[str, Any], check_plan: bool) -> list | None:
    """The entries with the plan's variables, None where the plan is not known; marks the entries that are secrets."""
    if "global_var_list" not in plan:
        for entry in entries:
            entry.secret = entry.secret or check_plan  # nobody has told which are ciphers
        return None
    pairs = fit.match(entries, plan)
    for entry, variable in pairs:
        entry.secret = entry.secret or (variable is not None and variable["type"] == "cipher")
    return pairs


def hide(plan: dict[str, Any], secrets: set[str]) -> None:
    """Give plan and variables names that can be shown, now that all secrets are known, beside those that JOB goes by."""
    for thing in (plan, *plan.get("global_var_list", ())):
        thing["shown"] = label(thing["name"], secrets, NAME)


def judge(pairs: list, plan: dict[str, Any], task: Any) -> None:
    """InputError if the entries do not fit the plan, and warnings of what the user may not have meant."""
    problems = fit.problems(pairs, plan)
    if problems:
        raise InputError(f"not started, because global_var_list does not fit the plan: {enumerated(problems, '; ')}")
    task.warnings.extend(fit.doubts(pairs, plan))

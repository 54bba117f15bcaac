# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request that starts a plan: from options, checked against the plan, and sent."""
from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from ..instance.quota import Patience
from ..instance.starting import Start, starting
from ..options import global_vars
from ..options.addresses import callback
from ..options.arguments import check_given, check_ids, masked, scope
from ..options.global_vars import Entry
from ..text.masking import clean
from ..wire.client import Client
from ..wire.polling import Steps
from .check import Pairs, check, match
from .diff import diff
from .lookup import add_shown_names

MAY_BE_SECRET = ("global_var_list", "callback_url")  # options, until the plan has been read


@dataclass
class Request:
    """A plan that is to be started.

    options: those of execute_job_plan that concern the start. scope: the part of the body that names it. variables: the entries of
    `global_var_list`. plan: as JOB has it. pairs: the entries with the plan's variables, None where these are not known.
    """

    options: dict[str, Any]
    scope: dict[str, Any]
    variables: list[Entry]
    plan: dict[str, Any] = field(default_factory=dict)
    pairs: Pairs | None = None

    def body(self) -> dict[str, Any]:
        """The body of `execute_job_plan`, without credentials."""
        url, given = self.options["callback_url"], self.options["global_var_list"]
        return {
            **self.scope,
            **({} if url is None else {"callback_url": url}),
            "job_plan_id": self.plan["job_plan_id"],
            **({} if given is None else {"global_var_list": [entry.wire() for entry in self.variables]}),
        }

    def shown(self, secrets: set[str]) -> dict[str, Any]:
        """What is shown instead of options that may contain secrets, once the plan has told which are."""
        given = self.options["global_var_list"]
        return {**self.shown_address(secrets), **({} if given is None else {"global_var_list": [entry.masked(secrets) for entry in self.variables]})}

    def shown_address(self, secrets: set[str]) -> dict[str, Any]:
        """The part of it that does not depend on whether the values fit the plan."""
        return masked(self.options, secrets, "callback_url")

    def difference(self, secrets: set[str]) -> dict[str, Any]:
        """The result's `diff`; {} where the plan is not known."""
        return {} if self.pairs is None else {"diff": diff(self.pairs, self.plan, secrets)}

    def facts(self, secrets: set[str]) -> dict[str, Any]:
        """Which plan it is, for a result."""
        return {"job_plan_id": self.plan["job_plan_id"], "job_plan_name": clean(self.plan["name"], secrets)}

    def checked(self, secrets: set[str]) -> dict[str, Any]:
        """The result in check mode, where nothing is started."""
        return {**self.facts(secrets), "outcome": None, "verified": self.pairs is not None, "request": {**self.body(), **self.shown(secrets)},
                "job_instance_id": None, "job_instance_name": None}


def read(options: dict[str, Any], secrets: set[str]) -> Request:
    """The request that options ask for, of a plan that is not known yet; InputError if they cannot be meant. secrets: gets those among the values."""
    variables = [] if options["global_var_list"] is None else global_vars.read(options["global_var_list"])
    secrets.update(_secrets(variables))
    request = Request(options, scope(options), variables)
    check_given(options, "job_plan_id", "job_plan_name")
    check_ids(options, "job_plan_id", "job_template_id")
    if options["callback_url"] is not None:
        callback(options["callback_url"])
    return request


def find_secrets(request: Request, plan: dict[str, Any], secrets: set[str]) -> None:
    """Give the request its plan, which tells which of the values are secrets."""
    request.plan = plan
    request.pairs = match(request.variables, plan, request.options["check_plan"])
    secrets.update(_secrets(request.variables))


def warnings(request: Request, secrets: set[str]) -> list[str]:
    """What may be wrong, once all secrets are known; InputError if the values do not fit the plan."""
    if "shown" not in request.plan:  # another request may have the same plan
        add_shown_names(request.plan, secrets)
    return [] if request.pairs is None else check(request.pairs, request.plan)


def in_doubt(request: Request) -> str:
    """What may have happened if there is no answer to its start, and what to do."""
    return (f"the plan may have started. Look for an instance of plan {request.plan['job_plan_id']} in JOB's execution history "
            "before you start it again")


def sending(
    client: Client, request: Request, patience: Patience, known: Container[int] = (), created: Callable[[dict[str, Any]], None] = lambda _instance: None,
    supported: bool = False,
) -> Steps[dict[str, Any]]:
    """Start the plan; the new instance's id and name. known, created, supported: see Start."""
    start = Start("execute_job_plan", request.body(), request.scope, in_doubt(request), request.plan["job_plan_id"], {}, known, created, supported)
    return starting(client, start, request.options["exactly_once"], patience)


def _secrets(variables: list[Entry]) -> set[str]:
    """The values that are known to be secrets by now."""
    return {entry.value for entry in variables if entry.secret and entry.value is not None}

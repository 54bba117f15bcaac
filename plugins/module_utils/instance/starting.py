# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a start is sent, at most once or exactly once, and which instances a start without an answer may have created."""
from __future__ import annotations

from collections.abc import Callable, Container
from functools import partial
from typing import Any, NamedTuple

from ..errors import UNKNOWN, JobError
from ..text.masking import label
from ..wire.client import Client
from ..wire.fields import integer
from ..wire.polling import Steps
from . import listing, states
from .quota import Patience, patiently
from .starting_created import check_support, start_created

BAD_REQUEST = 1240003
SHOWN, MOST = 5, 100  # candidates in a message, and in the result


class Start(NamedTuple):
    """An operation of JOB that creates an instance and starts it.

    operation: its name, such as execute_job_plan. request: its body, without credentials. scope: the part of the body that names the scope.
    in_doubt: what may have happened, and what to do, for the message of a start without an answer. job_plan_id: the plan that is started,
    None for an instance without a plan. filters: JOB's own filters with which its list of instances shows the new one. known: ids of instances that are
    certainly of other starts. created: is called with an instance that was created and is still to be started.
    supported: whether JOB is known to create instances without starting them.
    """

    operation: str
    request: dict[str, Any]
    scope: dict[str, Any]
    in_doubt: str
    job_plan_id: int | None
    filters: dict[str, Any]
    known: Container[int] = ()
    created: Callable[[dict[str, Any]], None] = lambda _instance: None
    supported: bool = False


def starting(client: Client, what: Start, exactly_once: bool, patience: Patience) -> Steps[dict[str, Any]]:
    """Start it; the new instance's `job_instance_id` and `job_instance_name`.

    Raises JobError, whose outcome says whether the start may have happened.
    """
    try:
        return (yield from (_exactly_once(client, what, patience) if exactly_once else _at_most_once(client, what, patience)))
    except JobError as error:
        if error.code == BAD_REQUEST and "callback_url" in what.request:
            error.add("a likely cause is callback_url: a server may have a whitelist of the addresses that it calls, which JOB's administrator keeps")
        raise


def _at_most_once(client: Client, what: Start, patience: Patience) -> Steps[dict[str, Any]]:
    """Sent again only where it is certain that nothing ran. Where that is unknown, the error's facts have `candidates`."""
    since = client.clock.time()
    try:
        return (yield from _create(client, patience, what.operation, what.request, in_doubt=what.in_doubt))
    except JobError as error:
        if error.outcome == UNKNOWN:
            found = _candidates(client, what, since)
            error.add(_described(found))
            error.extra["candidates"] = found
        raise


def _exactly_once(client: Client, what: Start, patience: Patience) -> Steps[dict[str, Any]]:
    """Create an instance without starting it, which may be repeated, and start that one.

    InputError, with nothing created, where JOB does not support this. Once an instance has been created, the facts of an error have it.
    """
    if not what.supported:
        check_support(client, what.scope)
    # An instance that was created, but whose answer was lost, is never started, so another one can replace it.
    instance = yield from _create(client, patience, what.operation, {**what.request, "start_task": False}, idempotent=True)
    what.created(instance)
    try:
        start_created(client, what.scope, instance["job_instance_id"])
    except JobError as error:
        error.extra.update(instance)
        error.add(f"while instance {instance['job_instance_id']} is not started, it counts in JOB's quota of running jobs, for up to an hour")
        raise
    return instance


def _create(
    client: Client, patience: Patience, operation: str, request: dict[str, Any], in_doubt: str = "", idempotent: bool = False,
) -> Steps[dict[str, Any]]:
    """The new instance's id and name. in_doubt, idempotent: see Client.call."""
    create = partial(client.call, operation, request, in_doubt=in_doubt, required="job_instance_id", idempotent=idempotent)
    data = yield from patiently(create, patience, client.clock)
    return {"job_instance_id": integer(data["job_instance_id"]), "job_instance_name": label(data.get("job_instance_name"), client.secrets)}


def _candidates(client: Client, what: Start, since: float) -> list[dict[str, Any]] | None:
    """Instances that a start without an answer may have created, the newest first; None if JOB's list cannot be read.

    since: when the start was sent, in seconds since 1970.
    """
    # Only the gateway knows which user a token belongs to.
    operator = {"operator": client.identity["bk_username"]} if "bk_username" in client.identity and "bk_token" not in client.identity else {}
    try:
        found = listing.by_api(client, what.scope, since, {**operator, **what.filters})
    except JobError:
        return None
    others = [row for row in found if row["job_instance_id"] not in what.known]
    return [row for row in others if what.job_plan_id is None or row["job_plan_id"] in (None, what.job_plan_id)][:MOST]


def _described(found: list[dict[str, Any]] | None) -> str:
    """The candidates, for a message."""
    minutes = listing.CLOCK_SKEW // 60
    if found is None:
        return "JOB's list of instances could not be read"
    if not found:
        return f"JOB lists no such instance from the last {minutes} minutes yet"
    first = [f"{row['job_instance_id']} ({row['status']}, created at {row['created_at']})" for row in found[:SHOWN]]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    pending = "; an instance that is not_started may start soon" if any(row["status_code"] == states.BLANK for row in found) else ""
    return f"from the last {minutes} minutes JOB lists {', '.join(first)}{more}{pending}"

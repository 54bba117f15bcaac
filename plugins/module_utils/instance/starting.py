# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a plan: at most once, or exactly once; and what may have been started where nobody knows."""
from __future__ import annotations

from typing import Any

from ..errors import UNKNOWN, InputError, JobError, NoAnswer, Refused
from ..options.arguments import scope
from ..text.masking import label
from ..wire.client import Client
from ..wire.fields import LARGEST_ID, integer
from ..wire.polling import poll
from . import states, status

START = 2
BY_API = 2
NO_INSTANCE, BAD_PARAMETER, STARTED_ALREADY = 1244006, 1241002, 1241015
NEVER = LARGEST_ID  # an id that no instance has
SKEW = 300  # seconds by which JOB's clock and this machine's may differ
SHOWN, MOST = 5, 100  # candidates in a message, and in the result
PAUSE = 1  # second
# Seconds for which a gateway may still hold a request whose answer got lost, before JOB gets it: its own limit, and some more.
HELD = {"esb": 40, "apigw": 70}


def start(client: Client, request: dict[str, Any], params: dict[str, Any], task: Any) -> dict[str, Any]:
    """Start a plan as the options in params say; the new instance's `job_instance_id` and `job_instance_name`.

    request: the body of `execute_job_plan`. Raises JobError, whose outcome tells whether the plan may have started.
    """
    return _exactly_once(client, request, scope(params), task.clock) if params["exactly_once"] else _at_most_once(client, request, params, task)


def _at_most_once(client: Client, request: dict[str, Any], params: dict[str, Any], task: Any) -> dict[str, Any]:
    """Not again unless it is certain that nothing ran. Where nobody knows, the error's facts have `candidates`."""
    since = task.clock.time()
    in_doubt = (f"the plan may have started. Look for an instance of plan {request['job_plan_id']} in JOB's execution history "
                "before starting it again")
    try:
        return _execute(client, request, in_doubt=in_doubt)
    except JobError as error:
        if error.outcome == UNKNOWN:
            found = _candidates(client, params, request["job_plan_id"], since, task.clock.time())
            error.add(_told(found))
            error.facts["candidates"] = found
        raise


def _execute(client: Client, request: dict[str, Any], in_doubt: str = "", idempotent: bool = False) -> dict[str, Any]:
    """Execute a plan; the new instance's `job_instance_id` and `job_instance_name`.

    request: the body of `execute_job_plan` without credentials. in_doubt, idempotent: see Client.call.
    """
    started = client.call("execute_job_plan", request, in_doubt=in_doubt, required="job_instance_id", idempotent=idempotent)
    return {"job_instance_id": integer(started["job_instance_id"]), "job_instance_name": label(started.get("job_instance_name"), client.secrets)}


def _candidates(client: Client, params: dict[str, Any], job_plan_id: int, since: float, now: float) -> list[dict[str, Any]] | None:
    """Instances that a start may have made whose answer got lost, the newest first; None if JOB does not tell.

    since, now: when it was sent, and given up, in seconds since 1970.
    """
    period = {"create_time_start": int((since - SKEW) * 1000), "create_time_end": int((now + SKEW) * 1000)}
    # Whom a token stands for only the gateway knows.
    operator = {"operator": client.identity["bk_username"]} if "bk_username" in client.identity and "bk_token" not in client.identity else {}
    try:
        found = status.listed(client, scope(params), {**period, **operator, "launch_mode": BY_API})
    except JobError:
        return None
    return [row for row in found if row["job_plan_id"] in (None, job_plan_id)][:MOST]


def _told(found: list[dict[str, Any]] | None) -> str:
    """What candidates there are, for a message."""
    if found is None:
        return "JOB's list of instances could not be read"
    if not found:
        return f"JOB lists no instance of it from the last {SKEW // 60} minutes yet"
    shown = [f"{row['job_instance_id']} ({row['status']}, created at {row['created_at']})" for row in found[:SHOWN]]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    fresh = "; what is not_started may be about to start" if any(row["status_code"] == states.NOT_STARTED for row in found) else ""
    return f"of the last {SKEW // 60} minutes JOB lists {', '.join(shown)}{more}{fresh}"


def _exactly_once(client: Client, request: dict[str, Any], where: dict[str, Any], clock: Any) -> dict[str, Any]:
    """Create an instance without starting it, as often as it takes, and start that one.

    InputError, with nothing created, on a JOB that can not. Once it has been created, errors' facts have the instance.
    """
    _probe(client, where)
    # An instance that was created and whose answer got lost is never started, so another one can take its place.
    instance = _execute(client, {**request, "start_task": False}, idempotent=True)
    try:
        start_created(client, where, instance["job_instance_id"], clock)
    except JobError as error:
        error.facts.update(instance)
        error.add(f"while instance {instance['job_instance_id']} is not started, it holds a place in JOB's quota of running jobs, for up to an hour")
        raise
    return instance


def _probe(client: Client, where: dict[str, Any]) -> None:
    """InputError unless JOB can start an instance that was created before; told by what it says of one that cannot be."""
    try:
        client.call("operate_job_instance", {**where, "job_instance_id": NEVER, "operation_code": START}, idempotent=True)
    except Refused as error:
        if error.code == NO_INSTANCE:
            return
        if error.code != BAD_PARAMETER:
            error.add("exactly_once asks this before it creates anything")
            raise
    raise InputError("exactly_once: this JOB cannot create an instance without starting it, which takes version 3.10.3; nothing was created. "
                     "Leave exactly_once out, and look at outcome and candidates where a start fails")


def start_created(client: Client, where: dict[str, Any], job_instance_id: int, clock: Any) -> None:
    """Have JOB start an instance that was created and does not run.

    JOB queues each start that it gets while the instance reads not_started, and runs all that wait in the queue together (JobListener). So
    after a lost answer it is asked again only when the lost request can no longer be under way, and the instance still reads so.
    """
    in_doubt = (f"instance {job_instance_id} was created, and may have been started. Look at it with job_instance_info: while it reads "
                "not_started it does not run. If it still does so in some minutes, start it with operate_job_instance, operation: start. "
                "Nothing else was started")
    lost = False
    for attempts_left in reversed(range(client.retries + 1)):
        try:
            client.call("operate_job_instance", {**where, "job_instance_id": job_instance_id, "operation_code": START}, in_doubt=in_doubt)
            return
        except JobError as error:
            if error.code == STARTED_ALREADY:
                return
            lost = lost or isinstance(error, NoAnswer)
            # After a refusal, too: a server of an older version may have started what it was to create.
            runs = _runs(client, where, job_instance_id, clock, HELD[client.gateway] if isinstance(error, NoAnswer) else 0)
            if runs:
                return
            if not lost:
                raise
            if runs is None or not attempts_left:
                raise (error if error.outcome == UNKNOWN else NoAnswer(str(error), in_doubt=in_doubt)) from None
        clock.sleep(PAUSE)


def _runs(client: Client, where: dict[str, Any], job_instance_id: int, clock: Any, timeout: float) -> bool | None:
    """Whether an instance has been started, or is within timeout seconds; None if JOB does not tell."""
    try:
        seen = poll(lambda code: code in states.RAN, lambda within: status.read(client, where, job_instance_id, within)["status_code"],
                    clock, timeout, interval=5)
    except JobError:
        return None
    if seen.error:
        return None
    return seen.last in states.RAN or (False if seen.last == states.NOT_STARTED else None)

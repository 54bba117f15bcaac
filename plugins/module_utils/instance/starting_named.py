# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A start by a name that no other instance has: exactly once where JOB can, without asking it first, and else at most once, with the name to find it."""
from __future__ import annotations

from typing import Any

from ..errors import UNKNOWN, JobError, Refused
from ..wire.client import Client
from ..wire.fields import integer
from . import listing
from .starting_created import BAD_PARAMETER, HELD, check_support, start_created

BY_API = 2
CLOCK_SKEW = 300  # seconds by which JOB's clock and this machine's may differ
PAUSE = 5  # seconds between two looks at JOB's list


def start_named(client: Client, operation: str, request: dict[str, Any], scope: dict[str, Any]) -> int:
    """Create the instance that request["task_name"] names, and start it; its job_instance_id.

    JOB before 3.10.3 ignores start_task, so that it starts what it creates, and then refuses the start with BAD_PARAMETER. Raises JobError, whose
    outcome says whether the start may have happened.
    """
    number = _created(client, operation, {**request, "start_task": False}, scope)
    try:
        start_created(client, scope, number)
    except Refused as error:
        if error.code != BAD_PARAMETER:
            raise
    return number


def _created(client: Client, operation: str, request: dict[str, Any], scope: dict[str, Any]) -> int:
    name = request["task_name"]
    in_doubt = f"it may have run. Look for an instance named {name!r} in JOB's execution history before you run it again"
    since = client.clock.time()
    try:
        return _number(client.call(operation, request, in_doubt=in_doubt, required="job_instance_id"))
    except JobError as error:
        if error.outcome != UNKNOWN:
            raise
        if _starts_separately(client, scope):
            # What was created without an answer does not run, so another one can replace it.
            return _number(client.call(operation, request, required="job_instance_id", idempotent=True))
        found = _found(client, scope, name, since)
        if found is None:
            raise
        return found


def _number(data: dict[str, Any]) -> int:
    number = integer(data["job_instance_id"])
    assert number is not None  # `required` has seen to it
    return number


def _starts_separately(client: Client, scope: dict[str, Any]) -> bool:
    """Whether it is certain that this JOB does not start what it creates."""
    try:
        check_support(client, scope)
    except JobError:
        return False
    return True


def _found(client: Client, scope: dict[str, Any], name: str, since: float) -> int | None:
    """The same, looked for as long as a gateway may still hold the request."""
    deadline = client.clock.monotonic() + HELD[client.gateway]
    while True:
        number = find(client, scope, name, since)
        if number is not None or client.clock.monotonic() >= deadline:
            return number
        client.clock.sleep(PAUSE)


def find(client: Client, scope: dict[str, Any], name: str, since: float) -> int | None:
    """The instance of this name, as far as JOB's list shows it. since: when its start was sent, in seconds since 1970."""
    period = {"create_time_start": int((since - CLOCK_SKEW) * 1000), "create_time_end": int((client.clock.time() + CLOCK_SKEW) * 1000)}
    try:
        rows = listing.read(client, scope, {**period, "name": name, "launch_mode": BY_API})
    except JobError:
        return None
    numbers = [integer(row["job_instance_id"]) for row in rows if row["job_instance_name"] == name]
    return numbers[0] if len(numbers) == 1 else None

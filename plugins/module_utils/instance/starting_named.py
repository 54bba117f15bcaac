# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A start by a name that no other instance has: exactly once where JOB can, without asking it first, and else at most once, with the name to find it."""
from __future__ import annotations

from typing import Any

from ..errors import UNKNOWN, JobError, NoAnswer, Refused
from ..text.masking import label
from ..wire.client import Client
from ..wire.fields import integer
from . import listing, states
from .starting_created import BAD_PARAMETER, HELD, check_support, start_created

MARK = slice(-31, -1)  # of a name: 30 digits in brackets at its end
PAUSE = 5  # seconds between two looks at JOB's list


def start_named(client: Client, operation: str, request: dict[str, Any], scope: dict[str, Any]) -> int:
    """Create the instance that request["task_name"] names, which ends with "[mark]", and start it; its job_instance_id.

    JOB before 3.10.3 ignores start_task, so that it starts what it creates, and then refuses the start with BAD_PARAMETER. Raises JobError, whose
    outcome says whether the start may have happened.
    """
    number = _created(client, operation, {**request, "start_task": False}, scope)
    try:
        start_created(client, scope, number)
    except JobError as error:
        if isinstance(error, Refused) and error.code == BAD_PARAMETER:
            return number
        if error.outcome != UNKNOWN and not _starts_separately(client, scope):
            raise NoAnswer(str(error), in_doubt=f"JOB before 3.10.3 has started instance {number} when it created it. Look at it in JOB") from error
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
            # What was created without an answer does not run, so another one can replace it, unless a server of an older version has received it.
            return find(client, scope, name, since) or _number(client.call(operation, request, required="job_instance_id", idempotent=True))
        found = _found(client, scope, name, since)
        if found is None:
            raise
        return found


def _number(data: dict[str, Any]) -> int:
    return integer(data["job_instance_id"]) or 0  # `required` has seen to it that there is one


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
    """The instance of this name, as far as JOB's list shows it; of several the one that was started.

    since: when its start was sent, in seconds since 1970. JOB gets only the mark, because in its filter some characters mean others.
    """
    try:
        rows = listing.by_api(client, scope, since, {"name": name[MARK]})
    except JobError:
        return None
    named = [row for row in rows if row["job_instance_name"] == label(name, client.secrets)]
    found = [row for row in named if row["status_code"] != states.BLANK] or named
    return integer(found[0]["job_instance_id"]) if len(found) == 1 else None

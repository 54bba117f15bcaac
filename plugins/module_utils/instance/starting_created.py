# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances that were created without being started: whether JOB can do that, and how one is started."""
from __future__ import annotations

from typing import Any

from ..errors import UNKNOWN, InputError, JobError, NoAnswer, Refused
from ..wire.client import Client
from ..wire.fields import LARGEST_ID
from ..wire.polling import Polled, poll
from . import states, status

OPERATION, START = "operate_job_instance", 2
NO_INSTANCE, BAD_PARAMETER, STARTED_ALREADY = 1244006, 1241002, 1241015
NO_SUCH_ID = LARGEST_ID  # no instance has this id
PAUSE = 1  # second
# Seconds for which a gateway may still hold a request without an answer before JOB receives it: the gateway's own limit, and a margin.
HELD = {"esb": 40, "apigw": 70}


def check_support(client: Client, scope: dict[str, Any]) -> None:
    """InputError unless JOB can create an instance without starting it, which its error number for the start of an unknown instance shows."""
    try:
        client.call(OPERATION, {**scope, "job_instance_id": NO_SUCH_ID, "operation_code": START}, idempotent=True)
    except Refused as error:
        if error.code == NO_INSTANCE:
            return
        if error.code != BAD_PARAMETER:
            error.add("this was the request with which exactly_once checks JOB's version; nothing was created")
            raise
    raise InputError("exactly_once: this JOB cannot create an instance without starting it, which needs version 3.10.3; nothing was created. "
                     "Leave exactly_once out, and look at outcome and candidates when a start fails")


def start_created(client: Client, scope: dict[str, Any], job_instance_id: int) -> None:
    """Have JOB start an instance that was created and does not run.

    JOB queues each start that it receives while the status is not_started, and runs all that wait in the queue (JobListener). So after a
    request without an answer the start is sent again only when that request can no longer arrive, and the status is still not_started.
    """
    in_doubt = (f"instance {job_instance_id} was created, and may have been started. Read it with job_instance_info: while its status is "
                "not_started it does not run. If that is still so after some minutes, start it with operate_job_instance, operation: start. "
                "Nothing else was started")
    no_answer = False
    for attempts_left in reversed(range(client.retries + 1)):
        try:
            client.call(OPERATION, {**scope, "job_instance_id": job_instance_id, "operation_code": START}, in_doubt=in_doubt)
            return
        except JobError as error:
            if error.code == STARTED_ALREADY:
                return
            no_answer = no_answer or isinstance(error, NoAnswer)
            # After a refusal, too: a server of an older version may have started the instance when it created it.
            started = _is_started(client, scope, job_instance_id, HELD[client.gateway] if isinstance(error, NoAnswer) else 0)
            if started:
                return
            if not no_answer:
                raise
            if started is None or not attempts_left:
                raise (error if error.outcome == UNKNOWN else NoAnswer(str(error), in_doubt=in_doubt)) from None
        client.clock.sleep(PAUSE)


def start_and_watch(client: Client, scope: dict[str, Any], job_instance_id: int, timeout: float) -> Polled:
    """The same, and wait until it runs. An error after JOB has accepted the start is not raised, but returned."""
    start_created(client, scope, job_instance_id)
    try:
        return poll(lambda now: now["status_code"] != states.BLANK,
                    lambda within: status.read(client, scope, job_instance_id, within), client.clock, timeout, interval=5)
    except JobError as error:
        return Polled(None, error)


def _is_started(client: Client, scope: dict[str, Any], job_instance_id: int, timeout: float) -> bool | None:
    """Whether an instance has been started, or is within timeout seconds; None if it cannot be read."""
    try:
        seen = poll(lambda code: code in states.RAN, lambda within: status.read(client, scope, job_instance_id, within)["status_code"],
                    client.clock, timeout, interval=5)
    except JobError:
        return None
    if seen.error:
        return None
    return True if seen.last in states.RAN else False if seen.last == states.BLANK else None

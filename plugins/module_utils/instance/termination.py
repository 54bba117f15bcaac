# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Terminating an instance, by ending the confirmation at which it waits where that is needed, until it has ended or JOB has accepted it."""
from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import NOT_STARTED, STARTED, UNKNOWN, JobError, NoAnswer, Refused
from ..wire.answers import NOT_IN_THIS_STATE
from ..wire.client import Client
from ..wire.polling import Steps, carried_out, polling
from . import states, status
from .confirmation import unconfirmed_step
from .step_operations import STEP_OPERATIONS
from .types import Instance, Step

TERMINATE = 1


class Termination(NamedTuple):
    """How a termination went.

    last: the instance when it was last read, None if it never was. error: why it is not known to have ended; None if it has, or only takes
    longer. outcome: STARTED if JOB has accepted it, UNKNOWN if it may have, NOT_STARTED if it has not. confirmation: the step at which the
    instance waited, if JOB has accepted, or may have accepted, to end that step; else None.
    """

    last: Instance | None
    error: JobError | None
    outcome: str
    confirmation: Step | None


class _Request(NamedTuple):
    operation: str
    parameters: dict[str, Any]


def terminate(client: Client, scope: dict[str, Any], job_instance_id: int, last: Instance | None, timeout: float, wait: bool) -> Termination:
    """terminating(), with its pauses."""
    return carried_out(terminating(client, scope, job_instance_id, last, timeout, wait), client.clock)


def terminating(client: Client, scope: dict[str, Any], job_instance_id: int, last: Instance | None, timeout: float, wait: bool) -> Steps[Termination]:
    """Terminate an instance, and wait until it has ended, or (wait=False) until JOB has accepted the request.

    last: the instance as far as it was read. The request is idempotent: it is sent again after no answer, and while JOB refuses it because of
    the instance's state, as it does just after a start. A job that waits at a confirmation would never stop, so the confirmation is ended.
    """
    outcome, confirmation = NOT_STARTED, None
    refusal: Refused | None = None
    accepted: _Request | None = None

    def look(within: float) -> Instance:
        nonlocal last, outcome, refusal, accepted, confirmation
        due = client.clock.monotonic() + within
        step = unconfirmed_step(last)
        request = _request(job_instance_id, step)
        if accepted != request and (step or not (last and last["status_code"] == states.STOPPING)):
            answer, refusal = _send(client, scope, request, within)
            accepted = request if answer == STARTED else accepted
            confirmation = confirmation if answer == NOT_STARTED else step
            outcome = STARTED if STARTED in (answer, outcome) else UNKNOWN if UNKNOWN in (answer, outcome) else NOT_STARTED
        last = status.read(client, scope, job_instance_id, due - client.clock.monotonic())
        return last

    def done(instance: Instance) -> bool:
        step = unconfirmed_step(instance)  # it waits there forever, whatever else JOB has accepted
        under_way = accepted == _request(job_instance_id, step) if step else outcome == STARTED or instance["status_code"] == states.STOPPING
        return instance["finished"] or (not wait and under_way)

    try:
        failure = (yield from polling(done, look, client.clock, timeout, interval=5)).error
    except JobError as error:
        failure = error
    return Termination(last, failure or (refusal if last and not last["finished"] else None), outcome, confirmation)


def _request(job_instance_id: int, confirmation: Step | None) -> _Request:
    if confirmation is None:
        return _Request("operate_job_instance", {"job_instance_id": job_instance_id, "operation_code": TERMINATE})
    return _Request("operate_step_instance", {
        "job_instance_id": job_instance_id, "step_instance_id": confirmation["step_instance_id"],
        "operation_code": STEP_OPERATIONS["terminate_confirmation"].code})


def _send(client: Client, scope: dict[str, Any], request: _Request, within: float) -> tuple[str, Refused | None]:
    """Whether JOB accepts the request, and why not yet."""
    try:
        client.call(request.operation, {**scope, **request.parameters}, within=within)
    except NoAnswer:
        return UNKNOWN, None
    except Refused as error:
        if error.code != NOT_IN_THIS_STATE:
            raise
        return NOT_STARTED, error
    return STARTED, None

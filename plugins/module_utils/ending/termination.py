# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result says of a termination: of operate_job_instance, and of a wait with on_timeout or on_failure: terminate."""
from __future__ import annotations

from typing import Any

from ..errors import NOT_STARTED, STARTED, UNKNOWN, JobError
from ..instance import states
from ..instance.confirmation import unconfirmed_step
from ..instance.status import named
from ..instance.termination import Termination
from ..instance.types import Instance
from .digest import headline

TERMINATE_WITHIN = 60  # seconds


def after_wait(termination: Termination, option: str) -> str:
    """How the termination of a job went that was not waited for any longer. option: the one that asked for it."""
    why = f"({option}: terminate)"
    last, confirmation = termination.last, termination.confirmation
    if last and confirmation and last["status_code"] == states.CONFIRMATION_TERMINATED:
        return f"It was terminated at the confirmation {confirmation['name']!r}, where it waited {why}"
    if last and last["finished"]:
        return f"It was terminated, and has stopped {why}"
    answer = {
        STARTED: f"JOB has accepted the request to terminate it {why}, but it is NOT known to have stopped",
        UNKNOWN: f"JOB was asked to terminate it {why}, but did not answer: it is unknown whether it will",
        NOT_STARTED: f"It could NOT be terminated {why}, and may still run",
    }[termination.outcome]
    still = f"after {TERMINATE_WITHIN} s its status is still {last['status']}" if last else ""
    return f"{answer}: {termination.error or still}"


def result(termination: Termination, before: Instance, wait: bool, wait_timeout: float) -> dict[str, Any]:
    """The result of a task that terminates an instance. before: how it was read first. wait: whether it had to end."""
    last = termination.last or before
    instance = {**last, "changed": termination.outcome != NOT_STARTED}
    accepted = termination.outcome == STARTED or last["status_code"] == states.STOPPING
    # A job that waits at a confirmation that JOB has not accepted to end never stops.
    hangs = termination.confirmation is None and unconfirmed_step(last) is not None
    if last["finished"] or (accepted and not wait and not hangs):
        return {**instance, **_ended_at_confirmation(termination, last)}
    details = termination.error or JobError("")
    return {**details.result(), **instance, "outcome": termination.outcome, "msg": _failure(termination, last, accepted, wait_timeout)}


def _ended_at_confirmation(termination: Termination, last: Instance) -> dict[str, Any]:
    """The result's `msg` where a job was not stopped, but ended at the confirmation where it waited."""
    if termination.confirmation is None or last["status_code"] not in (states.CONFIRMATION_TERMINATED, states.WAITING, states.STOPPING):
        return {}
    return {"msg": f"{named(last)} waited for a confirmation, and was ended there, "
                   f"at step {termination.confirmation['name']!r}"}


def _failure(termination: Termination, last: Instance, accepted: bool, wait_timeout: float) -> str:
    """Why the instance is not known to have stopped."""
    why = f": {termination.error}" if termination.error else ""
    if accepted:
        late = "" if termination.error else f" within {wait_timeout:g} s (wait_timeout)"
        return f"not stopped{late}, although JOB has accepted the request to terminate it: {headline(last)}{why}"
    if termination.outcome == UNKNOWN:
        return f"JOB did not answer, so it is unknown whether it will terminate the job: {headline(last)}{why}"
    return f"not stopped, because JOB did not accept the request to terminate it: {headline(last)}{why}"

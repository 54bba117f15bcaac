# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JOB's operations on a step: in which states it allows them, which step is meant, and carrying one out."""
from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import InputError, JobError
from ..text.sentences import enumerated
from ..wire.client import Client
from ..wire.polling import Polled, poll
from . import states, status
from .types import Instance, Step

SETTLED_WITHIN = 10  # seconds


class StepOperation(NamedTuple):
    """code: JOB's number. states: in which it is allowed. of_confirmation: for confirmation steps, for others, or (None) for all."""

    code: int
    states: tuple[int, ...]
    of_confirmation: bool | None


STEP_OPERATIONS = {
    "retry_failed": StepOperation(2, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "retry_all": StepOperation(8, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "ignore_error": StepOperation(3, (states.FAILED,), None),  # JOB accepts it for an abnormal step too, and then never runs another step
    "skip": StepOperation(12, (states.STOPPING,), None),
    "next_step": StepOperation(11, (states.STOPPED,), None),
    "next_batch": StepOperation(13, (states.WAITING,), False),
    "confirm": StepOperation(6, (states.WAITING,), True),
    "terminate_confirmation": StepOperation(9, (states.WAITING,), True),
    "ask_again": StepOperation(10, (states.CONFIRMATION_TERMINATED,), True),
}


def choose_step(instance: Instance, operation: str, step_instance_id: int | None) -> Step:
    """The step that is meant; InputError if no step's state allows the operation, or if several do."""
    steps = [step for step in instance["steps"] if step_instance_id in (None, step["step_instance_id"])]
    if step_instance_id is not None and not steps:
        raise InputError(f"step_instance_id {step_instance_id} is not a step of {_named(instance)}. Its steps: {_described(instance['steps'])}")
    allowed = [step for step in steps if _allows(step, operation)]
    if len(allowed) == 1:
        return allowed[0]
    if allowed:
        raise InputError(f"{operation} is possible for several steps of {_named(instance)}: give step_instance_id, one of {_described(allowed)}")
    raise InputError(f"{operation} is not possible now: it needs {_needed(operation)}, and {_named(instance)} has {_described(steps)}")


def operate_step(client: Client, scope: dict[str, Any], instance: Instance, step: Step, operation: str) -> Polled:
    """Carry out an operation, once, and wait until the instance shows it, because JOB answers first and acts then.

    An error after JOB has accepted the operation is not raised, but returned.
    """
    job_instance_id, step_instance_id = instance["job_instance_id"], step["step_instance_id"]
    client.call(
        "operate_step_instance",
        {**scope, "job_instance_id": job_instance_id, "step_instance_id": step_instance_id, "operation_code": STEP_OPERATIONS[operation].code},
        in_doubt=f"{operation} may have been carried out. Look at step {step_instance_id} of instance {job_instance_id} before you repeat it")

    def settled(now: Instance) -> bool:
        after = next((other for other in now["steps"] if other["step_instance_id"] == step_instance_id), step)
        if after["status_code"] == step["status_code"]:  # not yet; or a retry that has failed by now, too
            return after["attempts"] != step["attempts"] and now["finished"] and not _has_same_end(instance, now)
        return not (now["finished"] and (after["status_code"] == states.RUNNING or _has_same_end(instance, now)))

    try:
        seen = poll(settled, lambda within: status.read(client, scope, job_instance_id, within), client.clock, SETTLED_WITHIN, interval=1)
    except JobError as error:
        return Polled(instance, error)
    if seen.error is None and not settled(seen.last):
        return Polled(seen.last, JobError(f"after {SETTLED_WITHIN} s nothing has changed"))
    return seen


def _has_same_end(before: Instance, now: Instance) -> bool:
    """Whether a job that had ended does not run again."""
    return before["finished"] and (before["status_code"], before["ended_at"], before["duration"]) == (now["status_code"], now["ended_at"], now["duration"])


def _allows(step: Step, operation: str) -> bool:
    _code, allowed, of_confirmation = STEP_OPERATIONS[operation]
    return step["status_code"] in allowed and of_confirmation in (None, step["type"] == "confirmation")


def _needed(operation: str) -> str:
    _code, allowed, of_confirmation = STEP_OPERATIONS[operation]
    kind = "a step" if of_confirmation is None else "a confirmation step" if of_confirmation else "a rolling step"
    return f"{kind} in state {' or '.join(states.WORDS[code] for code in allowed)}"


def _named(instance: Instance) -> str:
    return f"{status.named(instance)} ({instance['status']})"


def _described(steps: list[Step]) -> str:
    return enumerated(f"{step['step_instance_id']} {step['name']!r} ({step['type']}, {step['status']})" for step in steps) or "no steps yet"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with an instance that runs, and with its steps: the operations of JOB, and when it allows them."""
from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import NOT_STARTED, STARTED, UNKNOWN, InputError, JobError, NoAnswer, Refused
from ..text.sentences import enumerated
from ..wire.answers import NOT_IN_THIS_STATE
from ..wire.client import Client
from ..wire.polling import Polled, poll
from . import states, status
from .confirmation import unconfirmed_step
from .starting import start_created

TERMINATE = 1
# operation: (JOB's code, the states of a step it is for, whether for confirmation steps; None for any)
STEP_OPERATIONS = {
    "retry_failed": (2, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "retry_all": (8, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "ignore_error": (3, (states.FAILED,), None),  # JOB takes it for an abnormal step too, and then runs nothing any more
    "skip": (12, (states.STOPPING,), None),
    "next_step": (11, (states.STOPPED,), None),
    "next_batch": (13, (states.WAITING,), False),
    "confirm": (6, (states.WAITING,), True),
    "terminate_confirmation": (9, (states.WAITING,), True),
    "ask_again": (10, (states.CONFIRMATION_TERMINATED,), True),
}
SETTLED_WITHIN = 10  # seconds


class Stop(NamedTuple):
    """What became of a termination.

    last: the instance as it was seen last, None if it never was. error: why it is not known to have ended, None if it has or just
    takes longer. outcome: STARTED if JOB has agreed, UNKNOWN if it may have, NOT_STARTED if it has not. confirmation: the step that it was
    waiting at, and that JOB has agreed, or may have, to end in its place, else None.
    """

    last: dict[str, Any] | None
    error: JobError | None
    outcome: str
    confirmation: dict[str, Any] | None


def stop(client: Client, scope: dict[str, Any], job_instance_id: int, last: dict[str, Any] | None, clock: Any, timeout: float, ended: bool) -> Stop:
    """Terminate an instance, and wait until it has ended, or (not ended) until JOB has agreed to.

    last: how it stood, as far as is known. Sent again while JOB says that it is not possible yet, as it does just after a start, and
    when no answer came: a second one harms nothing. A job that waits for a confirmation would never stop, so the confirmation is ended.
    """
    outcome, refusal, agreed, confirmation = NOT_STARTED, None, None, None

    def look(within: float) -> dict[str, Any]:
        nonlocal last, outcome, refusal, agreed, confirmation
        due = clock.monotonic() + within
        step = unconfirmed_step(last)
        order = _order(job_instance_id, step)
        if agreed != order and (step or not (last and last["status_code"] == states.STOPPING)):
            answer, refusal = _send(client, scope, order, within)
            agreed = order if answer == STARTED else agreed
            confirmation = confirmation if answer == NOT_STARTED else step
            outcome = STARTED if STARTED in (answer, outcome) else UNKNOWN if UNKNOWN in (answer, outcome) else NOT_STARTED
        last = status.read(client, scope, job_instance_id, due - clock.monotonic())
        return last

    def done(instance: dict[str, Any]) -> bool:
        step = unconfirmed_step(instance)  # at which it would stay, whatever else JOB has agreed to
        under_way = agreed == _order(job_instance_id, step) if step else outcome == STARTED or instance["status_code"] == states.STOPPING
        return instance["finished"] or (not ended and under_way)

    try:
        failure = poll(done, look, clock, timeout, interval=5).error
    except JobError as error:
        failure = error
    return Stop(last, failure or (refusal if last and not last["finished"] else None), outcome, confirmation)


def choose_step(instance: dict[str, Any], operation: str, step_instance_id: int | None) -> dict[str, Any]:
    """The step meant, if its state allows the operation; InputError with the reason if not, or if it is not clear which one."""
    steps = [step for step in instance["steps"] if step_instance_id in (None, step["step_instance_id"])]
    if step_instance_id is not None and not steps:
        raise InputError(f"step_instance_id {step_instance_id} is no step of {_named(instance)}: there is {_listed(instance['steps'])}")
    fitting = [step for step in steps if _allows(step, operation)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise InputError(f"{operation} is possible for several steps of {_named(instance)}: give step_instance_id, of {_listed(fitting)}")
    raise InputError(f"{operation} is not possible now, it takes {_wanted(operation)}: {_named(instance)} "
                     f"has {_listed(steps)}")


def start(client: Client, scope: dict[str, Any], job_instance_id: int, clock: Any, timeout: float) -> Polled:
    """Start an instance that was created and does not run, and wait until it does; what goes wrong after JOB has agreed is the error of what is returned."""
    start_created(client, scope, job_instance_id, clock)
    try:
        return poll(lambda now: now["status_code"] != states.NOT_STARTED,
                    lambda within: status.read(client, scope, job_instance_id, within), clock, timeout, interval=5)
    except JobError as error:
        return Polled(None, error)


def operate_step(client: Client, scope: dict[str, Any], instance: dict[str, Any], step: dict[str, Any], operation: str, clock: Any) -> Polled:
    """Carry out an operation, once, and wait for a moment until JOB, which acts after its answer, shows it.

    What goes wrong after JOB has agreed is the error of what is returned.
    """
    job_instance_id, step_instance_id = instance["job_instance_id"], step["step_instance_id"]
    client.call(
        "operate_step_instance",
        {**scope, "job_instance_id": job_instance_id, "step_instance_id": step_instance_id, "operation_code": STEP_OPERATIONS[operation][0]},
        in_doubt=f"{operation} may have been carried out. Look at step {step_instance_id} of instance {job_instance_id} before repeating it")

    def shown(now: dict[str, Any]) -> bool:
        after = next((other for other in now["steps"] if other["step_instance_id"] == step_instance_id), step)
        if after["status_code"] == step["status_code"]:  # not yet; or a retry that has failed by now, too
            return after["attempts"] != step["attempts"] and now["finished"] and not _same_end(instance, now)
        return not (now["finished"] and (after["status_code"] == states.RUNNING or _same_end(instance, now)))

    try:
        seen = poll(shown, lambda within: status.read(client, scope, job_instance_id, within), clock, SETTLED_WITHIN, interval=1)
    except JobError as error:
        return Polled(instance, error)
    if seen.error is None and not shown(seen.last):
        return Polled(seen.last, JobError(f"after {SETTLED_WITHIN} s nothing has changed"))
    return seen


def _same_end(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a job that had ended has not been set going again."""
    return before["finished"] and all(before[name] == now[name] for name in ("status_code", "ended_at", "duration"))


def _order(job_instance_id: int, confirmation: dict[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """The request that ends a job: operation and parameters."""
    if confirmation is None:
        return "operate_job_instance", {"job_instance_id": job_instance_id, "operation_code": TERMINATE}
    code, _states, _for_confirmation = STEP_OPERATIONS["terminate_confirmation"]
    return "operate_step_instance", {
        "job_instance_id": job_instance_id, "step_instance_id": confirmation["step_instance_id"], "operation_code": code}


def _send(client: Client, scope: dict[str, Any], order: tuple[str, dict[str, Any]], within: float) -> tuple[str, Refused | None]:
    """Whether JOB agrees, and why not yet."""
    operation, parameters = order
    try:
        client.call(operation, {**scope, **parameters}, within=within)
    except NoAnswer:
        return UNKNOWN, None
    except Refused as error:
        if error.code != NOT_IN_THIS_STATE:
            raise
        return NOT_STARTED, error
    return STARTED, None


def _allows(step: dict[str, Any], operation: str) -> bool:
    _code, allowed, for_confirmation = STEP_OPERATIONS[operation]
    return step["status_code"] in allowed and for_confirmation in (None, step["type"] == "confirmation")


def _wanted(operation: str) -> str:
    _code, allowed, for_confirmation = STEP_OPERATIONS[operation]
    kind = {None: "a step", True: "a confirmation step", False: "a rolling step"}[for_confirmation]
    return f"{kind} in state {' or '.join(states.WORDS[code] for code in allowed)}"


def _named(instance: dict[str, Any]) -> str:
    return f"job {instance['job_instance_id']} {instance['job_instance_name']!r} ({instance['status']})"


def _listed(steps: list[dict[str, Any]]) -> str:
    return enumerated(f"{step['step_instance_id']} {step['name']!r} ({step['type']}, {step['status']})" for step in steps) or "no steps yet"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with an instance that runs, and with its steps: the operations of JOB, and when it allows them."""
from __future__ import annotations

from typing import Any, NamedTuple

from . import instances, states
from .answers import NOT_IN_THIS_STATE
from .client import Client
from .errors import NOT_STARTED, STARTED, UNKNOWN, InputError, JobError, NoAnswer, Refused
from .waiting import Seen, until

TERMINATE = 1
# operation: (JOB's code, the states of a step it is for, whether for confirmation steps; None for any)
STEP_OPERATIONS = {
    "retry_failed": (2, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "retry_all": (8, (states.FAILED, states.ABNORMAL, states.STOPPED), None),
    "ignore_error": (3, (states.FAILED, states.ABNORMAL), None),
    "skip": (12, (states.STOPPING,), None),
    "next_step": (11, (states.STOPPED,), None),
    "next_batch": (13, (states.WAITING, states.WAITING_NEXT_BATCH), False),
    "confirm": (6, (states.WAITING,), True),
    "terminate_confirmation": (9, (states.WAITING,), True),
    "ask_again": (10, (states.CONFIRMATION_TERMINATED,), True),
}
SETTLED_WITHIN = 10  # seconds


class Stop(NamedTuple):
    """What became of a termination.

    last: the instance as it was seen last, None if it never was. trouble: why it is not known to have ended, None if it has or just
    takes longer. outcome: STARTED if JOB has agreed, UNKNOWN if it may have, NOT_STARTED if it has not.
    """

    last: dict | None
    trouble: JobError | None
    outcome: str


def stop(client: Client, scope: dict, job_instance_id: int, last: dict | None, clock: Any, timeout: float, ended: bool) -> Stop:
    """Terminate an instance, and wait until it has ended, or (not ended) until JOB has agreed to.

    last: how it stood, as far as is known. Sent again while JOB says that it is not possible yet, as it does just after a start, and
    when no answer came: a second one harms nothing.
    """
    outcome, refusal = NOT_STARTED, None

    def look(within: float) -> dict:
        nonlocal last, outcome, refusal
        due = clock.monotonic() + within
        if outcome != STARTED and not (last and last["status_code"] == states.STOPPING):
            outcome, refusal = _terminate(client, scope, job_instance_id, within, outcome)
        last = instances.read(client, scope, job_instance_id, due - clock.monotonic())
        return last

    def done(instance: dict) -> bool:
        return instance["finished"] or (not ended and (outcome == STARTED or instance["status_code"] == states.STOPPING))

    try:
        trouble = until(done, look, clock, timeout, interval=5).trouble
    except JobError as error:
        trouble = error
    return Stop(last, trouble or (refusal if last and not last["finished"] else None), outcome)


def choose_step(instance: dict, operation: str, step_instance_id: int | None) -> dict:
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


def operate_step(client: Client, scope: dict, instance: dict, step: dict, operation: str, clock: Any) -> Seen:
    """Carry out an operation, once, and wait for a moment until JOB, which acts after its answer, shows it.

    What goes wrong after JOB has agreed is the trouble of what is returned.
    """
    job_instance_id, step_instance_id = instance["job_instance_id"], step["step_instance_id"]
    client.call(
        "operate_step_instance",
        {**scope, "job_instance_id": job_instance_id, "step_instance_id": step_instance_id, "operation_code": STEP_OPERATIONS[operation][0]},
        in_doubt=f"{operation} may have been carried out. Look at step {step_instance_id} of instance {job_instance_id} before repeating it")

    def shown(now: dict) -> bool:
        after = next((other for other in now["steps"] if other["step_instance_id"] == step_instance_id), step)
        moved = any(after[name] != step[name] for name in ("status_code", "attempts", "started_at"))
        return moved and not (now["finished"] and (after["status_code"] == states.RUNNING or _same_end(instance, now)))

    try:
        seen = until(shown, lambda within: instances.read(client, scope, job_instance_id, within), clock, SETTLED_WITHIN, interval=1)
    except JobError as error:
        return Seen(instance, error)
    if seen.trouble is None and not shown(seen.last):
        return Seen(seen.last, JobError(f"after {SETTLED_WITHIN} s nothing has changed"))
    return seen


def _same_end(before: dict, now: dict) -> bool:
    """Whether a job that had ended has not been set going again."""
    return before["finished"] and all(before[name] == now[name] for name in ("status_code", "ended_at", "duration"))


def _terminate(client: Client, scope: dict, job_instance_id: int, within: float, outcome: str) -> tuple[str, Refused | None]:
    """Ask JOB to; the outcome by now, and why not yet."""
    try:
        client.call("operate_job_instance", {**scope, "job_instance_id": job_instance_id, "operation_code": TERMINATE}, within=within)
    except NoAnswer:
        return UNKNOWN, None
    except Refused as error:
        if error.code != NOT_IN_THIS_STATE:
            raise
        return outcome, error
    return STARTED, None


def _allows(step: dict, operation: str) -> bool:
    _code, allowed, for_confirmation = STEP_OPERATIONS[operation]
    return step["status_code"] in allowed and for_confirmation in (None, step["type"] == "confirmation")


def _wanted(operation: str) -> str:
    _code, allowed, for_confirmation = STEP_OPERATIONS[operation]
    kind = {None: "a step", True: "a confirmation step", False: "a rolling step"}[for_confirmation]
    return f"{kind} in state {' or '.join(states.WORDS[code] for code in allowed)}"


def _named(instance: dict) -> str:
    return f"job {instance['job_instance_id']} {instance['job_instance_name']!r} ({instance['status']})"


def _listed(steps: list[dict]) -> str:
    shown = [f"{step['step_instance_id']} {step['name']!r} ({step['type']}, {step['status']})" for step in steps]
    return ", ".join(shown) or "no steps yet"

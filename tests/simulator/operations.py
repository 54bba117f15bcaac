# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people can do with a step, in which of its states, and what becomes of it."""

from __future__ import annotations

from typing import Callable, NamedTuple

import lifecycle
from lifecycle import (
    ABNORMAL,
    CONFIRMATION,
    CONFIRMATION_TERMINATED,
    FAILED,
    HOST_SUCCEEDED_BEFORE,
    HOST_SUCCESS,
    IGNORED,
    OPERATE_SECONDS,
    RUNNING,
    SKIPPED,
    STOPPED,
    STOPPING,
    SUCCESS,
    WAITING,
    Instance,
    Step,
)
from versions import Version

CONFIRM, TERMINATE_CONFIRMATION = 6, 9
SUCCEEDED = (HOST_SUCCESS, HOST_SUCCEEDED_BEFORE)


class Operation(NamedTuple):
    """When it is allowed, what happens before the answer, and what a moment later; each of the two last gets the time."""

    allowed: Callable[[Step, Version], bool]
    at_once: Callable[[Instance, Step], None]
    act: Callable[[Instance, Step, Version, int], None]


def operate(instance: Instance, step: Step, code: int, version: Version, now: int) -> bool:
    """False if the step's state does not allow it."""
    operation = STEP_OPERATIONS[code]
    if not operation.allowed(step, version):
        return False
    operation.at_once(instance, step)
    lifecycle.order(instance, now + lifecycle.ms(OPERATE_SECONDS), lambda at: operation.act(instance, step, version, at))
    return True


def may_confirm(step: Step, code: int, user: str, version: Version) -> bool:
    """TaskExecuteServiceImpl.checkConfirmUser; `confirm_roles` of a step are the users who have one of the roles that it names."""
    users, role_holders = step.plan.get("confirm_users", []), step.plan.get("confirm_roles", [])
    if code not in (CONFIRM, TERMINATE_CONFIRMATION) or user in users or user in role_holders:
        return True
    return not role_holders and (version.has("anybody_confirms") or not users)


def _ended_badly(step: Step, version: Version) -> bool:
    return step.status in (FAILED, ABNORMAL, STOPPED) if version.has("retries_any_end") else step.status == FAILED


def _ended_or_stopped(step: Step, version: Version) -> bool:
    return _ended_badly(step, version) or step.status == STOPPED


def _awaits_confirmation(step: Step, version: Version) -> bool:
    return step.status == WAITING and step.plan["type"] == CONFIRMATION


def _awaits_batch(step: Step, version: Version) -> bool:
    return step.status == WAITING and step.plan["type"] != CONFIRMATION


def _in(*states: int) -> Callable[[Step, Version], bool]:
    return lambda step, version: step.status in states


def _nothing(instance: Instance, step: Step) -> None:
    """The answer comes before anything changes."""


def _job_runs(instance: Instance, step: Step) -> None:
    instance.status = RUNNING


def _count(instance: Instance, step: Step) -> None:
    instance.status = RUNNING
    step.execute_count += 1


def _retry(instance: Instance, step: Step, version: Version, numbers: list, at: int) -> None:
    """Of the batch that was on; a step without batches has one."""
    if step.status not in (FAILED, ABNORMAL, STOPPED):
        return
    instance.status, instance.end_time, instance.total_time = RUNNING, None, None
    step.end_time = step.total_time = None
    if not version.has("keeps_first_run"):
        step.start_time = at
        step.hosts_now.update({number: HOST_SUCCEEDED_BEFORE for number, status in step.hosts_now.items() if status == HOST_SUCCESS})
    lifecycle.send(step, numbers, at)


def _retry_failed(instance: Instance, step: Step, version: Version, at: int) -> None:
    _retry(instance, step, version, [number for number in _batch(step) if step.hosts_now[number] not in SUCCEEDED], at)


def _retry_all(instance: Instance, step: Step, version: Version, at: int) -> None:
    _retry(instance, step, version, _batch(step), at)


def _batch(step: Step) -> list:
    return step.batches[step.turn] if step.batches else []


def _ignore(instance: Instance, step: Step, version: Version, at: int) -> None:
    """GseStepEventHandler drops it for an abnormal step, though the job runs already, and nothing else goes on with it."""
    if step.status != FAILED:
        return
    instance.status, instance.end_time, instance.total_time = RUNNING, None, None
    step.status = IGNORED
    lifecycle.go_on(instance, step, at)


def _confirm(instance: Instance, step: Step, version: Version, at: int) -> None:
    """Of a job that was stopping, too: it goes on."""
    if step.status == WAITING:
        instance.status = RUNNING
        lifecycle.close(step, SUCCESS, at)
        lifecycle.go_on(instance, step, at)


def _terminate_confirmation(instance: Instance, step: Step, version: Version, at: int) -> None:
    """Of a job that was stopping, too; nobody is called back."""
    if step.status == WAITING:
        lifecycle.conclude(instance, CONFIRMATION_TERMINATED, at)
        lifecycle.close(step, CONFIRMATION_TERMINATED, at)


def _ask_again(instance: Instance, step: Step, version: Version, at: int) -> None:
    """The ends that the job and the step had stay with them."""
    if step.status == CONFIRMATION_TERMINATED:
        lifecycle.run(instance, step, at)


def _next_step(instance: Instance, step: Step, version: Version, at: int) -> None:
    if step.status == STOPPED:
        _leave(instance, step, at)


def _skip(instance: Instance, step: Step, version: Version, at: int) -> None:
    if step.status == STOPPING:
        _leave(instance, step, at)


def _leave(instance: Instance, step: Step, at: int) -> None:
    instance.status = RUNNING
    lifecycle.close(step, SKIPPED, at)
    lifecycle.go_on(instance, step, at)


def _next_batch(instance: Instance, step: Step, version: Version, at: int) -> None:
    if step.status == WAITING:
        lifecycle.run_batch(instance, step, step.turn + 1, at)


STEP_OPERATIONS = {
    2: Operation(_ended_badly, _count, _retry_failed),
    3: Operation(_in(FAILED, ABNORMAL), _job_runs, _ignore),
    CONFIRM: Operation(_awaits_confirmation, _job_runs, _confirm),
    8: Operation(_ended_or_stopped, _count, _retry_all),
    TERMINATE_CONFIRMATION: Operation(_awaits_confirmation, _nothing, _terminate_confirmation),
    10: Operation(_in(CONFIRMATION_TERMINATED), _nothing, _ask_again),
    11: Operation(_in(STOPPED), _job_runs, _next_step),
    12: Operation(_in(STOPPING), _nothing, _skip),
    13: Operation(_awaits_batch, _job_runs, _next_batch),
}

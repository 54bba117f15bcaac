# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people can do with a step, and in which of its states."""

from __future__ import annotations

from lifecycle import (
    CONFIRMATION, CONFIRMATION_TERMINATED, FAILED, HOST_SUCCEEDED_BEFORE, HOST_SUCCESS, IGNORED, SKIPPED, STOPPED, STOPPING, SUCCESS, WAITING,
    Instance, Step, end, go_on, host_status, run, run_batch,
)

ABNORMAL = 9
PAUSED = (WAITING, 15)
SUCCEEDED = (HOST_SUCCESS, HOST_SUCCEEDED_BEFORE)


def _ended_badly(step: Step) -> bool:
    return step.status in (FAILED, ABNORMAL, STOPPED)


def _ignorable(step: Step) -> bool:
    return step.status in (FAILED, ABNORMAL)


def _awaits_confirmation(step: Step) -> bool:
    return step.status == WAITING and step.plan["type"] == CONFIRMATION


def _awaits_batch(step: Step) -> bool:
    return step.status in PAUSED and step.plan["type"] != CONFIRMATION


def _retry_failed(instance: Instance, step: Step, at: int) -> None:
    """A host that no batch came to has not succeeded either."""
    run(instance, step, {number: host for number, host in step.hosts.items() if host_status(step, host) not in SUCCEEDED}, at)


def _ask_again(instance: Instance, step: Step, at: int) -> None:
    run(instance, step, step.hosts, at)


def _end_here(instance: Instance, step: Step, at: int) -> None:
    step.status, step.end_time = CONFIRMATION_TERMINATED, at
    end(instance, CONFIRMATION_TERMINATED, at)


# code: (when it is allowed, what it does)
STEP_OPERATIONS = {
    2: (_ended_badly, _retry_failed),
    3: (_ignorable, lambda instance, step, at: go_on(instance, step, IGNORED, at)),
    6: (_awaits_confirmation, lambda instance, step, at: go_on(instance, step, SUCCESS, at)),
    8: (_ended_badly, lambda instance, step, at: run(instance, step, step.hosts, at)),
    9: (_awaits_confirmation, _end_here),
    10: (lambda step: step.status == CONFIRMATION_TERMINATED, _ask_again),
    11: (lambda step: step.status == STOPPED, lambda instance, step, at: go_on(instance, step, STOPPED, at)),
    12: (lambda step: step.status == STOPPING, lambda instance, step, at: go_on(instance, step, SKIPPED, at)),
    13: (_awaits_batch, run_batch),
}

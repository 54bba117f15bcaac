# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an instance: its steps run one after the other, as time passes."""

from __future__ import annotations

from dataclasses import dataclass

NOT_STARTED, RUNNING, SUCCESS, FAILED, STOPPING, STOPPED = 1, 2, 3, 4, 10, 11
WORDS = {
    NOT_STARTED: "not_started",
    RUNNING: "running",
    SUCCESS: "success",
    FAILED: "failed",
    STOPPING: "stopping",
    STOPPED: "stopped",
}
SCRIPT, FILE = 1, 2
HOST_RUNNING, HOST_SUCCESS, HOST_TERMINATED = 7, 9, 403
HOST_FAILED = {SCRIPT: 104, FILE: 202}

# JOB answers a launch, and a termination, before it acts on them
LAUNCH_SECONDS = 0.02
STOP_SECONDS = 0.5


@dataclass
class Step:
    step_instance_id: int
    plan: dict
    hosts: dict
    failing: set
    status: int = NOT_STARTED
    execute_count: int = 0
    start_time: int | None = None
    end_time: int | None = None
    due: int = 0


@dataclass
class Instance:
    job_instance_id: int
    plan: dict
    scope: tuple
    operator: str
    callback_url: str | None
    global_var_list: list
    steps: list
    create_time: int
    status: int = NOT_STARTED
    start_time: int | None = None
    end_time: int | None = None

    def launched(self) -> int:
        return self.create_time + _ms(self.plan.get("launch_seconds", LAUNCH_SECONDS))


def settle(instance: Instance, now: int) -> Instance:
    """Let everything happen that has fallen due by `now`, each at its own time."""
    if instance.status == NOT_STARTED and instance.launched() <= now:
        instance.status, instance.start_time = RUNNING, instance.launched()
        _next_step(instance, instance.start_time)
    step = _active(instance)
    while step and step.due <= now:
        _end_step(instance, step)
        step = _active(instance)
    return instance


def terminate(instance: Instance, now: int) -> None:
    """To be called on a settled, running instance."""
    step = _active(instance)
    instance.status = step.status = STOPPING
    step.due = now + _ms(STOP_SECONDS)


def host_status(step: Step, host: dict) -> int:
    if step.status in (RUNNING, STOPPING):
        return HOST_RUNNING
    if step.status == STOPPED:
        return HOST_TERMINATED
    if host["bk_host_id"] in step.failing:
        return step.plan.get("fail_status", HOST_FAILED[step.plan["type"]])
    return HOST_SUCCESS


def _active(instance: Instance) -> Step | None:
    return next((step for step in instance.steps if step.status in (RUNNING, STOPPING)), None)


def _next_step(instance: Instance, at: int) -> None:
    step = next((step for step in instance.steps if step.status == NOT_STARTED), None)
    if step is None:
        _end(instance, SUCCESS, at)
        return
    step.status, step.start_time, step.execute_count = RUNNING, at, step.execute_count + 1
    step.due = at + _ms(step.plan.get("seconds", 0))


def _end_step(instance: Instance, step: Step) -> None:
    step.end_time = step.due
    if step.status == STOPPING:
        step.status = STOPPED
    else:
        step.status = FAILED if step.failing else SUCCESS
    if step.status == SUCCESS:
        _next_step(instance, step.due)
    else:
        _end(instance, step.status, step.due)


def _end(instance: Instance, status: int, at: int) -> None:
    instance.status, instance.end_time = status, at


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

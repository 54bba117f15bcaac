# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an instance: its steps run one after the other, as time passes and as people act on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

NOT_STARTED, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING, STOPPING, STOPPED = 1, 2, 3, 4, 5, 6, 7, 10, 11
CONFIRMATION_TERMINATED = 13
WORDS = {
    NOT_STARTED: "not_started",
    RUNNING: "running",
    SUCCESS: "success",
    FAILED: "failed",
    SKIPPED: "skipped",
    IGNORED: "error_ignored",
    WAITING: "waiting",
    STOPPING: "stopping",
    STOPPED: "stopped",
    CONFIRMATION_TERMINATED: "confirmation_terminated",
}
SCRIPT, FILE, CONFIRMATION = 1, 2, 3
HOST_SUCCEEDED_BEFORE, HOST_WAITING, HOST_RUNNING, HOST_SUCCESS, HOST_TERMINATED = 3, 5, 7, 9, 403
HOST_FAILED = {SCRIPT: 104, FILE: 202}

# JOB answers a launch, an operation on a step, and a termination, before it acts on them
LAUNCH_SECONDS = OPERATE_SECONDS = 0.02
STOP_SECONDS = 0.5


@dataclass
class Step:
    """`results` has what is not success, by host id. `batches` are the hosts of this attempt, `turn` of them have run."""

    step_instance_id: int
    plan: dict
    hosts: dict
    results: dict
    batches: list = field(default_factory=list)
    turn: int = 0
    status: int = NOT_STARTED
    execute_count: int = 0
    start_time: int | None = None
    end_time: int | None = None
    due: int = 0


@dataclass
class Instance:
    """`launch` is when it starts to run, None until somebody starts it. `orders` wait to be carried out, (due, what) each; `ends`
    are the ends that JOB has still to tell the callback's receiver of."""

    job_instance_id: int
    plan: dict
    scope: tuple
    operator: str
    callback_url: str | None
    global_var_list: list
    steps: list
    create_time: int
    launch: int | None
    status: int = NOT_STARTED
    start_time: int | None = None
    end_time: int | None = None
    orders: list = field(default_factory=list)
    ends: list = field(default_factory=list)


def settle(instance: Instance, now: int) -> Instance:
    """Let everything happen that has fallen due by `now`, each at its own time and in order."""
    while True:
        events = [event for event in _events(instance) if event[0] <= now]
        if not events:
            return instance
        due, happen = min(events, key=lambda event: event[0])
        happen(due)


def launch(instance: Instance, now: int) -> None:
    instance.launch = now + ms(instance.plan.get("launch_seconds", LAUNCH_SECONDS))


def terminate(instance: Instance, now: int) -> None:
    """To be called on a settled instance that runs or waits."""
    step = _active(instance)
    instance.status = step.status = STOPPING
    step.due = now + ms(step.plan.get("stop_seconds", STOP_SECONDS))


def order(instance: Instance, step: Step, allowed: Callable, act: Callable, now: int) -> None:
    """Do act(instance, step, at) a moment later, if allowed(step) still says so."""
    instance.orders.append((now + ms(OPERATE_SECONDS), lambda at: _carry_out(instance, step, allowed, act, at)))


def fails(step: Step, number: int) -> dict | None:
    """What becomes of a host in this attempt, None for success."""
    result = step.results.get(number)
    return result if result and step.execute_count <= result.get("attempts", step.execute_count) else None


def host_status(step: Step, host: dict) -> int:
    number = host["bk_host_id"]
    turn = next((turn for turn, batch in enumerate(step.batches) if number in batch), None)
    if turn is None:
        return HOST_WAITING if step.status == NOT_STARTED else HOST_SUCCEEDED_BEFORE
    if turn < step.turn:
        result = fails(step, number)
        return result["status"] if result else HOST_SUCCESS
    if turn > step.turn or step.end_time is None:
        return HOST_RUNNING if turn == step.turn and step.status in (RUNNING, STOPPING) else HOST_WAITING
    return HOST_TERMINATED


def go_on(instance: Instance, step: Step, status: int, at: int) -> None:
    """The step ends in this status, and the next one begins."""
    step.status, step.end_time = status, at
    instance.status, instance.end_time = RUNNING, None
    following = next((step for step in instance.steps if step.status == NOT_STARTED), None)
    if following:
        run(instance, following, following.hosts, at)
    else:
        end(instance, SUCCESS, at)


def run(instance: Instance, step: Step, hosts: dict, at: int) -> None:
    """A new attempt, on these hosts."""
    instance.status, instance.end_time = RUNNING, None
    step.start_time, step.end_time, step.execute_count, step.turn = at, None, step.execute_count + 1, 0
    size = max(1, -(-len(hosts) // step.plan.get("batches", 1)))
    numbers = [*hosts]
    step.batches = [set(numbers[start:start + size]) for start in range(0, len(numbers), size)]
    if step.plan["type"] == CONFIRMATION:
        step.status = instance.status = WAITING
    else:
        run_batch(instance, step, at)


def run_batch(instance: Instance, step: Step, at: int) -> None:
    instance.status = step.status = RUNNING
    step.due = at + ms(step.plan.get("seconds", 0))


def end(instance: Instance, status: int, at: int) -> None:
    instance.status, instance.end_time = status, at
    if instance.callback_url and status != CONFIRMATION_TERMINATED:
        instance.ends.append({
            "job_instance_id": instance.job_instance_id,
            "status": status,
            "step_instances": [{"step_instance_id": step.step_instance_id, "status": step.status} for step in instance.steps],
        })


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def _events(instance: Instance) -> list[tuple]:
    """(when, what) will happen next, as far as nobody interferes."""
    events = []
    if instance.status == NOT_STARTED and instance.launch is not None:
        events.append((instance.launch, lambda at: _start(instance, at)))
    events += instance.orders[:1]
    events += [(step.due, lambda at, step=step: _end_batch(instance, step, at)) for step in instance.steps if step.status in (RUNNING, STOPPING)]
    return events


def _start(instance: Instance, at: int) -> None:
    instance.status, instance.start_time = RUNNING, at
    run(instance, instance.steps[0], instance.steps[0].hosts, at) if instance.steps else end(instance, SUCCESS, at)


def _carry_out(instance: Instance, step: Step, allowed: Callable, act: Callable, at: int) -> None:
    del instance.orders[0]
    if allowed(step):
        act(instance, step, at)


def _active(instance: Instance) -> Step:
    return next(step for step in instance.steps if step.status in (RUNNING, STOPPING, WAITING, step.plan.get("pause_status", WAITING)))


def _end_batch(instance: Instance, step: Step, at: int) -> None:
    if step.status == STOPPING:
        step.status, step.end_time = STOPPED, at
        end(instance, STOPPED, at)
        return
    step.turn += 1
    if step.turn < len(step.batches):
        instance.status = step.status = step.plan.get("pause_status", WAITING)
    else:
        _end_step(instance, step, at)


def _end_step(instance: Instance, step: Step, at: int) -> None:
    failed = any(fails(step, number) for number in step.hosts)
    status = step.plan.get("end_status", FAILED if failed else SUCCESS)
    if status == FAILED and step.plan.get("ignore_error"):
        status = IGNORED
    if status in (SUCCESS, SKIPPED, IGNORED):
        go_on(instance, step, status, at)
    else:
        step.status, step.end_time = status, at
        end(instance, status, at)

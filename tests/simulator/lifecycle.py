# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an instance: its steps run one after the other, as time passes and as people act on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

NOT_STARTED, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING, STOPPING, STOPPED = 1, 2, 3, 4, 5, 6, 7, 10, 11
ABNORMAL, CONFIRMATION_TERMINATED, BETWEEN_BATCHES = 9, 13, 15
WORDS = {
    NOT_STARTED: "not_started",
    RUNNING: "running",
    SUCCESS: "success",
    FAILED: "failed",
    SKIPPED: "skipped",
    IGNORED: "error_ignored",
    WAITING: "waiting",
    8: "ended_by_hand",
    ABNORMAL: "abnormal",
    STOPPING: "stopping",
    STOPPED: "stopped",
    CONFIRMATION_TERMINATED: "confirmation_terminated",
    14: "abandoned",
    BETWEEN_BATCHES: "between_batches",
}
UNFINISHED = (NOT_STARTED, RUNNING, WAITING, STOPPING, BETWEEN_BATCHES)
SCRIPT, FILE, CONFIRMATION, SQL = 1, 2, 3, 4
HOST_SUCCEEDED_BEFORE, HOST_WAITING, HOST_RUNNING, HOST_SUCCESS, HOST_TERMINATED = 3, 5, 7, 9, 403
HOST_SUCCEEDED = (HOST_SUCCESS, HOST_SUCCEEDED_BEFORE)
HOST_FAILED = {SCRIPT: 104, FILE: 202, SQL: 104}
STOP_ON_FAILURE, IGNORE_FAILURE, CONFIRM_EACH = 1, 2, 3

# JOB answers a launch and an operation on a step before it acts on them, and is a moment between two batches
LAUNCH_SECONDS = OPERATE_SECONDS = PASSING_SECONDS = 0.02
STOP_SECONDS = 0.5


@dataclass
class Step:
    """`results` has what is not success, by host id. `batches` are the hosts' ids, the one of `turn` is on, and of it those in `sent` ran
    last. `hosts_now` has the status of each host, `ended` when it came to it, and `ran` the attempt in which it last ran, counted from 0;
    `attempt` is the one that has come to the hosts. Where scripts really run, `work` runs them, and `said` is what each host has said."""

    step_instance_id: int
    plan: dict
    hosts: dict
    results: dict
    create_time: int
    containers: bool = False
    batches: list = field(default_factory=list)
    turn: int = 0
    hosts_now: dict = field(default_factory=dict)
    ran: dict = field(default_factory=dict)
    sent: list = field(default_factory=list)
    ended: dict = field(default_factory=dict)
    work: Any = None
    said: dict = field(default_factory=dict)
    attempt: int | None = None
    status: int = NOT_STARTED
    execute_count: int = 0
    start_time: int | None = None
    end_time: int | None = None
    total_time: int | None = None
    due: int = 0

    def came_to_hosts(self) -> bool:
        """In the attempt that counts, and so no more while a retry has not come to them yet."""
        return self.attempt == self.execute_count


@dataclass
class Instance:
    """`starts` are the starts that wait to be consumed, when each; `runs` is how often it ran from its start. `orders` wait to be carried
    out, (due, what) each; `ends` are the ends that JOB has still to tell the callback's receiver of."""

    job_instance_id: int
    plan: dict
    scope: tuple
    operator: str
    callback_url: str | None
    global_var_list: list
    steps: list
    create_time: int
    starts: list = field(default_factory=list)
    runs: int = 0
    status: int = NOT_STARTED
    current: int = 0
    start_time: int | None = None
    end_time: int | None = None
    total_time: int | None = None
    orders: list = field(default_factory=list)
    ends: list = field(default_factory=list)

    def finished(self) -> bool:
        """By the status, as JOB tells it; one that nobody knows here is a newer JOB's way to end."""
        return self.status not in UNFINISHED


def settle(instance: Instance, now: int) -> Instance:
    """Let everything happen that has fallen due by `now`, each at its own time and in order."""
    while True:
        events = [event for event in _events(instance) if event[0] <= now]
        if not events:
            return instance
        due, happen = min(events, key=lambda event: event[0])
        happen(due)


def launch(instance: Instance, now: int, lag: float | None = None) -> None:
    """Starts that wait together are consumed together, whenever they came: JobListener checks the status, then sets it without a condition."""
    lag = instance.plan.get("launch_seconds", LAUNCH_SECONDS) if lag is None else lag
    instance.starts.append(instance.starts[0] if instance.starts else now + ms(lag))


def terminate(instance: Instance, now: int, lag: float | None = None) -> None:
    due = now + ms(lag or 0)
    order(instance, due, lambda at: _stop(instance, at))


def order(instance: Instance, due: int, act: Callable[[int], None]) -> None:
    instance.orders.append((due, act))


def failure(step: Step, number: int) -> dict | None:
    """What became of a host when it last ran, None for success."""
    result = step.results.get(number)
    return result if result and step.ran.get(number, 0) < result.get("attempts", step.execute_count + 1) else None


def go_on(instance: Instance, step: Step, at: int) -> None:
    """The next batch of this step, or the next step, or the end."""
    following = instance.steps[instance.steps.index(step) + 1:]
    if step.turn + 1 < len(step.batches):
        step.status, step.due = BETWEEN_BATCHES, at + ms(step.plan.get("passing_seconds", PASSING_SECONDS))
    elif following:
        instance.current = instance.steps.index(following[0])
        run(instance, following[0], at)
    else:
        end(instance, SUCCESS, at)


def run(instance: Instance, step: Step, at: int) -> None:
    """The step begins, for the first time or as a confirmation that is asked for again."""
    if step.plan["type"] == CONFIRMATION:
        step.status = instance.status = WAITING
        step.start_time = at
        return
    numbers = [*step.hosts]
    step.batches = _batches(step, numbers)
    step.hosts_now = dict.fromkeys(numbers, HOST_WAITING)
    step.start_time = at
    run_batch(instance, step, 0, at)


def _batches(step: Step, numbers: list) -> list[list]:
    size = max(1, -(-len(numbers) // step.plan.get("batches", 1)))
    sizes = step.plan.get("batch_sizes") or [size] * -(-len(numbers) // size)
    ends = [sum(sizes[:index]) for index in range(1, len(sizes) + 1)]
    return [numbers[end - size:end] for size, end in zip(sizes, ends)]


def run_batch(instance: Instance, step: Step, turn: int, at: int) -> None:
    step.turn, instance.status = turn, RUNNING
    send(step, step.batches[turn] if step.batches else [], at)


def send(step: Step, numbers: list, at: int) -> None:
    """These hosts run in this attempt."""
    step.status, step.attempt, step.sent = RUNNING, step.execute_count, numbers
    step.hosts_now.update(dict.fromkeys(numbers, HOST_RUNNING))
    step.ran.update(dict.fromkeys(numbers, step.execute_count))
    step.due = at + ms(step.plan.get("seconds", 0))
    if step.work:
        step.work.begin([step.hosts[number] for number in numbers], at)


def close(step: Step, status: int, at: int) -> None:
    """A time that the step took stays, though it goes on later (TaskCostCalculator)."""
    step.status, step.end_time = status, at
    step.total_time = step.total_time if step.total_time is not None else at - (step.start_time or at)


def end(instance: Instance, status: int, at: int) -> None:
    conclude(instance, status, at)
    if instance.callback_url:
        instance.ends.append({
            "job_instance_id": instance.job_instance_id,
            "status": status,
            "step_instances": [{"step_instance_id": step.step_instance_id, "status": step.status} for step in instance.steps],
        })


def conclude(instance: Instance, status: int, at: int) -> None:
    """An end of which nobody is told."""
    instance.status, instance.end_time = status, at
    instance.total_time = instance.total_time if instance.total_time is not None else at - (instance.start_time or at)


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def _events(instance: Instance) -> list[tuple]:
    """(when, what) will happen next, as far as nobody interferes."""
    events = [(due, lambda at, entry=(due, act): _carry_out(instance, entry, at)) for due, act in instance.orders]
    if instance.starts:
        events.append((instance.starts[0], lambda at: _start(instance, at)))
    events += [_end_of(instance, step) for step in instance.steps if step.status in (RUNNING, STOPPING)]
    events += [(step.due, lambda at, step=step: _pass(instance, step, at)) for step in instance.steps if step.status == BETWEEN_BATCHES]
    return [event for event in events if event[0] is not None]


def _end_of(instance: Instance, step: Step) -> tuple:
    """When the batch ends on paper, or JOB looks next whether it has ended."""
    if step.work:
        return step.work.due(step.status == STOPPING), lambda at: _look(instance, step, at)
    return step.due, lambda at: _end_batch(instance, step, at)


def _look(instance: Instance, step: Step, at: int) -> None:
    for number, said, result in step.work.look(at, step.status == STOPPING):
        step.said[number] = said
        if result:
            step.results[number], step.hosts_now[number], step.ended[number] = result, result["status"], at
    if step.work.is_over():
        _end_batch(instance, step, at)


def _start(instance: Instance, at: int) -> None:
    instance.runs, instance.starts = len(instance.starts), []
    instance.status, instance.start_time = RUNNING, at
    run(instance, instance.steps[0], at)


def _carry_out(instance: Instance, entry: tuple, at: int) -> None:
    instance.orders.remove(entry)
    entry[1](at)


def _stop(instance: Instance, at: int) -> None:
    """Nothing handles the stop of a confirmation (ConfirmStepEventHandler), nor of a step that has ended: the job then stops for ever."""
    if instance.status not in (RUNNING, WAITING):
        return
    step = instance.steps[instance.current]
    instance.status = STOPPING
    if step.status == WAITING and step.plan["type"] != CONFIRMATION:
        close(step, STOPPED, at)
        end(instance, STOPPED, at)
    elif step.status == RUNNING:
        step.status, step.due = STOPPING, at + ms(step.plan.get("stop_seconds", STOP_SECONDS))


def _pass(instance: Instance, step: Step, at: int) -> None:
    if instance.status == STOPPING:
        close(step, STOPPED, at)
        end(instance, STOPPED, at)
    elif step.plan.get("rolling_mode", CONFIRM_EACH) == CONFIRM_EACH:
        step.status = instance.status = WAITING
    else:
        run_batch(instance, step, step.turn + 1, at)


def _end_batch(instance: Instance, step: Step, at: int) -> None:
    running = [number for number, status in step.hosts_now.items() if status == HOST_RUNNING]
    step.total_time = None
    step.ended.update(dict.fromkeys(running, at))
    if step.status == STOPPING:
        step.hosts_now.update(dict.fromkeys(running, HOST_TERMINATED))
        close(step, STOPPED, at)
        end(instance, STOPPED, at)
        return
    step.hosts_now.update({number: (failure(step, number) or {"status": HOST_SUCCESS})["status"] for number in running})
    _end_turn(instance, step, any(step.hosts_now[number] not in HOST_SUCCEEDED for number in step.sent), at)


def _end_turn(instance: Instance, step: Step, failed: bool, at: int) -> None:
    status = step.plan.get("end_status", FAILED if failed else SUCCESS)
    if status == FAILED and (step.plan.get("ignore_error") or step.plan.get("rolling_mode") == IGNORE_FAILURE):
        status = IGNORED
    close(step, status, at)
    if status in (SUCCESS, SKIPPED, IGNORED):
        go_on(instance, step, at)
    else:
        end(instance, status, at)

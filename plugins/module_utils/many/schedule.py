# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of many jobs is next: starts in the order of the list, as many as may run, and each look at a job when it is due."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from ..errors import STARTED
from .course import Together, course, note_unexpected
from .job import Job, key
from .side_by_side import Next, Work

OVERDUE = 2  # seconds, after which a look comes before a start


@dataclass
class Held:
    """A scope whose quota of running jobs was met, so that its plans are started one after the other.

    until: when a start may be tried again. asking: whether one is under way.
    """

    until: float
    asking: bool = False


@dataclass
class Schedule:
    """What is left to do.

    told: is called after each step of a job, with the job, and whether it was started or has ended by that. to_start: by scope, in the order of
    the list. active: how many run. due: jobs to look at, each with the time. hurried: jobs that were told to be terminated.
    """

    together: Together
    told: Callable[[Job, bool], None]
    to_start: dict[str, list[tuple[int, Job]]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    due: list[tuple[float, int, Job]] = field(default_factory=list)
    active: int = 0
    hurried: set[int] = field(default_factory=set)


def add(schedule: Schedule, job: Job) -> None:
    """A job that is to be started, or only to be waited for."""
    job.steps = course(job, schedule.together)
    if job.request is not None:
        heappush(schedule.to_start.setdefault(key(job.scope), []), (job.number, job))
    else:
        schedule.active += 1
        heappush(schedule.due, (schedule.together.client.clock.monotonic(), job.number, job))


def left_to_start(schedule: Schedule) -> int:
    """How many were not sent yet, or will be sent again."""
    return sum(map(len, schedule.to_start.values()))


def next_work(schedule: Schedule, now: float) -> Next:
    """See carry_out()."""
    if schedule.due and schedule.due[0][0] < now - OVERDUE:
        return _look(schedule)
    start = _next_start(schedule, now)
    if isinstance(start, Work):
        return start
    if schedule.due and schedule.due[0][0] <= now:
        return _look(schedule)
    return min([*([] if start is None else [start]), *(due - now for due, _number, _job in schedule.due[:1])], default=None)


def _look(schedule: Schedule) -> Work:
    return _advance(schedule, heappop(schedule.due)[2])


def _next_start(schedule: Schedule, now: float) -> Work | float | None:
    _drop(schedule, now)
    most = schedule.together.params["max_running"]
    if most is not None and schedule.active >= most:
        return None
    free = {scope: jobs for scope, jobs in schedule.to_start.items() if jobs and _may_ask(schedule.held.get(scope), now)}
    if not free:
        return min((max(held.until - now, 0) for scope, held in schedule.held.items() if schedule.to_start[scope] and not held.asking), default=None)
    scope = min(free, key=lambda name: free[name][0][0])
    if scope in schedule.held:
        schedule.held[scope].asking = True
    schedule.active += 1
    return _advance(schedule, heappop(free[scope])[1])


def _may_ask(held: Held | None, now: float) -> bool:
    return held is None or (held.until <= now and not held.asking)


def _drop(schedule: Schedule, now: float) -> None:
    """Start nothing more where there is a reason not to."""
    why = schedule.together.why_no_start(now)
    for jobs in schedule.to_start.values() if why else ():
        for _number, job in sorted(jobs):
            job.not_started(why)
        jobs.clear()


def _advance(schedule: Schedule, job: Job) -> Work:
    before = job.outcome

    def broken(error: BaseException) -> None:
        note_unexpected(job, error, schedule.together)
        _advanced(schedule, job, before, None)

    return Work(lambda: next(job.steps, None), lambda pause: _advanced(schedule, job, before, pause), broken)


def _advanced(schedule: Schedule, job: Job, before: str | None, pause: float | None) -> None:
    """before: the outcome of its start until then. pause: seconds until it wants to go on; None if it has ended."""
    now, scope = schedule.together.client.clock.monotonic(), key(job.scope)
    if job.request is not None and job.outcome is None:  # refused by the quota, and patient
        schedule.active -= 1
        schedule.held[scope] = Held(now + (pause or 0))
        heappush(schedule.to_start[scope], (job.number, job))
    elif pause is None:
        schedule.active -= 1
        _look_at_failure(schedule, job, now)
    else:
        heappush(schedule.due, (now if _is_to_hurry(schedule, job) else now + pause, job.number, job))
    if job.outcome != before and scope in schedule.held:
        schedule.held[scope].asking = False
    schedule.told(job, job.outcome != before or pause is None)


def _look_at_failure(schedule: Schedule, job: Job, now: float) -> None:
    together, choice = schedule.together, schedule.together.params["on_failure"]
    if together.params["max_running"] is not None and job.outcome == STARTED and job.error is not None:
        together.why = together.why or f"{job.place()} cannot be watched any more, so that nobody knows how many run (max_running)"
    if choice == "continue" or not job.has_failed():
        return
    together.why = together.why or f"{job.place()} failed (on_failure: {choice})"
    together.terminated = choice == "terminate" and together.may_terminate
    schedule.due = [(now if _is_to_hurry(schedule, other) else due, number, other) for due, number, other in schedule.due]
    heapify(schedule.due)


def _is_to_hurry(schedule: Schedule, job: Job) -> bool:
    """Whether it is to be terminated, and does not know yet."""
    if not schedule.together.terminated or job.number in schedule.hurried:
        return False
    schedule.hurried.add(job.number)
    return True

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for whoever watches many jobs: ids as they become known, each failure, and one line for all now and then."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..clock import Clock
from ..ending.progress import LONGEST_GAP, QUIET_AT_FIRST, SHORTEST_GAP, duration
from ..errors import STARTED
from .job import Job


@dataclass
class Progress:
    """What was shown.

    wait: whether the jobs are waited for. began, shown_at: on the clock. shown: the line for all. new: jobs whose ids became known, of which
    some threads add theirs. ids: those shown.
    """

    jobs: list[Job]
    say: Callable[[str], None]
    clock: Clock
    wait: bool
    began: float
    shown_at: float
    shown: str = ""
    new: list[Job] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)


def note(progress: Progress, job: Job, changed: bool) -> None:
    """A step of a job, see Schedule.told. A failure is shown at once."""
    if changed and job.outcome == STARTED and not job.has_ended():
        progress.new.append(job)
    elif changed and job.has_failed():
        show_ids(progress, progress.new)
        progress.say(f"{job.place()}: {job.why_failed().splitlines()[0]}")


def created(progress: Progress, job: Job) -> None:
    """An instance was created, and is still to be started, see Together.created."""
    progress.new.append(job)


def show_ids(progress: Progress, jobs: list[Job]) -> None:
    """Those of these jobs that were not shown yet, so that they are on the screen if the task is interrupted."""
    progress.new = []
    new = [job for job in jobs if job.request and job.job_instance_id is not None and job.job_instance_id not in progress.ids]
    progress.ids.update(job.job_instance_id for job in new if job.job_instance_id is not None)
    for what, some in (("started", [job for job in new if job.outcome == STARTED]), ("created", [job for job in new if job.outcome != STARTED])):
        if some:
            progress.say(f"{what}: {', '.join(f'{job.job_instance_id} ({job.label or job.job_instance_name})' for job in some)}")


def show(progress: Progress, left_to_start: int, waits_for_quota: bool) -> None:
    """The line for all, if it is time for one."""
    now = progress.clock.monotonic()
    if now - progress.began < QUIET_AT_FIRST or now - progress.shown_at < SHORTEST_GAP:
        return
    line = position(progress.jobs, left_to_start, waits_for_quota, progress.wait)
    if line != progress.shown or now - progress.shown_at >= LONGEST_GAP:
        progress.say(f"{line}, {duration(now - progress.began)}")
        progress.shown, progress.shown_at = line, now


def position(jobs: list[Job], left_to_start: int, waits_for_quota: bool, wait: bool = True) -> str:
    """How many have ended (or without wait: have started), failed, run, wait for a person, and are still to start."""
    failed = sum(job.has_failed() for job in jobs)
    ended = sum(job.has_ended() for job in jobs)
    waiting = sum(job.needs_person and not job.has_ended() for job in jobs)
    running = len(jobs) - ended - left_to_start - waiting if wait else 0
    counts = {"failed": failed, "running": running, "waiting for a person": waiting, "to start": left_to_start}
    done = f"{ended} of {len(jobs)} ended" if wait else f"{sum(job.outcome == STARTED for job in jobs)} of {len(jobs)} started"
    parts = [done, *(f"{count} {what}" for what, count in counts.items() if count)]
    return ", ".join(parts) + (" (JOB's quota of running jobs is used up, waiting for a place)" if waits_for_quota else "")

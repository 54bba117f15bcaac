# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has many jobs in hand, from the first start to the last end."""
from __future__ import annotations

from functools import partial
from typing import Any

from ..instance.quota import Patience
from ..wire.client import Client
from .course import Together
from .job import Job, key
from .progress import Progress, created, note, show, show_ids
from .reading import warn
from .schedule import Schedule, add, left_to_start, next_work
from .side_by_side import carry_out


def handle(client: Client, jobs: list[Job], params: dict[str, Any], task: Any) -> None:
    """Start those that are to be started, and wait for all if that is wanted; how each went is noted in it.

    params: the options, with `wait`, `max_running` and `quota_timeout` whether the module has them or not. task: as Task.
    """
    began = client.clock.monotonic()
    patience = {key(job.scope): Patience(params["quota_timeout"], client.retries) for job in jobs}
    together = Together(client, params, began + params["wait_timeout"], not task.check_mode, patience=patience)
    progress = Progress(jobs, task.say if params["progress"] else lambda _line: None, client.clock, params["wait"], began, began)
    together.created = partial(created, progress)
    schedule = Schedule(together, lambda job, changed: note(progress, job, changed))
    for job in jobs:
        if job.error is None:
            add(schedule, job)

    def tell() -> None:
        show_ids(progress, progress.new)
        show(progress, left_to_start(schedule), any(of_scope.since is not None for of_scope in patience.values()))

    try:
        carry_out(partial(next_work, schedule), min(params["parallel"], len(jobs)), client.clock, tell)
    finally:
        show_ids(progress, jobs)  # whatever ends the task
    warn(task, [f"{job.place()}: {text}" for job in jobs for text in job.warnings])

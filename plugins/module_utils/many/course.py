# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of each of many jobs, from the start to the report of its end, and what all of them share."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

from ..ending.termination import TERMINATE_WITHIN
from ..ending.wait import result, waiting
from ..errors import STARTED, JobError, OutOfTime
from ..instance.confirmation import waiting_for
from ..instance.quota import Patience
from ..instance.types import Instance
from ..plan.request import in_doubt, sending
from ..text.masking import quote
from ..wire.client import READS, Client
from ..wire.polling import Steps
from .job import Job, key

FIRST_LOOK = 0.25  # seconds after the start; no job of JOB's ends sooner
LAST_LOOKS, LAST_REPORTS = 10, 10  # seconds after the end of the wait, for all jobs together: to look at them, and then to read hosts and logs


@dataclass
class Together:
    """What the jobs of a task share.

    params: the options. deadline: when the wait is over, on the client's clock. why: why nothing more is started, "" if more is.
    terminated: whether those that run are to be terminated now.
    may_terminate: False in check mode. patience: with JOB's quota, by scope. ids: of all instances that were started so far. created: is called, in
    any thread, with a job whose instance was created and is still to be started. last_start: when the last start had succeeded, on the clock.
    """

    client: Client
    params: dict[str, Any]
    deadline: float
    may_terminate: bool
    why: str = ""
    terminated: bool = False
    patience: dict[str, Patience] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)
    created: Callable[[Job], None] = lambda _job: None
    last_start: float = 0

    def __post_init__(self) -> None:
        """Clients for each part of a course, of which all jobs together may take so much time."""
        terminates = "terminate" in (self.params["on_timeout"], self.params["on_failure"])
        self.starting = replace(self.client, time_for=self.time_for_start)
        self.looking = replace(self.client, time_for=partial(self.time_after_wait, LAST_LOOKS))
        self.ending = replace(self.client, time_for=partial(self.time_after_wait, LAST_LOOKS + TERMINATE_WITHIN * terminates + LAST_REPORTS))

    def why_no_start(self, at: float) -> str:
        """Why nothing is started at this moment, "" if something may be. With `wait_timeout: 0` nobody waits, so there is no deadline for starts."""
        timeout = self.params["wait_timeout"]
        late = self.params["wait"] and timeout and at >= self.deadline
        return self.why or (f"its turn did not come within {timeout:g} s (wait_timeout)" if late else "")

    def time_for_start(self, operation: str, at: float) -> float:
        """As Client.time_for: JobError for what starts something when nothing may be started, as after a rate limit."""
        why = "" if operation.startswith(READS) else self.why_no_start(at)
        if why:
            raise JobError(f"not started, because {why}")
        return float("inf")

    def time_after_wait(self, within: float, operation: str, at: float) -> float:
        """As Client.time_for: so many seconds after the wait for all is over, even if a server does not answer; a termination is always tried."""
        left = max(self.deadline, self.last_start) + within - at
        if not operation.startswith(READS):
            return max(left, 0)
        if left <= 0:
            raise OutOfTime(f"no time was left for {operation}, so its state by now is unknown")
        return left

    def may_be_terminated(self) -> bool:
        """Whether jobs that run are terminated, now or when the wait is over."""
        return self.may_terminate and (self.terminated or self.params["on_timeout"] == "terminate")


def course(job: Job, together: Together) -> Steps[None]:
    """Start the job if that is wanted, then wait for it if that is wanted. A JobError is noted in the job."""
    if job.request is not None:
        def created(instance: dict[str, Any]) -> None:
            job.job_instance_id, job.job_instance_name = instance["job_instance_id"], instance["job_instance_name"]
            together.created(job)

        try:
            instance = yield from sending(together.starting, job.request, together.patience[key(job.scope)], together.ids, created, supported=True)
        except JobError as error:
            job.outcome, job.error = error.outcome, error
            job.job_instance_id = error.extra.get("job_instance_id")  # exactly_once has created it
            return
        job.outcome, job.job_instance_id, job.job_instance_name = STARTED, instance["job_instance_id"], instance["job_instance_name"]
        together.ids.add(instance["job_instance_id"])
        together.last_start = together.client.clock.monotonic()
        if not together.params["wait"]:
            return
        yield FIRST_LOOK
    try:
        yield from _wait(job, together)
    except JobError as error:
        job.error = error


def note_unexpected(job: Job, error: BaseException, together: Together) -> None:
    """That a bug, or a lack of memory, has ended the course of a job, and not of the others: what may have been sent by then has perhaps been carried out."""
    if not isinstance(error, Exception):
        raise error
    where = extract_tb(error.__traceback__)[-1]
    text = f"unexpected {type(error).__name__} ({Path(where.filename).name}, line {where.lineno}): {quote(str(error), together.client.secrets)}"
    if job.request is None or job.outcome == STARTED:
        job.error = JobError(text, in_doubt="it may have been terminated" if together.may_be_terminated() else "")
    else:
        created = f"instance {job.job_instance_id} was created, and may have been started" if job.job_instance_id else ""
        job.error = JobError(text, in_doubt=created or in_doubt(job.request))
        job.outcome = job.error.outcome


def _wait(job: Job, together: Together) -> Steps[None]:
    number, left = job.job_instance_id or 0, max(together.deadline - together.client.clock.monotonic(), 0)

    def show(instance: Instance) -> None:
        job.job_instance_name, job.needs_person = instance["job_instance_name"], waiting_for(instance) is not None

    waited = yield from waiting(
        together.looking, {**together.params, "wait_timeout": left}, job.scope, number, show, together.may_terminate, lambda: together.terminated,
        together.ending)
    job.report = result(together.ending, together.params, job.scope, number, waited, job.warnings.append)
    job.needs_person = False

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One of the jobs that a task has in hand together, and its course from the start to the report of its end."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..ending.message import failed_wait
from ..ending.wait import result, waiting
from ..errors import NOT_STARTED, STARTED, JobError
from ..instance.confirmation import waiting_for
from ..instance.quota import Patience
from ..instance.types import Instance
from ..plan.request import Request, sending
from ..wire.client import Client
from ..wire.polling import Steps

FIRST_LOOK = 0.25  # seconds after the start; no job of JOB's ends sooner


@dataclass
class Job:
    """A plan's job, or an instance that is only waited for.

    number: its place in the list. label: its name in messages, "" without one; fit to be shown once all secrets are known. scope: the part of
    requests that names it. request: None where nothing is started. job_instance_id: None until it is known. outcome: of the start; None until
    then, and where nothing is started. error: why it could not be started, or why the wait failed. report: the part of a result that says how it
    ended; {} until then. steps: what is left to do; each yields seconds until the next, None for the last.
    needs_person: whether it waits for one.
    """

    number: int
    label: str
    scope: dict[str, Any]
    request: Request | None = None
    job_instance_id: int | None = None
    job_instance_name: str | None = None
    outcome: str | None = None
    error: JobError | None = None
    report: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    steps: Iterator[float | None] = field(default_factory=lambda: iter(()))
    needs_person: bool = False

    def has_failed(self) -> bool:
        """Whether the task fails because of it."""
        return self.error is not None or bool(self.report.get("failed"))

    def has_ended(self) -> bool:
        """Whether nothing more is known of it than what is known now."""
        return self.error is not None or bool(self.report)

    def why_failed(self) -> str:
        """The message of what has failed."""
        if self.error is None:
            return str(self.report["msg"])
        return failed_wait(self.job_instance_id, self.error) if self.outcome == STARTED else str(self.error)

    def place(self) -> str:
        """Where it stands in the list, for a message."""
        option = "plans" if self.request else "job_instance_ids"
        return f"{option}[{self.number}]" + (f" ({self.label})" if self.label else "")

    def not_started(self, why: str) -> None:
        """It is not started, and nothing was sent for it."""
        self.outcome, self.error = NOT_STARTED, JobError(f"not started, because {why}")


@dataclass
class Together:
    """What the jobs of a task share.

    params: the options. deadline: when the wait is over, on the client's clock. terminated: whether those that run are to be terminated now.
    may_terminate: False in check mode. patience: with JOB's quota, by scope. ids: of all instances that were started so far.
    """

    client: Client
    params: dict[str, Any]
    deadline: float
    may_terminate: bool
    terminated: bool = False
    patience: dict[str, Patience] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)


def key(scope: dict[str, Any]) -> str:
    """A scope, as the key of what belongs to it."""
    return "/".join(map(str, scope.values()))


def course(job: Job, together: Together) -> Iterator[float | None]:
    """Start the job if that is wanted, then wait for it if that is wanted. All that goes wrong is noted in the job."""
    yield from _course(job, together)
    yield None


def _course(job: Job, together: Together) -> Steps[None]:
    client = together.client
    if job.request is not None:
        try:
            instance = yield from sending(client, job.request, together.patience[key(job.scope)], together.ids)
        except JobError as error:
            job.outcome, job.error = error.outcome, error
            job.job_instance_id = error.extra.get("job_instance_id")  # exactly_once has created it
            return
        job.outcome, job.job_instance_id, job.job_instance_name = STARTED, instance["job_instance_id"], instance["job_instance_name"]
        together.ids.add(instance["job_instance_id"])
        if not together.params["wait"]:
            return
        yield FIRST_LOOK
    try:
        yield from _wait(job, together)
    except JobError as error:
        job.error = error


def _wait(job: Job, together: Together) -> Steps[None]:
    client, number, left = together.client, job.job_instance_id or 0, max(together.deadline - together.client.clock.monotonic(), 0)

    def show(instance: Instance) -> None:
        job.job_instance_name, job.needs_person = instance["job_instance_name"], waiting_for(instance) is not None

    waited = yield from waiting(
        client, {**together.params, "wait_timeout": left}, job.scope, number, show, together.may_terminate, lambda: together.terminated)
    job.report = result(client, together.params, job.scope, number, waited, job.warnings.append)
    job.needs_person = False

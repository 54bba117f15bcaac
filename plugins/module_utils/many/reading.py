# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All plans read side by side, each once, and every request checked against its plan before the first is sent."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ..errors import JobError
from ..instance.starting_created import check_support
from ..plan import request as plan_request
from ..plan.lookup import read_plan
from ..plan.request import Request
from ..text.masking import label, prepare, shortened
from ..wire.client import Client
from .entries import LABEL, refuse
from .job import Job, key
from .side_by_side import all_of

SHOWN = 10  # warnings
WARNING = 300  # characters


class _Read(NamedTuple):
    """A plan, or why it cannot be read."""

    plan: dict[str, Any]
    error: JobError | None
    warnings: list[str]


def check(client: Client, jobs: list[Job], task: Any, parallel: int) -> None:
    """Give each request its plan; JobError, with the problems of all, unless every request fits. task: as Task."""
    prepare(task.secrets)  # once, and not by each thread
    asked = {_key(job.request): job.request for job in jobs if job.request}
    plans = dict(zip(asked, all_of([_reader(client, request, task.check_mode) for request in asked.values()], parallel, client.clock)))
    for job in jobs:
        if job.request:
            plan_request.find_secrets(job.request, plans[_key(job.request)].plan, task.secrets)
    prepare(task.secrets)
    for job in jobs:
        job.label = label(job.label, task.secrets, LABEL) or ""
    refuse([(job.place(), error) for job in jobs if job.request and (error := plans[_key(job.request)].error or _misfit(job, task.secrets))], len(jobs))
    warn(task, [*(text for found in plans.values() for text in found.warnings), *(f"{job.place()}: {text}" for job in jobs for text in job.warnings)])
    for job in jobs:
        job.warnings.clear()


def check_exactly_once(client: Client, jobs: list[Job], parallel: int) -> None:
    """JobError with the entries that want exactly_once unless JOB supports it, which each scope is asked once."""
    wanting = [job for job in jobs if job.request and job.request.options["exactly_once"]]
    scopes = {key(job.scope): job.scope for job in wanting}
    found = dict(zip(scopes, all_of([partial(_support, client, scope) for scope in scopes.values()], parallel, client.clock)))
    refuse([(job.place(), error) for job in wanting if (error := found[key(job.scope)])], len(jobs))


def warn(task: Any, texts: list[str]) -> None:
    """The first few of many warnings, each once and bounded."""
    different = list(dict.fromkeys(shortened(text, WARNING, 2 * WARNING) for text in texts))
    task.warnings += different[:SHOWN] + ([f"and {len(different) - SHOWN} more warnings"] if len(different) > SHOWN else [])


def _key(request: Request) -> tuple[object, ...]:
    """Equal for requests that start the same plan."""
    options = request.options
    return (*request.scope.values(), options["job_plan_id"], options["job_plan_name"], options["job_template_id"], options["check_plan"])


def _reader(client: Client, request: Request, check_mode: bool) -> Callable[[], _Read]:
    def read() -> _Read:
        warnings: list[str] = []
        try:
            return _Read(read_plan(client, request.options, request.scope, check_mode, warnings.append), None, warnings)
        except JobError as error:
            return _Read({}, error, warnings)
    return read


def _support(client: Client, scope: dict[str, Any]) -> JobError | None:
    """Why nothing can be started exactly once there."""
    try:
        check_support(client, scope)
    except JobError as error:
        return error
    return None


def _misfit(job: Job, secrets: set[str]) -> JobError | None:
    """Why the request does not fit its plan; notes what may be wrong in the job."""
    try:
        job.warnings += plan_request.warnings(job.request, secrets) if job.request else []
    except JobError as error:
        return error
    return None

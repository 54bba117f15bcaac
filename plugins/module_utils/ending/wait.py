# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job, and the result of the task for the kind of ending that it has."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import NOT_STARTED, JobError
from ..instance import status
from ..instance.confirmation import waiting_for
from ..instance.termination import terminating
from ..instance.types import Instance
from ..wire.client import Client
from ..wire.polling import Steps, carried_out, polling
from .classification import Ending, Waited, classify
from .message import ignored_errors, message, unreadable
from .progress import reporter
from .report import failure, report, with_url
from .termination import TERMINATE_WITHIN


def wait(client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, task: Any) -> dict[str, Any]:
    """Wait as the options in params say; the part of the task's result that says how it ended, `failed` and `msg` included.

    JobError if JOB refuses to be asked, or the job could never be read.
    """
    show = reporter(task) if params["progress"] else lambda _instance: None
    steps = waiting(client, params, scope, job_instance_id, show, may_terminate=not task.check_mode)
    waited = carried_out(steps, client.clock)
    return result(client, params, scope, job_instance_id, waited, task.warnings.append)


def waiting(
    client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, show: Callable[[Instance], None], may_terminate: bool,
    halted: Callable[[], bool] = lambda: False, terminating_client: Client | None = None,
) -> Steps[Waited]:
    """Poll until something ends the wait, and terminate the job where the time is over and the options say so.

    show: called with the instance each time it was read. halted: whether the job is to be terminated now, because another one failed.
    terminating_client: the client that terminates, where that may last longer than a look.
    """
    def look(within: float) -> Instance:
        instance = status.read(client, scope, job_instance_id, within)
        show(instance)
        return instance

    def ended(instance: Instance) -> bool:
        return instance["finished"] or (not halted() and params["on_confirmation"] != "wait" and waiting_for(instance) is not None)

    seen = yield from polling(lambda now: ended(now) or halted(), look, client.clock, params["wait_timeout"], params["wait_interval"])
    terminated_by = "on_failure" if halted() else "on_timeout"
    if (seen.error is None and ended(seen.last)) or (params["on_timeout"] != "terminate" and not halted()) or not may_terminate:
        return Waited(seen.last, seen.error)
    termination = yield from terminating(terminating_client or client, scope, job_instance_id, seen.last, TERMINATE_WITHIN, wait=True)
    return Waited(seen.last, seen.error, termination, terminated_by)


def result(
    client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, waited: Waited, warn: Callable[[str], None],
) -> dict[str, Any]:
    """The part of a result about a job that was waited for; reads its hosts and the logs of those that failed."""
    termination, instance = waited.termination, waited.instance()
    if instance is None:
        may_be_terminated = termination is not None and termination.outcome != NOT_STARTED
        raise JobError(unreadable(waited, job_instance_id, params["wait_timeout"]), in_doubt="it may have been terminated" if may_be_terminated else "")
    job, hosts = report(client, params, scope, instance, warn, with_hosts=waited.is_current())
    ending = classify(waited, job, params["on_confirmation"])
    if ending is Ending.SUCCESS or (ending is Ending.WAITS_FOR_PERSON and params["on_confirmation"] == "return"):
        return {**job}
    if ending is Ending.IGNORED_ERRORS and not params["fail_on_ignored_errors"]:
        warn(ignored_errors(job))
        return {**job}
    if ending in (Ending.FAILED, Ending.IGNORED_ERRORS):
        digest = failure(client, scope, job, hosts, params["log_hosts"], params["log_lines"])
        return {**job, "failed": True, "msg": message(ending, waited, job, params["wait_timeout"], digest)}
    changed = {} if termination is None else {"changed": termination.outcome != NOT_STARTED}
    text = message(ending, waited, job, params["wait_timeout"], "")
    return {**job, **changed, "failed": True, "msg": with_url(text, job.get("job_instance_url"))}

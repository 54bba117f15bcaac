# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job, and the result of the task for the ending that this has."""
from __future__ import annotations

from typing import Any

from ..errors import NOT_STARTED, JobError
from ..instance import operations, status
from ..instance.confirmation import waiting_for
from ..wire.client import Client
from ..wire.polling import poll
from .message import STOP_WITHIN, message, unreadable, what_was_passed_over
from .outcome import Course, Ending, ending_of
from .progress import reporter
from .report import reason, report, with_page


def wait(client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, task: Any) -> dict[str, Any]:
    """Wait as the options in params say; the part of the task's result that tells how it ended, `failed` and `msg` included.

    JobError if JOB refuses to tell.
    """
    course = _watch(client, params, scope, job_instance_id, task)
    instance = course.end()
    if instance is None:
        may_be_stopped = course.stop is not None and course.stop.outcome != NOT_STARTED
        raise JobError(unreadable(course, job_instance_id, params), in_doubt="it may have been stopped" if may_be_stopped else "")
    told, hosts = report(client, params, scope, instance, task, with_hosts=course.is_current())
    ending = ending_of(course, told, params["on_confirmation"])
    if ending is Ending.WELL or (ending is Ending.WAITS_FOR_PERSON and params["on_confirmation"] == "return"):
        return told
    if ending is Ending.PASSED_OVER and not params["fail_on_ignored_errors"]:
        task.warnings.append(what_was_passed_over(told))
        return told
    if ending in (Ending.FAILED, Ending.PASSED_OVER):
        return {**told, "failed": True, "msg": message(ending, course, told, params, reason(client, params, scope, told, hosts, task))}
    changed = {} if course.stop is None else {"changed": course.stop.outcome != NOT_STARTED}
    return {**told, **changed, "failed": True, "msg": with_page(message(ending, course, told, params, ""), told)}


def _watch(client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, task: Any) -> Course:
    """Poll until something ends the wait, and terminate the job where time is up and the options say so."""
    show_progress = reporter(params, task)

    def look(within: float) -> dict[str, Any]:
        instance = status.read(client, scope, job_instance_id, within)
        show_progress(instance)
        return instance

    def done(instance: dict[str, Any]) -> bool:
        return instance["finished"] or (params["on_confirmation"] != "wait" and waiting_for(instance) is not None)

    seen = poll(done, look, task.clock, params["wait_timeout"], params["wait_interval"])
    if (seen.error is None and done(seen.last)) or params["on_timeout"] != "terminate" or task.check_mode:
        return Course(seen.last, seen.error)
    return Course(seen.last, seen.error, operations.stop(client, scope, job_instance_id, seen.last, task.clock, STOP_WITHIN, ended=True))

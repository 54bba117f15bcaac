# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message of a task whose wait did not end well."""
from __future__ import annotations

from ..errors import JobError
from ..instance.confirmation import unconfirmed_step, waiting_for, waiting_step, what_it_waits_for
from ..instance.status import named
from ..instance.types import Instance
from ..text.sentences import enumerated
from .classification import Ending, Waited, skipped_or_ignored
from .digest import headline
from .termination import after_wait
from .types import Report


def message(ending: Ending, waited: Waited, report: Report, wait_timeout: float, digest: str) -> str:
    """Why the task fails. digest: of a job that failed, or in which errors were ignored."""
    if ending is Ending.FAILED:
        return digest
    if ending is Ending.IGNORED_ERRORS:
        return f"{ignored_errors(report)} (fail_on_ignored_errors)\n{digest}"
    if ending is Ending.WAITS_FOR_PERSON:
        return f"{_waits(report)} (on_confirmation: fail). It still waits: {_how_to_continue(report)}"
    before = report if waited.termination is None else waited.last or report
    where = _waits(before) if waiting_for(before) else headline(before)
    unanswered = f". The last query failed: {waited.error}" if waited.error else ""
    now = _how_to_end(report) if waited.termination is None else after_wait(waited.termination, waited.terminated_by)
    late = f"not ended within {wait_timeout:g} s (wait_timeout)" if waited.terminated_by == "on_timeout" else "cut short, because another of these jobs failed"
    return f"{late}: {where}{unanswered}. {now}"


def failed_wait(job_instance_id: int | None, error: JobError) -> str:
    """The message of a task whose wait failed, for a job that it has started."""
    return f"started as {job_instance_id}, but the wait failed: {error}"


def unreadable(waited: Waited, job_instance_id: int, wait_timeout: float) -> str:
    """The same where the job could never be read."""
    now = "It may still run" if waited.termination is None else after_wait(waited.termination, waited.terminated_by)
    return f"the status of job {job_instance_id} could not be read within {wait_timeout:g} s (wait_timeout): {waited.error}. {now}"


def ignored_errors(report: Report) -> str:
    """What failed or was skipped in a job that succeeded."""
    steps = enumerated(f"step {step['name']!r} ({step['status']})" for step in skipped_or_ignored(report))
    hosts = f"hosts that failed: {report['failed_host_count']}" if report["failed_host_count"] else ""
    return (f"{named(report)} ended as success, although errors were ignored: "
            f"{'; '.join(filter(None, (steps, hosts)))}")


def _waits(instance: Instance) -> str:
    """That a person has to act, and at which step."""
    step = waiting_step(instance)
    where = f" at step {step['name']!r} (step_instance_id {step['step_instance_id']})" if step else ""
    return f"{named(instance)} {what_it_waits_for(instance)}{where}"


def _how_to_continue(instance: Instance) -> str:
    """What a person has to do."""
    operations = "confirm or terminate_confirmation" if waiting_for(instance) == "confirmation" else "next_batch"
    return f"use its page, or operate_step_instance with operation: {operations}"


def _how_to_end(instance: Instance) -> str:
    """What to do about a job that was not terminated when the time was over."""
    if waiting_for(instance):
        return f"It still waits: {_how_to_continue(instance)}"
    if unconfirmed_step(instance):
        return "It will not end by itself, because JOB does not stop a job that waits for a confirmation: terminate it with operate_job_instance"
    return "It was not terminated: wait for it with job_instance_wait, or terminate it with operate_job_instance"

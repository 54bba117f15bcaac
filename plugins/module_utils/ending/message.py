# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the message of a task says of the ending of its wait."""
from __future__ import annotations

from typing import Any

from ..errors import NOT_STARTED, STARTED, UNKNOWN
from ..instance import states
from ..instance.confirmation import paused_step, unconfirmed_step, waiting_for
from ..instance.operations import Stop
from ..text.sentences import enumerated
from .digest import headline
from .outcome import Course, Ending, passed_over

STOP_WITHIN = 60  # seconds


def message(ending: Ending, course: Course, report: dict[str, Any], params: dict[str, Any], digest: str) -> str:
    """Why the task fails. digest: of a job that failed, or passed over failures."""
    if ending is Ending.FAILED:
        return digest
    if ending is Ending.PASSED_OVER:
        return f"{what_was_passed_over(report)} (fail_on_ignored_errors)\n{digest}"
    if ending is Ending.WAITS_FOR_PERSON:
        return f"{_waits(report)} (on_confirmation: fail). It goes on waiting: {_how_it_goes_on(report)}"
    standing = report if course.stop is None else course.last or report
    where = _waits(standing) if waiting_for(standing) else headline(standing)
    unanswered = f". JOB did not answer any more: {course.error}" if course.error else ""
    after = _left_alone(report) if course.stop is None else _stopped(course.stop)
    return f"not ended within {params['wait_timeout']:g} s (wait_timeout): {where}{unanswered}. {after}"


def unreadable(course: Course, job_instance_id: int, params: dict[str, Any]) -> str:
    """The same where the job could never be read."""
    after = "It may go on" if course.stop is None else _stopped(course.stop)
    return f"how job {job_instance_id} stands could not be read within {params['wait_timeout']:g} s (wait_timeout): {course.error}. {after}"


def what_was_passed_over(report: dict[str, Any]) -> str:
    """Of a job that succeeded, what did not."""
    names = enumerated(f"{step['name']!r} ({step['status']})" for step in passed_over(report)) or "hosts that failed"
    hosts = f"; hosts that failed: {report['failed_host_count']}" if report["failed_host_count"] else ""
    return f"job {report['job_instance_id']} {report['job_instance_name']!r} ended as success, although it passed over {names}{hosts}"


def _waits(instance: dict[str, Any]) -> str:
    """That a person has to act, and where."""
    step = paused_step(instance)
    named = f"job {instance['job_instance_id']} {instance['job_instance_name']!r}"
    where = f" at step {step['name']!r} (step_instance_id {step['step_instance_id']})" if step else ""
    return f"{named} {'waits for a person to confirm' if waiting_for(instance) == 'confirmation' else 'pauses before its next rolling batch'}{where}"


def _how_it_goes_on(instance: dict[str, Any]) -> str:
    """What a person has to do."""
    operations = "confirm or terminate_confirmation" if waiting_for(instance) == "confirmation" else "next_batch"
    return f"act on its page, or with operate_step_instance, operation: {operations}"


def _left_alone(instance: dict[str, Any]) -> str:
    """What becomes of a job that nobody ended when time was up."""
    if waiting_for(instance):
        return f"It goes on: {_how_it_goes_on(instance)}"
    if unconfirmed_step(instance):
        return "It would never end, for JOB does not stop a job that waits for a confirmation: end it there with operate_job_instance"
    return "It goes on: wait for it with job_instance_wait, or end it with operate_job_instance"


def _stopped(stop: Stop) -> str:
    """What became of a job that was to be terminated."""
    if stop.last and stop.confirmation and stop.last["status_code"] == states.CONFIRMATION_TERMINATED:
        return f"It was ended at the confirmation {stop.confirmation['name']!r} that it was waiting for (on_timeout: terminate)"
    if stop.last and stop.last["finished"]:
        return "It was terminated, and has stopped (on_timeout: terminate)"
    asked = {
        STARTED: "JOB has agreed to stop it (on_timeout: terminate), but it is NOT known to have stopped",
        UNKNOWN: "It was to be stopped (on_timeout: terminate), but no answer told whether JOB agreed",
        NOT_STARTED: "It could NOT be stopped (on_timeout: terminate), and may go on",
    }[stop.outcome]
    return f"{asked}: {stop.error or f'after {STOP_WITHIN} s it still is ' + stop.last['status']}"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of its endings a wait for a job has come to."""
from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from ..errors import JobError
from ..instance import states
from ..instance.confirmation import waiting_for
from ..instance.operations import Stop


class Ending(Enum):
    """How a wait ends."""

    WELL = "the job succeeded"
    PASSED_OVER = "the job succeeded, over steps or hosts that failed"
    FAILED = "the job ended in any other state"
    WAITS_FOR_PERSON = "the job waits for a person, and the task does not wait for that"
    OUT_OF_TIME = "the job has not ended in time"
    TERMINATED = "the job has not ended in time, and was terminated"
    UNREADABLE = "the job could never be read"


class Course(NamedTuple):
    """What a wait has seen of a job.

    last: the job when it ended, or when time was up, as far as it was read. error: why it could not be read at that moment, None if it was.
    stop: what became of its termination after that, None without one.
    """

    last: dict[str, Any] | None
    error: JobError | None
    stop: Stop | None = None

    def end(self) -> dict[str, Any] | None:
        """The job as it was seen last; None if it never was."""
        return self.last if self.stop is None else self.stop.last

    def is_current(self) -> bool:
        """Whether it was read in the end."""
        return (self.error if self.stop is None else self.stop.error) is None


def ending_of(course: Course, report: dict[str, Any] | None, on_confirmation: str) -> Ending:
    """report: the job as it was seen last, with `failed_host_count`; None if it never was. on_confirmation: the option."""
    if report is None:
        return Ending.UNREADABLE
    if course.stop is not None and report["status_code"] in _terminations(course.stop):
        return Ending.TERMINATED
    if report["finished"] and (course.stop is not None or course.error is None):
        return _end(report)
    if course.stop is None and course.error is None and on_confirmation != "wait" and waiting_for(report):
        return Ending.WAITS_FOR_PERSON
    return Ending.OUT_OF_TIME


def passed_over(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps under which hosts may have failed while the job went on."""
    return [step for step in report["steps"] if step["status_code"] in states.PASSED_OVER]


def _end(report: dict[str, Any]) -> Ending:
    """Of a job that has ended by itself."""
    if report["status_code"] != states.SUCCESS:
        return Ending.FAILED
    return Ending.PASSED_OVER if passed_over(report) or report["failed_host_count"] else Ending.WELL


def _terminations(stop: Stop) -> tuple[int, ...]:
    """The states in which a job has ended because it was terminated."""
    return (states.STOPPED, states.CONFIRMATION_TERMINATED) if stop.confirmation else (states.STOPPED,)

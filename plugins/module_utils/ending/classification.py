# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kind of ending a wait for a job has come to."""
from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ..errors import JobError
from ..instance import states
from ..instance.confirmation import waiting_for
from ..instance.termination import Termination
from ..instance.types import Instance, Step
from .types import Report


class Ending(Enum):
    """How a wait ends."""

    SUCCESS = "the job succeeded"
    IGNORED_ERRORS = "the job succeeded, but a step was skipped or its error ignored, or hosts failed"
    FAILED = "the job ended in any other state"
    WAITS_FOR_PERSON = "the job waits for a person, and the task does not wait for that"
    TIMED_OUT = "the job did not end in time"
    TERMINATED = "the job did not end in time, and was terminated"
    UNREADABLE = "the job could never be read"


class Waited(NamedTuple):
    """What a wait for a job has read.

    last: the job when it ended, or when the time was over; None if it could never be read. error: why the last query failed, None if it did not.
    termination: how the job's termination after that went, None without one. terminated_by: the option that asked for it.
    """

    last: Instance | None
    error: JobError | None
    termination: Termination | None = None
    terminated_by: str = "on_timeout"

    def instance(self) -> Instance | None:
        """The job when it was last read; None if it never was."""
        return self.last if self.termination is None else self.termination.last

    def is_current(self) -> bool:
        """Whether the last query succeeded."""
        return (self.error if self.termination is None else self.termination.error) is None


def classify(waited: Waited, report: Report | None, on_confirmation: str) -> Ending:
    """report: of the job when it was last read; None if it never was. on_confirmation: the option."""
    if report is None:
        return Ending.UNREADABLE
    if waited.termination is not None and report["status_code"] in _terminated_states(waited.termination):
        return Ending.TERMINATED
    if report["finished"] and (waited.termination is not None or waited.error is None):
        return _classify_ended(report)
    if waited.termination is None and waited.error is None and on_confirmation != "wait" and waiting_for(report):
        return Ending.WAITS_FOR_PERSON
    return Ending.TIMED_OUT


def skipped_or_ignored(report: Instance) -> list[Step]:
    """The steps in which hosts may have failed while the job continued."""
    return [step for step in report["steps"] if step["status_code"] in states.SKIPPED_OR_IGNORED]


def _classify_ended(report: Report) -> Ending:
    """Of a job that ended by itself."""
    if report["status_code"] != states.SUCCESS:
        return Ending.FAILED
    return Ending.IGNORED_ERRORS if skipped_or_ignored(report) or report["failed_host_count"] else Ending.SUCCESS


def _terminated_states(termination: Termination) -> tuple[int, ...]:
    """The states in which a job has ended because it was terminated."""
    return (states.STOPPED, states.CONFIRMATION_TERMINATED) if termination.confirmation else (states.STOPPED,)

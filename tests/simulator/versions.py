# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which JOB this pretends to be: everything in which an older one differs, in one list."""

from __future__ import annotations

import re
from typing import NamedTuple

OLDEST, NEWEST, DEFAULT = (3, 3, 0), (3, 12, 0), "3.12"
FORM = re.compile(r"3\.([0-9]{1,2})(?:\.([0-9]{1,3}))?")


class Difference(NamedTuple):
    """What came with a version, and how an older one behaves; JOB's class that tells stands beside it in the list."""

    since: tuple
    news: str


DIFFERENCES = {
    # TaskExecuteServiceImpl.terminateJob
    "terminates_waiting": Difference((3, 6, 0), "a job that waits for a person can be terminated; refused with 1241003 before"),
    # TaskExecuteServiceImpl.isStepRetryable
    "retries_any_end": Difference((3, 6, 0), "steps that ended abnormally or were stopped can be retried; before, retry_failed takes 4 only, retry_all 4 and 11"),
    # StepInstanceDAOImpl.resetStepExecuteInfoForRetry, GseTaskManager.setGseTaskIpLogForRetry
    "keeps_first_run": Difference((3, 6, 0), "a retry keeps the step's start_time, and hosts that succeeded stay 9; before, the time is the retry's, and they become 3"),
    # TaskExecuteServiceImpl.checkConfirmUser
    "anybody_confirms": Difference((3, 6, 0), "where a confirmation names no roles, anybody may confirm; before, only those whom it names"),
    # EsbServerV3DTO, EsbIpDTO
    "host_ids": Difference((3, 7, 0), "host ids (host_id_list, bk_host_id), and 1244028 for a step without targets; before, ids are ignored, and it is 1244009"),
    # TaskPlanServiceImpl.getTaskPlan
    "refuses_missing_plan": Difference((3, 8, 3), "the detail of a plan that is not there is refused with 1243009; before, it is a success without data"),
    # EsbExecuteJobV3Request, TaskOperationEnum
    "start_task": Difference((3, 10, 3), "start_task, operation 2 and 1241015; before, start_task is ignored, and operation 2 is 1241002"),
    # EsbPlanBasicInfoV3DTO
    "need_update": Difference((3, 11, 0), "lists of plans have need_update"),
}


class Version(NamedTuple):
    number: tuple

    def has(self, name: str) -> bool:
        return self.number >= DIFFERENCES[name].since


def parse(text: str) -> Version:
    """3.8 is 3.8.0, the first of its branch."""
    match = FORM.fullmatch(text)
    number = (3, int(match[1]), int(match[2] or 0)) if match else OLDEST[:0]
    if not OLDEST <= number < (NEWEST[0], NEWEST[1] + 1):
        raise ValueError(f"there is no version {text}, there are {_short(OLDEST)} to {_short(NEWEST)}, with a third number if it matters (3.10.3)")
    return Version(number)


def told() -> str:
    """The differences for a reader of --help, newest first."""
    return "\n".join(f"  {_short(since):7} {news}" for since, news in sorted(DIFFERENCES.values(), reverse=True))


def _short(number: tuple) -> str:
    return ".".join(str(part) for part in (number if number[2] else number[:2]))

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
    "retries_any_end": Difference((3, 6, 0), "both retries take steps in 4, 9 and 11; before, retry_failed takes 4 only, retry_all 4 and 11"),
    # StepInstanceDAOImpl.resetStepExecuteInfoForRetry, GseTaskManager.setGseTaskIpLogForRetry
    "keeps_first_run": Difference((3, 6, 0), "a retry keeps the step's start_time, and hosts that succeeded stay 9; before, neither, they become 3"),
    # TaskExecuteServiceImpl.checkConfirmUser
    "anybody_confirms": Difference((3, 6, 0), "where a confirmation names no roles, anybody may confirm; before, only those whom it names"),
    # EsbGlobalVarV3DTO
    "used": Difference((3, 6, 0), "a plan's variables say whether they are used"),
    "refuses_id_0": Difference((3, 4, 0), "a variable's id below 1 is refused with 1240003; before, it means no variable"),
    # EsbAppScopeReq
    "scopes": Difference((3, 5, 0), "bk_scope_type and bk_scope_id; before, there is bk_biz_id only"),
    # BizCmdbClient
    "refuses_unknown_group": Difference((3, 5, 0), "an unknown dynamic group is refused with 1211003; before, it has no hosts"),
    # EsbServerV3DTO, EsbIpDTO, TaskExecuteServiceImpl.checkStepInstanceExecuteTargetNonEmpty
    "host_ids": Difference((3, 7, 0), "host ids (host_id_list, bk_host_id), and 1244028 for no targets; before, ids are ignored, and 1244009"),
    # EsbGetJobInstanceListV3ResourceImpl.checkRequest
    "orders_windows": Difference((3, 7, 0), "a list of instances wants an end after the start (1241007)"),
    # TaskPlanServiceImpl.getTaskPlan
    "refuses_missing_plan": Difference((3, 8, 3), "the detail of a plan that is not there is refused with 1243009; before, it is a success without data"),
    # RunningJobResourceQuotaManager
    "quota": Difference((3, 9, 0), "a quota of running jobs (1244032 to 1244034), if the data file has one"),
    # TaskInstanceExecuteObjectProcessor
    "tells_unknown_hosts": Difference((3, 9, 0), "a host that is not there is 1244030, no longer 1244002"),
    # EsbExecuteJobV3Request, TaskOperationEnum
    "start_task": Difference((3, 10, 3), "start_task, operation 2 and 1241015; before, start_task is ignored, and operation 2 is 1241002"),
    # ValidCallbackUrlValidator
    "checks_callback_url": Difference((3, 10, 4), "a callback_url that is no address, or has user info in it, is refused with 1240003"),
    # CallbackListener
    "json_callbacks": Difference((3, 11, 0), "callbacks are JSON, and once more as a form after another answer than 200; before, a form twice after any error"),
    # EsbPlanBasicInfoV3DTO
    "need_update": Difference((3, 11, 0), "lists of plans have need_update"),
    # EsbGetJobInstanceListV3Request
    "limits_lists": Difference((3, 11, 0), "a page of instances has 1 to 1000 rows (1240003), 20 unless asked; before, any number, and 10"),
    # EsbScriptStepV3DTO
    "windows_interpreter": Difference((3, 12, 0), "windows_interpreter in a plan's script steps"),
    # ResourceScopeTypeEnum
    "tenant_sets": Difference((3, 12, 0), "scopes of the type tenant_set"),
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

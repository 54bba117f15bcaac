# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JOB's status numbers in words, and what each means for a job, a step and a host."""
from __future__ import annotations

WORDS = {
    1: "not_started", 2: "running", 3: "success", 4: "failed", 5: "skipped", 6: "error_ignored", 7: "waiting_confirmation",
    8: "ended_by_hand", 9: "abnormal", 10: "stopping", 11: "stopped", 13: "confirmation_terminated", 14: "abandoned",
    15: "waiting_next_batch",
}
CODES = {word: code for code, word in WORDS.items()}
# BLANK is JOB's own name for what is not started yet (RunStatusEnum); NOT_STARTED is a task's outcome.
BLANK, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING = 1, 2, 3, 4, 5, 6, 7
ABNORMAL, STOPPING, STOPPED, CONFIRMATION_TERMINATED, ABANDONED = 9, 10, 11, 13, 14
FINISHED = frozenset((3, 4, 5, 6, 8, 9, 11, 13, 14))
RAN = frozenset(WORDS) - {BLANK, ABANDONED}  # a job in one of these states has been started
SKIPPED_OR_IGNORED = frozenset((SKIPPED, IGNORED))  # states of a step in which hosts may have failed while the job continued

STEP_TYPES = {1: "script", 2: "file", 3: "confirmation", 4: "sql"}
HOST_WORDS = {
    0: "unknown_error", 1: "agent_abnormal", 2: "invalid_host", 3: "succeeded_before", 5: "waiting", 7: "running", 9: "success", 11: "failed",
    12: "dispatch_failed", 13: "timed_out", 15: "log_error", 16: "script_log_timed_out", 17: "file_log_timed_out", 18: "agent_not_installed",
    101: "script_failed", 102: "script_timed_out", 103: "script_terminated", 104: "nonzero_exit", 202: "file_transfer_failed",
    203: "source_file_missing", 301: "file_transfer_failed", 303: "timed_out", 310: "agent_abnormal", 311: "user_not_found", 312: "wrong_password",
    320: "file_transfer_failed", 321: "file_too_large", 329: "file_transfer_failed", 399: "execution_error", 403: "terminated",
    404: "termination_failed", 500: "unknown",
}
WITH_EXIT_CODE = (9, 104)  # in the other states of a host its exit code says nothing
HOST_RESULTS = {3: "success", 9: "success", 5: "waiting", 7: "running", None: "unknown"}  # every other status is a failure


def word(code: int) -> str:
    """The state of a job or of a step."""
    return WORDS.get(code, f"unknown_{code}")


def finished(code: int | None, according_to_job: object = None) -> bool | None:
    """Whether a job or step in this state has ended.

    according_to_job: JOB's own `finished`, which counts for a state that is unknown here; None where JOB does not send it.
    """
    if code in WORDS:
        return code in FINISHED
    return according_to_job if isinstance(according_to_job, bool) else None


def step_type(code: int | None) -> str | None:
    """A step's type; None where JOB does not send it."""
    return None if code is None else STEP_TYPES.get(code, f"unknown_{code}")


def host_word(code: int | None) -> str | None:
    """The state of a host in a step; None where JOB does not send it."""
    return None if code is None else HOST_WORDS.get(code, f"unknown_{code}")


def host_result(code: int | None) -> str:
    """success, failed, running or waiting; unknown where JOB does not send the state."""
    return HOST_RESULTS.get(code, "failed")

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
NOT_STARTED, RUNNING, SUCCESS, FAILED, SKIPPED, IGNORED, WAITING = 1, 2, 3, 4, 5, 6, 7
ABNORMAL, STOPPING, STOPPED, CONFIRMATION_TERMINATED, ABANDONED, WAITING_NEXT_BATCH = 9, 10, 11, 13, 14, 15
FINISHED = frozenset((3, 4, 5, 6, 8, 9, 11, 13, 14))
PAUSED = frozenset((WAITING, WAITING_NEXT_BATCH))
RAN = frozenset(WORDS) - {NOT_STARTED, ABANDONED}  # a job that reads one of these has been started
PASSED_OVER = frozenset((SKIPPED, IGNORED))  # a step's, under which hosts may have failed while the job goes on

HOST_WORDS = {
    1: "agent_abnormal", 3: "succeeded_before", 5: "waiting", 7: "running", 9: "success", 11: "failed", 12: "dispatch_failed",
    13: "timed_out", 18: "agent_not_installed", 101: "script_failed", 102: "script_timed_out", 103: "script_terminated",
    104: "nonzero_exit", 202: "file_transfer_failed", 203: "file_transfer_failed", 403: "terminated", 404: "terminated",
}
RESULTS = {3: "success", 9: "success", 5: "waiting", 7: "running"}  # what becomes of a host; it failed with any other status


def word(code: int) -> str:
    """A job's or a step's state."""
    return WORDS.get(code, f"unknown_{code}")


def host_word(code: int) -> str:
    """A host's state in a step."""
    return "file_transfer_failed" if 300 <= code < 400 else HOST_WORDS.get(code, f"unknown_{code}")


def host_result(code: int) -> str:
    """success, failed, running or waiting."""
    return RESULTS.get(code, "failed")

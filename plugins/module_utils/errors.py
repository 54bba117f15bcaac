# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong on the way to JOB and back, each with the task result it stands for."""
from __future__ import annotations

from typing import Any

NOT_STARTED = "not_started"
STARTED = "started"
UNKNOWN = "unknown"


class JobError(Exception):
    """A failure told in one sentence that names the option or the remedy.

    in_doubt: what may have happened all the same; then the outcome is `unknown`, and the sentence goes on to say so.
    code, request_id, http_status: JOB's or a gateway's error number, its name for the request, and the status of its
    HTTP answer; None where there was no such thing. reset: after how many seconds the gateway's rate limit will let
    requests pass again, as far as it told; else 0. lasting: whether the same request a moment later would fare no better.
    facts: what else the result has to tell, added by whoever knows.
    """

    def __init__(self, message: str, *, in_doubt: str = "", code: int | None = None,
                 request_id: str | None = None, http_status: int | None = None, reset: int = 0, lasting: bool = False) -> None:
        super().__init__(f"{message}; outcome unknown: {in_doubt}" if in_doubt else message)
        self.outcome = UNKNOWN if in_doubt else NOT_STARTED
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.reset = reset
        self.lasting = lasting
        self.facts: dict[str, Any] = {}

    def add(self, advice: str) -> None:
        """Let the sentence go on, where somebody knows more than who raised it."""
        self.args = (f"{self}; {advice}",)

    def result(self, has_outcome: bool = True) -> dict[str, Any]:
        """The failed task's result; without an outcome for a module that starts nothing, whose reader would take it for the job's start."""
        return {
            "failed": True,
            "changed": self.outcome != NOT_STARTED,
            "msg": str(self),
            **({"outcome": self.outcome} if has_outcome else {}),
            "code": self.code,
            "request_id": self.request_id,
            "http_status": self.http_status,
            **self.facts,
        }


class InputError(JobError):
    """An option cannot be meant as it was given; nothing was sent."""


class NotSent(JobError):
    """No connection came about, so the request never got to JOB: from this machine, or from the gateway, which says so."""


class NoAnswer(JobError):
    """The request may have arrived, but no answer came back that tells what JOB made of it."""


class Malformed(NoAnswer):
    """JOB's answer lacks what the task cannot do without."""


class Refused(JobError):
    """JOB, or the gateway before it, answered that it did not do it."""

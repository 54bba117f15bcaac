# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JobError and its subclasses: why a task fails, and the result that it then has."""
from __future__ import annotations

from typing import Any

NOT_STARTED = "not_started"
STARTED = "started"
UNKNOWN = "unknown"
RATE_LIMITED = 1306429  # ESB's, with HTTP 200; the API gateway says 429


class JobError(Exception):
    """A failure, in one sentence that names the option or the remedy.

    in_doubt: what may have happened although there is no answer; then the outcome is `unknown`, and the message says both.
    code, request_id, http_status: JOB's or a gateway's error number, its id for the request, and the HTTP status of its answer; None if there
    was none. reset: after how many seconds the gateway's rate limit ends, 0 if it does not say. permanent: whether every further request would
    fail for the same reason, however much later, as with a certificate that is not trusted. timed_out: whether a request was given all its
    time. extra: further fields of the result, added where they are known.
    """

    def __init__(self, message: str, *, in_doubt: str = "", code: int | None = None,
                 request_id: str | None = None, http_status: int | None = None, reset: int = 0,
                 permanent: bool = False, timed_out: bool = False) -> None:
        super().__init__(f"{message}; outcome unknown: {in_doubt}" if in_doubt else message)
        self.outcome = UNKNOWN if in_doubt else NOT_STARTED
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.reset = reset
        self.permanent = permanent
        self.timed_out = timed_out
        self.extra: dict[str, Any] = {}

    def add(self, advice: str) -> None:
        """Append to the message what only a caller knows."""
        self.args = (f"{self}; {advice}",)

    def is_limited(self) -> bool:
        """Whether a limit on the number of requests was the reason."""
        return self.code == RATE_LIMITED or self.http_status == 429

    def result(self, has_outcome: bool = True) -> dict[str, Any]:
        """The failed task's result; without `outcome` for a module that starts nothing, where it could be taken for the outcome of the job's start."""
        return {
            "failed": True,
            "changed": self.outcome != NOT_STARTED,
            "msg": str(self),
            **({"outcome": self.outcome} if has_outcome else {}),
            "code": self.code,
            "request_id": self.request_id,
            "http_status": self.http_status,
            **self.extra,
        }


class InputError(JobError):
    """An option has a value that is refused; nothing was sent."""


class OutOfTime(JobError):
    """The request was not sent, because the time for all those of its kind was over."""


class NotSent(JobError):
    """No connection could be opened, so JOB did not receive the request: from this machine, or from the gateway, which says so."""


class NoAnswer(JobError):
    """JOB may have received the request, but no answer says what it did."""


class TooLarge(NoAnswer):
    """The answer is larger than any that is read; a request for less may be answered."""


class Malformed(NoAnswer):
    """JOB's answer lacks what the task needs."""


class Refused(JobError):
    """JOB, or the gateway, answered that it did not carry out the request."""

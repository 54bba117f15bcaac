# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One of the jobs that a task has in hand together, with what is known of it."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..ending.message import failed_wait
from ..errors import NOT_STARTED, STARTED, JobError
from ..plan.request import Request


@dataclass
class Job:
    """A plan's job, or an instance that is only waited for.

    number: its place in the list. label: its name in messages, "" without one; fit to be shown once all secrets are known. scope: the part of
    requests that names it. request: None where nothing is started. job_instance_id: None until it is known. outcome: of the start; None until
    then, and where nothing is started. error: why it could not be started, or why the wait failed. report: the part of a result that says how it
    ended; {} until then. steps: what is left to do; each yields seconds until the next.
    needs_person: whether it waits for one.
    """

    number: int
    label: str
    scope: dict[str, Any]
    request: Request | None = None
    job_instance_id: int | None = None
    job_instance_name: str | None = None
    outcome: str | None = None
    error: JobError | None = None
    report: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    steps: Iterator[float | None] = field(default_factory=lambda: iter(()))
    needs_person: bool = False

    def has_failed(self) -> bool:
        """Whether the task fails because of it."""
        return self.error is not None or bool(self.report.get("failed"))

    def has_ended(self) -> bool:
        """Whether nothing more is known of it than what is known now."""
        return self.error is not None or bool(self.report)

    def why_failed(self) -> str:
        """The message of what has failed."""
        if self.error is None:
            return str(self.report["msg"])
        return failed_wait(self.job_instance_id, self.error) if self.outcome == STARTED else str(self.error)

    def place(self) -> str:
        """Where it stands in the list, for a message."""
        option = "plans" if self.request else "job_instance_ids"
        return f"{option}[{self.number}]" + (f" ({self.label})" if self.label else "")

    def not_started(self, why: str) -> None:
        """It is not started, and nothing was sent for it."""
        self.outcome, self.error = NOT_STARTED, JobError(f"not started, because {why}")


def key(scope: dict[str, Any]) -> str:
    """A scope, as the key of what belongs to it."""
    return "/".join(map(str, scope.values()))

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patience with JOB's quota of running jobs: how long, and how often, a start that it refused is sent again."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from ..clock import Clock
from ..errors import UNKNOWN, JobError
from ..wire.answers import QUOTA_CODES
from ..wire.client import Client
from ..wire.polling import Result, Steps

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5  # seconds


@dataclass
class Patience:
    """For all starts that count in the same quota.

    timeout: seconds to go on asking while no start is accepted; 0 if a start is repeated `retries` times only. tell: receives a line when the
    asking begins. since: when the first start was refused after the last that was accepted.
    """

    timeout: float
    retries: int
    tell: Callable[[str], None] = lambda _line: None
    since: float | None = None

    def pause(self, error: JobError, asked: int, now: float) -> float | None:
        """Seconds until a refused start may be sent again; None if it may not. asked: how often it was sent before."""
        if error.code not in QUOTA_CODES or error.outcome == UNKNOWN:
            return None
        since = self.since  # another thread may reset it meanwhile
        if since is None:
            since = self.since = now
            if self.timeout:
                self.tell(f"JOB's quota of running jobs is used up; asking for up to {self.timeout:g} s (quota_timeout)")
        pause = min(FIRST_PAUSE * 2.0 ** min(asked, 10), LONGEST_PAUSE)
        if not self.timeout:
            return pause if asked < self.retries else None
        left = since + self.timeout - now
        if left <= 0:
            error.add(f"asked for {now - since:.0f} s (quota_timeout)")
            return None
        return min(pause, left)

    def accepted(self) -> None:
        """A start was accepted, so that there is reason to hope again."""
        self.since = None


def patiently(start: Callable[[], Result], patience: Patience, clock: Clock) -> Steps[Result]:
    """What start() returns, called again while JOB's quota refuses it.

    JOB looks at the quota before it stores anything (TaskExecuteServiceImpl, executeJobPlanInternal and executeFastTask).
    """
    for asked in count():
        try:
            started = start()
            break
        except JobError as error:
            pause = patience.pause(error, asked, clock.monotonic())
            if pause is None:
                raise
            yield pause
    patience.accepted()
    return started


def patience(params: dict[str, Any], client: Client, task: Any) -> Patience:
    """That of a task that starts one job, from its options; lines are shown where `progress` asks for them. task: as Task."""
    return Patience(params["quota_timeout"], client.retries, task.say if params["progress"] else lambda _line: None)

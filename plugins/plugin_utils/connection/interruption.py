# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command whose task is interrupted, by a signal or by the task's timeout: its job is terminated, and named."""
from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import Any

from ...module_utils.instance.starting_named import find
from ...module_utils.instance.termination import terminate
from .route import Route

# The first two are those with which Ansible ends its workers; from version 2.19 on they die of both at once. The last is a terminal that was closed.
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LAST = 15  # seconds for the termination


class Running:
    """The job of a command: `name` before its start, `number` after it, `ended` while its result is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number: int | None = None
        self.ended = False
        self.since = 0.0


@contextmanager
def terminated(route: Route, job: Running) -> Iterator[None]:
    """What interrupts is no Exception, and is raised again."""
    job.since = route.client.clock.time()
    before = _handle(_interrupt)
    interrupted = True
    try:
        yield
        interrupted = False
    except Exception:
        interrupted = False
        raise
    finally:
        if interrupted:
            _handle(_ignore)
            _end(route, job)
        _restore(before)


def stop(route: Route, job_instance_id: int) -> str:
    """Terminate it, and say what came of that."""
    termination = terminate(lasting(route).client, route.scope, job_instance_id, None, LAST, wait=True)
    if termination.last and termination.last["finished"]:
        return f"it has ended ({termination.last['status']})"
    return f"its termination is {termination.outcome}: look at it in JOB"


def _end(route: Route, job: Running) -> None:
    if job.ended:
        route.say(f"interrupted after job {job.number} {job.name!r} had ended: its result was not read")
        return
    if job.number is None:
        route.say(f"interrupted while the job {job.name!r} was started: look for it in JOB")
        job.number = find(lasting(route).client, route.scope, job.name, job.since)
    if job.number is not None:
        route.say(f"interrupted, terminating job {job.number} {job.name!r}")
        route.say(f"job {job.number}: {stop(route, job.number)}")


def lasting(route: Route) -> Route:
    """The same where Ansible's process has ended, too, because the command would go on for nobody."""
    clock = copy(route.client.clock)
    clock.end_if_orphaned = lambda: None  # type: ignore[method-assign]
    return route._replace(client=replace(route.client, clock=clock))


def _interrupt(number: int, _frame: object) -> None:
    """Once: after SIGINT Ansible sends SIGTERM at once, which must not interrupt the termination."""
    _handle(_ignore)
    raise SystemExit(f"interrupted by signal {number}")


def _ignore(_number: int, _frame: object) -> None:
    """Unlike SIG_IGN, this also takes a signal that has come but was not handled yet, for which Python would raise an OSError."""


def _handle(handler: Any) -> dict[int, Any]:
    """Set what the signals do, except those that this process ignores, as under nohup; what they did before. Python can do that in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, handler) for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN}


def _restore(handlers: dict[int, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step has its hosts really do, and how JOB looks at it: from time to time, and at nobody in between."""

from __future__ import annotations

from collections.abc import Callable

import agents
from execution.polls import delay
from execution.tasks import Task


class Work:
    """`submit(host, task)` has it done some time; `kind` is the step's type. With a scale of 0 JOB looks whenever there is anything to see."""

    def __init__(self, submit: Callable[[dict, Task], None], clock, kind: int, scale: float) -> None:
        self._submit = submit
        self._clock = clock
        self._kind = kind
        self._scale = scale
        self._tasks: dict[int, Task] = {}
        self._unseen: dict[int, Task] = {}

    def begin(self, hosts: list, at: int) -> None:
        self._tasks = {host["bk_host_id"]: Task(self._clock) for host in hosts}
        self._unseen = dict(self._tasks)
        self._seen, self._polls, self._stopped = at, 0, False
        self._plan(at)
        for host in hosts:
            task = self._tasks[host["bk_host_id"]]
            if host.get("agent", agents.ALIVE) == agents.ALIVE:
                self._submit(host, task)
            else:
                _fail(task, host)

    def due(self, stopping: bool) -> int | None:
        """When JOB looks next; None while it has no reason to."""
        if self._scale:
            return self._due
        if stopping and not self._stopped:
            return self._seen
        return min((task.changed for task in self._unseen.values() if task.changed > self._seen or task.ended is not None), default=None)

    def look(self, at: int, stopping: bool) -> list[tuple]:
        """(host id, what it has said, what became of it or None) of each that had not ended when JOB last looked."""
        found = [(number, task.text(), task.result if task.ended is not None and task.ended <= at else None)
                 for number, task in self._unseen.items() if task.ended is not None or task.changed >= self._seen]
        for number, _said, result in found:
            if result:
                del self._unseen[number]
        if not self._unseen:
            self._tasks = {}
        if stopping:
            self.stop()
        self._seen = at
        self._plan(at)
        return found

    def is_over(self) -> bool:
        return not self._unseen

    def stop(self) -> None:
        """JOB tells the agents when it looks (AbstractResultHandleTask)."""
        self._stopped = True
        for task in self._tasks.values():
            task.stopped.set()

    def _plan(self, at: int) -> None:
        self._polls += 1
        self._due = at + delay(self._kind, self._polls, self._scale)


def _fail(task: Task, host: dict) -> None:
    """The agent does not answer."""
    known = agents.OF_STATE[host["agent"]]
    task.say(known.get("log", "").replace("{ip}", host["ip"]).encode())
    task.end(known["status"], known["exit_code"])

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time, for as long as whoever asked for the task is there."""
from __future__ import annotations

import multiprocessing
import os
import select
import time

CONTROLLER = "BLUEKING_JOB_CONTROLLER"  # the environment variable that tells a module on the controller which process it works for


class Clock:
    """What is used of the module `time`, and an end to a task whose Ansible was killed, for nobody would know what it does now.

    controller: the id of the process that a module works for, where it runs on the same machine. output: the module's stdout, if it has one.
    """

    monotonic = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def __init__(self, controller: int | None = None, output: int | None = None) -> None:
        # A worker of Ansible's knows it from before it was forked, so that not even a parent killed at once goes unnoticed.
        forked_by = multiprocessing.parent_process()
        self.parent = forked_by.pid if forked_by else os.getppid()
        self._controller = controller
        self._output = output

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        self.end_if_orphaned()

    def end_if_orphaned(self) -> None:
        """SystemExit, which nothing below Ansible catches, if nobody is there to be told a result."""
        gone = os.getppid() != self.parent
        # What ships a module outlives the playbook that was killed, and goes on reading from it: the parent alone does not tell.
        gone = gone or (self._controller is not None and not _runs(self._controller))
        if gone or (self._output is not None and _unread(self._output)):
            raise SystemExit("the process that asked for this is gone")


def _runs(process: int) -> bool:
    """Whether there is such a process that has not ended; one that has stays in the list until its own parent looks."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, after `become`
        pass
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:  # no Linux, or it has ended this moment, which the next look tells
        return True


def _unread(output: int) -> bool:
    """Whether nobody is at the other end of a pipe, socket or terminal."""
    poll = select.poll()
    poll.register(output, 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _output, events in poll.poll(0))

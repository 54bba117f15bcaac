# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time, and an exit for a task whose Ansible process has ended."""
from __future__ import annotations

import multiprocessing
import os
import select
import time

CONTROLLER = "BLUEKING_JOB_CONTROLLER"  # the environment variable with the id of Ansible's process, for a module on the controller


class Clock:
    """The functions of the module `time` that are used, and an exit if Ansible was killed, because nobody would see the task's result.

    controller: the id of Ansible's process, where a module runs on the same machine. output: the module's stdout, if it has one.
    """

    monotonic = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def __init__(self, controller: int | None = None, output: int | None = None) -> None:
        # multiprocessing knows the parent of Ansible's worker from before the fork, so that a parent which is killed at once is noticed, too.
        forked_by = multiprocessing.parent_process()
        self.parent = (forked_by.pid if forked_by else None) or os.getppid()
        self.on_controller = controller is not None
        self._controller = controller
        self._output = output
        self._stopped = False

    def stop(self) -> None:
        """End the task's other threads as soon as they look, because the task has ended."""
        self._stopped = True

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        self.end_if_orphaned()

    def end_if_orphaned(self) -> None:
        """SystemExit, which only Ansible catches, if nobody can receive a result."""
        gone = os.getppid() != self.parent
        # A module's parent survives a killed playbook, and still reads from the module, so the parent alone is not enough.
        gone = gone or (self._controller is not None and not _is_running(self._controller))
        if self._stopped or gone or (self._output is not None and _has_no_reader(self._output)):
            raise SystemExit("the Ansible process that started this task has ended")


def _is_running(process: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it belongs to another user, after `become`
        pass
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:  # not Linux, or it has just ended, which the next call will find
        return True


def _has_no_reader(output: int) -> bool:
    """Whether the other end of a pipe, socket or terminal is closed."""
    poll = select.poll()
    poll.register(output, 0)
    return any(events & (select.POLLERR | select.POLLHUP) for _output, events in poll.poll(0))

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs scripts and brings files for real, on this machine: off unless asked for, since nothing confines what a script does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from execution import processes, scripts, transfers
from execution.folders import Folders
from execution.tasks import Task
from execution.work import Work
from lifecycle import SCRIPT

MOST_PROCESSES = 32
GSE_ERROR = 12


class Executor:
    def __init__(self, clock, root: str | None, scale: float, most: int) -> None:
        self._clock = clock
        self._scale = scale
        self._most = most
        self.folders = Folders(root)
        self._begin()

    def work(self, kind: int, name: str, taken: dict, files: list) -> Work:
        """Of one step; `name` is the script file's."""
        def do(host: dict, task: Task) -> None:
            if kind == SCRIPT:
                scripts.run(task, self.folders.of(host), name, taken)
            else:
                transfers.run(task, self.folders, host, files, taken["strict"])
        return Work(lambda host, task: self._submit(do, host, task), self._clock, kind, self._scale)

    def reset(self) -> None:
        self._end()
        self.folders.empty()
        self._begin()

    def close(self) -> None:
        self._end()
        self.folders.remove()

    def _begin(self) -> None:
        self._pool = ThreadPoolExecutor(self._most, thread_name_prefix="host")
        self._tasks: set[Task] = set()
        self._lock = threading.Lock()
        self._closed = False

    def _submit(self, do, host: dict, task: Task) -> None:
        with self._lock:
            if self._closed:
                task.end(scripts.TERMINATED, None)
                return
            self._tasks.add(task)
            self._pool.submit(self._done, do, host, task)

    def _done(self, do, host: dict, task: Task) -> None:
        try:
            if task.stopped.is_set():
                task.end(scripts.TERMINATED, None)
            else:
                do(host, task)
        except (OSError, ValueError) as error:  # a NUL in a path or a parameter, too
            task.say(f"{error}\n".encode())
            task.end(GSE_ERROR, None)
        finally:
            with self._lock:
                self._tasks.discard(task)

    def _end(self) -> None:
        """All that runs, and all that it has left behind."""
        with self._lock:
            self._closed = True
            for task in self._tasks:
                task.stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        processes.end_marked(self.folders.root)

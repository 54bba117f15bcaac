# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A script that really runs: its file, its process group, its time limit, its output (what GSE's agent does on a host)."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shlex
import subprocess
from pathlib import Path

from execution import processes
from execution.tasks import Task, starting
from fast.destinations import strftime
from fast.languages import BAT, LANGUAGES, POWERSHELL

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SUCCESS, NON_ZERO, TIMED_OUT, TERMINATED = 9, 104, 102, 403
NO_SUCH_COMMAND, KILLED_AFTER_LIMIT = 127, 124
# seconds: how often it is looked at who is to stop
TICK = 0.05
# bytes of output at a time, and how many of these may be in a pipe
PART, MOST_PARTS = 65536, 16
LONGEST_TAG = 256
TAG = re.compile(r"job_(?:success|fail):\[(.*)\]\s*$", re.MULTILINE)


def run(task: Task, folder: Path, name: str, taken: dict) -> None:
    """`name` is the script file's, without what tells the language."""
    if taken["script_language"] in (BAT, POWERSHELL):
        task.say(b"this machine runs no scripts of Windows\n")
        task.end(NON_ZERO, NO_SUCH_COMMAND)
        return
    path = folder / "tmp" / "bkjob" / taken["account"] / f"{name}{LANGUAGES[taken['script_language']]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    process = _started(path, taken["script_content"], strftime(taken["script_param"] or "", task.now()), folder)
    try:
        _end(task, process, _watch(task, process, taken["timeout"]))
    finally:
        process.stdout.close()


def _started(path: Path, text: str, param: str, folder: Path) -> subprocess.Popen:
    """The parameter stands on the command line as it is."""
    with starting:
        path.unlink(missing_ok=True)
        path.write_bytes(text.encode())
        path.chmod(0o755)
        return subprocess.Popen(
            ["/bin/sh", "-c", f"{shlex.quote(str(path))} {param}"],
            cwd=folder,
            env={"PATH": PATH, processes.MARK: str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _watch(task: Task, process: subprocess.Popen, limit: int) -> int | None:
    """Until it has ended, or has been made to: then why. What it leaves behind in the background does not count."""
    since = task.now()
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdout.fileno(), False)
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if process.poll() is not None:
                _drain(task, process, selector)
                return None
            _hear(task, process, selector, TICK)
            reason = TERMINATED if task.stopped.is_set() else TIMED_OUT if task.seconds_on(since) >= limit else None
            if reason:
                processes.end_group(process)
                _drain(task, process, selector)
                return reason


def _drain(task: Task, process: subprocess.Popen, selector: selectors.BaseSelector) -> None:
    """What is in the pipe still, and no more than fits in there: somebody may go on in the background."""
    for _part in range(MOST_PARTS):
        if not selector.get_map() or not _hear(task, process, selector, 0):
            return


def _hear(task: Task, process: subprocess.Popen, selector: selectors.BaseSelector, seconds: float) -> bool:
    """False when nothing was said for so long. When nobody can say anything any more the process itself is waited for."""
    if not selector.get_map():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return False
    if not selector.select(seconds):
        return False
    said = os.read(process.stdout.fileno(), PART)
    if said:
        task.say(said)
    else:
        selector.unregister(process.stdout)
    return True


def _end(task: Task, process: subprocess.Popen, reason: int | None) -> None:
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if reason:
        task.end(reason, KILLED_AFTER_LIMIT if reason == TIMED_OUT else code)
        return
    tags = TAG.findall(task.text())
    task.end(NON_ZERO if code else SUCCESS, code, tags[-1][:LONGEST_TAG] if tags else "")

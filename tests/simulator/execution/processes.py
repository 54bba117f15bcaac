# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How what runs here is made to end: a script's process group, and whatever has left it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

# in the environment of all that is started here, to tell it from everything else
MARK = "BK_JOB_SIMULATOR_HOST"
# seconds: how long a group has to clean up
GRACE = 2.0
TICK = 0.02


def end_group(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and _lives(process):
            time.sleep(TICK)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_marked(root: Path) -> None:
    """What was started for a host below this root. Where the system has no /proc, what has left its process group stays."""
    mark = f"{MARK}={root}{os.sep}".encode()
    for entry in _entries("environ"):
        with contextlib.suppress(OSError):
            if any(variable.startswith(mark) for variable in entry.read_bytes().split(b"\0")):
                os.kill(int(entry.parent.name), signal.SIGKILL)


def _lives(process: subprocess.Popen) -> bool:
    """Somebody in the group who is no zombie: those may stay for long where nobody waits for orphans, as in containers."""
    if not Path("/proc/self/stat").exists():
        return process.poll() is None
    return any(_state(entry) == (process.pid, True) for entry in _entries("stat"))


def _state(entry: Path) -> tuple | None:
    """(process group, whether it lives); the name before it may hold anything, and ends with the last parenthesis."""
    try:
        state, _parent, group = entry.read_text(errors="replace").rpartition(")")[2].split()[:3]
    except OSError:
        return None
    return int(group), state not in "ZX"


def _entries(name: str) -> Iterator[Path]:
    return Path("/proc").glob(f"[0-9]*/{name}")

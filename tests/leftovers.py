"""Runs a command with a folder of its own for temporary files, ends all that it leaves running, also when interrupted, and fails if it left anything."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
CTRL_C = 128 + signal.SIGINT  # the status after it
ENDING = 3  # seconds for what is about to end
PATIENCE = 6  # seconds for what was interrupted, and removes its own files


def adopt_orphans() -> None:
    """Make processes whose parent has ended children of this one; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def family() -> set[int]:
    """What came of this process and runs; found in /proc, so nothing where there is none."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if state not in ("Z", "X"):
            parents[int(stat.parent.name)] = int(parent)
    found = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:300]
    except OSError:
        return ""


def gone_within(seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while family():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def send(number: signal.Signals) -> None:
    for process in family():
        with suppress(ProcessLookupError):
            os.kill(process, number)


def kill() -> None:
    while family():
        send(signal.SIGKILL)
        time.sleep(0.05)


def run(command: list[str], folder: str) -> int:
    """The command's status, or 1 if that is 0 and something is left running."""
    with subprocess.Popen(command, env={**os.environ, "TMPDIR": folder}) as process:
        try:
            status = process.wait()
        except SystemExit as interruption:
            if interruption.code != CTRL_C:  # which a terminal sends to all
                send(signal.SIGINT)
            if not gone_within(PATIENCE):
                send(signal.SIGTERM)
                gone_within(ENDING)
            process.kill()
            kill()
            raise
    if gone_within(ENDING):
        return status
    print("Left running, and killed:", *(f"{process} {command_of(process)}" for process in family()), sep="\n", flush=True)
    kill()
    return status or 1


def interrupted(number: int, _frame: object) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    adopt_orphans()
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, interrupted)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        sys.exit(run(sys.argv[1:], temporary))

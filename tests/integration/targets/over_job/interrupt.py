# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interrupt a task while its command runs: the job is terminated, nothing is left on the host, and where Ansible can still speak it names the job."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

STOPPED = 11  # JOB's status of an instance
PATIENCE = 60  # seconds for what takes one or two
LIMIT = 5  # seconds of the task's timeout; longer than a command takes to begin


def instances() -> list[dict]:
    with urllib.request.urlopen(os.environ["BK_JOB_SIMULATOR"] + "/simulator/instances") as answer:
        return json.load(answer)


def eventually(state) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not (reached := state()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(reached)


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def interrupt(folder: Path, number: signal.Signals | None) -> str:
    """The screen of a playbook that gets this signal, or is ended by its task's timeout."""
    known, running, shown = len(instances()), folder / "running", folder / "screen"
    running.unlink(missing_ok=True)
    words = ["ansible-playbook", "-v", "interrupt.yml", "-e", json.dumps({"folder": str(folder), "limit": 0 if number else LIMIT})]
    with shown.open("w") as screen:
        playbook = subprocess.Popen(words, stdout=screen, stderr=subprocess.STDOUT, start_new_session=True,
                                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    assert eventually(lambda: running.exists() and running.read_text().strip()), shown.read_text()
    job = f"job {instances()[-1]['job_instance_id']} "
    assert eventually(lambda: job in shown.read_text()), shown.read_text()
    if number:
        # Ctrl-C in a terminal reaches all processes that run in it.
        os.killpg(playbook.pid, number) if number == signal.SIGINT else os.kill(playbook.pid, number)
    assert playbook.wait(timeout=PATIENCE) != 0, shown.read_text()
    screen = shown.read_text()
    assert eventually(lambda: [row["status"] for row in instances()[known:]] == [STOPPED]), (instances()[known:], screen)
    assert eventually(lambda: not is_running(int(running.read_text()))), screen
    mark = instances()[-1]["name"].rpartition("[")[2].rstrip("]")
    assert eventually(lambda: not Path(f"/tmp/.ansible-job-{mark}").exists()), screen
    return screen


work = Path(sys.argv[1])
work.mkdir()
for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
    interrupt(work, sent)
assert "terminating job" in interrupt(work, None)

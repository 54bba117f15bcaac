# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job that fails calls the rulebook of the examples, whose playbook retries it; callbacks that JOB has not sent do nothing."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

EXAMPLES, FOLDER = map(Path, sys.argv[1:])
SIMULATOR = os.environ["BK_JOB_SIMULATOR"]
CANARY = FOLDER / "canary"
SUCCESS, FAILED = 3, 4
PATIENCE = 120  # seconds for what takes about ten


def instances() -> list[dict]:
    with urllib.request.urlopen(f"{SIMULATOR}/simulator/instances") as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def call(url: str, body: str, kind: str = "application/json") -> int:
    """The status of the answer; 0 where nobody listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), {"Content-Type": kind})) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def eventually(true) -> bool:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def start(job_plan_id: int) -> int:
    """The id of the new instance."""
    options = f"bk_biz_id=1 job_plan_id={job_plan_id}"
    subprocess.run(["ansible", "localhost", "-m", "blueking.job.execute_job_plan", "-a", options], check=True, stdout=subprocess.DEVNULL)
    return instances()[-1]["job_instance_id"]


def stands(job_instance_id: int, status: int) -> bool:
    return next(row for row in instances() if row["job_instance_id"] == job_instance_id)["status"] == status


def main(rulebook: subprocess.Popen, url: str, shown) -> None:
    assert eventually(lambda: call(url, "{}") == 200 or rulebook.poll() is not None) and rulebook.poll() is None, shown()

    # What nobody but JOB could tell, and what is no callback at all: refused, or asked about in JOB and then left alone.
    succeeded = start(100)
    template = f"{{{{ lookup('ansible.builtin.pipe', 'touch {CANARY}') }}}}"
    for forged in ({"job_instance_id": succeeded, "status": 4, "x": template}, {"job_instance_id": succeeded, "status": template},
                   {"job_instance_id": template, "status": 4}, {"job_instance_id": [template], "status": 4}, {"job_instance_id": 999999, "status": 4},
                   {"job_instance_id": None, "status": 4}, {"job_instance_id": True, "status": 4}, {"job_instance_id": 1.5, "status": 4},
                   {"job_instance_id": 10 ** 30, "status": 4}, {"status": 4}, [], ["job"], "job", 7, None):
        assert call(url, json.dumps(forged)) == 200, forged
    stranger = start(105)
    assert eventually(lambda: stands(stranger, FAILED))
    assert call(f"{url}/elsewhere", json.dumps({"job_instance_id": stranger, "status": 4})) == 200
    assert call(url, "no JSON") == 400

    # JOB itself, whose plan 105 fails the first time; then as JOB calls on its second try, and up to 3.10 always, with JSON that is labelled as a form,
    # and with the name that its printed documentation has for the list of steps.
    subprocess.run(["ansible-playbook", EXAMPLES / "start.yml", "-e", f"callback_url={url}"], check=True, stdout=subprocess.DEVNULL)
    failed = instances()[-1]["job_instance_id"]
    assert eventually(lambda: stands(failed, SUCCESS)), shown()
    printed = start(105)
    assert eventually(lambda: stands(printed, FAILED))
    callback = json.dumps({"job_instance_id": printed, "status": 4, "step_instance_list": []})
    assert call(url, callback, "application/x-www-form-urlencoded") == 200
    assert eventually(lambda: stands(printed, SUCCESS)), shown()

    assert stands(stranger, FAILED) and not CANARY.exists(), shown()
    assert "3 of 5 hosts failed" in shown(), shown()


PORT, PATH = free_port(), "a-long-random-text"
with open(FOLDER / "screen", "w", encoding="utf-8") as screen:
    command = ["ansible-rulebook", "--rulebook", "rulebook.yml", "--inventory", "inventory.yml", "--env-vars", "callback_port,callback_path"]
    # Java would keep data about itself in the system's folder for temporary files.
    environment = {**os.environ, "JAVA_TOOL_OPTIONS": "-XX:-UsePerfData", "callback_port": str(PORT), "callback_path": PATH}
    with subprocess.Popen(command, stdout=screen, stderr=screen, cwd=EXAMPLES, env=environment) as process:
        try:
            main(process, f"http://127.0.0.1:{PORT}/{PATH}", (FOLDER / "screen").read_text)
        finally:
            process.terminate()

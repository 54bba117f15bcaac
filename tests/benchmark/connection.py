# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection side by side with local and ssh: seconds per module task, on one host and on twenty."""
from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from contest import ask, run, simulator

HOSTS = 20
TASKS = {1: 10, HOSTS: 1}  # by the number of hosts: one on each of twenty takes longer than ten on one
DATA = {"hosts": [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.0.0.{number}"} for number in range(1, HOSTS + 1)]}
JOB = {"ansible_connection": "blueking.job.job", "ansible_job_bk_biz_id": 2}
HURRIED = {**JOB, "ansible_job_poll_interval": 0.02}
LOADED = " after `meta: reset_connection`"
NAMES = {"local": "local", "job": "over JOB, which looks at once", "job_loaded": f"the same{LOADED}", "ssh": "ssh", "persist": "ssh with ControlPersist",
         "real": "over JOB, in its own rhythm", "real_loaded": f"the same in its own rhythm{LOADED}"}


@contextmanager
def server(folder: Path):
    """The variables of hosts that an SSH server of this machine is, with and without ControlPersist; None without sshd."""
    program = shutil.which("sshd")
    if not program:
        yield None
        return
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:  # sshd cannot say which port it has got
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\nPermitRootLogin yes\nStrictModes no\nUsePAM no\n"
        "PidFile none\nMaxStartups 100\nMaxSessions 100\n")
    process = subprocess.Popen([program, "-D", "-f", str(folder / "sshd_config")], stderr=subprocess.DEVNULL)
    time.sleep(1)
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes"
    common = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": port, "ansible_ssh_private_key_file": str(folder / "user"),
              "ansible_pipelining": True, "ansible_ssh_common_args": options}
    try:
        persistent = {"ansible_ssh_args": "-o ControlMaster=auto -o ControlPersist=60s", "ansible_control_path_dir": str(folder)}
        yield {**common, "ansible_ssh_args": "-o ControlMaster=no"}, {**common, **persistent}
    finally:
        process.terminate()
        process.wait()


def took(folder: Path, hosts: int, tasks: list[dict], variables: dict, environment: dict) -> float:
    """Seconds of a playbook with these tasks on so many hosts."""
    inventory = folder / "inventory.json"
    named = {f"host{number}": {"bk_host_id": number} for number in range(1, hosts + 1)}
    inventory.write_text(json.dumps({"all": {"hosts": named, "vars": {**variables, "ansible_python_interpreter": sys.executable}}}))
    playbook = folder / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    return run([sys.executable, "-m", "ansible", "playbook", "-i", str(inventory), "-f", str(HOSTS), str(playbook)], environment)[0]


def per_task(folder: Path, hosts: int, loaded: bool, variables: dict, environment: dict) -> float:
    """Seconds that each task adds. loaded: whether the process that makes those of the tasks has loaded the connection before."""
    first, more = [{"ansible.builtin.meta": "reset_connection"}] * loaded, TASKS[hosts]
    one, all_of_them = (took(folder, hosts, first + [{"ansible.builtin.ping": {}}] * tasks, variables, environment) for tasks in (1, 1 + more))
    return (all_of_them - one) / more


def jobs(url: str) -> tuple[float, float]:
    """Of the jobs so far, in the median, the seconds from its creation to its end; and the requests of each. The simulator forgets them."""
    sent, ended = [row["operation"] for row in ask(url, "/requests")], ask(url, "/instances")
    ask(url, "", "DELETE")
    return median((row["end_time"] - row["create_time"]) / 1000 for row in ended), len(sent) / sent.count("fast_execute_script")


def measured(rounds: int) -> tuple[dict[tuple[str, int], float], float, float]:
    """The medians by contestant and number of hosts; and of one host in JOB's own rhythm, JOB's own seconds and the requests of each job."""
    own = []
    with tempfile.TemporaryDirectory(prefix="b") as name, server(Path(name)) as ssh, \
            simulator(DATA, "--execute", "--polls-scale", "0") as (_url, hurried), simulator(DATA, "--execute") as (url, real):
        ways = {"local": ({"ansible_connection": "local"}, hurried), "job": (HURRIED, hurried), "job_loaded": (HURRIED, hurried), "real": (JOB, real),
                "real_loaded": (JOB, real)}
        if ssh:
            ways.update(ssh=(ssh[0], hurried), persist=(ssh[1], hurried))
        times: dict[tuple[str, int], list[float]] = {
            (way, hosts): [] for hosts in TASKS for way, (_variables, environment) in ways.items() if hosts == 1 or environment is hurried}
        for _round in range(rounds):
            for (way, hosts), taken in times.items():
                taken.append(per_task(Path(name), hosts, way.endswith("_loaded"), *ways[way]))
            own.append(jobs(url))
    took_own, sent = (median(column) for column in zip(*own))
    return {contest: median(taken) for contest, taken in times.items()}, took_own, sent


def section(rounds: int) -> list[str]:
    medians, own, sent = measured(rounds)
    return [
        "## Ansible over JOB: seconds for each task, `ping`", "",
        f"| | 1 host | {HOSTS} hosts, {HOSTS} forks |", "|---|---|---|",
        *(f"| {NAMES[way]} | {taken:.2f} | {format(medians[way, HOSTS], '.2f') if (way, HOSTS) in medians else ''} |"
          for (way, hosts), taken in medians.items() if hosts == 1), "",
        f"In JOB's own rhythm a task on one host takes {medians['real', 1] - own:.2f} s more than its job, {medians['real_loaded', 1] - own:.2f} s{LOADED},",
        f"with {sent:.1f} requests. Ansible's own part of that is contained in the row `local`, with the module's run, which is a part of the job here.", "",
    ]


if __name__ == "__main__":
    print("\n".join(section(int(sys.argv[1]))))

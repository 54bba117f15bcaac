# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection side by side with local and ssh: seconds per module task, on one host and on twenty. Prints a table for docs/connection.md."""
from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from statistics import median

SIMULATOR = Path(__file__).parents[1] / "simulator"
TASKS, HOSTS = 10, 20
JOB = {"ansible_connection": "blueking.job.job", "ansible_job_bk_biz_id": 2}
HURRIED = {"ansible_job_poll_interval": 0.02}
NAMES = {"local": "local", "job": "over JOB, which looks at once", "loaded": "the same after `meta: reset_connection`", "ssh": "ssh",
         "persist": "ssh with ControlPersist", "real": "over JOB, in its own rhythm"}
FIRST: dict[str, list] = {"loaded": [{"ansible.builtin.meta": "reset_connection"}]}  # tasks


@contextmanager
def simulator(folder: Path, scale: str):
    """The environment that reaches a simulator with twenty hosts."""
    data = folder / "hosts.json"
    data.write_text(json.dumps({"hosts": [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.0.0.{number}"} for number in range(1, HOSTS + 1)]}))
    words = [sys.executable, str(SIMULATOR), "--execute", "--polls-scale", scale, "--data", str(data)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            variables: dict[str, str] = {}
            while "BK_JOB_SIMULATOR" not in variables:
                line = process.stdout.readline()
                if not line:
                    sys.exit(f"the simulator has ended with {process.wait()}")
                name, _equal, value = line.removeprefix("export ").strip().partition("=")
                variables[name] = value
            yield {**os.environ, **variables}
        finally:
            process.terminate()


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


def took(folder: Path, hosts: int, tasks: list, variables: dict, environment: dict) -> float:
    """Seconds of a playbook with these tasks on so many hosts."""
    inventory = folder / "inventory.json"
    named = {f"host{number}": {"bk_host_id": number} for number in range(1, hosts + 1)}
    inventory.write_text(json.dumps({"all": {"hosts": named, "vars": {**variables, "ansible_python_interpreter": sys.executable}}}))
    playbook = folder / "playbook.json"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-m", "ansible", "playbook", "-i", str(inventory), "-f", str(HOSTS), str(playbook)], env=environment,
                           capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(ended.stdout + ended.stderr)
    return time.monotonic() - began


def per_task(folder: Path, hosts: int, first: list, variables: dict, environment: dict) -> float:
    """Seconds that each task adds."""
    one, all_of_them = (took(folder, hosts, first + [{"ansible.builtin.ping": {}}] * tasks, variables, environment) for tasks in (1, 1 + TASKS))
    return (all_of_them - one) / TASKS


def requests(environment: dict) -> float:
    """How many requests each job has taken."""
    with urllib.request.urlopen(f"{environment['BK_JOB_SIMULATOR']}/simulator/requests") as answer:
        sent = [row["operation"] for row in json.load(answer)]
    return len(sent) / max(sent.count("fast_execute_script"), 1)


def measured(rounds: int) -> tuple[dict[str, dict[int, float]], float]:
    """The medians by contestant and number of hosts, and the requests of a job in JOB's own rhythm."""
    times: dict[str, dict[int, list[float]]] = {name: {1: [], HOSTS: []} for name in NAMES}
    with tempfile.TemporaryDirectory(prefix="b") as name, server(Path(name)) as ssh, simulator(Path(name), "0") as hurried, simulator(Path(name), "1") as real:
        ways = {"local": ({"ansible_connection": "local"}, hurried), "job": ({**JOB, **HURRIED}, hurried),
                "loaded": ({**JOB, **HURRIED}, hurried), "real": (JOB, real)}
        if ssh:
            ways.update(ssh=(ssh[0], hurried), persist=(ssh[1], hurried))
        for _round in range(rounds):
            for hosts in (1, HOSTS):
                for way, (variables, environment) in ways.items():
                    times[way][hosts].append(per_task(Path(name), hosts, FIRST.get(way, []), variables, environment))
        return {way: {hosts: median(found) for hosts, found in row.items()} for way, row in times.items() if row[1]}, requests(real)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    medians, sent = measured(parser.parse_args().rounds)
    print(f"| `ping` | 1 host | {HOSTS} hosts, {HOSTS} forks |\n|---|---|---|")
    for way, row in medians.items():
        print(f"| {NAMES[way]} | {row[1]:.2f} s | {row[HOSTS]:.2f} s |")
    print(f"\n{sent:.1f} requests for each job, in JOB's own rhythm.")


if __name__ == "__main__":
    main()

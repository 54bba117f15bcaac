# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the contestants by turns, and writes the medians and their ratios as a page of docs/ with charts."""
from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import charts
import connection
import many
from contest import HERE, ask, by_turns, play, run, simulator, table

MODULE, OPTIONS = "blueking.job.execute_job_plan", "bk_biz_id=1 job_plan_id=100"
URL = "{{ lookup('env', 'BK_JOB_API_URL') }}/api/c/compapi/v2/jobv3/execute_job_plan/"
BODY = {"bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1, "job_plan_id": 100}
OURS, FLOOR = "this collection", "debug, which does nothing"
NAMES = {
    "ours": OURS, "unchecked": "this collection, check_plan: false", "module": "this collection, as a module", "uri": "ansible.builtin.uri",
    "curl": "ansible.builtin.shell: curl", "debug": FLOOR, "bare": "Python and requests alone, no Ansible",
}
MEASURE = """
import json, sys, time
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.blueking.job.plugins.module_utils.task import Task
from ansible_collections.blueking.job.plugins.modules import job_instance_wait
params = ArgumentSpecValidator(**job_instance_wait.SPEC).validate({"bk_biz_id": 1, "job_instance_id": 10000}).validated_parameters
began = time.monotonic()
result = job_instance_wait.run(params, Task(check_mode=False))
took = time.monotonic() - began
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
size = len(json.dumps(result).encode())
json.dump({"seconds": took, "MiB": int(peak) / 1024, "KiB of result": size / 1024, "failed": result["failed_host_count"]}, sys.stdout)
"""


def ad_hoc(*arguments: str) -> list:
    return [sys.executable, "-m", "ansible", "adhoc", "localhost", *arguments]


def one_call(rounds: int) -> dict:
    other = ["-e", json.dumps({"ansible_python_interpreter": str(Path(sys.executable).with_name("python3"))})]
    curl = f"curl -sf -H 'Content-Type: application/json' $BK_JOB_API_URL/api/c/compapi/v2/jobv3/execute_job_plan/ -d '{json.dumps(BODY)}'"
    uri = json.dumps({"url": URL, "method": "POST", "body_format": "json", "body": BODY})
    commands = {
        "ours": ad_hoc("-m", MODULE, "-a", OPTIONS), "unchecked": ad_hoc("-m", MODULE, "-a", f"{OPTIONS} check_plan=false"),
        "module": ad_hoc("-m", MODULE, "-a", OPTIONS, *other), "uri": ad_hoc("-m", "ansible.builtin.uri", "-a", uri),
        "curl": ad_hoc("-m", "ansible.builtin.shell", "-a", curl), "debug": ad_hoc("-m", "ansible.builtin.debug", "-a", "msg=nothing"),
        "bare": [sys.executable, str(HERE / "bare.py"), "1"],
    }
    with simulator() as (url, environment):
        return by_turns(commands, rounds, environment, url)


def loop(rounds: int, count: int) -> dict:
    commands = {who: play(who, count) for who in ("ours", "unchecked", "module", "uri", "curl", "debug")}
    with simulator() as (url, environment):
        return by_turns({**commands, "bare": [sys.executable, str(HERE / "bare.py"), str(count)]}, rounds, environment, url)


def hosts(rounds: int) -> dict:
    inventory = Path(os.environ["HOME"], "hundred.yml")
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory.write_text(json.dumps({"many": {"hosts": {f"host{number}": None for number in range(100)}, "vars": local}}), encoding="utf-8")
    commands = {who: play(who, 1, "-i", str(inventory), "--forks", "10", pattern="many") for who in ("ours", "unchecked", "module", "uri", "curl", "debug")}
    with simulator() as (url, environment):
        return by_turns(commands, rounds, environment, url)


def wait(rounds: int) -> dict:
    """Of a job of about three seconds: see until_known."""
    steps = [{"name": "sleep", "type": 1, "seconds": 2.5 + number / rounds} for number in range(rounds)]
    return until_known("wait", [{"plans": [{"bk_biz_id": 1, "id": 1, "name": "Short", "global_var_list": [], "step_list": [step]}]} for step in steps])


def script(rounds: int) -> dict:
    """Of a script of about three seconds on one host, until its output is there: see until_known."""
    return until_known("script", [{"fast": [{"seconds": 2.5 + number / rounds, "log": "done"}]} for number in range(rounds)])


def until_known(what: str, data: list[dict]) -> dict:
    """For jobs that end at another moment each: medians of the seconds between their ends and the tasks', and of the requests."""
    seen: dict[str, list] = {"ours": [], "uri": []}
    for sections in data:
        with simulator(sections) as (url, environment):
            environment = {**environment, "ANSIBLE_STDOUT_CALLBACK": "ends", "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback")}
            for who, results in seen.items():
                _took, printed = run(play(f"{what}_{who}", 1), environment)
                ended = float(printed.rpartition("ended ")[2].split()[0])
                results.append((ended - ask(url, "/instances")[0]["end_time"] / 1000, len(ask(url, "/requests"))))
                ask(url, "", "DELETE")
    return {who: [median(column) for column in zip(*results)] for who, results in seen.items()}


def failures(rounds: int) -> dict:
    """Of a job on ten thousand hosts, of which 1,200 failed: medians of what a wait for it takes."""
    everyone = list(range(1, 10001))
    failed = [{"hosts": everyone[start:start + 300], "exit_code": 1 + start, "log": "line\n" * 1000} for start in (0, 2000, 4000, 6000)]
    variable = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": everyone}}
    step = {"name": "install", "type": 1, "targets": "hosts", "results": failed}
    data = {
        "plans": [{"bk_biz_id": 1, "id": 100, "name": "Ten thousand", "global_var_list": [variable], "step_list": [step]}],
        "hosts": [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.1.{number // 250}.{number % 250}"} for number in everyone],
    }
    measured = []
    with simulator(data) as (url, environment):
        run([sys.executable, str(HERE / "bare.py"), "1"], environment)
        time.sleep(1)
        for _round in range(rounds):
            before = len(ask(url, "/requests"))
            found = json.loads(run([sys.executable, "-c", MEASURE], {**environment, "PYTHONPATH": environment["ANSIBLE_COLLECTIONS_PATH"]})[1])
            measured.append({**found, "requests": len(ask(url, "/requests")) - before})
    return {name: median(row[name] for row in measured) for name in measured[0]}


def section(title: str, medians: dict) -> list[str]:
    compared = table(medians, NAMES, {"uri": "`uri`", "debug": "`debug`"})
    return [f"## {title}", "", f"![{title}: bars of the seconds below](images/{charts.CHARTS[title]})", "", *compared, ""]


def page(rounds: int) -> str:
    waited, ran, large = wait(rounds), script(rounds), failures(rounds)
    versions = ", ".join(f"{package} {version(package)}" for package in ("ansible-core", "requests"))
    return "\n".join([
        "# How fast it is", "",
        "`tests/benchmark/run` writes this page. The contestants of a table take turns against the simulator on one machine, and the table has the median",
        "of each. Compare only within a table, and only the ratios: the seconds depend on the machine. `debug` is the cost of Ansible itself. The collection",
        "reads the plan before each start (`check_plan`), so it sends two requests where the others send one.", "",
        f"{versions}, Python {platform.python_version()}, {os.cpu_count()} cores, medians of {rounds}.", "",
        *(line for title, medians in zip(charts.CHARTS, (one_call(rounds), loop(rounds, 100), hosts(rounds))) for line in section(title, medians)),
        "## Waiting for a job of about 3 seconds", "",
        "| | seconds from the job's end to the task's | requests |", "|---|---|---|",
        f"| {OURS} | {waited['ours'][0]:.2f} | {waited['ours'][1]:.0f} |",
        f"| ansible.builtin.uri with `until` and a delay of 1 s | {waited['uri'][0]:.2f} | {waited['uri'][1]:.0f} |", "",
        "## A script of about 3 seconds on one host, and its output", "",
        "| | seconds from the script's end to its output | requests |", "|---|---|---|",
        f"| {OURS} | {ran['ours'][0]:.2f} | {ran['ours'][1]:.0f} |",
        f"| ansible.builtin.uri three times, with `until` and a delay of 1 s | {ran['uri'][0]:.2f} | {ran['uri'][1]:.0f} |", "",
        "## The end of a job on 10,000 hosts, of which 1,200 failed", "",
        "| seconds | peak memory of the process | size of the result | requests | failed hosts counted |", "|---|---|---|---|---|",
        f"| {large['seconds']:.2f} | {large['MiB']:.0f} MiB | {large['KiB of result']:.0f} KiB | {large['requests']:.0f} | {large['failed']:.0f} |", "",
        *many.section(rounds), *connection.section(rounds),
    ])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, required=True)
    options = parser.parse_args()
    text = page(options.rounds)
    options.write.write_text(text, encoding="utf-8")
    charts.write(options.write.parent)
    print(text)


if __name__ == "__main__":
    main()

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many plans in one task beside what else there is: loops of starts, loops of waits, and a script of bare requests."""
from __future__ import annotations

import json
import sys
from statistics import median

from contest import HERE, ask, by_turns, play, run, simulator, table

DISTANT = [{"mode": "slow", "seconds": 0.05}]  # a gateway that is 50 ms away
NAMES = {
    "many": "one task of this collection, checked, parallel: 10",
    "fifty": "one task of this collection, checked, parallel: 50",
    "ours": "a loop of this collection, checked", "bare": "Python and requests alone, one after the other",
    "debug": "one debug, which does nothing: Ansible itself",
    "wait_many": "100 jobs, one task of this collection", "wait_ours": "one such job, this collection",
    "loops_uri": "100 jobs, ansible.builtin.uri in two loops",
}
AGAINST = {who: NAMES[who] for who in ("ours", "bare")}
MEASURE = """
import json, sys, time
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.modules import execute_job_plans
began = time.monotonic()
options = {"bk_biz_id": 1, "job_plan_id": 100, "plans": [{"label": f"region {number}"} for number in range(1000)]}
result = run_here("many", execute_job_plans.SPEC, execute_job_plans.run, options, Task(check_mode=False))
took = time.monotonic() - began
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
json.dump({"seconds": took, "MiB": int(peak) / 1024, "KiB of result": len(json.dumps(result)) / 1024, "started": len(result["job_instance_ids"])}, sys.stdout)
"""


def starts(rounds: int, modes: list) -> dict[str, float]:
    commands = {
        "many": play("many", 100), "fifty": play("many", 100, "-e", "parallel=50"), "ours": play("ours", 100),
        "bare": [sys.executable, str(HERE / "bare.py"), "100"], "debug": play("debug", 1)}
    with simulator() as (url, environment):
        return by_turns(commands, rounds, environment, url, modes)


def plan(seconds: float) -> dict:
    return {"plans": [{"bk_biz_id": 1, "id": 1, "name": "Short", "global_var_list": [], "step_list": [{"name": "sleep", "type": 1, "seconds": seconds}]}]}


def waits(rounds: int) -> dict[str, float]:
    """Seconds beyond the job's own three."""
    commands = {"wait_many": play("wait_many", 100), "wait_ours": play("wait_ours", 1), "loops_uri": play("loops_uri", 100)}
    with simulator(plan(3)) as (url, environment):
        return {who: seconds - 3 for who, seconds in by_turns(commands, rounds, environment, url).items()}


def waves(rounds: int) -> tuple[float, int]:
    """Of 100 jobs of a second, of which 20 may run at once: the time, and how many there were at most at once."""
    seen = []
    with simulator(plan(1)) as (url, environment):
        for _round in range(rounds):
            took, _printed = run([*play("wait_many", 100), "-e", "max_running=20"], environment)
            seen.append((took, ask(url, "/statistics")["most_at_once"]))
            ask(url, "", "DELETE")
    return median(took for took, _most in seen), max(most for _took, most in seen)


def thousand() -> dict:
    with simulator() as (_url, environment):
        variables = {**environment, "PYTHONPATH": environment["ANSIBLE_COLLECTIONS_PATH"]}
        return json.loads(run([sys.executable, "-c", MEASURE], variables)[1])


def section(rounds: int) -> list[str]:
    waited, (took, most), large = waits(rounds), waves(rounds), thousand()
    return [
        "## 100 starts of one plan, 50 ms to the gateway", "", *table(starts(rounds, DISTANT), NAMES, AGAINST), "",
        "## The same, at no distance", "", *table(starts(rounds, []), NAMES, AGAINST), "",
        "## 100 jobs of 3 seconds, all waited for: seconds beyond the 3", "", *table(waited, NAMES, {"wait_ours": NAMES["wait_ours"]}), "",
        "## 100 jobs of a second, of which 20 may run at once", "",
        "| seconds | against five waves of a second | most at once |", "|---|---|---|", f"| {took:.2f} | {took / 5:.2f} | {most} |", "",
        "## 1,000 starts in one task", "",
        "| seconds | peak memory of the process | size of the result | started |", "|---|---|---|---|",
        f"| {large['seconds']:.2f} | {large['MiB']:.0f} MiB | {large['KiB of result']:.0f} KiB | {large['started']} |", "",
    ]


if __name__ == "__main__":
    print("\n".join(section(int(sys.argv[1]))))

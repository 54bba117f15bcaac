# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a host on paper: as the data file says of the step, and by the state of the host's agent."""

from __future__ import annotations

from lifecycle import HOST_FAILED

ALIVE, DEAD, MISSING = "alive", "dead", "missing"
STATES = (ALIVE, DEAD, MISSING)
# GSE tells of a dead agent in a line of its own; where none was ever installed JOB does not even ask (GseStepEventHandler)
OF_STATE = {
    DEAD: {"status": 310, "exit_code": 0, "log": "[2026-01-01 00:00:00] agent of {ip} is abnormal"},
    MISSING: {"status": 18, "exit_code": None, "no_log": True},
}


def check(hosts: list) -> None:
    """A ValueError tells which state there is not."""
    for host in hosts:
        if host.get("agent", ALIVE) not in STATES:
            raise ValueError(f"host {host['bk_host_id']}: agent is one of {', '.join(STATES)}")


def results(step: dict, hosts: list) -> dict:
    """By host id, of those that do not succeed; `fail_hosts` and what follows it is the short way to say it."""
    failure = HOST_FAILED.get(step["type"])
    short = {"hosts": step.get("fail_hosts", []), "status": step.get("fail_status", failure), "log": step.get("fail_log", "failed on {ip}")}
    told = {number: {"status": failure, **result} for result in [short, *step.get("results", [])] for number in result["hosts"]}
    return {**told, **{host["bk_host_id"]: OF_STATE[host["agent"]] for host in hosts if host.get("agent", ALIVE) != ALIVE}}

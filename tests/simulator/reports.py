# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How JOB prints an instance, a step, a host's result and a host's log."""

from __future__ import annotations

import lifecycle
from lifecycle import Instance, Step

BY_API = 2
EXECUTE_PLAN = 0


def instance(ran: Instance) -> dict:
    return {
        "job_instance_id": ran.job_instance_id,
        "name": ran.plan["name"],
        "status": ran.status,
        "create_time": ran.create_time,
        **_times(ran),
    }


def row(ran: Instance, now: int) -> dict:
    """As get_job_instance_list prints it: with a total_time, though the job still runs (TaskResultServiceImpl)."""
    running = ran.total_time is None and ran.status in (lifecycle.RUNNING, lifecycle.WAITING, lifecycle.STOPPING)
    return {
        **instance(ran),
        **({"total_time": now - (ran.start_time or now)} if running else {}),
        "bk_scope_type": ran.scope[0],
        "bk_scope_id": ran.scope[1],
        "job_plan_id": ran.plan["id"],
        "type": EXECUTE_PLAN,
        "launch_mode": BY_API,
        "operator": ran.operator,
    }


def step(ran: Step, with_hosts: bool) -> dict:
    printed = {
        "step_instance_id": ran.step_instance_id,
        "name": ran.plan["name"],
        "type": ran.plan["type"],
        "status": ran.status,
        "execute_count": ran.execute_count,
        "create_time": ran.create_time,
        **_times(ran),
    }
    if with_hosts:
        # of the attempt that counts, and so of none while a retry has not come to the hosts
        printed["step_ip_result_list"] = [_result(ran, host) for host in ran.hosts.values() if ran.attempt == ran.execute_count]
    return printed


def log(ran: Step, host: dict) -> dict:
    text = _log_text(ran, host)
    if ran.plan["type"] != lifecycle.FILE:
        return {**_address(host), "log_content": text}
    status = ran.hosts_now.get(host["bk_host_id"])
    return {**_address(host), "file_logs": [{"mode": 1, "dest_ip": _address(host), "status": status, "log_content": text}]}


def has_log(ran: Step, host: dict) -> bool:
    return not (lifecycle.failure(ran, host["bk_host_id"]) or {}).get("no_log", False)


def _log_text(ran: Step, host: dict) -> str:
    if ran.hosts_now.get(host["bk_host_id"]) in (None, lifecycle.HOST_WAITING, lifecycle.HOST_RUNNING):
        return ""
    result = lifecycle.failure(ran, host["bk_host_id"])
    text = ran.plan.get("log", "ok") if result is None else result.get("log", "failed on {ip}")
    return text.replace("{ip}", host["ip"])


def _result(ran: Step, host: dict) -> dict:
    status = ran.hosts_now[host["bk_host_id"]]
    result = lifecycle.failure(ran, host["bk_host_id"]) or {"exit_code": 0}
    return {
        **_address(host),
        "status": status,
        "exit_code": None if status in (lifecycle.HOST_WAITING, lifecycle.HOST_RUNNING) else result.get("exit_code", 1),
        "error_code": 0,
        "tag": result.get("tag", ""),
        **_times(ran),
    }


def _address(host: dict) -> dict:
    return {"bk_host_id": host["bk_host_id"], "bk_cloud_id": host["bk_cloud_id"], "ip": host["ip"]}


def _times(ran: Instance | Step) -> dict:
    return {"start_time": ran.start_time, "end_time": ran.end_time, "total_time": ran.total_time}

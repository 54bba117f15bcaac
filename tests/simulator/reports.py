# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How JOB prints an instance, a step, a host's result and a host's log."""

from __future__ import annotations

import lifecycle
from lifecycle import HOST_RUNNING, HOST_SUCCEEDED_BEFORE, HOST_SUCCESS, HOST_WAITING, Instance, Step

BY_API = 2
EXECUTE_PLAN = 0
UPLOAD, DOWNLOAD = 0, 1
# FileDistStatusEnum
FILE_WAITING, FILE_DOWNLOADING, FILE_FINISHED, FILE_FAILED = 1, 3, 4, 5
SOURCE_PATH, TARGET_PATH = "/data/package.tar.gz", "/tmp/package.tar.gz"


def scope_of(scope: tuple) -> dict:
    """Under the old name too, whatever the type (EsbDTOAppScopeMappingHelper)."""
    return {"bk_biz_id": int(scope[1]) if scope[1].isdigit() else None, "bk_scope_type": scope[0], "bk_scope_id": scope[1]}


def instance(ran: Instance) -> dict:
    return {
        **scope_of(ran.scope),
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
        "job_plan_id": ran.plan["id"],
        "job_template_id": ran.plan.get("job_template_id", ran.plan["id"]),
        "type": ran.plan.get("task_type", EXECUTE_PLAN),
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
        printed["step_ip_result_list"] = [_result(ran, host) for host in ran.hosts.values() if ran.came_to_hosts()]
    return printed


def log_type(ran: Step) -> int | None:
    """A script's or a file's, and an SQL step's like a script's."""
    return {lifecycle.SCRIPT: 1, lifecycle.SQL: 1, lifecycle.FILE: 2}.get(ran.plan["type"])


def text(ran: Step, number: int) -> str:
    """What the host has logged, nothing if it has not come to it."""
    if number in ran.said:
        return ran.said[number]
    if ran.hosts_now.get(number) in (None, HOST_WAITING, HOST_RUNNING):
        return ""
    result = lifecycle.failure(ran, number)
    if (result or {}).get("no_log"):
        return ""
    said = ran.plan.get("log", "ok") if result is None else result.get("log", "failed on {ip}")
    return said.replace("{ip}", ran.hosts[number]["ip"])


def files(ran: Step, first: dict) -> list[dict]:
    """What the step transfers; of a plan's step only one file is told, from the first of all hosts."""
    return ran.plan.get("files") or [{"source": first, "path": SOURCE_PATH, "dest": TARGET_PATH}]


def file_log(ran: Step, number: int, file: dict, measured: bool) -> dict:
    """What was written on the target; only the call for many hosts tells how much and how fast."""
    status = _file_status(ran.hosts_now.get(number))
    done = status == FILE_FINISHED
    return {
        "mode": DOWNLOAD,
        "src_ip": address(file["source"]),
        "src_path": file["path"],
        "dest_ip": address(ran.hosts[number]),
        "dest_path": file["dest"],
        "status": status,
        "log_content": text(ran, number),
        "size": "1.0 MB" if measured else None,
        "speed": ("1024 KB/s" if done else "--") if measured else None,
        "process": ("100%" if done else "0%") if measured else None,
    }


def upload_log(file: dict) -> dict:
    """What was read on the source."""
    return {
        "mode": UPLOAD,
        "src_ip": address(file["source"]),
        "src_path": file["path"],
        "dest_ip": None,
        "dest_path": None,
        "status": FILE_FINISHED,
        "log_content": "uploaded",
        "size": None,
        "speed": None,
        "process": None,
    }


def address(host: dict) -> dict:
    return {"bk_host_id": host["bk_host_id"], "bk_cloud_id": host["bk_cloud_id"], "ip": host["ip"]}


def _file_status(status: int | None) -> int:
    if status in (None, HOST_WAITING):
        return FILE_WAITING
    if status == HOST_RUNNING:
        return FILE_DOWNLOADING
    return FILE_FINISHED if status in (HOST_SUCCESS, HOST_SUCCEEDED_BEFORE) else FILE_FAILED


def _result(ran: Step, host: dict) -> dict:
    status = ran.hosts_now[host["bk_host_id"]]
    result = lifecycle.failure(ran, host["bk_host_id"]) or {"exit_code": 0}
    return {
        **address(host),
        "status": status,
        "exit_code": None if status in (HOST_WAITING, HOST_RUNNING) else result.get("exit_code", 1),
        "error_code": 0,
        "tag": result.get("tag", ""),
        **_times(ran),
    }


def _times(ran: Instance | Step) -> dict:
    return {"start_time": ran.start_time, "end_time": ran.end_time, "total_time": ran.total_time}

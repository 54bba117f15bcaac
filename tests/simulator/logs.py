# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts have logged: of one host, and of many."""

from __future__ import annotations

import reports
from contract import Call
from instances import NO_INSTANCE, step_of
from lifecycle import CONFIRMATION, FILE, Step
from output import as_kept
from refusal import Refusal
from store import Store

MOST_HOSTS = 500
MISSING = 1241007


def show_log(store: Store, call: Call) -> dict:
    """The host comes back as it was asked for; of one that the step does not have there is nothing to tell, and of a blank log neither."""
    body = call.body
    if "bk_host_id" not in body and not {"bk_cloud_id", "ip"} <= body.keys():
        raise Refusal(MISSING, "host_id/(bk_cloud_id+ip)")
    # a step that is not there is told as an instance that is not
    step = step_of(store, call, NO_INSTANCE)
    number = _number(step, body)
    answer = {
        "log_type": reports.log_type(step),
        "bk_host_id": body.get("bk_host_id", number),
        "bk_cloud_id": body.get("bk_cloud_id"),
        "ip": body.get("ip"),
        "log_content": None,
        "file_logs": None,
    }
    if step.plan["type"] == FILE:
        files = reports.files(step, store.cmdb.first())
        own = [reports.file_log(step, number, file, measured=False) for file in files if number in step.ran]
        return {**answer, "file_logs": [*own, *(reports.upload_log(file) for file in files if step.ran)]}
    said = _said(store, step, number) if number is not None else ""
    return {**answer, "log_content": said if said.strip() else None}


def show_logs(store: Store, call: Call) -> dict:
    ids, ips = call.body.get("host_id_list", []), call.body.get("ip_list", [])
    if not 1 <= len(ids or ips) <= MOST_HOSTS:
        raise Refusal(MISSING, "host_id_list/ip_list")
    step = step_of(store, call, NO_INSTANCE)
    asked = {host["bk_host_id"] for host in store.cmdb.known(ids, ips)}
    # by the attempt that counts: who succeeded before a retry has no row any more (LogServiceImpl)
    numbers = [number for number in step.hosts if number in asked and step.ran.get(number) == step.execute_count]
    rows = None if step.plan["type"] == CONFIRMATION else [_row(store, step, number) for number in numbers if _said(store, step, number)]
    return {
        "job_instance_id": call.body["job_instance_id"],
        "step_instance_id": step.step_instance_id,
        "log_type": reports.log_type(step),
        "script_task_logs": (rows or None) if step.plan["type"] != FILE else None,
        "file_task_logs": (rows or None) if step.plan["type"] == FILE else None,
    }


def _row(store: Store, step: Step, number: int) -> dict:
    address = reports.address(step.hosts[number])
    if step.plan["type"] == FILE:
        return {**address, "file_logs": [reports.file_log(step, number, file, measured=True) for file in reports.files(step, store.cmdb.first())]}
    return {**address, "log_content": _said(store, step, number)}


def _said(store: Store, step: Step, number: int) -> str:
    return as_kept(reports.text(step, number), step, number, store.agent_modes, store.clock.now())


def _number(step: Step, body: dict) -> int | None:
    """The id of the host of the step that is meant."""
    if "bk_host_id" in body:
        return body["bk_host_id"] if body["bk_host_id"] in step.hosts else None
    return next((number for number, host in step.hosts.items() if (host["bk_cloud_id"], host["ip"]) == (body["bk_cloud_id"], body["ip"])), None)

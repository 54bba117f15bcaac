# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job instance is, as JOB tells: its state, its steps, its hosts, its variables in the end."""
from __future__ import annotations

from . import pages, states
from .answers import field
from .client import Client
from .errors import NoAnswer
from .masking import label, without_secrets
from .plans import STEP_TYPES
from .readers import whole
from .times import iso8601, seconds

STATUS = "get_job_instance_status"
LIST = "get_job_instance_list"
TAG = 60  # characters
LAUNCH_MODES = {1: "web", 2: "api", 3: "cron"}


def read(client: Client, scope: dict, job_instance_id: int, within: float = float("inf")) -> dict:
    """How an instance stands, in the shape that job_instance_info documents, without its hosts; NoAnswer for a shape unknown here.

    within: seconds, at most, that the answer may take.
    """
    data = _status(client, scope, job_instance_id, {}, within)
    job = data["job_instance"]
    code = field(job, "status", int, STATUS)
    steps = field(data, "step_instance_list", list, STATUS, [])
    return {
        "job_instance_id": job_instance_id,
        "job_instance_name": label(job.get("name"), client.secrets),
        **_state(code),
        "finished": code in states.FINISHED,
        "created_at": iso8601(job.get("create_time")),
        **_times(job),
        "steps": [_step(step, client.secrets) for step in steps],
    }


def hosts(client: Client, scope: dict, job_instance_id: int, secrets: set, within: float = float("inf")) -> dict[int, list[dict]]:
    """Each step's hosts and what became of them, by `step_instance_id`. JOB gives all of them at once: megabytes for a large job."""
    data = _status(client, scope, job_instance_id, {"return_ip_result": True}, within)
    return {
        field(step, "step_instance_id", int, STATUS): _hosts(step, secrets)
        for step in field(data, "step_instance_list", list, STATUS, [])
    }


def counts(rows: list[dict]) -> dict:
    """How many hosts of a step ended how."""
    results = [states.host_result(row["status_code"]) for row in rows]
    return {"total": len(rows), **{result: results.count(result) for result in ("success", "failed", "running", "waiting")}}


def global_vars(client: Client, scope: dict, job_instance_id: int, secrets: set, within: float = float("inf")) -> dict[str, str]:
    """The string variables by name, with the values that the last step left them, and without the secrets in them."""
    operation = "get_job_instance_global_var_value"
    data = client.call(operation, {**scope, "job_instance_id": job_instance_id}, within=within)
    steps = field(data, "step_instance_var_list", list, operation, [])
    rows = [row for step in steps for row in field(step, "global_var_list", list, operation, [])]
    return {field(row, "name", str, operation): without_secrets(field(row, "value", str, operation, ""), secrets) for row in rows}


def address(row: dict) -> dict:
    """How a host is named; a server or a cloud may leave out a part."""
    return {"bk_host_id": whole(row.get("bk_host_id")), "bk_cloud_id": whole(row.get("bk_cloud_id")), "ip": _text(row.get("ip")) or None}


def listed(client: Client, scope: dict, filters: dict) -> list[dict]:
    """The instances that JOB finds, the newest first, in the shape that job_instance_info documents.

    filters: JOB's own, with `create_time_start` and `create_time_end`, milliseconds at most 30 days apart.
    """
    return pages.listed(client, LIST, {**scope, **filters}, lambda row: _row(row, client.secrets), "job_instance_id")


def _status(client: Client, scope: dict, job_instance_id: int, more: dict, within: float) -> dict:
    data = client.call(STATUS, {**scope, "job_instance_id": job_instance_id, **more}, within=within)
    job = field(data, "job_instance", dict, STATUS)
    if whole(job.get("job_instance_id")) not in (None, job_instance_id):
        raise NoAnswer(f"JOB answered {STATUS} for instance {job_instance_id} with instance {job['job_instance_id']}")
    return data


def _state(code: int) -> dict:
    return {"status": states.word(code), "status_code": code}


def _times(row: dict) -> dict:
    return {
        "started_at": iso8601(row.get("start_time")),
        "ended_at": iso8601(row.get("end_time")),
        "duration": seconds(row.get("total_time")),
    }


def _step(row: object, secrets: set) -> dict:
    number = field(row, "step_instance_id", int, STATUS)
    return {
        "step_instance_id": number,
        "name": label(row.get("name"), secrets),
        "type": STEP_TYPES.get(whole(row.get("type")), f"unknown_{row.get('type')}"),
        **_state(field(row, "status", int, STATUS)),
        "attempts": whole(row.get("execute_count")),
        **_times(row),
    }


def _hosts(step: dict, secrets: set) -> list[dict]:
    name = label(step.get("name"), secrets)  # once for ten thousand hosts
    return [_host(name, row, secrets) for row in field(step, "step_ip_result_list", list, STATUS, [])]


def _host(step: str | None, row: object, secrets: set) -> dict:
    code = field(row, "status", int, STATUS)
    return {
        **address(row),
        "step": step,
        "status": states.host_word(code),
        "status_code": code,
        "exit_code": whole(row.get("exit_code")),
        "tag": label(_text(row.get("tag")), secrets, TAG),  # which a script may make of anything
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _row(row: object, secrets: set) -> dict:
    """JOB's source and its printed documentation differ in some names."""
    printed = {new: row[old] for new, old in (("job_instance_id", "id"), ("status", "task_status"))
               if isinstance(row, dict) and new not in row and old in row}
    named = {**row, **printed} if printed else row
    code = field(named, "status", int, LIST)
    return {
        "job_instance_id": field(named, "job_instance_id", int, LIST),
        "job_instance_name": label(named.get("name"), secrets),
        **_state(code),
        "finished": code in states.FINISHED,
        "job_plan_id": whole(named.get("job_plan_id")),
        "operator": label(named.get("operator"), secrets),
        "launch_mode": LAUNCH_MODES.get(whole(named.get("launch_mode")), f"unknown_{named.get('launch_mode')}"),
        "created_at": iso8601(named.get("create_time")),
        **_times(named),
    }

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading one instance: its state and steps, its hosts, the final values of its variables."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import NoAnswer, Refused
from ..text.masking import VALUE, clean, host, label
from ..wire.client import Client
from ..wire.fields import field, integer, iso8601, rows, seconds
from . import states
from .types import Host, HostCounts, HostsByStep, Instance, Step

STATUS = "get_job_instance_status"
GLOBAL_VARS = "get_job_instance_global_var_value"
TAG = 60  # characters
INTERNAL_ERROR = 1240002


def read(client: Client, scope: dict[str, Any], job_instance_id: int, within: float = float("inf")) -> Instance:
    """An instance without its hosts; NoAnswer if JOB's answer cannot be understood.

    within: seconds, at most, that the answer may take.
    """
    data = _status(client, scope, job_instance_id, {}, within)
    job = data["job_instance"]
    code = field(job, "status", int, STATUS)
    finished = bool(states.finished(code, data.get("finished")))
    return {
        "job_instance_id": job_instance_id,
        "job_instance_name": label(job.get("name"), client.secrets),
        "status": states.word(code),
        "status_code": code,
        "finished": finished,
        "created_at": iso8601(job.get("create_time")),
        "started_at": iso8601(job.get("start_time")),
        "ended_at": end_time(job, finished),
        "duration": duration(job, finished),
        "steps": [_step(step, client.secrets) for step in rows(data, "step_instance_list")],
    }


def hosts(client: Client, scope: dict[str, Any], job_instance_id: int, within: float = float("inf")) -> HostsByStep:
    """The hosts of each step. JOB sends all of them at once: megabytes for a large job."""
    try:
        data = _status(client, scope, job_instance_id, {"return_ip_result": True}, within)
    except NoAnswer as error:
        if error.code != INTERNAL_ERROR:
            raise
        # JOB looks for an address of every container, and fails (EsbGetJobInstanceStatusV3ResourceImpl): a retry does not help.
        raise Refused(f"{error}; JOB 3.9 and newer fail like this for every job whose targets are containers", code=error.code,
                      request_id=error.request_id, http_status=error.http_status) from error
    return {integer(step.get("step_instance_id")): _hosts(step, client.secrets) for step in rows(data, "step_instance_list")}


def named(instance: Mapping[str, object]) -> str:
    """An instance, or a result about one, as every message names it."""
    return f"job {instance['job_instance_id']} {instance['job_instance_name']!r}"


def counts(hosts_of_step: list[Host]) -> HostCounts:
    """How many hosts of a step are in which state."""
    results = [states.host_result(row["status_code"]) for row in hosts_of_step]
    return {
        "total": len(results),
        "success": results.count("success"),
        "failed": results.count("failed"),
        "running": results.count("running"),
        "waiting": results.count("waiting"),
    }


def global_vars(client: Client, scope: dict[str, Any], job_instance_id: int, within: float = float("inf")) -> dict[str, str]:
    """The string variables by name, with their values after the last step; secrets in them are masked."""
    data = client.call(GLOBAL_VARS, {**scope, "job_instance_id": job_instance_id}, within=within)
    # A step that has not run has the values of the one before it (StepInstanceVariableValueServiceImpl), so the last one counts.
    values = [row for step in rows(data, "step_instance_var_list") for row in rows(step, "global_var_list")]
    named = [(clean(row.get("name"), client.secrets), row.get("value")) for row in values]
    return {name: clean(value, client.secrets, VALUE) or "" for name, value in named if name is not None}


def address(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The id and the address of a host; JOB may leave out either."""
    return {"bk_host_id": integer(row.get("bk_host_id")), "bk_cloud_id": integer(row.get("bk_cloud_id")), "ip": host(row.get("ip"), secrets) or None}


def end_time(row: dict[str, Any], finished: bool | None) -> str | None:
    """finished: None where the state does not say. JOB keeps the old `end_time` of a step that runs again."""
    return None if finished is False else iso8601(row.get("end_time"))


def duration(row: dict[str, Any], finished: bool | None) -> float | None:
    """finished: None where the state does not say. JOB sends a `total_time` of jobs that still run, too."""
    return None if finished is False else seconds(row.get("total_time"))


def _status(client: Client, scope: dict[str, Any], job_instance_id: int, more: dict[str, Any], within: float) -> dict[str, Any]:
    data: dict[str, Any] = client.call(STATUS, {**scope, "job_instance_id": job_instance_id, **more}, within=within)
    job = field(data, "job_instance", dict, STATUS)
    if integer(job.get("job_instance_id")) not in (None, job_instance_id):
        raise NoAnswer(f"JOB answered {STATUS} for instance {job_instance_id} with instance {integer(job['job_instance_id'])}")
    return data


def _step(row: dict[str, Any], secrets: set[str]) -> Step:
    code = integer(row.get("status"))
    finished = states.finished(code)
    return {
        "step_instance_id": integer(row.get("step_instance_id")),
        "name": label(row.get("name"), secrets),
        "type": states.step_type(integer(row.get("type"))),
        "status": None if code is None else states.word(code),
        "status_code": code,
        "attempts": _attempts(code, integer(row.get("execute_count"))),
        "started_at": iso8601(row.get("start_time")),
        "ended_at": end_time(row, finished),
        "duration": duration(row, finished),
    }


def _attempts(code: int | None, retries: int | None) -> int | None:
    """JOB counts the retries: 0 the first time."""
    return retries if retries is None or (code == states.BLANK and not retries) else retries + 1


def _hosts(step: dict[str, Any], secrets: set[str]) -> list[Host]:
    name = label(step.get("name"), secrets)  # once for ten thousand hosts
    return [_host(name, row, secrets) for row in rows(step, "step_ip_result_list")]


def _host(step: str | None, row: dict[str, Any], secrets: set[str]) -> Host:
    code = integer(row.get("status"))
    named = address(row, secrets)
    return {
        "bk_host_id": named["bk_host_id"],
        "bk_cloud_id": named["bk_cloud_id"],
        "ip": named["ip"],
        "step": step,
        "status": states.host_word(code),
        "status_code": code,
        "exit_code": integer(row.get("exit_code")),
        "tag": label(row.get("tag"), secrets, TAG) or "",  # a script may set it to anything
    }

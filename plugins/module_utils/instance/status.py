# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job instance is, as JOB tells: its state, its steps, its hosts, its variables in the end."""
from __future__ import annotations

from typing import Any

from ..errors import NoAnswer, Refused
from ..text.masking import VALUE, clean, host, label
from ..wire import pages
from ..wire.client import Client
from ..wire.fields import field, integer, iso8601, rows, seconds
from . import states

STATUS = "get_job_instance_status"
LIST = "get_job_instance_list"
TAG = 60  # characters
LAUNCH_MODES = {1: "web", 2: "api", 3: "cron"}
INTERNAL_ERROR, ILLEGAL_START = 1240002, 1241010
SHORTEST = 2  # milliseconds of a period that can be halved


def read(client: Client, scope: dict[str, Any], job_instance_id: int, within: float = float("inf")) -> dict[str, Any]:
    """How an instance stands, in the shape that job_instance_info documents, without its hosts; NoAnswer for a shape unknown here.

    within: seconds, at most, that the answer may take.
    """
    data = _status(client, scope, job_instance_id, {}, within)
    job = data["job_instance"]
    code = field(job, "status", int, STATUS)
    finished = bool(states.finished(code, data.get("finished")))
    return {
        "job_instance_id": job_instance_id,
        "job_instance_name": label(job.get("name"), client.secrets),
        **_state(code),
        "finished": finished,
        "created_at": iso8601(job.get("create_time")),
        **_times(job, finished),
        "steps": [_step(step, client.secrets) for step in rows(data, "step_instance_list")],
    }


def hosts(client: Client, scope: dict[str, Any], job_instance_id: int, secrets: set[str], within: float = float("inf")) -> dict[int, list[dict[str, Any]]]:
    """Each step's hosts and what became of them, by `step_instance_id`. JOB gives all of them at once: megabytes for a large job."""
    try:
        data = _status(client, scope, job_instance_id, {"return_ip_result": True}, within)
    except NoAnswer as error:
        if error.code != INTERNAL_ERROR:
            raise
        # JOB looks for an address of every container, and breaks (EsbGetJobInstanceStatusV3ResourceImpl): asking again does not help.
        raise Refused(f"{error}; JOB 3.9 and newer answer so for every job whose targets are containers", code=error.code,
                      request_id=error.request_id, http_status=error.http_status) from error
    return {integer(step.get("step_instance_id")): _hosts(step, secrets) for step in rows(data, "step_instance_list")}


def counts(hosts_of_step: list[dict[str, Any]]) -> dict[str, Any]:
    """How many hosts of a step ended how."""
    results = [states.host_result(row["status_code"]) for row in hosts_of_step]
    return {"total": len(results), **{result: results.count(result) for result in ("success", "failed", "running", "waiting")}}


def global_vars(client: Client, scope: dict[str, Any], job_instance_id: int, secrets: set[str], within: float = float("inf")) -> dict[str, str]:
    """The string variables by name, with the values that the last step left them, and without the secrets in them."""
    operation = "get_job_instance_global_var_value"
    data = client.call(operation, {**scope, "job_instance_id": job_instance_id}, within=within)
    # A step that has not run has the values of the one before it (StepInstanceVariableValueServiceImpl), so the last one counts.
    values = [row for step in rows(data, "step_instance_var_list") for row in rows(step, "global_var_list")]
    return {clean(row["name"], secrets): clean(row.get("value"), secrets, VALUE) or "" for row in values if isinstance(row.get("name"), str)}


def address(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """How a host is named; a server or a cloud may leave out a part."""
    return {"bk_host_id": integer(row.get("bk_host_id")), "bk_cloud_id": integer(row.get("bk_cloud_id")), "ip": host(row.get("ip"), secrets) or None}


def listed(client: Client, scope: dict[str, Any], filters: dict[str, Any]) -> list[dict[str, Any]]:
    """The instances that JOB finds, the newest first, in the shape that job_instance_info documents.

    filters: JOB's own, with `create_time_start` and `create_time_end`, milliseconds at most 30 days apart. A JOB that forbids to page
    deep into a list is asked for the halves of the period.
    """
    try:
        return pages.listed(client, LIST, {**scope, **filters}, lambda row: _row(row, client.secrets), "job_instance_id")
    except Refused as error:
        start, end = filters["create_time_start"], filters["create_time_end"]
        if error.code != ILLEGAL_START:
            raise
        if end - start < SHORTEST:
            error.add("this JOB forbids to page that far: ask for a shorter period, or filter by operator, status or name")
            raise
    middle = (start + end) // 2  # in both halves, because JOB takes no period of a single millisecond
    later, earlier = (listed(client, scope, {**filters, "create_time_start": since, "create_time_end": until})
                      for since, until in ((middle, end), (start, middle)))
    return list({row["job_instance_id"]: row for row in [*later, *earlier]}.values())


def _status(client: Client, scope: dict[str, Any], job_instance_id: int, more: dict[str, Any], within: float) -> dict[str, Any]:
    data = client.call(STATUS, {**scope, "job_instance_id": job_instance_id, **more}, within=within)
    job = field(data, "job_instance", dict, STATUS)
    if integer(job.get("job_instance_id")) not in (None, job_instance_id):
        raise NoAnswer(f"JOB answered {STATUS} for instance {job_instance_id} with instance {integer(job['job_instance_id'])}")
    return data


def _state(code: int | None) -> dict[str, Any]:
    return {"status": states.word(code), "status_code": code}


def _times(row: dict[str, Any], finished: bool | None) -> dict[str, Any]:
    """finished: None where the state does not tell. JOB has a `total_time` of jobs that run, and the old `end_time` of a step that goes on."""
    ended = row if finished is not False else {}
    return {
        "started_at": iso8601(row.get("start_time")),
        "ended_at": iso8601(ended.get("end_time")),
        "duration": seconds(ended.get("total_time")),
    }


def _step(row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    code = integer(row.get("status"))
    return {
        "step_instance_id": integer(row.get("step_instance_id")),
        "name": label(row.get("name"), secrets),
        "type": states.step_type(integer(row.get("type"))),
        **_state(code),
        "attempts": _attempts(code, integer(row.get("execute_count"))),
        **_times(row, states.finished(code)),
    }


def _attempts(code: int | None, retries: int | None) -> int | None:
    """JOB counts the retries, from 0 on."""
    return retries if retries is None or (code == states.NOT_STARTED and not retries) else retries + 1


def _hosts(step: dict[str, Any], secrets: set[str]) -> list[dict[str, Any]]:
    name = label(step.get("name"), secrets)  # once for ten thousand hosts
    return [_host(name, row, secrets) for row in rows(step, "step_ip_result_list")]


def _host(step: str | None, row: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    code = integer(row.get("status"))
    return {
        **address(row, secrets),
        "step": step,
        "status": states.host_word(code),
        "status_code": code,
        "exit_code": integer(row.get("exit_code")),
        "tag": label(row.get("tag"), secrets, TAG) or "",  # which a script may make of anything
    }


def _row(row: object, secrets: set[str]) -> dict[str, Any]:
    """JOB's source and its printed documentation differ in some names."""
    printed = {new: row[old] for new, old in (("job_instance_id", "id"), ("status", "task_status"))
               if isinstance(row, dict) and new not in row and old in row}
    named = {**row, **printed} if printed else row
    number = field(named, "job_instance_id", int, LIST)
    code, mode = integer(named.get("status")), integer(named.get("launch_mode"))
    finished = states.finished(code)
    return {
        "job_instance_id": number,
        "job_instance_name": label(named.get("name"), secrets),
        **_state(code),
        "finished": finished,
        "job_plan_id": integer(named.get("job_plan_id")),
        "operator": label(named.get("operator"), secrets),
        "launch_mode": None if mode is None else LAUNCH_MODES.get(mode, f"unknown_{mode}"),
        "created_at": iso8601(named.get("create_time")),
        **_times(named, finished),
    }

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of instances, by JOB's own filters."""
from __future__ import annotations

from typing import Any

from ..errors import Refused
from ..text.masking import label
from ..wire import pages
from ..wire.client import Client
from ..wire.fields import field, integer, iso8601
from . import states
from .status import duration, end_time

LIST = "get_job_instance_list"
LAUNCH_MODES = {1: "web", 2: "api", 3: "cron"}
BY_API = 2
CLOCK_SKEW = 300  # seconds by which JOB's clock and this machine's may differ
DEEP_PAGING_FORBIDDEN = 1241010
SHORTEST_PERIOD = 2  # milliseconds; a shorter one cannot be halved


def read(client: Client, scope: dict[str, Any], filters: dict[str, Any]) -> list[dict[str, Any]]:
    """The instances that JOB finds, the newest first, in the shape that job_instance_info documents.

    filters: JOB's own, with `create_time_start` and `create_time_end`, milliseconds at most 30 days apart. Where JOB forbids to page
    deep into a list, both halves of the period are read.
    """
    try:
        return pages.read_all(client, LIST, {**scope, **filters}, lambda row: _row(row, client.secrets), "job_instance_id")
    except Refused as error:
        start, end = filters["create_time_start"], filters["create_time_end"]
        if error.code != DEEP_PAGING_FORBIDDEN:
            raise
        if end - start < SHORTEST_PERIOD:
            error.add("this JOB does not allow paging that far: give a shorter period, or filter by operator, status or name")
            raise
    middle = (start + end) // 2  # in both halves, because JOB takes no period of a single millisecond
    later, earlier = (read(client, scope, {**filters, "create_time_start": first, "create_time_end": last})
                      for first, last in ((middle, end), (start, middle)))
    return list({row["job_instance_id"]: row for row in [*later, *earlier]}.values())


def by_api(client: Client, scope: dict[str, Any], since: float, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """The instances that were created through the API since then, in seconds since 1970, as far as both clocks agree."""
    period = {"create_time_start": int((since - CLOCK_SKEW) * 1000), "create_time_end": int((client.clock.time() + CLOCK_SKEW) * 1000)}
    return read(client, scope, {**period, **filters, "launch_mode": BY_API})


def _row(row: Any, secrets: set[str]) -> dict[str, Any]:
    """JOB's source and its printed documentation use different names for some fields."""
    printed = {new: row[old] for new, old in (("job_instance_id", "id"), ("status", "task_status"))
               if isinstance(row, dict) and new not in row and old in row}
    named = {**row, **printed} if printed else row
    number = field(named, "job_instance_id", int, LIST)
    code, mode = integer(named.get("status")), integer(named.get("launch_mode"))
    finished = states.finished(code)
    return {
        "job_instance_id": number,
        "job_instance_name": label(named.get("name"), secrets),
        "status": None if code is None else states.word(code),
        "status_code": code,
        "finished": finished,
        "job_plan_id": integer(named.get("job_plan_id")),
        "operator": label(named.get("operator"), secrets),
        "launch_mode": None if mode is None else LAUNCH_MODES.get(mode, f"unknown_{mode}"),
        "created_at": iso8601(named.get("create_time")),
        "started_at": iso8601(named.get("start_time")),
        "ended_at": end_time(named, finished),
        "duration": duration(named, finished),
    }

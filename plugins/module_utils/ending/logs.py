# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of the hosts of a step: fetched in batches, and cut to their last lines."""
from __future__ import annotations

from itertools import chain
from typing import Any

from ..instance.status import address
from ..instance.types import Host
from ..text.masking import ending, shortened
from ..wire.client import Client
from ..wire.fields import field

OPERATION = "batch_get_job_instance_ip_log"
BATCH = 500  # hosts; JOB refuses more
WIDTH, LINE = 160, 400  # characters of a line, and bytes in JSON


def fetch(client: Client, where: dict[str, Any], rows: list[Host]) -> dict[Any, str]:
    """The whole logs of a step's hosts, by id and by address, whichever JOB sends; a host without a log is missing.

    where: scope, `job_instance_id` and `step_instance_id`. rows: hosts, as `failed_hosts` has them.
    """
    found: dict[Any, str] = {}
    for start in range(0, len(rows), BATCH):
        data = client.call(OPERATION, {**where, **_addressed(rows[start:start + BATCH])})
        logs = chain.from_iterable(field(data, kind, list, OPERATION, []) for kind in ("script_task_logs", "file_task_logs"))
        found.update((key, _text(log)) for log in logs if isinstance(log, dict) for key in _keys(address(log, client.secrets)))
    return found


def of_host(logs: dict[Any, str], row: Host) -> str:
    """A host's log; empty if JOB has none."""
    return next((logs[key] for key in _keys({**row}) if key in logs), "")


def tail(text: str, lines: int, secrets: set[str]) -> str:
    """The last lines that are not blank, as a terminal would finally show them, without secrets."""
    kept = [line for line in ending(text, secrets).split("\n") if line][-lines:]
    return "\n".join(shortened(line, WIDTH, LINE) for line in kept)


def _keys(row: dict[str, Any]) -> list[Any]:
    ids = [row["bk_host_id"]] if row["bk_host_id"] else []
    return ids + ([(row["bk_cloud_id"], row["ip"])] if row["ip"] else [])


def _addressed(rows: list[Host]) -> dict[str, Any]:
    """The hosts in a request. Complete lists only: a server that knows host ids uses only them, an older one only the addresses."""
    hosts: dict[str, Any] = {}
    if all(row["bk_host_id"] for row in rows):
        hosts["host_id_list"] = [row["bk_host_id"] for row in rows]
    if all(row["ip"] for row in rows):
        hosts["ip_list"] = [{"bk_cloud_id": row["bk_cloud_id"], "ip": row["ip"]} for row in rows]
    return hosts or {"host_id_list": [row["bk_host_id"] for row in rows if row["bk_host_id"]]}


def _text(log: dict[str, Any]) -> str:
    """Of a script step its output, of a file step the logs of all files."""
    files = log.get("file_logs")
    parts = [log.get("log_content")] + [row.get("log_content") for row in (files if isinstance(files, list) else []) if isinstance(row, dict)]
    return "\n".join(part for part in parts if isinstance(part, str))

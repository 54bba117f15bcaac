# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts' logs of a step: fetched in batches, and made fit to be printed."""
from __future__ import annotations

import re

from .answers import field
from .client import Client
from .masking import without_secrets

OPERATION = "batch_get_job_instance_ip_log"
BATCH = 500  # hosts; JOB refuses more
WIDTH = 160  # characters of a line
# Colours and cursor movements of terminals, and other characters that are not to be printed.
UNPRINTABLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def key(row: dict) -> object:
    """What a host is known by: its id, or its address on servers and in clouds that give no id."""
    return row["bk_host_id"] or (row["bk_cloud_id"], row["ip"])


def fetch(client: Client, where: dict, rows: list[dict]) -> dict:
    """The whole logs of a step's hosts by their key; a host that JOB has no log of is missing.

    where: scope, `job_instance_id` and `step_instance_id`. rows: hosts, as `failed_hosts` has them.
    """
    found: dict = {}
    for start in range(0, len(rows), BATCH):
        data = client.call(OPERATION, {**where, **_named(rows[start:start + BATCH])})
        for kind in ("script_task_logs", "file_task_logs"):
            found.update((key(log), _text(log)) for log in map(_addressed, field(data, kind, list, OPERATION, [])))
    return found


def tail(text: str, lines: int, secrets: set) -> str:
    """The last lines that are not blank, as a terminal would show them in the end, without secrets."""
    shown = (_as_shown(line) for line in without_secrets(text, secrets).split("\n"))
    kept = [line for line in shown if line][-lines:]
    return "\n".join(line if len(line) <= WIDTH else line[:WIDTH] + "..." for line in kept)


def _named(rows: list[dict]) -> dict:
    """Complete lists only: a server that knows host ids goes by them, another one by the addresses."""
    hosts = {}
    if all(row["bk_host_id"] for row in rows):
        hosts["host_id_list"] = [row["bk_host_id"] for row in rows]
    if all(row["ip"] for row in rows):
        hosts["ip_list"] = [{"bk_cloud_id": row["bk_cloud_id"], "ip": row["ip"]} for row in rows]
    return hosts or {"host_id_list": [row["bk_host_id"] for row in rows if row["bk_host_id"]]}


def _addressed(log: object) -> dict:
    log = log if isinstance(log, dict) else {}
    return {**log, **{name: log.get(name) for name in ("bk_host_id", "bk_cloud_id", "ip")}}


def _text(log: dict) -> str:
    """Of a script step its output, of a file step what was said of every file."""
    files = log.get("file_logs")
    parts = [log.get("log_content")] + [row.get("log_content") for row in (files if isinstance(files, list) else []) if isinstance(row, dict)]
    return "\n".join(part for part in parts if isinstance(part, str))


def _as_shown(line: str) -> str:
    """A progress bar writes its line again and again, after a carriage return; the last time counts."""
    return UNPRINTABLE.sub("", line.rstrip("\r\n").rpartition("\r")[2]).rstrip()

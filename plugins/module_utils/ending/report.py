# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a result about an instance: its state and steps, the hosts that failed, its variables, and why it failed."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import JobError
from ..instance import states, status
from ..instance.confirmation import waiting_for
from ..instance.types import Host, HostsByStep, Instance, Step
from ..options.connection import instance_url
from ..wire.client import Client
from ..wire.polling import poll
from .digest import digest
from .types import Report

RETRY_FOR = 30  # seconds


def report(
    client: Client, params: dict[str, Any], scope: dict[str, Any], instance: Instance, warn: Callable[[str], None], with_hosts: bool = True,
) -> tuple[Report, HostsByStep | None]:
    """The instance's part of a result, and all its hosts.

    Reads the hosts, if wanted. If that fails, what concerns them is None, and warn is called with the reason.
    params: `max_failed_hosts`, `return_global_vars` and `job_web_url`; with `hosts: all` all hosts are in the result, too.
    """
    number = instance["job_instance_id"]
    hosts: HostsByStep | None = None
    if with_hosts:
        hosts = _read(client, lambda within: status.hosts(client, scope, number, within), "the hosts", warn)
    steps = [_with_counts(step, hosts) for step in instance["steps"]]
    failed = None if hosts is None else _failed(steps, hosts)
    result: Report = {
        "job_instance_id": number,
        "job_instance_name": instance["job_instance_name"],
        "status": instance["status"],
        "status_code": instance["status_code"],
        "finished": instance["finished"],
        "created_at": instance["created_at"],
        "started_at": instance["started_at"],
        "ended_at": instance["ended_at"],
        "duration": instance["duration"],
        "waiting_for": waiting_for(instance),
        "steps": steps,
        "failed_hosts": None if failed is None else failed[:params["max_failed_hosts"]],
        "failed_host_count": None if failed is None else len(failed),
    }
    if params.get("hosts") == "all":
        result["hosts"] = None if hosts is None else [row for rows in hosts.values() for row in rows]
    url = instance_url(params, number)
    if url:
        result["job_instance_url"] = url["job_instance_url"]
    if params["return_global_vars"]:
        result["global_vars"] = _read(client, lambda within: status.global_vars(client, scope, number, within), "the global variables", warn)
    return result, hosts


def failure(client: Client, scope: dict[str, Any], result: Report, hosts: HostsByStep | None, log_hosts: int, log_lines: int) -> str:
    """The failure digest of what report() returned, with the page's address."""
    return with_url(digest(client, scope, result, hosts or {}, log_hosts, log_lines), result.get("job_instance_url"))


def with_url(text: str, url: str | None) -> str:
    """A text, and on a line of its own the address of the instance's page, if it is known."""
    return "\n".join(filter(None, (text, url)))


def _with_counts(step: Step, hosts: HostsByStep | None) -> Step:
    return {**step, "hosts": None if hosts is None else status.counts(hosts.get(step["step_instance_id"], []))}


def _failed(steps: list[Step], hosts: HostsByStep) -> list[Host]:
    """A row for each host that failed, of the last step in which it did."""
    rows = [row for step in steps for row in hosts.get(step["step_instance_id"], []) if states.host_result(row["status_code"]) == "failed"]
    return list({(row["bk_host_id"], row["bk_cloud_id"], row["ip"]): row for row in rows}.values())


def _read(client: Client, query: Callable[[float], Any], what: str, warn: Callable[[str], None]) -> Any:
    """The answer, or None and a warning."""
    try:
        answer, error = poll(lambda _answer: True, query, client.clock, RETRY_FOR, interval=5)
    except JobError as refusal:
        answer, error = None, refusal
    if error:
        warn(f"{what} of the job could not be read: {error}")
    return answer

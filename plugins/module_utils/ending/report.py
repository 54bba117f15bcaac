# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result says of an instance: its state and steps, the hosts that failed, its variables, and why it failed."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import JobError
from ..instance import states, status
from ..instance.confirmation import waiting_for
from ..options.connection import instance_url
from ..wire.client import Client
from ..wire.polling import poll
from .digest import digest

PATIENCE = 30  # seconds in which an error may pass


def report(
    client: Client, params: dict[str, Any], scope: dict[str, Any], instance: dict[str, Any], task: Any, with_hosts: bool = True,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The result's part about an instance, as job_instance_info documents it, and all hosts by `step_instance_id`.

    Reads the hosts, if wanted, which need not succeed: then what they would tell is null, and a warning says why.
    """
    number = instance["job_instance_id"]
    hosts = None
    if with_hosts:
        hosts = _ask(lambda within: status.hosts(client, scope, number, task.secrets, within), "the hosts", task)
    steps = [{**step, "hosts": None if hosts is None else status.counts(hosts.get(step["step_instance_id"], []))} for step in instance["steps"]]
    failed = None if hosts is None else _failed(steps, hosts)
    told = {
        **instance,
        **instance_url(params, number),
        "waiting_for": waiting_for(instance),
        "steps": steps,
        "failed_hosts": failed and failed[:params["max_failed_hosts"]],
        "failed_host_count": None if failed is None else len(failed),
    }
    if params["return_global_vars"]:
        told["global_vars"] = _ask(lambda within: status.global_vars(client, scope, number, task.secrets, within), "the global variables", task)
    return told, hosts


def reason(client: Client, params: dict[str, Any], scope: dict[str, Any], told: dict[str, Any], hosts: dict[str, Any] | None, task: Any) -> str:
    """The failure digest of what report() told, with the page's address."""
    return with_page(digest(client, scope, told, hosts or {}, params, task.secrets), told)


def with_page(text: str, told: dict[str, Any]) -> str:
    """A text, and on a line of its own the address of the instance's page, if it is known."""
    return "\n".join(filter(None, (text, told.get("job_instance_url"))))


def _failed(steps: list, hosts: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each host that failed, of the last step in which it did."""
    rows = [row for step in steps for row in hosts.get(step["step_instance_id"], []) if states.host_result(row["status_code"]) == "failed"]
    return list({(row["bk_host_id"], row["bk_cloud_id"], row["ip"]): row for row in rows}.values())


def _ask(question: Callable[[float], Any], what: str, task: Any) -> Any:
    """The answer, or None and a warning."""
    try:
        seen = poll(lambda _answer: True, question, task.clock, PATIENCE, interval=5)
    except JobError as error:
        seen = None, error
    answer, failure = seen
    if failure:
        task.warnings.append(f"{what} of the job could not be read: {failure}")
    return answer

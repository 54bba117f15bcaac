# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a job failed, in a few lines: which step, how many hosts, for which causes, and the ends of their logs."""
from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, zip_longest
from typing import Any

from ..errors import JobError
from ..instance import states
from ..wire.client import Client
from .logs import fetch, of_host, tail

CAUSES = 5  # shown, those with most hosts
HOSTS = 5  # addresses shown of a cause or of a log


def headline(instance: dict[str, Any]) -> str:
    """How the job stands, where, and on how many hosts it failed, in one sentence."""
    step = _step(instance)
    told = f"job {instance['job_instance_id']} {instance['job_instance_name']!r} {_ending(instance)}"
    if step is None:
        return told
    steps = instance["steps"]
    told += f" at step {steps.index(step) + 1} of {len(steps)}, {step['name']!r}"
    if step["status"] != instance["status"]:
        told += f" ({step['status']})"
    counts = step.get("hosts")
    return f"{told}: {counts['failed']} of {counts['total']} hosts failed" if counts and counts["failed"] else told


def digest(client: Client, scope: dict[str, Any], instance: dict[str, Any], hosts: dict[str, Any], bounds: dict[str, Any], secrets: set[str]) -> str:
    """The headline, and under it the causes with addresses and ends of logs.

    hosts: rows by `step_instance_id`. bounds: `log_hosts`, of how many hosts logs are fetched at most, and `log_lines` of each.
    """
    causes = _causes(instance, hosts)
    shown = causes[:CAUSES]
    logs, unread = {}, []
    if bounds["log_hosts"] and bounds["log_lines"]:
        logs, unread = _logs(client, {**scope, "job_instance_id": instance["job_instance_id"]}, shown, bounds, secrets)
    lines = [headline(instance), *chain.from_iterable(_cause(number, rows, logs, len(instance["steps"]) > 1) for number, rows in shown)]
    rest = causes[CAUSES:]
    if rest:
        lines.append(f"and {len(rest)} more causes on {sum(len(rows) for _number, rows in rest)} hosts")
    return "\n".join(lines + unread)


def _ending(instance: dict[str, Any]) -> str:
    if instance["status_code"] == states.FAILED:
        return "failed"
    return f"ended as {instance['status']}" if instance["finished"] else f"is {instance['status']}"


def _step(instance: dict[str, Any]) -> dict[str, Any] | None:
    """Where to look: the last step that neither succeeded nor is still to come."""
    fine = (states.SUCCESS, states.NOT_STARTED)
    return next((step for step in reversed(instance["steps"]) if step["status_code"] not in fine), None)


def _causes(instance: dict[str, Any], hosts: dict[str, Any]) -> list[tuple]:
    """(step_instance_id, rows) of each cause; the last step's first, and of a step those with most hosts."""
    found: dict[tuple, list] = {}
    for number, step in enumerate(instance["steps"]):
        for row in hosts.get(step["step_instance_id"], []):
            if states.host_result(row["status_code"]) == "failed":
                found.setdefault((number, row["status"], row["exit_code"], row["tag"]), []).append(row)
    ordered = sorted(found.items(), key=lambda item: (-item[0][0], -len(item[1])))
    return [(instance["steps"][cause[0]]["step_instance_id"], rows) for cause, rows in ordered]


def _logs(client: Client, where: dict[str, Any], causes: list, bounds: dict[str, Any], secrets: set[str]) -> tuple[dict[str, Any], list]:
    """Ends of logs by step_instance_id and host, and a line about what could not be read."""
    by_turns = chain.from_iterable(zip_longest(*([(number, row) for row in rows] for number, rows in causes)))
    chosen = [pair for pair in by_turns if pair][:bounds["log_hosts"]]
    found: dict[str, Any] = {}
    try:
        for number in dict(chosen):
            rows = [row for step, row in chosen if step == number]
            texts = fetch(client, {**where, "step_instance_id": number}, rows)
            found.update(((number, _host(row)), tail(of_host(texts, row), bounds["log_lines"], secrets)) for row in rows)
    except JobError as error:
        return found, [f"logs could not be read: {error}"]
    return found, []


def _cause(number: int, rows: list[dict[str, Any]], logs: dict[str, Any], with_step: bool) -> Iterator[str]:
    row = rows[0]
    details = [row["status"]]
    details += [f"exit code {row['exit_code']}"] if row["exit_code"] not in (None, 0) else []
    details += [f"tag {row['tag']}"] if row["tag"] else []
    details += [f"in {row['step']!r}"] if with_step else []
    yield f"{_hosts(len(rows))} {', '.join(details)}: {_addresses(rows)}"
    by_tail: dict[str, list] = {}
    for row in rows:
        if (number, _host(row)) in logs:
            by_tail.setdefault(logs[number, _host(row)], []).append(row)
    for text, same in sorted(by_tail.items(), key=lambda item: -len(item[1])):
        if len(same) < len(rows):
            yield f"    log of {_addresses(same)}:"
        yield from (f"    | {line}" for line in (text or "(no log)").split("\n"))


def _host(row: dict[str, Any]) -> tuple:
    return row["bk_host_id"], row["bk_cloud_id"], row["ip"]


def _hosts(count: int) -> str:
    return f"{count} host{'' if count == 1 else 's'}"


def _addresses(rows: list[dict[str, Any]]) -> str:
    more = f" and {len(rows) - HOSTS} more" if len(rows) > HOSTS else ""
    return ", ".join(map(_address, rows[:HOSTS])) + more


def _address(row: dict[str, Any]) -> str:
    if not row["ip"]:
        return f"host {row['bk_host_id']}"
    return f"{row['bk_cloud_id']}:{row['ip']}" if row["bk_cloud_id"] else row["ip"]

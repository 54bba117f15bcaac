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
from ..instance.status import named
from ..instance.types import Host, HostsByStep, Instance, Step
from ..wire.client import Client
from .logs import fetch, of_host, tail

CAUSES = 5  # shown, those with most hosts
HOSTS = 5  # addresses shown of a cause or of a log
Cause = tuple[Any, list[Host]]  # the step_instance_id, and the hosts that failed in the same way
HostKey = tuple[Any, Any, Any]
Logs = dict[tuple[Any, HostKey], str]  # ends of logs, by step_instance_id and host


def headline(instance: Instance) -> str:
    """The state of the job, the step, and on how many hosts it failed, in one sentence."""
    step = _step(instance)
    sentence = f"{named(instance)} {_state(instance)}"
    if step is None:
        return sentence
    steps = instance["steps"]
    sentence += f" at step {steps.index(step) + 1} of {len(steps)}, {step['name']!r}"
    if step["status"] != instance["status"]:
        sentence += f" ({step['status']})"
    counts = step.get("hosts")
    return f"{sentence}: {counts['failed']} of {counts['total']} hosts failed" if counts and counts["failed"] else sentence


def digest(client: Client, scope: dict[str, Any], instance: Instance, hosts: HostsByStep, log_hosts: int, log_lines: int) -> str:
    """The headline, and under it the causes with addresses and ends of logs.

    log_hosts: of how many hosts logs are fetched at most. log_lines: how many lines of each.
    """
    causes = _causes(instance, hosts)
    shown = causes[:CAUSES]
    logs: Logs = {}
    unread: list[str] = []
    if log_hosts and log_lines:
        logs, unread = _logs(client, {**scope, "job_instance_id": instance["job_instance_id"]}, shown, log_hosts, log_lines)
    lines = [headline(instance), *chain.from_iterable(_cause(number, rows, logs, len(instance["steps"]) > 1) for number, rows in shown)]
    rest = causes[CAUSES:]
    if rest:
        lines.append(f"and {len(rest)} more causes on {sum(len(rows) for _number, rows in rest)} hosts")
    return "\n".join(lines + unread)


def host_name(row: Host) -> str:
    """A host as every message names it."""
    if not row["ip"]:
        return f"host {row['bk_host_id']}"
    return f"{row['bk_cloud_id']}:{row['ip']}" if row["bk_cloud_id"] else row["ip"]


def causes_of(failed: list[Host]) -> list[tuple[object, ...]]:
    """In which different ways hosts have failed, for comparison with those of another job. failed: `failed_hosts` of a report."""
    return sorted({(row["step"], *_way(row)) for row in failed}, key=str)


def _way(row: Host) -> tuple[str | None, int | None, str]:
    return row["status"], row["exit_code"], row["tag"]


def _state(instance: Instance) -> str:
    if instance["status_code"] == states.FAILED:
        return "failed"
    return f"ended as {instance['status']}" if instance["finished"] else f"is {instance['status']}"


def _step(instance: Instance) -> Step | None:
    """The step to look at: the last one that has begun and did not succeed."""
    others = (states.SUCCESS, states.BLANK)
    return next((step for step in reversed(instance["steps"]) if step["status_code"] not in others), None)


def _causes(instance: Instance, hosts: HostsByStep) -> list[Cause]:
    """Those of the last step first, and of a step those with most hosts first."""
    found: dict[tuple[int, str | None, int | None, str], list[Host]] = {}
    for number, step in enumerate(instance["steps"]):
        for row in hosts.get(step["step_instance_id"], []):
            if states.host_result(row["status_code"]) == "failed":
                found.setdefault((number, *_way(row)), []).append(row)
    ordered = sorted(found.items(), key=lambda item: (-item[0][0], -len(item[1])))
    return [(instance["steps"][cause[0]]["step_instance_id"], rows) for cause, rows in ordered]


def _logs(client: Client, where: dict[str, Any], causes: list[Cause], log_hosts: int, log_lines: int) -> tuple[Logs, list[str]]:
    """The logs of hosts taken by turns from the causes, and a line about what could not be read."""
    by_turns = chain.from_iterable(zip_longest(*([(number, row) for row in rows] for number, rows in causes)))
    chosen = [pair for pair in by_turns if pair][:log_hosts]
    found: Logs = {}
    try:
        for number in dict(chosen):
            rows = [row for step, row in chosen if step == number]
            texts = fetch(client, {**where, "step_instance_id": number}, rows)
            found.update(((number, _key(row)), tail(of_host(texts, row), log_lines, client.secrets)) for row in rows)
    except JobError as error:
        return found, [f"logs could not be read: {error}"]
    return found, []


def _cause(number: int, rows: list[Host], logs: Logs, with_step: bool) -> Iterator[str]:
    row = rows[0]
    details = [str(row["status"])]
    details += [f"exit code {row['exit_code']}"] if row["exit_code"] not in (None, 0) else []
    details += [f"tag {row['tag']}"] if row["tag"] else []
    details += [f"in {row['step']!r}"] if with_step else []
    yield f"{len(rows)} host{'' if len(rows) == 1 else 's'} {', '.join(details)}: {_addresses(rows)}"
    by_log: dict[str, list[Host]] = {}
    for row in rows:
        if (number, _key(row)) in logs:
            by_log.setdefault(logs[number, _key(row)], []).append(row)
    for text, same in sorted(by_log.items(), key=lambda item: -len(item[1])):
        if len(same) < len(rows):
            yield f"    log of {_addresses(same)}:"
        yield from (f"    | {line}" for line in (text or "(no log)").split("\n"))


def _key(row: Host) -> HostKey:
    return row["bk_host_id"], row["bk_cloud_id"], row["ip"]


def _addresses(rows: list[Host]) -> str:
    more = f" and {len(rows) - HOSTS} more" if len(rows) > HOSTS else ""
    return ", ".join(map(host_name, rows[:HOSTS])) + more

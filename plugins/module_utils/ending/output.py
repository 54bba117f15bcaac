# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script printed on each host, without secrets and of limited size, for the result of a task."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import JobError, TooLarge
from ..instance import states
from ..instance.types import Host
from ..text.masking import CUT, without_secrets
from ..text.sentences import enumerated
from ..wire.client import Client
from .digest import host_name
from .logs import BATCH, fetch, of_host

ALL = 8 << 20  # bytes of all hosts together; to search a megabyte for secrets takes one or two seconds
# What an agent keeps of an output, by its version, without a sign of what it left out. A megabyte is counted in either way.
AGENT_BYTES, AGENT_LINES = (1, 2, 5), 20_480
NEAR = 0.02  # of such a size, because an agent cuts at the end of a line or of a buffer
Output = tuple[str, bool]  # a text, and whether it is only the beginning of one


def with_output(client: Client, where: dict[str, Any], result: dict[str, Any], params: dict[str, Any], warn: Callable[[str], None]) -> dict[str, Any]:
    """The result with the output of its hosts; warn is called for what could not be read, or may be incomplete.

    where: the scope. result: of a job with one step, with all `hosts`. params: `output` and `max_output`.
    """
    rows = result.get("hosts")
    if rows is None:
        return {**result, "hosts": None}
    chosen = [row for row in rows if params["output"] == "all" or (params["output"] == "failed" and states.host_result(row["status_code"]) == "failed")]
    step = {**where, "job_instance_id": result["job_instance_id"], "step_instance_id": next((step["step_instance_id"] for step in result["steps"]), None)}
    outputs = _read(client, step, chosen, params["max_output"], warn)
    hosts = [_host(row, outputs[number] if number < len(outputs) else None) for number, row in enumerate(chosen)]
    return {**result, "hosts": hosts, **(_of_one(rows[0], hosts) if len(rows) == 1 else {})}


def _host(row: Host, output: Output | None) -> dict[str, Any]:
    return {
        "bk_host_id": row["bk_host_id"],
        "bk_cloud_id": row["bk_cloud_id"],
        "ip": row["ip"],
        "status": row["status"],
        "status_code": row["status_code"],
        "exit_code": row["exit_code"],
        "tag": row["tag"],
        "stdout": None if output is None else output[0],
        "truncated": output is not None and output[1],
    }


def _of_one(row: Host, hosts: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields of ansible.builtin.command, as far as they are known."""
    result: dict[str, Any] = {"rc": row["exit_code"] if row["status_code"] in states.WITH_EXIT_CODE else None}
    stdout = hosts[0]["stdout"] if hosts else None
    return result if stdout is None else {**result, "stdout": stdout, "stdout_lines": stdout.splitlines()}


def _read(client: Client, step: dict[str, Any], rows: list[Host], largest: int, warn: Callable[[str], None]) -> list[Output]:
    """The outputs of the hosts in order, as far as they could be read. largest: bytes of a host's."""
    beginnings: list[str] = []
    level = largest
    incomplete: list[Host] = []
    try:
        for start in range(0, len(rows), BATCH):
            batch = rows[start:start + BATCH]
            logs = _fetch(client, step, batch)
            texts = [of_host(logs, row) for row in batch]
            incomplete += [row for row, text in zip(batch, texts) if _may_be_cut(text)]
            level = _level([*map(_size, beginnings), *map(_size, texts)], largest)
            beginnings = [text[:_characters(text, level) + CUT] for text in (*beginnings, *texts)]
    except JobError as error:
        warn(f"the output of {len(rows) - len(beginnings)} hosts could not be read: {error}")
    if incomplete:
        warn(f"the output of {len(incomplete)} hosts may be incomplete, because an agent keeps 1, 2 or 5 MB or {AGENT_LINES} lines of it, by its version, "
             f"and says nothing of the rest: {enumerated(map(host_name, incomplete))}")
    # Once, for to search for secrets takes longer than all else.
    return [_kept(text, level, client.secrets) for text in beginnings]


def _fetch(client: Client, step: dict[str, Any], rows: list[Host]) -> dict[Any, str]:
    """Their logs, in parts where the answer would be too large."""
    try:
        return fetch(client, step, rows)
    except TooLarge:
        if len(rows) == 1:
            raise
        half = len(rows) // 2
        return {**_fetch(client, step, rows[:half]), **_fetch(client, step, rows[half:])}


def _level(sizes: list[int], largest: int) -> int:
    """The most bytes of a host's output, so that all together are within ALL, and none is cut for being longer than others without need."""
    left, count = ALL, len(sizes)
    for size in sorted(min(size, largest) for size in sizes):
        if size * count > left:
            return left // count
        left, count = left - size, count - 1
    return largest


def _kept(text: str, level: int, secrets: set[str]) -> Output:
    """The beginning of a text, as it is except for secrets."""
    end = _characters(text, level)
    return without_secrets(text[:end + CUT], secrets, 0, end), end < len(text)


def _characters(text: str, size: int) -> int:
    """How many characters of a text fit into so many bytes."""
    return len(text) if _size(text) <= size else len(text.encode(errors="replace")[:size].decode(errors="ignore"))


def _size(text: str) -> int:
    """Bytes."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def _may_be_cut(text: str) -> bool:
    """Whether an agent may have cut it."""
    size = _size(text)
    if any((1 - NEAR) * count * 10 ** 6 <= size <= (1 + NEAR) * count * 2 ** 20 for count in AGENT_BYTES) or size > AGENT_BYTES[-1] * 10 ** 6:
        return True
    return AGENT_LINES - 1 <= text.count("\n") <= AGENT_LINES + 1

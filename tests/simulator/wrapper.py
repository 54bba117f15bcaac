# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One command run against the simulator: its environment, its signals, its exit status, and a summary."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from lifecycle import WORDS
from store import Store

# a token would win over the simulator's user name
NOT_INHERITED = ("BK_TOKEN", "BK_JOB_ACCESS_TOKEN")
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(command: list, variables: dict, store: Store) -> int:
    try:
        status = _run(command, {**os.environ, **variables})
    except OSError as error:
        print(f"simulator: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    print("\n".join(_summary(store)), file=sys.stderr)
    return status if status >= 0 else 128 - status


def _run(command: list, variables: dict) -> int:
    kept = {name: value for name, value in variables.items() if name not in NOT_INHERITED}
    # no proxy of the user's stands between the command and this machine
    for name in ("no_proxy", "NO_PROXY"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1")))
    # a session of its own: a signal reaches all of it through us, and an interrupt at the terminal only once
    child = subprocess.Popen(command, env=kept, start_new_session=True)
    for number in PASSED_ON:
        signal.signal(number, lambda received, _frame: _signal(child, received))
    try:
        return child.wait()
    finally:
        _signal(child, signal.SIGTERM)


def _signal(child: subprocess.Popen, number: int) -> None:
    """To the whole session: what the command itself started outlives it otherwise."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _origin(plan: dict) -> str:
    return plan.get("operation") or f"plan {plan['id']}"


def _summary(store: Store) -> list[str]:
    lines = [
        f'simulator: instance {instance.job_instance_id} "{instance.plan["name"]}" of {_origin(instance.plan)}: {WORDS.get(instance.status, instance.status)}'
        for instance in store.instances()
    ]
    return lines or ["simulator: no instance was started"]

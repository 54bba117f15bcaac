# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many jobs there are at once: the quota that JOB has for them, and the most that there ever were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract import Call
from lifecycle import Instance, ms
from refusal import Refusal

QUOTA = {"resource_scope": ("long", False), "app": ("long", False), "system": ("long", False)}
# ErrorCode; where several are full, the first of these is told
CODES = {"system": 1244034, "resource_scope": 1244032, "app": 1244033}
# NotAliveJobDetector forgets one after an hour, whatever has become of it
FORGOTTEN_AFTER = ms(3600)


def check(store: Any, call: Call) -> None:
    """Before anything is stored; one that was created and never started counts (RunningJobResourceQuotaManager). All callers here are one app."""
    if not store.quota or not store.version.has("quota"):
        return
    now = store.clock.now()
    there = [instance for instance in store.instances() if not instance.finished() and now - instance.create_time < FORGOTTEN_AFTER]
    of_scope = sum(instance.scope == call.scope for instance in there)
    for name, code in CODES.items():
        if name in store.quota and (of_scope if name == "resource_scope" else len(there)) >= store.quota[name]:
            raise Refusal(code)


def most_at_once(instances: Iterable[Instance]) -> int:
    """From the creation of each to its end."""
    changes = sorted(change for instance in instances for change in _changes(instance))
    there = most = 0
    for _when, more in changes:
        there += more
        most = max(most, there)
    return most


def _changes(instance: Instance) -> list[tuple]:
    """An end comes before a creation in the same millisecond."""
    ended = [(instance.end_time, -1)] if instance.finished() else []
    return [(instance.create_time, 1), *ended]

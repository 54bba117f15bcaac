# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for whoever watches a wait: the job's state when it has changed, and once a minute otherwise."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..instance.confirmation import what_it_waits_for
from ..instance.status import named
from ..instance.types import Instance
from ..text.sentences import enumerated
from .report import with_url

QUIET_AT_FIRST = 5  # seconds, in which most jobs end
SHORTEST_GAP = 2  # seconds between two lines
LONGEST_GAP = 60  # seconds between two lines that say the same


def show_started(result: dict[str, Any], task: Any) -> None:
    """Show the instance's id at once, so that it is on the screen if the wait is interrupted."""
    task.say(with_url(f"{named(result)} started", result.get("job_instance_url")))


def reporter(task: Any) -> Callable[[Instance], None]:
    """To be called with an instance each time it was read; shows a line now and then."""
    began = shown_at = task.clock.monotonic()
    shown = ""

    def show(instance: Instance) -> None:
        nonlocal shown, shown_at
        now, where = task.clock.monotonic(), position(instance)
        if now - began >= QUIET_AT_FIRST and now - shown_at >= (LONGEST_GAP if where == shown else SHORTEST_GAP) and not instance["finished"]:
            task.say(f"{named(instance)}: {where}, {duration(now - began)}")
            shown, shown_at = where, now

    return show


def position(instance: Instance) -> str:
    """The steps that have begun and not ended, and whether a person has to act; else the state of the job."""
    steps = instance["steps"]
    active = [f"step {number}/{len(steps)} {step['name']!r} {step['status']}" for number, step in enumerate(steps, start=1)
              if not step["ended_at"] and step["started_at"]]
    return enumerated(filter(None, [*active, what_it_waits_for(instance)])) or instance["status"]


def duration(seconds: float) -> str:
    """Such as 1h2m3s."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join([f"{hours}h" if hours else "", f"{minutes}m" if hours or minutes else "", f"{rest}s"])

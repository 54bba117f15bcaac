# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for whoever watches a wait: how the job goes on, when something has changed, and at a calm interval otherwise."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..instance.confirmation import waiting_for
from ..text.sentences import enumerated
from .report import with_page

SILENT = 5  # seconds, in which most jobs end
CLOSEST = 2  # seconds between two lines
CALM = 60  # seconds between two lines that tell the same


def started(params: dict[str, Any], instance: dict[str, Any], task: Any) -> None:
    """Name the instance on the screen, so that a wait that is interrupted leaves it there."""
    if params["progress"]:
        task.say(with_page(f"job {instance['job_instance_id']} {instance['job_instance_name']!r} started", instance))


def reporter(params: dict[str, Any], task: Any) -> Callable[[dict[str, Any]], None]:
    """What is to be told of every look at an instance, and says a line now and then."""
    began = said_at = task.clock.monotonic()
    said = ""

    def show(instance: dict[str, Any]) -> None:
        nonlocal said, said_at
        now, where = task.clock.monotonic(), _where(instance)
        if now - began >= SILENT and now - said_at >= (CALM if where == said else CLOSEST) and not instance["finished"]:
            task.say(f"job {instance['job_instance_id']} {instance['job_instance_name']!r}: {where}, {_duration(now - began)}")
            said, said_at = where, now

    return show if params["progress"] else lambda _instance: None


def _where(instance: dict[str, Any]) -> str:
    """The steps that are neither ended nor still to come, and whether a person has to act."""
    steps = instance["steps"]
    active = [f"step {place}/{len(steps)} {step['name']!r} {step['status']}" for place, step in enumerate(steps, start=1)
              if not step["ended_at"] and step["started_at"]]
    person = {"confirmation": ["waits for a person to confirm"], "next_batch": ["waits for a person to start the next batch"]}
    return enumerated([*active, *person.get(waiting_for(instance), [])]) or instance["status"]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join([f"{hours}h" if hours else "", f"{minutes}m" if hours or minutes else "", f"{rest}s"])

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a job waits for a person, and at which of its steps."""
from __future__ import annotations

from typing import Any

from . import states


def waiting_for(instance: dict[str, Any]) -> str | None:
    """confirmation or next_batch, where a person has to act before the job goes on; else None."""
    if instance["status_code"] != states.WAITING:
        return None
    step = paused_step(instance)
    return "confirmation" if step is None or step["type"] == "confirmation" else "next_batch"


def paused_step(instance: dict[str, Any]) -> dict[str, Any] | None:
    """The step at which a job waits for a person."""
    if instance["status_code"] != states.WAITING:
        return None
    return next((step for step in instance["steps"] if step["status_code"] == states.WAITING), None)


def unconfirmed_step(instance: dict[str, Any] | None) -> dict[str, Any] | None:
    """The confirmation that a job waits at. It still does when JOB has agreed to stop it, and stays so for ever (ConfirmStepEventHandler)."""
    if instance is None or instance["status_code"] not in (states.WAITING, states.STOPPING):
        return None
    return next((step for step in instance["steps"] if step["type"] == "confirmation" and step["status_code"] == states.WAITING), None)

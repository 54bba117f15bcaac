# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a job waits for a person, and at which of its steps."""
from __future__ import annotations

from . import states
from .types import Instance, Step


def waiting_for(instance: Instance) -> str | None:
    """confirmation or next_batch, where a person has to act before the job continues; else None."""
    if instance["status_code"] != states.WAITING:
        return None
    step = waiting_step(instance)
    return "confirmation" if step is None or step["type"] == "confirmation" else "next_batch"


def what_it_waits_for(instance: Instance) -> str:
    """The same in words, "" where nobody has to act."""
    return {None: "", "confirmation": "waits for a person to confirm", "next_batch": "waits for a person to start the next batch"}[waiting_for(instance)]


def waiting_step(instance: Instance) -> Step | None:
    """The step at which a job waits for a person."""
    if instance["status_code"] != states.WAITING:
        return None
    return next((step for step in instance["steps"] if step["status_code"] == states.WAITING), None)


def unconfirmed_step(instance: Instance | None) -> Step | None:
    """The confirmation step at which a job waits.

    It also waits there after JOB has accepted the request to terminate it, and then forever (ConfirmStepEventHandler).
    """
    if instance is None or instance["status_code"] not in (states.WAITING, states.STOPPING):
        return None
    return next((step for step in instance["steps"] if step["type"] == "confirmation" and step["status_code"] == states.WAITING), None)

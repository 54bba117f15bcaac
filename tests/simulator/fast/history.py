# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever may look at a job's history is shown of its script (EsbGetStepInstanceDetailV3ResourceImpl)."""

from __future__ import annotations

from contract import Call
from instances import instance_of, step_of
from lifecycle import Step
from store import Store

NO_STEP = 1244007
MASK = "******"
CUSTOM = 1


def show_step(store: Store, call: Call) -> dict:
    """Of anything but a script that came without a plan no more than its name is told here."""
    step = step_of(store, call, NO_STEP)
    taken = instance_of(store, call).plan.get("taken", {})
    return {
        "id": step.step_instance_id,
        "name": step.plan["name"],
        "type": step.plan["type"],
        "script_info": _script(step, taken) if "script_content" in taken else None,
        "file_info": None,
        "approval_info": None,
    }


def _script(step: Step, taken: dict) -> dict:
    return {
        "script_type": CUSTOM,
        "script_id": None,
        "script_version_id": None,
        "script_content": taken["script_content"],
        "script_language": taken["script_language"],
        "script_param": MASK if taken["is_param_sensitive"] else taken["script_param"],
        "is_param_sensitive": taken["is_param_sensitive"],
        "script_timeout": taken["timeout"],
        "account": {"id": None, "name": taken["account"], "alias": None},
        "server": {"host_id_list": [*step.hosts]},
        "is_ignore_error": 0,
    }

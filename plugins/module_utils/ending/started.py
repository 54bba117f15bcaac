# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task that has started an instance, with the job's end where it is waited for."""
from __future__ import annotations

from typing import Any

from ..errors import STARTED, JobError
from ..options.connection import instance_url
from ..wire.client import Client
from .message import failed_wait
from .progress import show_started
from .wait import wait


def follow(client: Client, params: dict[str, Any], scope: dict[str, Any], instance: dict[str, Any], result: dict[str, Any], task: Any) -> dict[str, Any]:
    """The whole result. instance: the id and name of what was started. result: what is known beside it."""
    result = {**result, **instance, **instance_url(params, instance["job_instance_id"])}
    if params["wait"]:
        if params["progress"]:
            show_started(result, task)
        result.update(_wait(client, params, scope, instance["job_instance_id"], task), changed=True)
    return result if result.get("failed") else {**result, "ansible_facts": {"blueking_job": instance}}


def _wait(client: Client, params: dict[str, Any], scope: dict[str, Any], job_instance_id: int, task: Any) -> dict[str, Any]:
    """How the job ended. Whatever fails here, it has been started."""
    try:
        return wait(client, params, scope, job_instance_id, task)
    except JobError as error:
        return {**error.result(), "outcome": STARTED, "msg": failed_wait(job_instance_id, error)}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a job execution plan."""
from __future__ import annotations

from .client import Client
from .errors import NoAnswer
from .ids import whole


def start(client: Client, request: dict) -> dict:
    """Start a plan, once; returns the new instance's `job_instance_id` and `job_instance_name`.

    request: the body of `execute_job_plan` without credentials. Raises JobError, whose outcome tells whether
    the plan may have started.
    """
    plan = request["job_plan_id"]
    in_doubt = (f"the plan may have started. Look for an instance of plan {plan} in JOB's execution history "
                "before starting it again")
    data = client.call("execute_job_plan", request, in_doubt=in_doubt)
    job_instance_id = whole(data.get("job_instance_id")) if isinstance(data, dict) else None
    if job_instance_id is None:
        raise NoAnswer("JOB answered execute_job_plan with success, but without a job_instance_id", in_doubt=in_doubt)
    return {"job_instance_id": job_instance_id, "job_instance_name": data.get("job_instance_name")}

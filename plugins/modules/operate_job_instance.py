#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Terminate a job instance."""
from __future__ import annotations

DOCUMENTATION = r"""
module: operate_job_instance
short_description: Terminate a job instance of BlueKing JOB
version_added: 0.1.0
description:
  - Terminates a job instance (作业实例) that runs, or waits for a person. One that has ended is left as it is, without a change.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_instance_id:
    description:
      - The ID of the instance. In check mode, where nothing was started, an empty one skips the task.
    type: int
    required: true
  operation:
    description:
      - What to do.
    type: str
    choices: [terminate]
    required: true
  wait:
    description:
      - Whether to wait until the instance has stopped. Otherwise the task ends when JOB has agreed to stop it.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most, for JOB to agree, which it does not in the first moments after a start, and with O(wait) for the
        instance to stop. Then the task fails.
    type: float
    default: 60
seealso:
  - module: blueking.job.operate_step_instance
  - module: blueking.job.job_instance_info
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.scope
  - blueking.job.arguments.connection
attributes:
  platform:
    platforms: posix
  check_mode:
    support: full
    details:
      - Reads how the instance stands, and predicts whether it would be terminated.
  diff_mode:
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""

EXAMPLES = r"""
- name: Stop a job
  blueking.job.operate_job_instance:
    bk_biz_id: 1
    job_instance_id: 10000
    operation: terminate
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
job_instance_id:
  description:
    - The ID of the instance. With it come the C(job_instance_name), C(job_instance_url), C(status), C(status_code), C(finished), times and C(steps) that
      M(blueking.job.job_instance_info) describes, as they were in the end.
  returned: when the instance could be read
  type: int
  sample: 10000
status:
  description: How it stands in the end, see RV(blueking.job.job_instance_info#module:status).
  returned: when the instance could be read
  type: str
  sample: stopped
outcome:
  description: V(started) if JOB has agreed to stop it, V(not_started) if it surely has not, V(unknown) when no answer told.
  returned: failure
  type: str
  sample: not_started
"""

from ansible_collections.blueking.job.plugins.module_utils import instances, states
from ansible_collections.blueking.job.plugins.module_utils.arguments import CONNECTION, CONSTRAINTS, SCOPE, check_bounds, check_ids, scope
from ansible_collections.blueking.job.plugins.module_utils.connection import connect, instance_url
from ansible_collections.blueking.job.plugins.module_utils.digest import headline
from ansible_collections.blueking.job.plugins.module_utils.errors import NOT_STARTED, STARTED, UNKNOWN, JobError
from ansible_collections.blueking.job.plugins.module_utils.operations import Stop, stop
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module

SPEC = {
    "argument_spec": {
        **SCOPE, **CONNECTION,
        "job_instance_id": {"type": "int", "required": True},
        "operation": {"type": "str", "choices": ["terminate"], "required": True},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 60},
    },
    **CONSTRAINTS,
}
HAS_OUTCOME = True


def run(params: dict, task: Task) -> dict:
    """Terminate the instance, unless it has ended."""
    check_ids(params, "job_instance_id")
    check_bounds(params)
    where = scope(params)
    client = connect(params, task)
    before = instances.read(client, where, params["job_instance_id"])
    if before["finished"] or task.check_mode:
        changes = not before["finished"] and before["status_code"] != states.STOPPING
        return {"changed": changes, **before, **instance_url(params, before["job_instance_id"])}
    now = stop(client, where, params["job_instance_id"], before, task.clock, params["wait_timeout"], ended=params["wait"])
    told = {**now.last, **instance_url(params, params["job_instance_id"]), "changed": now.outcome != NOT_STARTED}
    agreed = now.outcome == STARTED or now.last["status_code"] == states.STOPPING
    if now.last["finished"] or (agreed and not params["wait"]):
        return told
    details = now.trouble.result() if now.trouble else JobError("").result()
    return {**details, **told, "outcome": now.outcome, "msg": reproach(now, agreed, params["wait_timeout"])}


def reproach(now: Stop, agreed: bool, wait_timeout: float) -> str:
    """Why the instance is not known to have stopped."""
    why = f": {now.trouble}" if now.trouble else ""
    if agreed:
        return f"not stopped within {wait_timeout:g} s (wait_timeout), though JOB has agreed to it: {headline(now.last)}{why}"
    if now.outcome == UNKNOWN:
        return f"JOB may have agreed to stop it, but no answer told: {headline(now.last)}{why}"
    return f"not stopped, because JOB did not agree: {headline(now.last)}{why}"


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

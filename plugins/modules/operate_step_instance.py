#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operate a step of a job instance: retry, skip or confirm it, or continue after it."""
from __future__ import annotations

DOCUMENTATION = r"""
module: operate_step_instance
short_description: Retry, skip or confirm a step of a job instance of BlueKing JOB
version_added: 0.1.0
description:
  - Operates a step (步骤) like a person on the instance's page. The task fails, and nothing is sent, if the step's state does not allow
    the operation.
  - JOB answers first and acts then. The task waits up to ten seconds until the new state shows, so that a M(blueking.job.job_instance_wait) after it does
    not read the old one.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_instance_id:
    description:
      - The ID of the instance. If it is empty in check mode, where nothing was started, the task is skipped.
    type: int
    required: true
  step_instance_id:
    description:
      - The ID of the step, from RV(blueking.job.job_instance_info#module:steps[].step_instance_id). It can be left out if exactly one
        step allows the operation.
    type: int
  operation:
    description:
      - V(retry_failed) runs the step again on the hosts that failed, V(retry_all) on all its hosts. For a step that is failed, abnormal or stopped.
        JOB before 3.6 allows V(retry_failed) for failed steps only, and V(retry_all) for failed and stopped ones.
      - V(ignore_error) continues as if the step had succeeded. For a step that is failed. JOB accepts it for an abnormal step, too, but then never runs
        another step, so the task fails for such a step.
      - V(skip) forces the end of a step that is stopping but does not stop. V(next_step) goes on after a stopped step, with the step after it.
      - V(next_batch) starts the next batch of a rolling step that waits for a person.
      - V(confirm) continues after a confirmation step that waits. V(terminate_confirmation) ends the job at that step. V(ask_again) then asks for the
        confirmation once more.
    type: str
    choices: [retry_failed, retry_all, ignore_error, skip, next_step, next_batch, confirm, terminate_confirmation, ask_again]
    required: true
seealso:
  - module: blueking.job.job_instance_wait
  - module: blueking.job.operate_job_instance
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
      - Reads the instance, and fails if its state does not allow the operation.
  diff_mode:
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - An operation changes the step's state. The new state does not allow it again.
"""

EXAMPLES = r"""
- name: Run the failed step again, on the hosts that failed
  blueking.job.operate_step_instance:
    bk_biz_id: 1
    job_instance_id: 10000
    operation: retry_failed
  delegate_to: localhost
  become: false
  run_once: true

- name: Wait for the job, which runs again
  blueking.job.job_instance_wait:
    bk_biz_id: 1
    job_instance_id: 10000
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
job_instance_id:
  description:
    - The ID of the instance. C(job_instance_name), C(job_instance_url), C(status), C(status_code), C(finished), times and C(steps) are returned, too, as
      M(blueking.job.job_instance_info) describes them, after the operation.
  returned: success
  type: int
  sample: 10000
step_instance_id:
  description: The ID of the step that was operated.
  returned: success
  type: int
  sample: 20002
status:
  description: The state of the job after the operation, see RV(blueking.job.job_instance_info#module:status).
  returned: success
  type: str
  sample: running
outcome:
  description: V(unknown) if it is not clear whether JOB has carried out the operation, V(not_started) if it has not.
  returned: failure
  type: str
  sample: not_started
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.instance import status
from ansible_collections.blueking.job.plugins.module_utils.instance.step_operations import STEP_OPERATIONS, choose_step, operate_step
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION, CONSTRAINTS, SCOPE, check_ids, scope
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect, instance_url
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION,
        "job_instance_id": {"type": "int", "required": True},
        "step_instance_id": {"type": "int"},
        "operation": {"type": "str", "choices": list(STEP_OPERATIONS), "required": True},
    },
    **CONSTRAINTS,
}
HAS_OUTCOME = True


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Carry out the operation, if the step's state allows it."""
    check_ids(params, "job_instance_id", "step_instance_id")
    where = scope(params)
    client = connect(params, task)
    instance = status.read(client, where, params["job_instance_id"])
    step = choose_step(instance, params["operation"], params["step_instance_id"])
    if not task.check_mode:
        seen = operate_step(client, where, instance, step, params["operation"])
        instance = seen.last or instance
        if seen.error:
            task.warnings.append(f"JOB has accepted {params['operation']}, but its effect could not be verified: {seen.error}")
    return {"changed": True, **instance, **instance_url(params, instance["job_instance_id"]), "step_instance_id": step["step_instance_id"]}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

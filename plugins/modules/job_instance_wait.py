#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait for a job instance that has been started."""
from __future__ import annotations

DOCUMENTATION = r"""
module: job_instance_wait
short_description: Wait for a job instance of BlueKing JOB to end
version_added: 0.1.0
description:
  - Waits until a job instance (作业实例) has ended, and fails with the reasons if it did not succeed.
  - The same as O(blueking.job.execute_job_plan#module:wait), for an instance that has been started.
  - It starts nothing, so its results have no C(outcome). If it fails without RV(status), the job could not be read, and may run.
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
seealso:
  - module: blueking.job.execute_job_plan
  - module: blueking.job.job_instance_info
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.wait
  - blueking.job.arguments.report
  - blueking.job.arguments.scope
  - blueking.job.arguments.connection
attributes:
  platform:
    platforms: posix
  check_mode:
    support: full
    details:
      - Waits, too, but does not terminate the job, whatever O(on_timeout) says.
  diff_mode:
    support: N/A
    details:
      - There is nothing to compare.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""

EXAMPLES = r"""
- name: Start a plan without waiting
  blueking.job.execute_job_plan:
    bk_biz_id: 1
    job_plan_id: 100
  delegate_to: localhost
  become: false
  run_once: true
  register: started

- name: Wait for it, ten minutes at most
  blueking.job.job_instance_wait:
    bk_biz_id: 1
    job_instance_id: "{{ started.job_instance_id }}"
    wait_timeout: 600
    on_timeout: terminate
  delegate_to: localhost
  become: false
  run_once: true
  register: job
"""

RETURN = r"""
job_instance_id:
  description:
    - The ID of the instance. All else that M(blueking.job.job_instance_info) returns of an instance is returned, too, except C(digest), which is the
      C(msg) of a failed task.
  returned: when the instance could be read
  type: int
  sample: 10000
status:
  description:
    - Its state when it was last read, see RV(blueking.job.job_instance_info#module:status). Use this in playbooks instead of C(finished), which Ansible
      overwrites in a task with C(async).
  returned: when the instance could be read
  type: str
  sample: success
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.wait import wait
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    CONSTRAINTS,
    REPORT,
    SCOPE,
    WAIT,
    check_bounds,
    check_ids,
    scope,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module

SPEC: dict[str, Any] = {
    "argument_spec": {**SCOPE, **CONNECTION, **WAIT, **REPORT, "job_instance_id": {"type": "int", "required": True}},
    **CONSTRAINTS,
}
HAS_OUTCOME = False


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Wait; the task fails if the job did not end well."""
    check_ids(params, "job_instance_id")
    check_bounds(params)
    where = scope(params)
    return {"changed": False, **wait(connect(params, task), params, where, params["job_instance_id"], task)}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

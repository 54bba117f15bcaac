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
      - Either this or O(job_instance_ids) is required.
    type: int
  job_instance_ids:
    description:
      - Many instances of one scope, to wait for together; at most 1000. O(wait_timeout) is one deadline for all of them.
      - A list of IDs; or the C(results) of M(blueking.job.execute_job_plans), or of a loop of M(blueking.job.execute_job_plan), C(failed) and C(unknown) ones
        included. Of results that were skipped nothing is expected. One without an ID, of a start that never was, or that nobody knows, fails the task
        in the end, when the others have been waited for. The same list as JSON text is possible, too.
      - If there is no ID in check mode, where nothing was started, the task is skipped.
    type: raw
  on_failure:
    description:
      - What to do when one of many jobs does not end well. The task fails in any case.
      - V(continue) waits for the others. V(terminate) terminates those that run, as with O(on_timeout=terminate).
    type: str
    choices: [continue, terminate]
    default: continue
seealso:
  - module: blueking.job.execute_job_plan
  - module: blueking.job.execute_job_plans
  - module: blueking.job.job_instance_info
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.many
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

- name: Start plans in a loop, which may fail in the middle
  blueking.job.execute_job_plan:
    bk_biz_id: 1
    job_plan_id: "{{ item }}"
  loop: [100, 102]
  delegate_to: localhost
  become: false
  run_once: true
  register: loop
  ignore_errors: true

- name: Wait for all that have started, and fail if one has not
  blueking.job.job_instance_wait:
    bk_biz_id: 1
    job_instance_ids: "{{ loop.results }}"
  delegate_to: localhost
  become: false
  run_once: true
  register: jobs
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
results:
  description:
    - A result for each instance, with C(job_instance_id), C(status), C(job_instance_name) and C(duration), the last two as far as there is room.
      One that failed has C(failed) and C(msg), and as far as there is room all that M(blueking.job.job_instance_info) returns of it.
  returned: with O(job_instance_ids)
  type: list
  elements: dict
  sample: [{job_instance_id: 10000, job_instance_name: Test, status: success, duration: 1.5}]
counts:
  description: How many jobs have which C(status), in C(status).
  returned: with O(job_instance_ids)
  type: dict
  sample: {outcome: {}, status: {success: 1}}
job_instance_ids:
  description: The IDs of all these instances.
  returned: with O(job_instance_ids)
  type: list
  elements: int
  sample: [10000]
failed_job_instance_ids:
  description: Of these, the instances that have ended, and not well.
  returned: with O(job_instance_ids)
  type: list
  elements: int
  sample: []
unfinished_job_instance_ids:
  description: Of these, the instances for which the task fails, and which are not known to have ended.
  returned: with O(job_instance_ids)
  type: list
  elements: int
  sample: []
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.wait import wait
from ansible_collections.blueking.job.plugins.module_utils.many import instances, results
from ansible_collections.blueking.job.plugins.module_utils.many.handling import handle
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    CONSTRAINTS,
    MANY,
    REPORT,
    SCOPE,
    WAIT,
    check_bounds,
    check_given,
    check_ids,
    scope,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import HIDDEN

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **WAIT, **REPORT, "job_instance_id": {"type": "int"},
        # results, which would fill syslog, where AnsibleModule writes all other arguments
        "job_instance_ids": {"type": "raw", "no_log": True},
        "parallel": MANY["parallel"], "on_failure": {**MANY["on_failure"], "choices": ["continue", "terminate"]},
    },
    **CONSTRAINTS,
    "mutually_exclusive": [*CONSTRAINTS["mutually_exclusive"], ["job_instance_id", "job_instance_ids"]],
    "required_one_of": [*CONSTRAINTS["required_one_of"], ["job_instance_id", "job_instance_ids"]],
}
HAS_OUTCOME = False
COUNTS_WITH = {"job_instance_ids": ("parallel", "on_failure")}


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Wait; the task fails if a job did not end well."""
    if params["job_instance_ids"] is not None:
        task.shown["job_instance_ids"] = HIDDEN  # results of other tasks may be long
    check_given(params, "job_instance_id", "job_instance_ids")
    check_ids(params, "job_instance_id")
    check_bounds(params)
    where = scope(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    if params["job_instance_ids"] is not None:
        return wait_for_all(params, where, task)
    return {"changed": False, **wait(connect(params, task), params, where, params["job_instance_id"], task)}


def wait_for_all(params: dict[str, Any], where: dict[str, Any], task: Task) -> dict[str, Any]:
    """Of many jobs together, a row for each."""
    client = connect(params, task, threads=True)
    jobs = instances.read(params["job_instance_ids"], where, task.secrets)
    task.shown["job_instance_ids"] = [job.job_instance_id for job in jobs]
    if task.check_mode and not any(job.job_instance_id for job in jobs):
        return {"changed": False, "skipped": True, "msg": "skipped: in check mode there are no instances yet"}
    options = {**params, "wait": True, "max_running": None, "quota_timeout": 0}
    handle(client, jobs, options, task)
    return results.result(jobs, options, task)


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

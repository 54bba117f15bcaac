#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start many job execution plans side by side, and wait for all their jobs if wanted."""
from __future__ import annotations

DOCUMENTATION = r"""
module: execute_job_plans
short_description: Start many job execution plans of BlueKing JOB, and wait for them together
version_added: 0.1.0
description:
  - Starts the plans of a list side by side, and with O(wait=true) waits for all their jobs, with one deadline, one progress and one result.
  - First it reads all plans, each once, and checks every entry against its plan. If there is a problem with any entry, nothing is started, and the
    message names the entries.
  - >-
    Each plan is started as M(blueking.job.execute_job_plan) starts one: once, and sent again only where it is certain that nothing ran. What becomes of one
    start, a refusal or no answer, neither stops nor loses the others, unless O(on_failure) says so. Each has an C(outcome) of its own in RV(results).
  - The task fails if any plan was not started, if it is unknown whether it was, or if a job does not end well. All ids are in the result then, too.
  - >-
    RV(outcome) is V(not_started) only if nothing at all may have started. Then, and only then, is it safe to repeat the whole task.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  plans:
    description:
      - The plans to start, in this order; at most 1000 entries. Several entries may be alike, and then the plan is started several times.
      - A list, or the same list as JSON text, for surveys of AWX and ad-hoc commands.
      - An entry has the options of the task that are named here. Its own value wins over the task's.
    type: raw
    required: true
    suboptions:
      label:
        description:
          - A name for this entry in messages and results, such as the region.
        type: str
      job_plan_id:
        description:
          - The ID of the plan. Either this or C(job_plan_name), here or in the task.
        type: int
      job_plan_name:
        description:
          - The exact name of the plan.
        type: str
      job_template_id:
        description:
          - The ID of the plan's job template, with C(job_plan_name).
        type: int
      global_var_list:
        description:
          - Values for global variables, as in M(blueking.job.execute_job_plan). O(global_var_list) of the task is added, except the variables that
            this list gives by the same name or the same ID.
        type: raw
      callback_url:
        description:
          - An address that JOB calls when this job has ended.
        type: str
      bk_biz_id:
        description:
          - The business of this plan. An entry that gives one of the options of the scope takes none of them from the task.
        type: int
      bk_scope_type:
        description:
          - The type of the scope of this plan.
        type: str
        choices: [biz, biz_set, tenant_set]
      bk_scope_id:
        description:
          - The ID of that scope.
        type: str
      check_plan:
        description:
          - Whether this plan is read, and the entry checked against it.
        type: bool
      exactly_once:
        description:
          - Whether this plan is started in two steps.
        type: bool
  max_running:
    description:
      - How many of the jobs may run at once. The next plan is started when a job ends. Needs O(wait=true), and
        an O(wait_timeout) above 0.
      - A start without an answer does not count, because nobody knows whether its job runs.
    type: int
  on_failure:
    description:
      - What to do when a plan cannot be started, when it is unknown whether it was, or when a job does not end well. The task fails in any case.
      - V(continue) starts and waits for the others. V(stop) starts no more, also not what waits for a rate limit, and waits for those that run.
        V(terminate) starts no more, and terminates those that run, as with O(on_timeout=terminate); it needs O(wait=true).
    type: str
    choices: [continue, stop, terminate]
    default: continue
  wait:
    description:
      - Whether to wait until all jobs have ended. Only then do O(wait_timeout), O(wait_interval), O(on_confirmation), O(on_timeout),
        O(fail_on_ignored_errors), O(max_running), O(max_failed_hosts), O(log_hosts), O(log_lines) and O(return_global_vars) have an effect. A task
        that gives one of them without O(wait=true) is refused. In C(module_defaults) they may be given for all tasks.
      - O(wait_timeout) is one deadline for all, from the first start. A plan whose turn has not come until then, because of O(parallel), O(max_running), a
        rate limit or JOB's quota, is not started. With V(0) all plans are started, and each job is looked at once.
    type: bool
    default: false
seealso:
  - module: blueking.job.execute_job_plan
  - module: blueking.job.job_instance_wait
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.start
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
      - Validates all entries and checks them against their plans (see O(check_plan)), with requests that only read. RV(results) has the request of each.
  diff_mode:
    support: full
    details:
      - Shows for each entry, as far as there is room, the plan's variables and the values that will be used. Needs O(check_plan).
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run starts the plans again. JOB has no idempotency key.
"""

EXAMPLES = r"""
- name: Start one plan for each region, and wait for all
  blueking.job.execute_job_plans:
    bk_biz_id: 1
    job_plan_id: 100
    plans:
      - label: north
        global_var_list: [{name: param_name, value: north}]
      - label: south
        global_var_list: [{name: param_name, value: south}]
    wait: true
    wait_timeout: 1800
  delegate_to: localhost
  become: false
  run_once: true
  register: regions

- name: Start different plans, no more than five at a time, and stop at the first failure
  blueking.job.execute_job_plans:
    bk_biz_id: 1
    plans:
      - job_plan_id: 100
      - job_plan_name: Test
      - job_plan_id: 102
    wait: true
    max_running: 5
    on_failure: stop
  delegate_to: localhost
  become: false
  run_once: true
  register: different

- name: Start a plan ten times now, with patience for JOB's quota of running jobs
  blueking.job.execute_job_plans:
    bk_biz_id: 1
    plans: "{{ [{'job_plan_id': 100}] * 10 }}"
    quota_timeout: 1800
  delegate_to: localhost
  become: false
  run_once: true
  register: started

- name: Wait for them later
  blueking.job.job_instance_wait:
    bk_biz_id: 1
    job_instance_ids: "{{ started.results }}"
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
msg:
  description:
    - How many of how many started or ended well. After a failure the reasons, grouped by cause across all jobs, with the first few jobs of each, and the
      message of the first.
  returned: always
  type: str
  sample: 50 of 50 jobs ended well
outcome:
  description:
    - V(not_started) if nothing at all may have started, V(unknown) if that is unknown of any plan, and else V(started). Null in check mode.
  returned: always, except in a result that Ansible wrote; treat a missing one as V(unknown)
  type: str
  sample: started
results:
  description:
    - A result for each entry, in the order of the list. Each has C(outcome) and C(job_instance_id), which is null where none is known, and after a
      wait C(status). As far as there is room, it has C(label), C(job_plan_id), C(job_plan_name), C(job_instance_name) and C(duration).
    - One that failed has C(failed) and C(msg), and as far as there is room all that M(blueking.job.execute_job_plan) returns of it.
    - In check mode each is what M(blueking.job.execute_job_plan) returns in check mode.
    - O(blueking.job.job_instance_wait#module:job_instance_ids) takes this list.
  returned: unless the options or the plans are refused
  type: list
  elements: dict
  sample:
    - {outcome: started, job_instance_id: 10000, job_instance_name: Test, job_plan_id: 100, job_plan_name: Test, label: north, status: success, duration: 1.5}
counts:
  description: How many starts have which C(outcome), and how many jobs which C(status).
  returned: as RV(results)
  type: dict
  sample: {outcome: {started: 50}, status: {success: 50}}
job_instance_ids:
  description: The IDs of all instances that are known, in the order of the list.
  returned: as RV(results)
  type: list
  elements: int
  sample: [10000, 10001]
failed_job_instance_ids:
  description: Of these, the instances that have ended, and not well.
  returned: as RV(results)
  type: list
  elements: int
  sample: []
unfinished_job_instance_ids:
  description: Of these, the instances for which the task fails, and which are not known to have ended.
  returned: as RV(results)
  type: list
  elements: int
  sample: []
unknown_job_instance_ids:
  description:
    - Instances that may have come of the starts whose C(outcome) is V(unknown), at most 200. Those that O(exactly_once) has created, and the
      C(candidates) of the others, except the instances of other entries. A candidate may be somebody else's.
    - Look at them, with M(blueking.job.job_instance_info) in a loop or M(blueking.job.job_instance_wait), before you start these entries again.
  returned: as RV(results)
  type: list
  elements: int
  sample: []
ansible_facts:
  description: Facts for later plays. A failed task sets none, so the facts of an earlier start remain. Prefer C(register).
  returned: success, outside check mode
  type: complex
  contains:
    blueking_job:
      description: What was started last.
      type: dict
      contains:
        job_instance_ids:
          description: As RV(job_instance_ids).
          type: list
          elements: int
          sample: [10000, 10001]
code:
  description: The error number of JOB or of the gateway, of the first entry that is refused. Null if there was none.
  returned: when options or plans are refused
  type: int
  sample: 1243009
request_id:
  description: The ID of the request in the logs of the gateway or of JOB. Null if there was none.
  returned: when options or plans are refused
  type: str
  sample: 6a7c2f0e
http_status:
  description: The HTTP status of the answer. Null without an answer.
  returned: when options or plans are refused
  type: int
  sample: 200
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.many import entries, reading, results
from ansible_collections.blueking.job.plugins.module_utils.many.handling import handle
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    MANY,
    REPORT,
    SCOPE,
    START,
    START_CONSTRAINTS,
    WAIT,
    check_bounds,
    hidden,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.plan import request as plan_request
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import HIDDEN

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **START, **WAIT, **REPORT, **MANY,
        # no_log as global_var_list, which it contains
        "plans": {"type": "raw", "required": True, "no_log": True},
        "max_running": {"type": "int"},
        "wait": {"type": "bool", "default": False},
    },
    # Scope and plan may be those of the entries.
    **{constraint: of for constraint, of in START_CONSTRAINTS.items() if constraint != "required_one_of"},
}
HAS_OUTCOME = True
COUNTS_WITH = {"wait": (*(option for option in WAIT if option != "progress"), *REPORT, "max_running")}


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Start the plans, or in check mode return what would be sent; both only if all requests fit their plans."""
    task.shown.update({**hidden(params, *plan_request.MAY_BE_SECRET), "plans": HIDDEN})  # until the plans have been read, which say what is secret
    jobs = entries.read(params, task.secrets)
    check_options(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task, threads=True)
    reading.check(client, jobs, task, params["parallel"])
    task.shown["plans"] = entries.shown(jobs, task.secrets)
    if task.check_mode:
        result = results.checked(jobs, task)
        return results.with_differences(result, jobs, task) if task.diff else result
    reading.check_exactly_once(client, jobs, params["parallel"])
    handle(client, jobs, params, task)
    result = results.result(jobs, params, task)
    return results.with_differences(result, jobs, task) if task.diff else result


def check_options(params: dict[str, Any]) -> None:
    """InputError for what cannot be meant."""
    check_bounds(params)
    if params["max_running"] is not None and params["max_running"] < 1:
        raise InputError(f"max_running must be 1 or more, not {params['max_running']}")
    if params["max_running"] is not None and params["wait"] and params["wait_timeout"] == 0:
        raise InputError("max_running needs a wait_timeout above 0: with 0 no job is waited for, so none would end and make room for the next")
    if params["on_failure"] == "terminate" and not params["wait"]:
        raise InputError("on_failure: terminate needs wait: true, because a job that is not waited for is not terminated")


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

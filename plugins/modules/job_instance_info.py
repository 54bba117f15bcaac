#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read job instances: how one stands and why it failed, or those of a scope."""
from __future__ import annotations

DOCUMENTATION = r"""
module: job_instance_info
short_description: Read job instances of BlueKing JOB
version_added: 0.1.0
description:
  - With O(job_instance_id), tells how one job instance (作业实例) stands, what its steps did on how many hosts, which hosts failed,
    and why.
  - Without it, lists the instances of a scope that all given filters fit. All pages of JOB's list are read, and a period longer
    than the 30 days that JOB allows is asked for in parts. So is one with more instances than JOB lets pages be read of.
  - O(hosts), O(logs), and the options from O(max_failed_hosts) to O(return_global_vars) count with O(job_instance_id) only, and are refused in a task
    without it.
  - A job that failed does not fail the task. To wait for a job, see M(blueking.job.job_instance_wait).
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_instance_id:
    description:
      - The ID of the one instance to read. One that is given but empty is refused; in check mode, where nothing was started, it skips the task.
    type: int
  hosts:
    description:
      - With O(job_instance_id), which hosts are returned. V(failed) returns RV(failed_hosts), V(all) also RV(hosts), which on a large job
        is megabytes, V(none) reads no hosts at all.
    type: str
    choices: [failed, all, none]
    default: failed
  logs:
    description:
      - With O(job_instance_id), whether RV(digest) shows the ends of failed hosts' logs, within O(log_hosts) and O(log_lines).
    type: bool
    default: true
  job_plan_id:
    description:
      - Only instances of this plan.
    type: int
  operator:
    description:
      - Only instances that this user started.
    type: str
  status:
    description:
      - Only instances in this state, in the words of RV(status).
    type: str
    choices:
      - not_started
      - running
      - success
      - failed
      - skipped
      - error_ignored
      - waiting_confirmation
      - ended_by_hand
      - abnormal
      - stopping
      - stopped
      - confirmation_terminated
      - abandoned
      - waiting_next_batch
  name_contains:
    description:
      - Only instances with this text somewhere in their names.
    type: str
  create_time_start:
    description:
      - Only instances created at this moment or later, as ISO 8601, in UTC unless it says otherwise. Default is 24 hours before
        O(create_time_end), and the earliest is 10 years before it.
    type: str
  create_time_end:
    description:
      - Only instances created at this moment or earlier, as ISO 8601. It must be later than O(create_time_start). Default is now.
    type: str
seealso:
  - module: blueking.job.job_instance_wait
  - module: blueking.job.execute_job_plan
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.report
  - blueking.job.arguments.scope
  - blueking.job.arguments.connection
attributes:
  platform:
    platforms: posix
  check_mode:
    support: full
    details:
      - It only reads, in check mode too.
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""

EXAMPLES = r"""
# Address and credentials come from the environment here; they can be options too.
- name: See how a job stands
  blueking.job.job_instance_info:
    bk_biz_id: 1
    job_instance_id: 10000
  delegate_to: localhost
  become: false
  run_once: true
  register: job

- name: Show why it failed
  ansible.builtin.debug:
    msg: "{{ job.digest.splitlines() }}"
  when: job.status == 'failed'

- name: Find what failed in the last week
  blueking.job.job_instance_info:
    bk_biz_id: 1
    job_plan_id: 101
    status: failed
    create_time_start: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now(utc=true).timestamp() - 7 * 86400, utc=true) }}"
  delegate_to: localhost
  become: false
  run_once: true
  register: found

- name: Show the instances
  ansible.builtin.debug:
    msg: "{{ found.instances | map(attribute='job_instance_id') }}"
"""

RETURN = r"""
instances:
  description:
    - The instances found, the newest first. Each has RV(job_instance_id), RV(job_instance_name), RV(status), RV(status_code), RV(finished),
      RV(created_at), RV(started_at), RV(ended_at) and RV(duration) as described below, and what follows here.
  returned: success, without O(job_instance_id)
  type: list
  elements: dict
  contains:
    job_plan_id:
      description: The plan it was started from.
      type: int
      sample: 101
    operator:
      description: Who started it.
      type: str
      sample: admin
    launch_mode:
      description: V(web), V(api) or V(cron).
      type: str
      sample: api
job_instance_id:
  description: The ID of the instance.
  returned: success, with O(job_instance_id)
  type: int
  sample: 10000
job_instance_name:
  description: Its name.
  returned: success, with O(job_instance_id)
  type: str
  sample: Deploy web
job_instance_url:
  description: Its page.
  returned: success, with O(job_instance_id), where O(job_web_url) is known
  type: str
  sample: https://job.example.com/api_execute/10000
status:
  description:
    - The job's state, V(not_started), V(running), V(success), V(failed), V(skipped), V(error_ignored), V(waiting_confirmation), V(ended_by_hand),
      V(abnormal), V(stopping), V(stopped), V(confirmation_terminated) or V(abandoned). A number that is unknown here reads C(unknown_) and the number.
  returned: success, with O(job_instance_id)
  type: str
  sample: failed
status_code:
  description: The same as JOB's number.
  returned: success, with O(job_instance_id)
  type: int
  sample: 4
finished:
  description:
    - Whether the job has ended. Only V(success) of RV(status) is a good end. Of a state that is unknown here it is what JOB says, and null in a list,
      where JOB says nothing of it.
    - In a task with C(async) Ansible overwrites this with its own C(finished), which tells that the task has ended. RV(status) and RV(waiting_for) are left
      alone, so look at those.
  returned: success, with O(job_instance_id)
  type: bool
  sample: true
waiting_for:
  description:
    - V(confirmation) or V(next_batch) where a person has to act before the job goes on, else null. JOB uses one number for both, which reads
      V(waiting_confirmation) in RV(status).
  returned: success, with O(job_instance_id)
  type: str
  sample: confirmation
created_at:
  description: When it was created, as ISO 8601 in UTC.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:00Z"
started_at:
  description: When it began to run, null if it has not.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:00Z"
ended_at:
  description: When it ended, null if it has not.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:02Z"
duration:
  description: How many seconds it took, null if it has not ended.
  returned: success, with O(job_instance_id)
  type: float
  sample: 2.04
steps:
  description: The steps in order.
  returned: success, with O(job_instance_id)
  type: list
  elements: dict
  contains:
    step_instance_id:
      description: The ID of the step in this instance, as M(blueking.job.operate_step_instance) takes it.
      type: int
      sample: 20002
    name:
      description: Its name.
      type: str
      sample: Install and restart
    type:
      description: V(script), V(file), V(confirmation) or V(sql).
      type: str
      sample: script
    status:
      description: Its state, in the words of RV(status), or V(waiting_next_batch) for a rolling step between two batches, which goes on by itself.
      type: str
      sample: failed
    status_code:
      description: The same as JOB's number.
      type: int
      sample: 4
    attempts:
      description: How many times it was run, more than once after a retry, and 0 before it begins.
      type: int
      sample: 1
    started_at:
      description: When it began, as ISO 8601 in UTC. A retry does not change it.
      type: str
      sample: "2025-01-01T09:00:01Z"
    ended_at:
      description: When it ended, null if it has not.
      type: str
      sample: "2025-01-01T09:00:02Z"
    duration:
      description: How many seconds it took, null if it has not ended.
      type: float
      sample: 1.0
    hosts:
      description: How many hosts it has, C(total), and how many of them ended how, C(success), C(failed), C(running) and C(waiting).
        Null if they were not read.
      type: dict
      sample: {"total": 2, "success": 1, "failed": 1, "running": 0, "waiting": 0}
failed_hosts:
  description:
    - The hosts that failed, at most O(max_failed_hosts), each with the last step in which it did. The filter P(blueking.job.job_server#filter) takes
      them as they are. Null with O(hosts=none), and where JOB did not tell, which JOB 3.9 and newer never do of a job whose targets are containers.
  returned: success, with O(job_instance_id)
  type: list
  elements: dict
  contains:
    bk_host_id:
      description: The host's ID, null on servers that do not tell.
      type: int
      sample: 5
    bk_cloud_id:
      description: The cloud area's ID.
      type: int
      sample: 0
    ip:
      description: The address.
      type: str
      sample: 10.0.0.5
    step:
      description: The step's name.
      type: str
      sample: Install and restart
    status:
      description:
        - V(agent_abnormal), V(agent_not_installed), V(invalid_host), V(user_not_found), V(wrong_password), V(dispatch_failed), V(failed), V(timed_out),
          V(script_failed), V(script_timed_out), V(script_terminated), V(nonzero_exit), V(execution_error), V(file_transfer_failed),
          V(source_file_missing), V(file_too_large), V(log_error), V(script_log_timed_out), V(file_log_timed_out), V(terminated),
          V(termination_failed), V(unknown_error) or V(unknown); C(unknown_) and JOB's number for another. In RV(hosts) also V(success),
          V(succeeded_before), V(waiting) and V(running).
      type: str
      sample: nonzero_exit
    status_code:
      description: The same as JOB's number.
      type: int
      sample: 104
    exit_code:
      description: The script's exit code. It means something for V(success) and V(nonzero_exit) only.
      type: int
      sample: 1
    tag:
      description: What the script gave to C(job_success) or C(job_fail), at most 60 characters of it, without known secrets.
      type: str
      sample: ""
failed_host_count:
  description: How many hosts failed, however many RV(failed_hosts) has. Null where that is.
  returned: success, with O(job_instance_id)
  type: int
  sample: 1
hosts:
  description: Every host in every step, in the form of RV(failed_hosts). Null where JOB did not tell.
  returned: success, with O(hosts=all)
  type: list
  elements: dict
global_vars:
  description: The string variables by name, with the values that the last step left them. Known secrets in them are replaced.
  returned: success, with O(return_global_vars)
  type: dict
  sample: {"release": "1.1"}
digest:
  description:
    - Why the job failed, in a few lines. It tells the step, how many of how many hosts, the causes with addresses, the ends of logs, and the page. Null
      if no host failed, and no job.
  returned: success, with O(job_instance_id)
  type: str
  sample: "job 10000 'Deploy web' failed at step 2 of 2, 'Install and restart': 1 of 2 hosts failed"
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.report import failure, report
from ansible_collections.blueking.job.plugins.module_utils.instance import listing, states, status
from ansible_collections.blueking.job.plugins.module_utils.instance.types import Instance
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    CONSTRAINTS,
    REPORT,
    SCOPE,
    check_bounds,
    check_ids,
    scope,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.options.periods import milliseconds, windows
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.wire.client import Client

FILTERS = {
    "job_plan_id": {"type": "int"},
    "operator": {"type": "str"},
    "status": {"type": "str", "choices": list(states.CODES)},
    "name_contains": {"type": "str"},
    "create_time_start": {"type": "str"},
    "create_time_end": {"type": "str"},
}
SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **REPORT,
        "job_instance_id": {"type": "int"},
        "hosts": {"type": "str", "choices": ["failed", "all", "none"], "default": "failed"},
        "logs": {"type": "bool", "default": True},
        **FILTERS,
    },
    **CONSTRAINTS,
    "mutually_exclusive": [*CONSTRAINTS["mutually_exclusive"], *(["job_instance_id", option] for option in FILTERS)],
}
HAS_OUTCOME = False
COUNTS_WITH = {"job_instance_id": ("hosts", "logs", *REPORT), "logs": ("log_hosts", "log_lines")}


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Read one instance, or list those that match the filters."""
    check_ids(params, "job_instance_id", "job_plan_id")
    check_bounds(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    where, filters, period = scope(params), read_filters(params), read_period(params, task)
    client = connect(params, task)
    if params["job_instance_id"] is None:
        return {"changed": False, "instances": list_period(client, where, params["job_plan_id"], filters, period)}
    instance = status.read(client, where, params["job_instance_id"])
    return {"changed": False, **describe(client, where, instance, params, task)}


def describe(client: Client, where: dict[str, Any], instance: Instance, params: dict[str, Any], task: Task) -> dict[str, Any]:
    """One instance with its hosts, and why it failed."""
    result, hosts = report(client, params, where, instance, task.warnings.append, with_hosts=params["hosts"] != "none")
    if params["hosts"] == "all":
        result["hosts"] = None if hosts is None else [row for rows in hosts.values() for row in rows]
    failed = result["failed_host_count"] or (result["finished"] and result["status_code"] != states.SUCCESS)
    log_hosts = params["log_hosts"] if params["logs"] else 0
    return {**result, "digest": failure(client, where, result, hosts, log_hosts, params["log_lines"]) if failed else None}


def read_filters(params: dict[str, Any]) -> dict[str, Any]:
    """JOB's own filters."""
    given = {"operator": params["operator"], "name": params["name_contains"], "status": states.CODES.get(params["status"])}
    return {name: value for name, value in given.items() if value is not None}


def read_period(params: dict[str, Any], task: Task) -> tuple[int, int]:
    """First and last moment, in milliseconds."""
    now, day = int(task.clock.time() * 1000), 24 * 3600 * 1000
    end = milliseconds("create_time_end", params["create_time_end"], now)
    return milliseconds("create_time_start", params["create_time_start"], end - day), end


def list_period(client: Client, where: dict[str, Any], job_plan_id: int | None, filters: dict[str, Any], period: tuple[int, int]) -> list[dict[str, Any]]:
    """The instances of a period, the newest first. JOB has no filter for a plan."""
    rows = [row for start, end in windows(*period)
            for row in listing.read(client, where, {**filters, "create_time_start": start, "create_time_end": end})]
    by_id = {row["job_instance_id"]: row for row in rows if job_plan_id in (None, row["job_plan_id"])}
    return [by_id[number] for number in sorted(by_id, reverse=True)]


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

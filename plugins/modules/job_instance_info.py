#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read job instances: the state of one and why it failed, or a list of those of a scope."""
from __future__ import annotations

DOCUMENTATION = r"""
module: job_instance_info
short_description: Read job instances of BlueKing JOB
version_added: 0.1.0
description:
  - With O(job_instance_id), returns the state of one job instance (作业实例), its steps with their numbers of hosts, the hosts that failed,
    and why.
  - Without it, lists the instances of a scope that match all given filters. All pages of JOB's list are read. A period longer than the 30 days that JOB
    allows is read in parts, and so is one with more instances than JOB allows to page through.
  - O(hosts), O(logs), O(max_failed_hosts), O(log_hosts), O(log_lines) and O(return_global_vars) are for O(job_instance_id) only. A task that gives one of
    them without it is refused.
  - A job that failed does not fail the task. To wait for a job, see M(blueking.job.job_instance_wait).
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_instance_id:
    description:
      - The ID of an instance. An empty one is refused. In check mode, where nothing was started, the task is skipped instead.
    type: int
  hosts:
    description:
      - With O(job_instance_id), which hosts are returned. V(failed) returns RV(failed_hosts), V(all) also RV(hosts), which has megabytes for a large
        job. V(none) reads no hosts.
    type: str
    choices: [failed, all, none]
    default: failed
  logs:
    description:
      - With O(job_instance_id), whether RV(digest) shows the last lines of the logs of failed hosts, see O(log_hosts) and O(log_lines).
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
      - Only instances in this state.
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
      - Only instances whose name contains this text.
    type: str
  create_time_start:
    description:
      - Only instances created at this moment or later, as ISO 8601, in UTC without a time zone. The default is 24 hours before
        O(create_time_end), the earliest possible moment 10 years before it.
    type: str
  create_time_end:
    description:
      - Only instances created at this moment or earlier, as ISO 8601. It must be later than O(create_time_start). The default
        is now.
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
# The address and the credentials are in the environment here. They can be options, too.
- name: Read a job
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

- name: Find the jobs that failed in the last week
  blueking.job.job_instance_info:
    bk_biz_id: 1
    job_plan_id: 101
    status: failed
    create_time_start: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now(utc=true).timestamp() - 7 * 86400, utc=true) }}"
  delegate_to: localhost
  become: false
  run_once: true
  register: found

- name: Show their IDs
  ansible.builtin.debug:
    msg: "{{ found.instances | map(attribute='job_instance_id') }}"
"""

RETURN = r"""
instances:
  description:
    - The instances, the newest first. Each has RV(job_instance_id), RV(job_instance_name), RV(status), RV(status_code), RV(finished),
      RV(created_at), RV(started_at), RV(ended_at) and RV(duration), which are described below, and the following.
  returned: success, without O(job_instance_id)
  type: list
  elements: dict
  contains:
    job_plan_id:
      description: The ID of its plan.
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
      V(abnormal), V(stopping), V(stopped), V(confirmation_terminated) or V(abandoned). For another number of JOB it is C(unknown_) and the number.
  returned: success, with O(job_instance_id)
  type: str
  sample: failed
status_code:
  description: JOB's number of RV(status).
  returned: success, with O(job_instance_id)
  type: int
  sample: 4
finished:
  description:
    - Whether the job has ended. It has succeeded only with V(success) in RV(status). For a status of C(unknown_) and a number this is what JOB sends,
      and null in a list, where JOB does not send it.
    - In a task with C(async) Ansible overwrites this with its own C(finished), which says that the task has ended. Use RV(status) and RV(waiting_for)
      there.
  returned: success, with O(job_instance_id)
  type: bool
  sample: true
waiting_for:
  description:
    - V(confirmation) or V(next_batch) where a person has to act before the job continues, else null. RV(status) is V(waiting_confirmation) for both,
      because JOB uses one number.
  returned: success, with O(job_instance_id)
  type: str
  sample: confirmation
created_at:
  description: When it was created, as ISO 8601 in UTC.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:00Z"
started_at:
  description: When it began to run. Null if it has not begun.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:00Z"
ended_at:
  description: When it ended. Null if it has not ended.
  returned: success, with O(job_instance_id)
  type: str
  sample: "2025-01-01T09:00:02Z"
duration:
  description: How many seconds it took. Null if it has not ended.
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
      description: Its state, with the same words as RV(status), or V(waiting_next_batch) for a rolling step between two batches, which continues by itself.
      type: str
      sample: failed
    status_code:
      description: JOB's number of C(status).
      type: int
      sample: 4
    attempts:
      description: How many times it was run. 0 before it begins, 2 or more after a retry.
      type: int
      sample: 1
    started_at:
      description: When it began, as ISO 8601 in UTC. A retry does not change it.
      type: str
      sample: "2025-01-01T09:00:01Z"
    ended_at:
      description: When it ended. Null if it has not ended.
      type: str
      sample: "2025-01-01T09:00:02Z"
    duration:
      description: How many seconds it took. Null if it has not ended.
      type: float
      sample: 1.0
    hosts:
      description: How many hosts it has, C(total), and how many of them are in which state, C(success), C(failed), C(running) and C(waiting).
        Null if they were not read.
      type: dict
      sample: {"total": 2, "success": 1, "failed": 1, "running": 0, "waiting": 0}
failed_hosts:
  description:
    - The hosts that failed, at most O(max_failed_hosts), each with the last step in which it failed. The filter P(blueking.job.job_server#filter) takes
      this list. Null with O(hosts=none), and where the hosts could not be read. Those of a job whose targets are containers cannot be read with
      JOB 3.9 and newer.
  returned: success, with O(job_instance_id)
  type: list
  elements: dict
  contains:
    bk_host_id:
      description: The host's ID. Null with versions of JOB that do not send it.
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
          V(termination_failed), V(unknown_error) or V(unknown). For another number of JOB it is C(unknown_) and the number. In RV(hosts) also V(success),
          V(succeeded_before), V(waiting) and V(running).
      type: str
      sample: nonzero_exit
    status_code:
      description: JOB's number of C(status).
      type: int
      sample: 104
    exit_code:
      description: The script's exit code. Only valid with V(success) and V(nonzero_exit).
      type: int
      sample: 1
    tag:
      description: What the script passed to C(job_success) or C(job_fail), at most 60 characters. Known secrets in it are masked.
      type: str
      sample: ""
failed_host_count:
  description: How many hosts failed, also those that RV(failed_hosts) leaves out. Null where RV(failed_hosts) is null.
  returned: success, with O(job_instance_id)
  type: int
  sample: 1
hosts:
  description: Every host in every step, in the form of RV(failed_hosts). Null where the hosts could not be read.
  returned: success, with O(hosts=all)
  type: list
  elements: dict
global_vars:
  description: The string variables by name, with their values after the last step. Known secrets in them are masked.
  returned: success, with O(return_global_vars)
  type: dict
  sample: {"release": "1.1"}
digest:
  description:
    - Why the job failed, in a few lines, with the step, how many hosts failed, the causes with addresses, the last lines of logs, and the page. Null if
      the job has not failed, and no host.
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

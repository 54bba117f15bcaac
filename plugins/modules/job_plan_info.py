#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read job execution plans: those of a scope, or one with its variables and steps."""
from __future__ import annotations

DOCUMENTATION = r"""
module: job_plan_info
short_description: Read job execution plans of BlueKing JOB
version_added: 0.1.0
description:
  - With O(job_plan_id), reads one job execution plan (作业执行方案) with its global variables and steps.
  - Without it, lists the plans of a scope that match all given filters. All pages of JOB's list are read. The list has no
    variables and steps, which JOB sends for one plan at a time.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_plan_id:
    description:
      - The ID of a plan, which is read with its variables and steps.
    type: int
  name:
    description:
      - Only plans with exactly this name.
    type: str
  name_contains:
    description:
      - Only plans whose name contains this text.
    type: str
  job_template_id:
    description:
      - Only plans of this job template (作业模板).
    type: int
  creator:
    description:
      - Only plans that this user created.
    type: str
  last_modify_user:
    description:
      - Only plans that were last changed by this user.
    type: str
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
      - It only reads, in check mode too.
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
seealso:
  - module: blueking.job.execute_job_plan
"""

EXAMPLES = r"""
# The address and the credentials are in the environment here. They can be options, too.
- name: Read a plan before using it
  blueking.job.job_plan_info:
    bk_biz_id: 1
    job_plan_id: 101
  delegate_to: localhost
  become: false
  run_once: true
  register: found

- name: Show the variables that it requires
  ansible.builtin.debug:
    msg: "{{ found.plans[0].global_var_list | selectattr('required') | map(attribute='name') }}"

# This needs JOB 3.11 or newer.
- name: Find the plans that are behind their template
  blueking.job.job_plan_info:
    bk_biz_id: 1
    name_contains: Deploy
  delegate_to: localhost
  become: false
  run_once: true
  register: found

- name: Show their IDs
  ansible.builtin.debug:
    msg: "{{ found.plans | selectattr('need_update') | map(attribute='job_plan_id') }}"
"""

RETURN = r"""
plans:
  description: The plans, in JOB's order. An empty list if no plan matches.
  returned: success
  type: list
  elements: dict
  contains:
    job_plan_id:
      description: The plan's ID, as M(blueking.job.execute_job_plan) takes it.
      type: int
      sample: 100
    name:
      description: Its name.
      type: str
      sample: Test
    job_template_id:
      description: The ID of its job template.
      type: int
      sample: 50
    need_update:
      description: Whether it is behind its template. JOB 3.11 and newer send this in lists. Null with O(job_plan_id), and with older versions.
      type: bool
      sample: false
    creator:
      description: Who created it.
      type: str
      sample: admin
    create_time:
      description: When it was created, as ISO 8601 in UTC.
      type: str
      sample: "2025-01-01T09:00:00Z"
    last_modify_user:
      description: Who last changed it.
      type: str
      sample: admin
    last_modify_time:
      description: When it was last changed, as ISO 8601 in UTC.
      type: str
      sample: "2025-06-01T09:00:00Z"
    global_var_list:
      description: Its global variables.
      returned: with O(job_plan_id)
      type: list
      elements: dict
      contains:
        id:
          description: The variable's ID.
          type: int
          sample: 437
        name:
          description: Its name.
          type: str
          sample: param_name
        type:
          description: V(string), V(namespace), V(host), V(cipher), V(associative_array) or V(index_array).
          type: str
          sample: string
        required:
          description: Whether its value must not be empty.
          type: bool
          sample: false
        used:
          description: Whether a step uses it. Null with versions of JOB that do not send this.
          type: bool
          sample: true
        description:
          description: Its description in the plan.
          type: str
          sample: What the script prints
        value:
          description: The default. V(******) for a cipher, also for an empty one.
          returned: for all types but V(host)
          type: str
          sample: default
        server:
          description: The default hosts, as JOB sends them. Null without hosts. Has only nulls in it if the hosts are containers.
          returned: for type V(host)
          type: dict
          sample: {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}
    step_list:
      description: Its steps, in order, also those that are disabled, which JOB does not mark.
      returned: with O(job_plan_id)
      type: list
      elements: dict
      contains:
        id:
          description: The step's ID.
          type: int
          sample: 1001
        name:
          description: Its name.
          type: str
          sample: Print
        type:
          description: V(script), V(file), V(confirmation) or V(sql).
          type: str
          sample: script
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION, CONSTRAINTS, SCOPE, check_ids, scope
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.plan import queries
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module

FILTERS = {
    "name": {"type": "str"},
    "name_contains": {"type": "str"},
    "job_template_id": {"type": "int"},
    "creator": {"type": "str"},
    "last_modify_user": {"type": "str"},
}
SPEC: dict[str, Any] = {
    "argument_spec": {**SCOPE, **CONNECTION, "job_plan_id": {"type": "int"}, **FILTERS},
    **CONSTRAINTS,
    "mutually_exclusive": [
        *CONSTRAINTS["mutually_exclusive"],
        ["name", "name_contains"],
        *(["job_plan_id", option] for option in FILTERS),
    ],
}
HAS_OUTCOME = False


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Read one plan, or list those that match the filters."""
    where = scope(params)
    check_ids(params, "job_plan_id", "job_template_id")
    client = connect(params, task)
    if params["job_plan_id"] is not None:
        return {"changed": False, "plans": [queries.read_masked(client, where, params["job_plan_id"])]}
    filters = {option: params[option] for option in ("job_template_id", "creator", "last_modify_user") if params[option] is not None}
    if params["name"] is not None:
        return {"changed": False, "plans": queries.with_name(client, where, params["name"], filters)}
    if params["name_contains"] is not None:
        filters["name"] = params["name_contains"]
    return {"changed": False, "plans": queries.listed(client, where, filters)}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

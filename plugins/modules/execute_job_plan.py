#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a job execution plan, and wait for its job if wanted."""
from __future__ import annotations

DOCUMENTATION = r"""
module: execute_job_plan
short_description: Start a job execution plan of BlueKing JOB
version_added: 0.1.0
description:
  - Starts a job execution plan (作业执行方案) of BlueKing JOB (蓝鲸作业平台), optionally with other values for its global
    variables, and returns the ID of the new job instance. Options have the names of JOB's API C(execute_job_plan).
  - First it reads the plan, and refuses what JOB would silently ignore or misread, see O(check_plan).
  - >-
    The plan is started once each time the task runs. A start is sent again only where it is certain that nothing ran. In a play with C(hosts: web)
    the task runs, and starts the plan, once for every host, unless it has C(run_once: true). With C(serial) it then still runs once for every batch, and
    with C(strategy: free), which ignores C(run_once), once for every host. Use a play with C(hosts: localhost) there.
  - >-
    Without an answer it is unknown whether the plan has started. The task then fails with RV(outcome=unknown), and its message says how to find
    out. Do not repeat such a task before that. V(until: started.outcome | default('unknown'\) != 'not_started') is safe,
    C(until: started is succeeded) is not. O(exactly_once) avoids this case.
  - >-
    A result without RV(outcome) was written by Ansible, for a task that it ended or never began. Treat it as V(unknown), as that C(until) does. This happens
    after the task's C(timeout), when the time of C(async) is over, with an unreachable host, a failed C(become), and with templates or a vault password
    that do not work.
  - With O(wait=true) it waits until the job has ended, and fails if the job did not succeed.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  wait:
    description:
      - Whether to wait until the job has ended. Only then do O(wait_timeout), O(wait_interval), O(on_confirmation), O(on_timeout),
        O(fail_on_ignored_errors), O(progress), O(max_failed_hosts), O(log_hosts), O(log_lines) and O(return_global_vars) have an effect. A task that gives
        one of them without O(wait=true) is refused. In C(module_defaults) they may be given for all tasks.
    type: bool
    default: false
seealso:
  - module: blueking.job.execute_job_plans
  - module: blueking.job.job_plan_info
  - module: blueking.job.job_instance_wait
  - plugin: blueking.job.job_server
    plugin_type: filter
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.start
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
      - Validates all input and checks it against the plan (see O(check_plan)), with requests that only read. RV(request) is the request that would be
        sent, RV(verified) whether the plan was read. If JOB does not answer, nothing was verified, and the task fails.
  diff_mode:
    support: full
    details:
      - Shows for each variable of the plan its default and the value that will be used. Of ciphers it shows only whether they are replaced.
        Needs O(check_plan).
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run starts the plan again. JOB has no idempotency key.
"""

EXAMPLES = r"""
- name: Start a plan with some of its variables changed
  blueking.job.execute_job_plan:
    api_url: https://paas.example.com
    bk_app_code: ops
    bk_app_secret: "{{ vault_bk_app_secret }}"
    bk_username: admin
    bk_biz_id: 1
    job_plan_id: 100
    global_var_list:
      - name: param_name
        value: "1.10"
      - name: targets
        server:
          ip_list:
            - bk_cloud_id: 0
              ip: 10.0.0.1
            - bk_cloud_id: 0
              ip: 10.0.0.2
  delegate_to: localhost
  become: false
  run_once: true
  register: started

- name: Start a plan by its name on the hosts of a group, with a password
  blueking.job.execute_job_plan:
    bk_biz_id: 1
    job_plan_name: Deploy web
    global_var_list:
      - name: web_hosts
        server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
      - name: version
        value: "1.10"
      - name: db_password
        secret_value: "{{ vault_db_password }}"
    wait: true
  delegate_to: localhost
  become: false
  run_once: true
  register: started

- name: Show the instance
  ansible.builtin.debug:
    msg: "{{ started.job_instance_name }} runs as {{ started.job_instance_id }}"
  when: not ansible_check_mode

# The credentials are in the environment (BK_JOB_API_URL, BK_APP_CODE, BK_APP_SECRET, BK_USERNAME), where an AWX credential
# puts them. The survey's answer is JSON text.
- name: Start the plan that the survey asks for
  blueking.job.execute_job_plan:
    bk_scope_type: biz_set
    bk_scope_id: 9000001
    job_plan_id: "{{ survey_plan_id }}"
    global_var_list: "{{ survey_variables }}"
  delegate_to: localhost
  become: false
  run_once: true
  register: started

# Ad hoc:
#   ansible localhost -m blueking.job.execute_job_plan \
#     -a '{"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": "1.10"}]}'

- name: Set credentials once for all tasks of a block
  module_defaults:
    group/blueking.job.job:
      gateway: apigw
      api_url: https://bkapi.example.com
      access_token: "{{ vault_access_token }}"
      bk_biz_id: 1
  delegate_to: localhost
  become: false
  run_once: true
  block:
    - name: Start a plan, and repeat the start only where it is certain that nothing ran
      blueking.job.execute_job_plan:
        job_plan_id: 100
      register: started
      until: started.outcome | default('unknown') != 'not_started'
      retries: 3
      delay: 20
"""

RETURN = r"""
job_plan_id:
  description: The ID of the plan.
  returned: success
  type: int
  sample: 100
job_plan_name:
  description: The name of the plan. Null if it was given by its ID and not read.
  returned: success
  type: str
  sample: Test
job_instance_id:
  description: The ID of the job instance that was started. Null in check mode.
  returned: after a start, in check mode, and when O(exactly_once) created an instance that is not known to run
  type: int
  sample: 10000
job_instance_name:
  description: Its name. Null in check mode.
  returned: after a start, and in check mode
  type: str
  sample: Test
job_instance_url:
  description: The instance's page.
  returned: after a start, where O(job_web_url) is known
  type: str
  sample: https://job.example.com/api_execute/10000
status:
  description:
    - The job's state when it was last read. All that M(blueking.job.job_instance_info) returns of an instance is returned too, except C(digest),
      which is the C(msg) of the task if the job failed. Null in check mode.
    - Use this in playbooks instead of C(finished), which Ansible overwrites in a task with C(async).
  returned: with O(wait), after a start
  type: str
  sample: success
outcome:
  description:
    - V(started), V(not_started), or V(unknown) without a clear answer. It is about the start only, however the job ends.
    - Null in check mode, where nothing is started; V(not_started) if the check fails.
  returned: always, except in a result that Ansible wrote, see the description above; treat a missing one as V(unknown)
  type: str
  sample: started
candidates:
  description:
    - The instances that this start may have created, for a person or a C(rescue) to decide; at most 100 instances of the plan from the last five
      minutes that were launched by the API, in the form of RV(blueking.job.job_instance_info#module:instances). Null if the list could not be read.
  returned: when RV(outcome) is V(unknown), without O(exactly_once)
  type: list
  elements: dict
  sample: []
ansible_facts:
  description:
    - Facts for later plays. After a loop, they are those of the last item. A failed task sets none, so the facts of an earlier start, or with a fact cache of
      an earlier run, remain. Prefer C(register).
  returned: success, outside check mode
  type: complex
  contains:
    blueking_job:
      description: The instance that was started last.
      type: dict
      contains:
        job_instance_id:
          description: As RV(job_instance_id).
          type: int
          sample: 10000
        job_instance_name:
          description: As RV(job_instance_name).
          type: str
          sample: Test
verified:
  description:
    - Whether the plan was read, and O(global_var_list) checked against it. False if the app or the user may not read plans, and with
      O(check_plan=false). There is a warning then.
  returned: in check mode, unless the task fails
  type: bool
  sample: true
request:
  description: The request that would have been sent, without credentials, and with ciphers replaced.
  returned: in check mode
  type: dict
  sample: {"bk_biz_id": 1, "job_plan_id": 100}
code:
  description: The error number of JOB or of the gateway. Null if there was none.
  returned: failure, unless it is the job that failed
  type: int
  sample: 1244012
request_id:
  description: The ID of the request in the logs of the gateway or of JOB. Null if there was none.
  returned: failure, unless it is the job that failed
  type: str
  sample: 6a7c2f0e
http_status:
  description: The HTTP status of the answer. Null without an answer.
  returned: failure, unless it is the job that failed
  type: int
  sample: 200
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.started import follow
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED
from ansible_collections.blueking.job.plugins.module_utils.instance.quota import patience
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
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
from ansible_collections.blueking.job.plugins.module_utils.plan.lookup import read_plan
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import prepare
from ansible_collections.blueking.job.plugins.module_utils.wire.client import Client
from ansible_collections.blueking.job.plugins.module_utils.wire.polling import carried_out

SPEC: dict[str, Any] = {
    "argument_spec": {**SCOPE, **CONNECTION, **START, **WAIT, **REPORT, "wait": {"type": "bool", "default": False}},
    **START_CONSTRAINTS,
}
HAS_OUTCOME = True
COUNTS_WITH = {"wait": (*WAIT, *REPORT)}


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Start the plan, or in check mode return what would be sent; both only if the request fits the plan."""
    task.shown.update(hidden(params, *plan_request.MAY_BE_SECRET))  # until the plan has been read, which says what is secret
    request = plan_request.read(params, task.secrets)
    check_bounds(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task)
    check_plan(client, request, task)
    difference = request.difference(task.secrets) if task.diff else {}
    if task.check_mode:
        return {"changed": True, **request.checked(task.secrets), **difference, **({"status": None} if params["wait"] else {})}
    instance = carried_out(plan_request.sending(client, request, patience(params, client, task)), client.clock)
    result = {"changed": True, "outcome": STARTED, **request.facts(task.secrets), **difference}
    return follow(client, params, request.scope, instance, result, task)


def check_plan(client: Client, request: plan_request.Request, task: Task) -> None:
    """Read the plan, and check the request against it; InputError if it does not fit."""
    plan = read_plan(client, request.options, request.scope, task.check_mode, task.warnings.append)
    plan_request.find_secrets(request, plan, task.secrets)
    prepare(task.secrets)
    task.shown.update(request.shown_address(task.secrets))
    task.warnings.extend(plan_request.warnings(request, task.secrets))
    task.shown.update(request.shown(task.secrets))


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

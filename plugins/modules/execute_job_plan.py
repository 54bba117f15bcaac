#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a job execution plan: options to request, and answer to result."""
from __future__ import annotations

DOCUMENTATION = r"""
module: execute_job_plan
short_description: Start a job execution plan of BlueKing JOB
version_added: 0.1.0
description:
  - Starts a job execution plan (作业执行方案) of BlueKing JOB (蓝鲸作业平台), optionally with other values for its global
    variables, and returns the ID of the job instance that runs. Options have the names of JOB's API C(execute_job_plan).
  - Before it starts the plan, it reads it, and refuses what JOB would silently ignore or misread, see O(check_plan).
  - >-
    The plan is started once per run of the task; a start is sent again only where it is certain that nothing ran. A task in a play with C(hosts: web)
    runs, and starts the plan, once for every host, unless it says C(run_once: true). Even so it starts the plan once for every batch in a play with C(serial),
    and once for every host with C(strategy: free), which ignores C(run_once). Use a play with C(hosts: localhost) there.
  - >-
    When no answer comes, the plan may or may not have started. The task then fails with RV(outcome=unknown), and says what
    to look at. Do not repeat such a task blindly. V(until: started.outcome | default('unknown'\) != 'not_started') is safe,
    C(until: started is succeeded) is not. O(exactly_once) avoids the doubt.
  - >-
    A result without RV(outcome) is Ansible's own, of a task that it cut off or never began. Take it for V(unknown), as that C(until) does. It is so after the
    task's C(timeout), when the time of C(async) is over, with an unreachable host, a C(become) that fails, and templates or a vault password that do not work.
  - It waits for the job to end only with O(wait=true), and then fails if the job did not end well.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_plan_id:
    description:
      - The ID of the job execution plan. Either this or O(job_plan_name).
    type: int
  job_plan_name:
    description:
      - The name of the plan, exactly as JOB has it. It is looked up, and refused unless just one plan has it.
    type: str
  job_template_id:
    description:
      - The job template (作业模板) of the plan with O(job_plan_name), where several plans have that name.
    type: int
  check_plan:
    description:
      - Whether the plan is read first, and the start refused, with nothing sent, if O(global_var_list) does not fit it. JOB itself
        ignores a variable it does not know, and runs the plan with its defaults, on its default hosts.
      - Refused, all in one message, are a name or ID that the plan does not have, an ID and a name that disagree, a variable given
        twice, a host variable given a C(value) or another one a C(server), a required variable that would be empty, and
        a cipher set to its mask C(******).
      - A variable that no step uses is warned about, and so is a required variable that is not given, where JOB does not tell whether the plan has a
        value for it. That is so for ciphers, of which JOB masks an empty one too, and for hosts that are containers.
      - A plan that is behind its template is warned about where it is given by O(job_plan_name), and JOB is 3.11 or newer, which tells it in lists only.
      - If app or user may not read plans, the check of a plan given by its ID is skipped with a warning. Any other failure to read the
        plan fails the task.
      - It costs one more request, C(get_job_plan_detail).
    type: bool
    default: true
  global_var_list:
    description:
      - Values for global variables of the plan. A variable that is not named here keeps the value it has in the plan.
      - A list, or the same as a text of JSON, as surveys of AWX and ad-hoc commands give it. A blank text is an empty list.
    type: raw
    suboptions:
      id:
        description:
          - The variable's ID. Either this or C(name). If both are given they must agree, and the ID is sent.
        type: int
      name:
        description:
          - The variable's name.
        type: str
      value:
        description:
          - The value of a string, namespace, cipher or array variable. An empty text is a value too.
          - Booleans travel as C(true) and C(false), integers in decimal. Mind that YAML reads C(0644) as the number 420,
            so quote what is meant as text.
          - Floating-point numbers, dates, lists and dicts are refused, because YAML keeps their meaning but not how they were
            written (C(1.10) becomes 1.1). Quote them, or end a template with C(| string).
          - Arrays are written as JOB writes them, V((a b c\)) for an index array and V(([key]=value\)) for an associative one.
          - The value of a variable that the plan calls a cipher is shown nowhere.
        type: raw
      secret_value:
        description:
          - The same as C(value), but shown nowhere even if the plan does not call the variable a cipher, or
            is not read, see O(check_plan).
        type: raw
      server:
        description:
          - The value of a host variable. At least one of its lists must have something in it. The filter
            P(blueking.job.job_server#filter) makes it from hosts of the inventory.
        type: dict
        suboptions:
          ip_list:
            description:
              - Hosts by address.
            type: list
            elements: dict
            suboptions:
              bk_cloud_id:
                description:
                  - The cloud area's (云区域) ID, 0 for the default one.
                type: int
                required: true
              ip:
                description:
                  - The IPv4 address.
                type: str
                required: true
          dynamic_group_list:
            description:
              - Dynamic groups (动态分组) of CMDB.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - The group's ID.
                type: str
                required: true
          topo_node_list:
            description:
              - Nodes of CMDB's topology; all hosts below them.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - The node's ID, C(bk_inst_id) in CMDB.
                type: int
                required: true
              node_type:
                description:
                  - The node's type, C(bk_obj_id) in CMDB, such as V(module) or V(set).
                type: str
                required: true
          host_id_list:
            description:
              - Hosts by C(bk_host_id). JOB 3.7 and newer know it, and it wins over C(ip_list) there. Older ones see no hosts in it.
            type: list
            elements: int
  callback_url:
    description:
      - An http(s) address that JOB calls when the job has ended, without user and password in it.
      - A server may have a whitelist of the addresses that it calls. It refuses any other one with the code 1240003.
    type: str
  exactly_once:
    description:
      - Whether the plan is started in two steps, so that a lost answer is no loss. An instance is created without being started, which can be
        repeated, and then started. If the answer to that gets lost, the task watches the instance for 40 s (O(gateway=esb)) or 70 s
        (O(gateway=apigw)), longer than a gateway holds a request, and asks again only if it still reads V(not_started).
      - It takes JOB 3.10.3 or newer. On an older one the task fails, with nothing created.
      - If JOB tells nothing any more, RV(outcome) is V(unknown), and RV(job_instance_id) is the one instance that runs or does not.
      - JOB itself does not exclude that two starts which wait in a lagging queue together both run, see the collection's C(docs/reliability.md).
      - It costs two more requests. Instances that were created, and whose answer got lost, stay in JOB's history as V(not_started). Each holds a place
        in JOB's quota of running jobs, where there is one, for up to an hour.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait for the job to end. The options from O(wait_timeout) to O(return_global_vars) count only then. A task that gives one of
        them without O(wait=true) is refused; in C(module_defaults) they may be given for all tasks.
    type: bool
    default: false
seealso:
  - module: blueking.job.job_plan_info
  - module: blueking.job.job_instance_wait
  - plugin: blueking.job.job_server
    plugin_type: filter
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
      - Validates all input and checks it against the plan (see O(check_plan)), for which it only reads. Returns the request that would be
        sent in RV(request), and in RV(verified) whether the plan was read. If JOB does not answer, nothing was verified, and the task fails.
  diff_mode:
    support: full
    details:
      - Shows for each variable of the plan its default and the value that will be used; of ciphers only whether they are replaced.
        Needs O(check_plan).
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run starts the plan anew. JOB has no key by which it could recognize a repetition.
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
      - name: version
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

# Credentials from the environment (BK_JOB_API_URL, BK_APP_CODE, BK_APP_SECRET, BK_USERNAME), as an AWX credential
# injects them. The survey's answer is JSON text.
- name: Start what the survey asks for
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
#     -a '{"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "version", "value": "1.10"}]}'

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
    - name: Start it again only while it is certain that nothing ran
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
    - How the job ended, or stands. With it comes all that M(blueking.job.job_instance_info) returns of an instance, except C(digest), which
      is the C(msg) of a task whose job failed. Null in check mode.
    - This is what to look at in playbooks, for C(finished) is overwritten by Ansible in a task with C(async).
  returned: with O(wait), after a start
  type: str
  sample: success
outcome:
  description:
    - V(started), V(not_started), or V(unknown) when no answer told. It tells of the start alone, however the job ends.
    - Null in check mode, where nothing is started, unless the check fails, which is V(not_started).
  returned: always, except where the result is Ansible's own, see the description above; read a missing one as V(unknown)
  type: str
  sample: started
candidates:
  description:
    - Where the outcome is V(unknown), at most 100 instances of the plan from the last five minutes that the API has launched, in the form of
      RV(blueking.job.job_instance_info#module:instances), for a person or a C(rescue) to decide. Null if JOB did not list them.
  returned: when RV(outcome) is V(unknown), without O(exactly_once)
  type: list
  elements: dict
  sample: []
ansible_facts:
  description:
    - Facts for later plays. In a loop the last item's remain. A failed task sets none, so that those of an earlier start stay, and with a fact cache those
      of an earlier run. So use C(register).
  returned: success, outside check mode
  type: complex
  contains:
    blueking_job:
      description: What was started last.
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
    - Whether the plan was read, and O(global_var_list) held against it. If not, because app or user may not read plans, or because of
      O(check_plan=false), a warning says so.
  returned: in check mode, unless the task fails
  type: bool
  sample: true
request:
  description: The request that would have been sent, without credentials, and with ciphers replaced.
  returned: in check mode
  type: dict
  sample: {"bk_biz_id": 1, "job_plan_id": 100}
code:
  description: The error number of JOB or of the gateway, null if it never came to that.
  returned: failure, unless it is the job that failed
  type: int
  sample: 1244012
request_id:
  description: The gateway's or JOB's name for the request, for whoever reads their logs; null if there is none.
  returned: failure, unless it is the job that failed
  type: str
  sample: 6a7c2f0e
http_status:
  description: The status of the HTTP answer, null if there was none.
  returned: failure, unless it is the job that failed
  type: int
  sample: 200
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.progress import show_started
from ansible_collections.blueking.job.plugins.module_utils.ending.wait import wait
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED, JobError
from ansible_collections.blueking.job.plugins.module_utils.instance.starting import Start, start
from ansible_collections.blueking.job.plugins.module_utils.options import global_vars
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    CONSTRAINTS,
    REPORT,
    SCOPE,
    WAIT,
    check_bounds,
    check_given,
    check_ids,
    scope,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect, instance_url
from ansible_collections.blueking.job.plugins.module_utils.options.global_vars import Entry
from ansible_collections.blueking.job.plugins.module_utils.plan.check import Pairs, check, match
from ansible_collections.blueking.job.plugins.module_utils.plan.diff import diff
from ansible_collections.blueking.job.plugins.module_utils.plan.lookup import add_shown_names, read_plan
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import HIDDEN, clean, prepare, without_secrets
from ansible_collections.blueking.job.plugins.module_utils.wire.client import Client
from ansible_collections.blueking.job.plugins.module_utils.wire.gateways import web_url

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **WAIT, **REPORT,
        "job_plan_id": {"type": "int"},
        "job_plan_name": {"type": "str"},
        "job_template_id": {"type": "int"},
        # no_log keeps them out of syslog, where AnsibleModule writes all other arguments before the plan is read, which says what is secret.
        "global_var_list": {"type": "raw", "no_log": True},
        "callback_url": {"type": "str", "no_log": True},
        "check_plan": {"type": "bool", "default": True},
        "exactly_once": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": False},
    },
    **CONSTRAINTS,
    "mutually_exclusive": [*CONSTRAINTS["mutually_exclusive"], ["job_plan_id", "job_plan_name"]],
    "required_one_of": [*CONSTRAINTS["required_one_of"], ["job_plan_id", "job_plan_name"]],
    "required_by": {**CONSTRAINTS["required_by"], "job_template_id": ["job_plan_name"]},
}
HAS_OUTCOME = True
BAD_REQUEST = 1240003
COUNTS_WITH = {"wait": (*WAIT, *REPORT)}


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Start the plan, or in check mode return what would be sent; both only if the request fits the plan."""
    # Until the plan has been read, which says what is secret.
    task.shown.update({option: HIDDEN for option in ("global_var_list", "callback_url") if params[option] is not None})
    entries = [] if params["global_var_list"] is None else global_vars.read(params["global_var_list"])
    add_secrets(entries, task)
    request = read_options(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task)
    plan, pairs = check_plan(client, params, entries, task)
    request["job_plan_id"] = plan["job_plan_id"]
    if params["global_var_list"] is not None:
        request["global_var_list"] = [entry.wire() for entry in entries]
        task.shown["global_var_list"] = [entry.shown(task.secrets) for entry in entries]
    result = {"changed": True, "outcome": STARTED, "job_plan_id": plan["job_plan_id"], "job_plan_name": clean(plan["name"], task.secrets)}
    if task.diff and pairs is not None:
        result["diff"] = diff(pairs, plan, task.secrets)
    if task.check_mode:
        status = {"status": None} if params["wait"] else {}
        return {**result, "outcome": None, "verified": pairs is not None, "request": {**request, **task.shown},
                "job_instance_id": None, "job_instance_name": None, **status}
    instance = start_plan(client, request, params)
    result.update(instance, **instance_url(params, instance["job_instance_id"]))
    if params["wait"]:
        if params["progress"]:
            show_started(result, task)
        result.update(wait_for(client, params, instance["job_instance_id"], task), changed=True)
    return result if result.get("failed") else {**result, "ansible_facts": {"blueking_job": instance}}


def read_options(params: dict[str, Any]) -> dict[str, Any]:
    """The body of `execute_job_plan`, without credentials, plan and variables."""
    request = scope(params)
    check_bounds(params)
    check_given(params, "job_plan_id", "job_plan_name")
    check_ids(params, "job_plan_id", "job_template_id")
    if params["callback_url"] is not None:
        web_url("callback_url", params["callback_url"], ", which JOB refuses: leave it out, and put a token into the path if you need one")
        request["callback_url"] = params["callback_url"]
    return request


def check_plan(client: Client, params: dict[str, Any], entries: list[Entry], task: Task) -> tuple[dict[str, Any], Pairs | None]:
    """The plan, and the entries with its variables, None where these are not known; InputError if the entries do not fit."""
    plan = read_plan(client, params, scope(params), task.check_mode, task.warnings.append)
    pairs = match(entries, plan, params["check_plan"])
    add_secrets(entries, task)
    prepare(task.secrets)
    add_shown_names(plan, task.secrets)
    if params["callback_url"] is not None:
        task.shown["callback_url"] = without_secrets(params["callback_url"], task.secrets)
    if pairs is not None:
        task.warnings.extend(check(pairs, plan))
    return plan, pairs


def add_secrets(entries: list[Entry], task: Task) -> None:
    """Add the values of the entries that are known to be secrets by now."""
    task.secrets.update(entry.value for entry in entries if entry.secret and entry.value is not None)


def start_plan(client: Client, request: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """The new instance's id and name."""
    number = request["job_plan_id"]
    in_doubt = f"the plan may have started. Look for an instance of plan {number} in JOB's execution history before you start it again"
    try:
        return start(client, Start("execute_job_plan", request, scope(params), in_doubt, number, {}), params["exactly_once"])
    except JobError as error:
        if error.code == BAD_REQUEST and params["callback_url"] is not None:
            error.add("a likely cause is callback_url: a server may have a whitelist of the addresses that it calls, which JOB's administrator keeps")
        raise


def wait_for(client: Client, params: dict[str, Any], job_instance_id: int, task: Task) -> dict[str, Any]:
    """How the job ended. Whatever fails here, the plan has been started."""
    try:
        return wait(client, params, scope(params), job_instance_id, task)
    except JobError as error:
        return {**error.result(), "outcome": STARTED, "msg": f"started as {job_instance_id}, but the wait failed: {error}"}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

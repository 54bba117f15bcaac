#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a script on hosts without a plan, and return what it printed on each."""
from __future__ import annotations

DOCUMENTATION = r"""
module: fast_execute_script
short_description: Run a script on hosts with BlueKing JOB
version_added: 0.1.0
description:
  - Runs a script through BlueKing JOB (蓝鲸作业平台) on hosts that have its agent, without a plan (快速执行脚本), and returns what it printed on each host.
    Options have the names of JOB's API C(fast_execute_script).
  - It is started as a plan is by M(blueking.job.execute_job_plan), at most once, with the same O(exactly_once), RV(outcome) and O(wait), except that
    it waits by default. The job has one step.
  - >-
    In a play with C(hosts: web) the task runs, and starts the script, once for every host, unless it has C(run_once: true).
  - Nothing is sent if the script is empty, has a NUL character or line ends of Windows, is larger than the gateway accepts, or if targets or account
    are missing.
  - JOB writes the script into a file on each host and runs it with the parameter behind its path. It has no standard input, no login shell and none of
    the account's environment. On Linux its first line chooses the interpreter.
  - JOB keeps the text of every script in its database, shows it in its history, and writes it to its log. Give secrets in O(secret_script_param).
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  script_content:
    description:
      - The text of the script. P(ansible.builtin.file#lookup) and P(ansible.builtin.template#lookup) read one from a file.
      - It is never shown by this module, because it may contain secrets.
      - Exactly one of this, O(script_id) and O(script_version_id) is required.
    type: str
  script_id:
    description:
      - The ID of a script in JOB, of which the online version (已上线) is run.
    type: str
  script_version_id:
    description:
      - The ID of a version of a script in JOB.
    type: int
  script_language:
    description:
      - The language of O(script_content). By default the one that its first line names, such as C(#!/usr/bin/env python3), else V(shell).
    type: str
    choices: [shell, bat, perl, python, powershell]
  script_param:
    description:
      - What follows the script's path on the command line. Quotes in it are for the shell. Line breaks become blanks, and C([DATEFMT:...]) a date.
      - Every user of a host can see it in the list of processes.
    type: str
  secret_script_param:
    description:
      - The same as O(script_param), but never shown. JOB stores it encrypted, and masks it on its pages. JOB's log has it in clear.
      - In what the script prints it is masked, as a whole and each of its words of four or more characters.
    type: str
  output:
    description:
      - The hosts whose output is returned in RV(hosts), with O(wait=true).
    type: str
    choices: [all, failed, none]
    default: all
  max_output:
    description:
      - How many bytes of each host's output are returned at most, from its beginning. All outputs together are 8388608 bytes at most, and the longest are
        cut first.
      - An agent itself keeps 1, 2 or 5 MB, or 20480 lines, by its version. There is a warning where it may have cut an output.
    type: int
    default: 1048576
seealso:
  - module: blueking.job.fast_transfer_file
  - module: blueking.job.push_config_file
  - module: blueking.job.execute_job_plan
  - plugin: blueking.job.job_server
    plugin_type: filter
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.fast
  - blueking.job.arguments.execution
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
      - Validates all input, and asks JOB's C(check_script) about O(script_content), which only reads. What it finds is RV(script_check), with a warning.
      - It does not ask whether hosts and account exist.
  diff_mode:
    support: none
    details:
      - JOB does not tell what is on the hosts.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run starts the script again. What the script changes is not known.
"""

EXAMPLES = r"""
# The address and the credentials are in the environment here. They can be options, too.
- name: Run a script on the hosts of a group
  blueking.job.fast_execute_script:
    bk_biz_id: 1
    script_content: |
      #!/bin/bash
      df -P / | tail -n 1
    target_server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
    account_alias: root
  delegate_to: localhost
  become: false
  run_once: true
  register: disk

- name: Use what it printed
  ansible.builtin.debug:
    msg: "{{ item.ip }} has {{ (item.stdout | default('', true)).split()[3] | default('?') }} KB left"
  loop: "{{ disk.hosts | default([], true) }}"
  loop_control:
    label: "{{ item.ip }}"

- name: Run a script from a file with a password on one host until it succeeds
  blueking.job.fast_execute_script:
    bk_biz_id: 1
    script_content: "{{ lookup('ansible.builtin.file', 'wait_for_db.py') }}"
    secret_script_param: "{{ vault_db_password }}"
    target_server: "{{ ['10.0.0.1'] | blueking.job.job_server }}"
    account_alias: root
    timeout: 60
  delegate_to: localhost
  become: false
  run_once: true
  register: db
  until: db.rc | default(1) == 0 or not (db.finished | default(false) or db.outcome | default('unknown') == 'not_started')
  retries: 3
  delay: 10

- name: Run a script of JOB in batches, ten hundredths of the hosts at a time
  blueking.job.fast_execute_script:
    bk_biz_id: 1
    script_version_id: 1000
    target_server:
      topo_node_list:
        - id: 1000
          node_type: module
    account_alias: root
    rolling_config:
      expression: 10%
      mode: pause_on_failure
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
hosts:
  description:
    - The hosts that O(output) asks for. Null if they could not be read.
  returned: with O(wait), after a start
  type: list
  elements: dict
  contains:
    bk_host_id:
      description: The host's ID. Null with versions of JOB that do not send it.
      type: int
      sample: 1
    bk_cloud_id:
      description: The cloud area's ID.
      type: int
      sample: 0
    ip:
      description: The address.
      type: str
      sample: 10.0.0.1
    status:
      description: Its state, as C(status) in RV(blueking.job.job_instance_info#module:failed_hosts).
      type: str
      sample: success
    status_code:
      description: JOB's number of C(status).
      type: int
      sample: 9
    exit_code:
      description: The script's exit code. Only valid with V(success) and V(nonzero_exit).
      type: int
      sample: 0
    tag:
      description: What the script passed to C(job_success) or C(job_fail), at most 60 characters.
      type: str
      sample: ""
    stdout:
      description:
        - What the script printed, standard output and standard error as one text, as the agent sent it. Known secrets are masked. Null if it could not be
          read.
        - It is text. JOB garbles what is not UTF-8, so have the script print bytes as base64.
      type: str
      sample: "hello\n"
    truncated:
      description: Whether C(stdout) is only the beginning, see O(max_output).
      type: bool
      sample: false
stdout:
  description: That of the only host.
  returned: with O(wait), after a start on one host, whose output is returned
  type: str
  sample: "hello\n"
stdout_lines:
  description: The same as a list of lines.
  returned: as RV(stdout)
  type: list
  elements: str
  sample: [hello]
rc:
  description: The script's exit code on the only host. Null if it did not run to its end.
  returned: with O(wait), after a start on one host
  type: int
  sample: 0
script_check:
  description: What JOB's check finds in O(script_content), at most 100 lines. V(fatal) is what an administrator's rule names, and may forbid.
  returned: in check mode, with O(script_content), where JOB could be asked
  type: list
  elements: dict
  contains:
    line:
      description: The number of the line.
      type: int
      sample: 3
    level:
      description: V(warning), V(error) or V(fatal).
      type: str
      sample: fatal
    description:
      description: What is wrong with it.
      type: str
      sample: it removes everything
job_instance_id:
  description:
    - The ID of the job instance that was started. Null in check mode.
    - M(blueking.job.job_instance_info), M(blueking.job.job_instance_wait) and the modules that operate jobs take it like that of a plan's instance.
  returned: after a start, in check mode, and when O(exactly_once) created an instance that is not known to run
  type: int
  sample: 10000
job_instance_name:
  description: Its name. Null in check mode.
  returned: after a start, and in check mode
  type: str
  sample: Ansible fast_execute_script 482913774021953
job_instance_url:
  description: The instance's page.
  returned: after a start, where O(job_web_url) is known
  type: str
  sample: https://job.example.com/api_execute/10000
status:
  description:
    - The job's state when it was last read. All that M(blueking.job.job_instance_info) returns of an instance is returned too, except C(digest),
      which is the C(msg) of the task if the job failed. Null in check mode.
  returned: with O(wait), after a start
  type: str
  sample: success
outcome:
  description:
    - V(started), V(not_started), or V(unknown) without a clear answer, as for RV(blueking.job.execute_job_plan#module:outcome). It is about the start only.
    - Null in check mode, where nothing is started; V(not_started) if the check fails.
  returned: always, except in a result that Ansible wrote; treat a missing one as V(unknown)
  type: str
  sample: started
candidates:
  description:
    - The instances that this start may have created; at most 100 instances from the last five minutes whose name contains that of this one, in the
      form of RV(blueking.job.job_instance_info#module:instances). Null if the list could not be read.
  returned: when RV(outcome) is V(unknown), without O(exactly_once)
  type: list
  elements: dict
  sample: []
ansible_facts:
  description: As RV(blueking.job.execute_job_plan#module:ansible_facts).
  returned: success, outside check mode
  type: dict
  sample: {"blueking_job": {"job_instance_id": 10000, "job_instance_name": "Ansible fast_execute_script 482913774021953"}}
verified:
  description:
    - Whether JOB has checked O(script_content). It has not with JOB before 3.8, with a script of JOB's own, and where app or user may not ask for it.
  returned: in check mode, unless the task fails
  type: bool
  sample: true
request:
  description:
    - The request that would have been sent, without credentials, and with secrets replaced. Texts are base64, as JOB receives them.
  returned: in check mode
  type: dict
  sample: {"bk_biz_id": 1, "account_alias": "root"}
code:
  description: The error number of JOB or of the gateway. Null if there was none.
  returned: failure, unless it is the job that failed
  type: int
  sample: 1244003
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

from dataclasses import replace
from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.output import with_output
from ansible_collections.blueking.job.plugins.module_utils.ending.started import follow
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED
from ansible_collections.blueking.job.plugins.module_utils.fast import danger, request, scripts
from ansible_collections.blueking.job.plugins.module_utils.instance.quota import patience
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
    EXECUTION,
    FAST,
    FAST_CONSTRAINTS,
    REPORT,
    SCOPE,
    WAIT,
    check_bounds,
    hidden,
    masked,
    scope,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import HIDDEN, prepare, without_secrets
from ansible_collections.blueking.job.plugins.module_utils.wire.client import Client

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **FAST, **EXECUTION, **WAIT, **REPORT,
        "script_content": {"type": "str", "no_log": True},
        "script_id": {"type": "str"},
        "script_version_id": {"type": "int"},
        "script_language": {"type": "str", "choices": list(scripts.LANGUAGES)},
        "script_param": {"type": "str"},
        "secret_script_param": {"type": "str", "no_log": True},
        "output": {"type": "str", "choices": ["all", "failed", "none"], "default": "all"},
        "max_output": {"type": "int", "default": 1 << 20},
    },
    **FAST_CONSTRAINTS,
    "mutually_exclusive": [*FAST_CONSTRAINTS["mutually_exclusive"], list(scripts.SOURCES), ["script_param", "secret_script_param"]],
    "required_one_of": [*FAST_CONSTRAINTS["required_one_of"], list(scripts.SOURCES)],
    "required_by": {**FAST_CONSTRAINTS["required_by"], "script_language": ["script_content"]},
}
HAS_OUTCOME = True
OPERATION = "fast_execute_script"
COUNTS_WITH = {"wait": (*WAIT, *REPORT, "output", "max_output")}
HIDDEN_OPTIONS = ("script_content", "secret_script_param")
MASKED_OPTIONS = ("script_param", "task_name", "callback_url")


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Run the script, or in check mode return what would be sent, and what JOB's check says of it."""
    task.shown.update(hidden(params, *HIDDEN_OPTIONS, *MASKED_OPTIONS))
    task.secrets.update(scripts.secrets(params))
    check_bounds(params)
    body = read_options(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task)
    request.check_size(client, body, "script_content")
    prepare(task.secrets)
    task.shown.update(masked(params, task.secrets, *MASKED_OPTIONS))
    task.warnings.extend(scripts.warnings(params))
    # JOB's refusals quote lines of the script; what it prints is shown as it is.
    asking = replace(client, secrets=client.secrets | scripts.quoted(params["script_content"]))
    prepare(asking.secrets)
    if task.check_mode:
        return check(asking, body, params, task)
    instance = request.start_fast(asking, OPERATION, body, scope(params), params["exactly_once"], patience(params, client, task))
    result = follow(client, {**params, "hosts": "all"}, scope(params), instance, {"changed": True, "outcome": STARTED}, task)
    return with_output(client, scope(params), result, params, task.warnings.append) if params["wait"] else result


def read_options(params: dict[str, Any]) -> dict[str, Any]:
    """The body of the request, without credentials."""
    common = request.read(params)
    return {**scope(params), **common, **request.read_execution(params, common["target_server"]), **scripts.read(params)}


def check(client: Client, body: dict[str, Any], params: dict[str, Any], task: Task) -> dict[str, Any]:
    """The result in check mode."""
    found = None
    if params["script_content"] is None:
        task.warnings.append("not verified that JOB can be reached and has the script, because check mode asks JOB about script_content only")
    else:
        found = danger.check(client, body, task.warnings.append)
    param = HIDDEN if params["secret_script_param"] else without_secrets(body.get("script_param", ""), task.secrets)
    result = request.checked(body, {**task.shown, "script_content": HIDDEN, "script_param": param}, found is not None, params["wait"])
    return result if found is None else {**result, "script_check": found}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

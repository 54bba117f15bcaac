#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write files whose contents the playbook gives to hosts."""
from __future__ import annotations

DOCUMENTATION = r"""
module: push_config_file
short_description: Write small files to hosts with BlueKing JOB
version_added: 0.1.0
description:
  - Writes files whose contents the playbook gives to hosts that have BlueKing JOB's (蓝鲸作业平台) agent (分发配置文件). Options have the names of JOB's API
    C(push_config_file).
  - It is started as a plan is by M(blueking.job.execute_job_plan), at most once, with the same RV(outcome) and O(wait), except that it waits by default.
    JOB cannot create it without starting it, so it has no C(exactly_once).
  - A file that is there is replaced. JOB sets neither its owner nor its mode, and does not replace it atomically. Where that matters, write the file beside
    its place, and have M(blueking.job.fast_execute_script) run C(chown), C(chmod) and C(mv).
  - Nothing is sent if there are no files, if a file is empty or named twice, if a name has C(/), C(\\) or outer blanks, if a path is relative, if the
    request is larger than the gateway accepts, or if targets or account are missing.
  - JOB keeps a copy of each file on its own machine, and the request in its log.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  file_list:
    description:
      - The files. A list, or the same list as JSON text.
    type: raw
    required: true
    suboptions:
      file_name:
        description:
          - The file's name, without a directory.
        type: str
        required: true
      content:
        description:
          - Its text, written as UTF-8. It is never shown.
          - Exactly one of this and C(content_b64) is required. An empty file is refused, because JOB refuses it.
          - End a template that makes JSON with C(to_json). ansible-core before 2.19 makes a list or a dict of a text that looks like one, unless the template
            ends with C(string).
        type: str
      content_b64:
        description:
          - Its bytes as base64. It is never shown.
        type: str
  file_target_path:
    description:
      - The directory, as an absolute path of Linux or Windows. It is made if it is missing. JOB replaces C([DATE:yyyyMMdd]) and C([DATEFMT:%Y%m%d]) in it.
    type: str
    required: true
seealso:
  - module: blueking.job.fast_execute_script
  - module: blueking.job.fast_transfer_file
  - plugin: blueking.job.job_server
    plugin_type: filter
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - blueking.job.arguments.fast
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
      - Validates all input, and sends nothing, because JOB has nothing to ask for a push. So RV(verified) is false, with a warning.
  diff_mode:
    support: none
    details:
      - JOB does not tell what is on the hosts.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run writes the files again.
"""

EXAMPLES = r"""
# The address and the credentials are in the environment here. They can be options, too.
- name: Write a configuration to the hosts of a group
  blueking.job.push_config_file:
    bk_biz_id: 1
    file_list:
      - file_name: app.conf
        content: "{{ lookup('ansible.builtin.template', 'app.conf.j2') }}"
      - file_name: key.der
        content_b64: "{{ vault_key_der_b64 }}"
    file_target_path: /etc/app
    target_server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
    account_alias: root
  delegate_to: localhost
  become: false
  run_once: true

- name: Give it its owner and its mode
  blueking.job.fast_execute_script:
    bk_biz_id: 1
    script_content: |
      #!/bin/sh
      chown app: /etc/app/app.conf /etc/app/key.der && chmod 0600 /etc/app/key.der
    target_server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
    account_alias: root
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
job_instance_id:
  description:
    - The ID of the job instance that was started. Null in check mode.
    - M(blueking.job.job_instance_info), M(blueking.job.job_instance_wait) and the modules that operate jobs take it like that of a plan's instance.
  returned: after a start, and in check mode
  type: int
  sample: 10000
job_instance_name:
  description: Its name. Null in check mode.
  returned: after a start, and in check mode
  type: str
  sample: Ansible push_config_file 482913774021953
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
  returned: when RV(outcome) is V(unknown)
  type: list
  elements: dict
  sample: []
ansible_facts:
  description: As RV(blueking.job.execute_job_plan#module:ansible_facts).
  returned: success, outside check mode
  type: dict
  sample: {"blueking_job": {"job_instance_id": 10000, "job_instance_name": "Ansible push_config_file 482913774021953"}}
verified:
  description:
    - Always false, because there is nothing to ask JOB for.
  returned: in check mode, unless the task fails
  type: bool
  sample: false
request:
  description:
    - The request that would have been sent, without credentials, and with the files' contents replaced. Texts are base64, as JOB receives them.
  returned: in check mode
  type: dict
  sample: {"bk_biz_id": 1, "account_alias": "root", "file_target_path": "/etc/app"}
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

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending.started import follow
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED
from ansible_collections.blueking.job.plugins.module_utils.fast import files, paths, request
from ansible_collections.blueking.job.plugins.module_utils.instance.quota import patience
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import (
    CONNECTION,
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
from ansible_collections.blueking.job.plugins.module_utils.text.masking import prepare

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **FAST, **WAIT, **REPORT,
        "file_list": {"type": "raw", "required": True, "no_log": True},
        "file_target_path": {"type": "str", "required": True},
    },
    **FAST_CONSTRAINTS,
}
HAS_OUTCOME = True
OPERATION = "push_config_file"
COUNTS_WITH = {"wait": (*WAIT, *REPORT)}
MASKED_OPTIONS = ("task_name", "callback_url")


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Write the files, or in check mode return what would be sent."""
    task.shown.update(hidden(params, "file_list", *MASKED_OPTIONS))
    check_bounds(params)
    body = read_options(params)
    task.shown["file_list"] = files.hidden(body["file_list"])
    task.secrets.update(files.contents(body["file_list"]))
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task)
    request.check_size(client, body, "file_list")
    prepare(task.secrets)
    task.shown.update(masked(params, task.secrets, *MASKED_OPTIONS))
    task.warnings.extend(paths.unreplaced("file_target_path", body["file_target_path"], replaces=True, of_source=False))
    if task.check_mode:
        task.warnings.append(request.UNVERIFIED)
        return request.checked(body, task.shown, False, params["wait"])
    instance = request.start_fast(client, OPERATION, body, scope(params), False, patience(params, client, task))
    return follow(client, params, scope(params), instance, {"changed": True, "outcome": STARTED}, task)


def read_options(params: dict[str, Any]) -> dict[str, Any]:
    """The body of the request, without credentials."""
    path = paths.absolute("file_target_path", params["file_target_path"])
    return {**scope(params), **request.read(params), "file_target_path": path, "file_list": files.read(params["file_list"])}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer files from hosts or file sources to hosts."""
from __future__ import annotations

DOCUMENTATION = r"""
module: fast_transfer_file
short_description: Transfer files between hosts with BlueKing JOB
version_added: 0.1.0
description:
  - Transfers files from hosts or file sources (文件源) to hosts, through BlueKing JOB's (蓝鲸作业平台) agents, without a plan (快速分发文件). Options have the
    names of JOB's API C(fast_transfer_file).
  - It is started as a plan is by M(blueking.job.execute_job_plan), at most once, with the same O(exactly_once), RV(outcome) and O(wait), except that
    it waits by default. The job has one step.
  - Nothing is sent if a path is relative, if two files would land on the same path, if a source names its account by an ID, or if targets or account are
    missing.
  - For files of the controller see M(blueking.job.push_config_file).
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  file_source_list:
    description:
      - The files, by where they come from. A list, or the same list as JSON text.
      - Two files that would land on the same path are refused, because JOB keeps the last of them without a word. C([FILESRCIP]) in O(file_target_path)
        keeps those of different hosts apart.
    type: raw
    required: true
    suboptions:
      file_list:
        description:
          - The files' paths. They are absolute on hosts; on a file source they have its own form.
          - A directory ends in C(/). A last part that begins with C(REGEX:) is a pattern. JOB 3.4 to 3.6 refuse blanks in a path.
        type: list
        elements: str
        required: true
      server:
        description:
          - The hosts that have the files. Exactly one of this, C(file_source_id) and C(file_source_code) is required.
        type: dict
        suboptions:
          host_id_list:
            description:
              - Hosts by C(bk_host_id), for JOB 3.7 and newer, which then ignore C(ip_list). Older versions ignore this list.
            type: list
            elements: int
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
      account:
        description:
          - The account that reads the files on those hosts.
        type: dict
        suboptions:
          alias:
            description:
              - The account's name. Its C(id) is refused, because JOB looks for that account among the target's.
            type: str
            required: true
      file_source_id:
        description:
          - The ID of a file source.
        type: int
      file_source_code:
        description:
          - The code of a file source.
        type: str
  file_target_path:
    description:
      - The directory that receives the files, as an absolute path of Linux or Windows.
      - JOB replaces C([DATE:yyyyMMdd]) and C([DATEFMT:%Y%m%d]) in it by a date, and C([FILESRCIP]) by the cloud area and the address of each file's host. It
        does so in no other path, and there is a warning for such a text elsewhere.
    type: str
    required: true
  transfer_mode:
    description:
      - What happens where O(file_target_path) is missing. With V(strict) the transfer fails, with V(forced), which is JOB's default, it is made.
      - JOB before 3.5 ignores this, and makes it.
    type: str
    choices: [strict, forced]
  upload_speed_limit:
    description:
      - How many MB each source host sends per second at most.
    type: int
  download_speed_limit:
    description:
      - How many MB each target host receives per second at most.
    type: int
seealso:
  - module: blueking.job.push_config_file
  - module: blueking.job.fast_execute_script
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
      - Validates all input, and sends nothing, because JOB has nothing to ask for a transfer. So RV(verified) is false, with a warning.
  diff_mode:
    support: none
    details:
      - JOB does not tell what is on the hosts.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: none
    details:
      - Every run transfers the files again.
"""

EXAMPLES = r"""
# The address and the credentials are in the environment here. They can be options, too.
- name: Hand out a release from one host to the hosts of a group
  blueking.job.fast_transfer_file:
    bk_biz_id: 1
    file_source_list:
      - file_list:
          - /data/releases/app-1.10.tar.gz
        server:
          ip_list:
            - bk_cloud_id: 0
              ip: 10.0.0.1
        account:
          alias: root
    file_target_path: /opt/app
    target_server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
    account_alias: root
    timeout: 600
  delegate_to: localhost
  become: false
  run_once: true

- name: Collect a log from many hosts on one of them
  blueking.job.fast_transfer_file:
    bk_biz_id: 1
    file_source_list:
      - file_list:
          - /var/log/app.log
        server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
        account:
          alias: root
    file_target_path: /data/logs/[FILESRCIP]
    target_server: "{{ ['10.0.0.1'] | blueking.job.job_server }}"
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
  returned: after a start, in check mode, and when O(exactly_once) created an instance that is not known to run
  type: int
  sample: 10000
job_instance_name:
  description: Its name. Null in check mode.
  returned: after a start, and in check mode
  type: str
  sample: Ansible fast_transfer_file 482913774021953
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
  sample: {"blueking_job": {"job_instance_id": 10000, "job_instance_name": "Ansible fast_transfer_file 482913774021953"}}
verified:
  description:
    - Always false, because there is nothing to ask JOB for.
  returned: in check mode, unless the task fails
  type: bool
  sample: false
request:
  description:
    - The request that would have been sent, without credentials, and with secrets replaced.
  returned: in check mode
  type: dict
  sample: {"bk_biz_id": 1, "account_alias": "root", "file_target_path": "/opt/app"}
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
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED, InputError
from ansible_collections.blueking.job.plugins.module_utils.fast import paths, request, sources
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
    check_ids,
    hidden,
    masked,
    scope,
    warn_of_ignored,
)
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.text.masking import prepare

MODES = {"strict": 1, "forced": 2}
LIMITS = ("upload_speed_limit", "download_speed_limit")
LARGEST_LIMIT = 2_097_151  # MB: JOB multiplies it by 1024 in 32 bits (DataSizeConverter)
SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION, **FAST, **EXECUTION, **WAIT, **REPORT,
        "file_source_list": {"type": "raw", "required": True},
        "file_target_path": {"type": "str", "required": True},
        "transfer_mode": {"type": "str", "choices": list(MODES)},
        "upload_speed_limit": {"type": "int"},
        "download_speed_limit": {"type": "int"},
    },
    **FAST_CONSTRAINTS,
}
HAS_OUTCOME = True
OPERATION = "fast_transfer_file"
COUNTS_WITH = {"wait": (*WAIT, *REPORT)}
MASKED_OPTIONS = ("task_name", "callback_url")


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Transfer the files, or in check mode return what would be sent."""
    task.shown.update(hidden(params, *MASKED_OPTIONS))
    check_bounds(params)
    body = read_options(params)
    warn_of_ignored(SPEC, COUNTS_WITH, params, task)
    client = connect(params, task)
    request.check_size(client, body, "file_source_list")
    prepare(task.secrets)
    task.shown.update(masked(params, task.secrets, *MASKED_OPTIONS))
    task.warnings.extend(sources.warnings(body["file_source_list"], body["file_target_path"]))
    if task.check_mode:
        task.warnings.append(request.UNVERIFIED)
        return request.checked(body, task.shown, False, params["wait"])
    instance = request.start_fast(client, OPERATION, body, scope(params), params["exactly_once"], patience(params, client, task))
    return follow(client, params, scope(params), instance, {"changed": True, "outcome": STARTED}, task)


def read_options(params: dict[str, Any]) -> dict[str, Any]:
    """The body of the request, without credentials."""
    common = request.read(params)
    path, found = paths.absolute("file_target_path", params["file_target_path"]), sources.read(params["file_source_list"])
    sources.check_landing(found, path)
    check_ids(params, *LIMITS)
    for option in LIMITS:
        if (params[option] or 0) > LARGEST_LIMIT:
            raise InputError(f"{option} must be at most {LARGEST_LIMIT}, because JOB counts it in KB, in 32 bits, not {params[option]}")
    mode = {} if params["transfer_mode"] is None else {"transfer_mode": MODES[params["transfer_mode"]]}
    limits = {option: params[option] for option in LIMITS if params[option] is not None}
    return {**scope(params), **common, **request.read_execution(params, common["target_server"]),
            "file_source_list": found, "file_target_path": path, **mode, **limits}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Terminate a job instance, or start one that was created and does not run."""
from __future__ import annotations

DOCUMENTATION = r"""
module: operate_job_instance
short_description: Terminate or start a job instance of BlueKing JOB
version_added: 0.1.0
description:
  - With O(operation=terminate), terminates a job instance (作业实例) that runs, or waits for a person. An instance that has ended is not changed.
  - A job that waits at a confirmation step (人工确认) is ended there, with JOB's operation to terminate the confirmation (终止确认流程), because JOB would
    never stop such a job. Its state is then V(confirmation_terminated). Where the confirmation names roles, or with JOB before 3.6 people,
    the task's user must be one of those people, or have one of those roles. Otherwise JOB refuses with the error 1244016.
  - With O(operation=start), starts an instance that O(blueking.job.execute_job_plan#module:exactly_once) created and that does not run. An instance that
    has been started is not changed.
author:
  - blueking.job contributors (!UNKNOWN)
requirements:
  - requests (on the machine the task runs on)
options:
  job_instance_id:
    description:
      - The ID of the instance. If it is empty in check mode, where nothing was started, the task is skipped.
    type: int
    required: true
  operation:
    description:
      - What to do. V(start) needs JOB 3.10.3 or newer.
    type: str
    choices: [terminate, start]
    required: true
  wait:
    description:
      - Whether to wait until the instance has stopped (O(operation=terminate)) or runs (O(operation=start)). Otherwise the task ends when JOB has
        accepted the request.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait at most, for JOB to accept the request, and with O(wait) for the instance to stop, or to run. Then the task fails.
        For a moment after a start JOB does not accept O(operation=terminate).
    type: float
    default: 60
seealso:
  - module: blueking.job.operate_step_instance
  - module: blueking.job.job_instance_info
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
      - Reads the instance, and predicts whether it would be terminated or started.
  diff_mode:
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""

EXAMPLES = r"""
- name: Stop a job
  blueking.job.operate_job_instance:
    bk_biz_id: 1
    job_instance_id: 10000
    operation: terminate
  delegate_to: localhost
  become: false
  run_once: true

- name: Start an instance that was created and is still not_started
  blueking.job.operate_job_instance:
    bk_biz_id: 1
    job_instance_id: 10000
    operation: start
  delegate_to: localhost
  become: false
  run_once: true
"""

RETURN = r"""
job_instance_id:
  description:
    - The ID of the instance. C(job_instance_name), C(job_instance_url), C(status), C(status_code), C(finished), times and C(steps) are returned, too, as
      M(blueking.job.job_instance_info) describes them, when it was last read.
  returned: when the instance could be read
  type: int
  sample: 10000
status:
  description: Its state when it was last read, see RV(blueking.job.job_instance_info#module:status).
  returned: when the instance could be read
  type: str
  sample: stopped
msg:
  description: Why the task failed, or that the job was ended at a confirmation.
  returned: failure, and where a confirmation was ended
  type: str
  sample: job 10000 'Roll out with approval' waited for a confirmation, and was ended there, at step 'Approve'
outcome:
  description: V(started) if JOB has accepted the request, V(not_started) if it has not, V(unknown) if that is not clear.
  returned: failure
  type: str
  sample: not_started
"""

from typing import Any

from ansible_collections.blueking.job.plugins.module_utils.ending import termination
from ansible_collections.blueking.job.plugins.module_utils.ending.digest import headline
from ansible_collections.blueking.job.plugins.module_utils.errors import STARTED, JobError
from ansible_collections.blueking.job.plugins.module_utils.instance import states, status
from ansible_collections.blueking.job.plugins.module_utils.instance.confirmation import unconfirmed_step
from ansible_collections.blueking.job.plugins.module_utils.instance.starting_created import start_and_watch
from ansible_collections.blueking.job.plugins.module_utils.instance.termination import terminate
from ansible_collections.blueking.job.plugins.module_utils.instance.types import Instance
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION, CONSTRAINTS, SCOPE, check_bounds, check_ids, scope
from ansible_collections.blueking.job.plugins.module_utils.options.connection import connect, instance_url
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_as_module
from ansible_collections.blueking.job.plugins.module_utils.wire.client import Client

SPEC: dict[str, Any] = {
    "argument_spec": {
        **SCOPE, **CONNECTION,
        "job_instance_id": {"type": "int", "required": True},
        "operation": {"type": "str", "choices": ["terminate", "start"], "required": True},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 60},
    },
    **CONSTRAINTS,
}
HAS_OUTCOME = True


def run(params: dict[str, Any], task: Task) -> dict[str, Any]:
    """Terminate or start the instance, unless that has been done."""
    check_ids(params, "job_instance_id")
    check_bounds(params)
    where = scope(params)
    client = connect(params, task)
    before = status.read(client, where, params["job_instance_id"])
    operate, changes, pending = {
        "start": (start, before["status_code"] == states.BLANK, False),
        "terminate": (stop, needs_request(before), before["status_code"] == states.STOPPING),
    }[params["operation"]]
    url = instance_url(params, before["job_instance_id"])
    if task.check_mode or not (changes or pending):
        return {"changed": changes, **before, **url}
    return {**operate(client, params, where, before), **url}


def needs_request(instance: Instance) -> bool:
    """Whether a request is needed to terminate it: JOB accepts the request for a job that waits for a confirmation, but never stops that job."""
    return not instance["finished"] and (instance["status_code"] != states.STOPPING or unconfirmed_step(instance) is not None)


def stop(client: Client, params: dict[str, Any], where: dict[str, Any], before: Instance) -> dict[str, Any]:
    ended = terminate(client, where, before["job_instance_id"], before, params["wait_timeout"], params["wait"])
    return termination.result(ended, before, params["wait"], params["wait_timeout"])


def start(client: Client, params: dict[str, Any], where: dict[str, Any], before: Instance) -> dict[str, Any]:
    seen = start_and_watch(client, where, before["job_instance_id"], params["wait_timeout"] if params["wait"] else 0)
    instance: Instance = seen.last or before
    if not params["wait"] or (seen.error is None and instance["status_code"] != states.BLANK):
        return {**instance, "changed": True}
    why = seen.error or f"within {params['wait_timeout']:g} s (wait_timeout) it has not begun"
    details = seen.error or JobError("")
    return {**details.result(), **instance, "changed": True, "outcome": STARTED,
            "msg": f"JOB has accepted the request to start it, but it is not known to run: {headline(instance)}: {why}"}


def main() -> None:
    run_as_module(SPEC, run, HAS_OUTCOME)


if __name__ == "__main__":
    main()

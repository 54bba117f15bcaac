# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The start of a job without a plan: what is stored, and what is refused only then (TaskExecuteServiceImpl)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import agents
from contract import Call
from fast import rolling
from fast.destinations import place
from lifecycle import FILE, Instance, Step
from plans import launch_as_asked
from refusal import Refusal
from store import Store

INTERNAL_ERROR = 1240002
LONGEST_NAME = 512
TASK_TYPES = {"fast_execute_script": 1, "fast_transfer_file": 2, "push_config_file": 2}


@dataclass
class Job:
    """`kind` is the step's type, `taken` what JOB took of the request, `files` what is to be transferred."""

    operation: str
    name: str
    kind: int
    hosts: list
    taken: dict
    files: list = field(default_factory=list)


def default_name(store: Store, words: str) -> str:
    now = store.clock.now()
    return f"{words}_{time.strftime('%Y%m%d%H%M%S', time.localtime(now / 1000))}{now % 1000:03d}"


def start(store: Store, call: Call, job: Job) -> dict:
    if len(job.name) > LONGEST_NAME:
        raise Refusal(INTERNAL_ERROR)
    instance = _instance(store, call, job)
    store.keep(instance)
    # stored already, whatever is wrong from here on
    _roll(instance.steps[0], call.body.get("rolling_config"))
    launch_as_asked(store, call, instance)
    number = None if job.operation == "push_config_file" else instance.steps[0].step_instance_id
    return {"job_instance_id": instance.job_instance_id, "job_instance_name": job.name, "step_instance_id": number}


def _instance(store: Store, call: Call, job: Job) -> Instance:
    now = store.clock.now()
    plan = {"id": -1, "job_template_id": -1, "name": job.name, "task_type": TASK_TYPES[job.operation], "operation": job.operation, "taken": job.taken}
    number = next(store.next_instance)
    return Instance(
        job_instance_id=number,
        plan=plan,
        scope=call.scope,
        operator=call.operator,
        callback_url=call.body.get("callback_url"),
        global_var_list=[],
        steps=[_step(store, job, number, now)],
        create_time=now,
    )


def _step(store: Store, job: Job, job_instance_id: int, now: int) -> Step:
    plan = {"name": job.name, "type": job.kind, **_outcome(store, job)}
    if job.kind == FILE:
        plan["files"] = [{**file, "source": file["source"] or store.cmdb.first(), "dest": _place(store, job, file, now)} for file in job.files]
    number = next(store.next_step)
    return Step(
        step_instance_id=number,
        plan=plan,
        hosts={host["bk_host_id"]: host for host in job.hosts},
        results=agents.results(plan, job.hosts),
        create_time=now,
        work=_work(store, job, plan, f"bk_gse_script_{job_instance_id}_{number}"),
    )


def _work(store: Store, job: Job, plan: dict, name: str) -> Any:
    return store.executor.work(job.kind, name, job.taken, plan.get("files", [])) if store.executor else None


def _place(store: Store, job: Job, file: dict, now: int) -> str:
    return place(file, file["source"] or store.cmdb.first(), job.taken["file_target_path"], job.taken["file_target_name"], now)


def _outcome(store: Store, job: Job) -> dict:
    """What the first entry of the data file that fits says."""
    for entry in store.fast:
        if entry.get("operation", job.operation) == job.operation and entry.get("name", "") in job.name:
            return {name: value for name, value in entry.items() if name not in ("operation", "name")}
    return {}


def _roll(step: Step, config: dict | None) -> None:
    if config is None:
        return
    if "expression" not in config:
        raise Refusal(INTERNAL_ERROR)
    step.plan["batch_sizes"] = rolling.sizes(config["expression"], len(step.hosts))
    step.plan["rolling_mode"] = config.get("mode", 1)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The start of a job without a plan: what is looked at, what is stored, and what is refused only then (TaskExecuteServiceImpl)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import agents
from contract import Call
from fast import rolling
from fast.destinations import place
from lifecycle import FILE, Instance, Step
from plans import check_callback, launch_as_asked
from refusal import Refusal
from store import Store

NO_TARGETS_GIVEN, TARGETS_MISSING, INTERNAL_ERROR, BAD_REQUEST = 1244001, 1241004, 1240002, 1240003
NO_TARGETS, NO_SOURCE_HOSTS = 1244028, 1244029
WAYS = ("ip_list", "host_id_list", "dynamic_group_list", "topo_node_list")
LONGEST_NAME = 512
LONGEST_TIMEOUT, LONGEST_TIMEOUT_OF_OLD, DEFAULT_TIMEOUT = 259200, 86400, 7200
ROLLING_MODES = (1, 2, 3)
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


def check_options(store: Store, call: Call) -> None:
    """What is looked at before anything else, as annotations of the request say it."""
    check_callback(store, call.body.get("callback_url"))
    longest = _longest(store)
    if store.version.has("checks_timeouts") and not 1 <= call.body.get("timeout", 1) <= longest:
        raise Refusal(BAD_REQUEST, f"timeout must be from 1 to {longest}")
    config = call.body.get("rolling_config")
    if config is not None and store.version.has("checks_rolling") and (config.get("mode", 1) not in ROLLING_MODES or not config.get("expression", "").strip()):
        raise Refusal(BAD_REQUEST, "rolling_config is invalid")


def _longest(store: Store) -> int:
    return LONGEST_TIMEOUT if store.version.has("long_timeouts") else LONGEST_TIMEOUT_OF_OLD


def target_problem(body: dict) -> int:
    """The code of what is wrong with the targets, 0 for nothing."""
    if "target_server" not in body:
        return TARGETS_MISSING
    return 0 if names_hosts(body["target_server"]) else NO_TARGETS_GIVEN


def names_hosts(server: dict | None) -> bool:
    return any((server or {}).get(way) for way in WAYS)


def hosts_of(store: Store, server: dict | None, scope: tuple, missing: int) -> list[dict]:
    """A group or a node may have none."""
    found = store.cmdb.hosts(server, scope)
    if not found:
        raise Refusal(missing if store.version.has("host_ids") else NO_TARGETS_GIVEN)
    return found


def timeout_of(store: Store, body: dict) -> int:
    seconds, longest = body.get("timeout", DEFAULT_TIMEOUT), _longest(store)
    return seconds if 1 <= seconds <= longest else longest


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

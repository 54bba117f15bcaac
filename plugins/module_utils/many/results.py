# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task that had many jobs in hand: a row for each, of which all together are bounded, counts, and lists of ids."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..errors import NOT_STARTED, STARTED, UNKNOWN
from ..options.connection import instance_url
from ..text.masking import shortened
from .job import Job
from .message import message

# Bytes of JSON as a module prints it, in which a Chinese character takes six: for everything, with what invocation and warnings show, so that
# three KiB of 128 are left for the other options; of that for all rows, beside them for whole reports of failures, and for the message and the differences.
ALL, ROWS, REPORTS, MESSAGE, DIFFERENCES = 125 << 10, 56 << 10, 24 << 10, 12 << 10, 24 << 10
SHORTEST_MESSAGE = 1000  # bytes
FIRST_LINE = 200  # characters
CANDIDATES = 200  # ids of instances that may have come of starts without an answer


def result(jobs: list[Job], params: dict[str, Any], task: Any) -> dict[str, Any]:
    """params: the options. task: as Task. A row is in the order of the list."""
    failed = [job for job in jobs if job.has_failed()]
    ids = [job.job_instance_id for job in jobs if job.job_instance_id is not None]
    return _within_bounds(message(jobs, params), [_forms(job, params, task.secrets) for job in jobs], task, {
        "changed": any(map(_may_have_changed, jobs)),
        **({"failed": True} if failed else {}),
        "counts": {"outcome": _counted(job.outcome for job in jobs), "status": _counted(job.report.get("status") for job in jobs)},
        "job_instance_ids": ids,
        "failed_job_instance_ids": [job.job_instance_id for job in failed if job.report.get("finished")],
        "unfinished_job_instance_ids": [job.job_instance_id for job in failed if _may_run(job)],
        **(_of_starts(jobs, None if failed else ids) if any(job.request for job in jobs) else {}),
    })


def checked(jobs: list[Job], task: Any) -> dict[str, Any]:
    """The result in check mode, where nothing is started. task: as Task."""
    forms = [_checked(job, job.request.checked(task.secrets)) for job in jobs if job.request]
    return _within_bounds(f"{len(jobs)} of {len(jobs)} plans would be started", forms, task, {
        "changed": True, "outcome": None, "counts": {"outcome": {}, "status": {}},
        "job_instance_ids": [], "failed_job_instance_ids": [], "unfinished_job_instance_ids": [], "unknown_job_instance_ids": []})


def with_differences(result: dict[str, Any], jobs: list[Job], task: Any) -> dict[str, Any]:
    """The result with the `diff` of each entry, as many as there is room for. task: as Task."""
    found = [job.request.difference(task.secrets).get("diff", {}) for job in jobs if job.request]
    room = min(DIFFERENCES, _room(result, task))
    return {**result, "diff": [difference for difference in bounded([({}, difference) for difference in found], room) if difference]}


def _of_starts(jobs: list[Job], ids: list[int] | None) -> dict[str, Any]:
    """What the result of a task that starts jobs has beside. ids: those for the facts, None after a failure."""
    facts = {} if ids is None else {"ansible_facts": {"blueking_job": {"job_instance_ids": ids}}}
    return {"outcome": outcome(jobs), "unknown_job_instance_ids": _unknown(jobs), **facts}


def _unknown(jobs: list[Job]) -> list[int]:
    """Instances that may have come of starts without an answer: created ones, and candidates that are not of other entries."""
    in_doubt = [job for job in jobs if job.outcome == UNKNOWN and job.error]
    own = {job.job_instance_id for job in jobs if job.outcome == STARTED}
    candidates = [row["job_instance_id"] for job in in_doubt if job.error for row in job.error.extra.get("candidates") or ()]
    found = [*(job.job_instance_id for job in in_doubt if job.job_instance_id is not None), *candidates]
    return [number for number in dict.fromkeys(found) if number not in own][:CANDIDATES]


def outcome(jobs: list[Job]) -> str:
    """Of all starts together: not_started only if nothing at all may have started."""
    outcomes = {job.outcome for job in jobs}
    return UNKNOWN if UNKNOWN in outcomes else STARTED if STARTED in outcomes else NOT_STARTED


def bounded(rows: list[tuple[dict[str, Any], ...]], most: int) -> list[dict[str, Any]]:
    """Of each row the longest form for which there is room. rows: forms, the shortest first, the third only where there is more to tell. most: bytes."""
    chosen = [forms[0] for forms in rows]
    for form, for_all in ((1, ROWS), (2, ROWS + REPORTS)):
        room = min(for_all, most) - sum(map(_size, chosen))
        for place, forms in enumerate(rows):
            if len(forms) > form and _size(forms[form]) - _size(chosen[place]) <= room:
                room -= _size(forms[form]) - _size(chosen[place])
                chosen[place] = forms[form]
    return chosen


def _within_bounds(msg: str, rows: list[tuple[dict[str, Any], ...]], task: Any, rest: dict[str, Any]) -> dict[str, Any]:
    """The result, with as much of the message and of each row as there is room for beside what is always told. rows: as in bounded()."""
    bare = sum(_size(forms[0]) for forms in rows)
    told = {**rest, "msg": shortened(msg, len(msg), min(MESSAGE, max(_room(rest, task) - bare, SHORTEST_MESSAGE)))}
    return {**told, "results": bounded(rows, _room(told, task))}


def _room(result: dict[str, Any], task: Any) -> int:
    """Bytes that are left beside a part of the result."""
    return ALL - _size(result) - _size(task.shown) - _size(task.warnings)


def _forms(job: Job, params: dict[str, Any], secrets: set[str]) -> tuple[dict[str, Any], ...]:
    started = {} if job.outcome is None else {"outcome": job.outcome}
    bare = {**started, "job_instance_id": job.job_instance_id, **({"status": job.report["status"]} if job.report else {})}
    label = {"label": job.label} if job.label else {}
    plan = job.request.facts(secrets) if job.request else {}
    names = {**label, **plan, "job_instance_name": job.job_instance_name}
    duration = {"duration": job.report["duration"]} if job.report else {}
    if not job.has_failed():
        return bare, {**names, **bare, **duration}
    count = {"failed_host_count": job.report["failed_host_count"]} if job.report else {}
    first_line = job.why_failed().splitlines()[0][:FIRST_LINE]
    url = instance_url(params, job.job_instance_id) if job.job_instance_id else {}
    whole = {**names, **bare, **url, **job.report} if job.error is None else {**names, **bare, **url, **_of_error(job)}
    changed = {"changed": True} if job.outcome == STARTED else {}
    return (bare, {**names, **bare, **duration, **count, "failed": True, "msg": first_line},
            {**whole, **started, **changed, "failed": True, "msg": job.why_failed()})


def _checked(job: Job, row: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    label = {"label": job.label} if job.label else {}
    return {"outcome": None, "job_instance_id": None}, {**label, **{name: part for name, part in row.items() if name != "request"}}, {**label, **row}


def _may_run(job: Job) -> bool:
    """Whether it has an id, and is not known to have ended or never to have been started, as what exactly_once creates may be."""
    return job.job_instance_id is not None and job.outcome != NOT_STARTED and not job.report.get("finished")


def _may_have_changed(job: Job) -> bool:
    return job.outcome == STARTED or bool(job.report.get("changed")) or (job.error is not None and job.error.outcome != NOT_STARTED)


def _of_error(job: Job) -> dict[str, Any]:
    """What execute_job_plan returns of it."""
    return job.error.result(has_outcome=job.outcome is not None) if job.error else {}


def _counted(words: Iterable[Any]) -> dict[str, int]:
    return dict(Counter(word for word in words if word is not None))


def _size(part: object) -> int:
    return len(json.dumps(part)) + 2

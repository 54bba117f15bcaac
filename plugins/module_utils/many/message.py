# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message of a task that had many jobs in hand: how many of how many, and why, grouped by cause across the jobs."""
from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ..ending.digest import causes_of
from ..errors import NOT_STARTED, UNKNOWN
from ..text.sentences import enumerated
from .job import Job

CAUSES = 5  # shown, those with most jobs
NAMED = 5  # jobs of a cause
LINES, CHARACTERS = 12, 700  # of the message of the first job of a cause


def message(jobs: list[Job], params: dict[str, Any]) -> str:
    """In a few lines. params: the options."""
    failed = [job for job in jobs if job.has_failed()]
    if not jobs:
        return "there is nothing to wait for"
    if not failed:
        return f"{len(jobs)} of {len(jobs)} jobs {_well(jobs, params)}"
    kinds = Counter(map(_kind, failed))
    groups: dict[object, list[Job]] = {}
    for job in failed:
        groups.setdefault(_cause(job), []).append(job)
    ordered = sorted(groups.values(), key=lambda group: -len(group))
    lines = [f"{len(failed)} of {len(jobs)} jobs went wrong: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}"]
    lines += [line for group in ordered[:CAUSES] for line in _told(group)]
    rest = ordered[CAUSES:]
    return "\n".join(lines + ([f"and {len(rest)} more causes in {sum(map(len, rest))} jobs"] if rest else []))


def _well(jobs: list[Job], params: dict[str, Any]) -> str:
    if not params["wait"]:
        return "started"
    waiting = sum(not job.report["finished"] for job in jobs)
    return f"ended well or wait for a person ({waiting})" if waiting else "ended well"


def _kind(job: Job) -> str:
    if job.error is not None:
        start = {NOT_STARTED: "not started", UNKNOWN: "not known whether started"}
        return start.get(job.outcome or "", "without an id" if job.job_instance_id is None else "not known how ended")
    return "failed" if job.report["finished"] else "not ended"


def _cause(job: Job) -> object:
    """Equal for jobs that failed in the same way, as the digest of one job groups hosts."""
    if job.error is not None:
        without_ids = re.sub("[0-9]+", "", str(job.error).partition("; outcome unknown")[0])
        return job.outcome, without_ids if job.error.code is None else job.error.code
    return job.report["status"], tuple(causes_of(job.report["failed_hosts"] or []))


def _told(group: list[Job]) -> list[str]:
    """Which jobs, and the message of the first one."""
    first = group[0].why_failed()
    lines = first[:CHARACTERS].splitlines()
    cut = ["..."] if len(first) > CHARACTERS or len(lines) > LINES else []
    names = enumerated((_named(job) for job in group), most=NAMED)
    return [f"{len(group)} job{'' if len(group) == 1 else 's'}: {names}", *(f"    {line}" for line in lines[:LINES] + cut)]


def _named(job: Job) -> str:
    return job.place() if job.job_instance_id is None else f"{job.job_instance_id}{f' ({job.label})' if job.label else ''}"

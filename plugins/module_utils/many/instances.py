# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""job_instance_ids: instances that others have started, by their ids or by the results of the tasks that started them."""
from __future__ import annotations

from typing import Any

from ..errors import NOT_STARTED, InputError, JobError
from ..options.readers import elements, from_json, positive
from ..text.masking import label
from ..text.sentences import kind
from .entries import LABEL, MOST, refuse
from .job import Job


def read(given: object, scope: dict[str, Any], secrets: set[str]) -> list[Job]:
    """A job for each instance, once, and for each start that has no id; of tasks that were skipped there is none. InputError with all problems."""
    if given == "":
        raise InputError("job_instance_ids is given, but empty: were the plans started, and the result registered?")
    rows = elements("job_instance_ids", from_json("job_instance_ids", given, "ids"))
    if len(rows) > MOST:
        raise InputError(f"job_instance_ids has {len(rows)} entries, and at most {MOST} are possible: use several tasks, with the filter batch")
    jobs: list[Job] = []
    problems: list[tuple[str, JobError]] = []
    known: set[int | None] = set()
    for number, row in enumerate(rows):
        try:
            job = _job(number, row, scope, secrets)
        except InputError as error:
            problems.append((f"job_instance_ids[{number}]", error))
            continue
        if job and (job.job_instance_id is None or job.job_instance_id not in known):
            known.add(job.job_instance_id)
            jobs.append(job)
    refuse(problems, len(rows))
    return jobs


def _job(number: int, row: object, scope: dict[str, Any], secrets: set[str]) -> Job | None:
    if not isinstance(row, dict):
        return Job(number, "", scope, job_instance_id=positive("an id", row))
    if row.get("skipped") is True:
        return None
    if "job_instance_id" not in row and "outcome" not in row and "failed" not in row:
        raise InputError(f"{kind(row)} without a job_instance_id is no result of a start")
    name = label(row.get("label"), secrets, LABEL) or ""
    if row.get("job_instance_id") in (None, "") or row.get("outcome") == NOT_STARTED:
        said = label(row.get("msg"), secrets) or "its result has no msg"
        outcome = label(row.get("outcome"), secrets) or "unknown"
        return Job(number, name, scope, error=JobError(f"there is no job to wait for (outcome: {outcome}): {said}"))
    return Job(number, name, scope, job_instance_id=positive("job_instance_id", row["job_instance_id"]))

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dicts that describe an instance, its steps and its hosts, as job_instance_info documents them."""
from __future__ import annotations

from typing import Optional, TypedDict


class HostCounts(TypedDict):
    """How many hosts of a step are in which state."""

    total: int
    success: int
    failed: int
    running: int
    waiting: int


class Host(TypedDict):
    """A host in a step. JOB leaves out the id or the address on some versions."""

    bk_host_id: int | None
    bk_cloud_id: int | None
    ip: str | None
    step: str | None
    status: str | None
    status_code: int | None
    exit_code: int | None
    tag: str


class _Step(TypedDict):
    step_instance_id: int | None
    name: str | None
    type: str | None
    status: str | None
    status_code: int | None
    attempts: int | None
    started_at: str | None
    ended_at: str | None
    duration: float | None


class Step(_Step, total=False):
    """A step. hosts: only in a report; None where the hosts were not read."""

    hosts: HostCounts | None


class Instance(TypedDict):
    """An instance without its hosts. Times are ISO 8601 in UTC, durations are seconds."""

    job_instance_id: int
    job_instance_name: str | None
    status: str
    status_code: int
    finished: bool
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    duration: float | None
    steps: list[Step]


HostsByStep = dict[Optional[int], list[Host]]  # by step_instance_id

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dict that reports an instance in a task's result."""
from __future__ import annotations

from ..instance.types import Host, Instance


class _Report(Instance):
    waiting_for: str | None
    failed_hosts: list[Host] | None
    failed_host_count: int | None


class Report(_Report, total=False):
    """An instance as job_instance_info documents it; what concerns hosts is None where they were not read."""

    job_instance_url: str
    global_vars: dict[str, str] | None
    hosts: list[Host] | None

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JOB's milliseconds, in the forms Ansible's users know."""
from __future__ import annotations

from datetime import datetime, timezone

YEAR_10000 = 253402300800000  # which the calendar of Python does not reach


def iso8601(milliseconds: object) -> str | None:
    """A moment as ISO 8601 in UTC, to the second; None for none."""
    if not isinstance(milliseconds, int) or not 0 < milliseconds < YEAR_10000:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What JOB takes for an id."""
from __future__ import annotations

from reprlib import repr as shortened

from .errors import InputError

LARGEST = 2 ** 63 - 1  # JOB's ids are 64-bit integers


def whole(value: object) -> int | None:
    """An integer, also one that a template made a text of; None for anything else, a boolean included."""
    if isinstance(value, str) and value.strip().isdecimal() and value.isascii():
        return int(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def positive(option: str, value: object) -> int:
    """An id; InputError, naming the option, for anything that is none."""
    number = whole(value)
    if number is None or not 1 <= number <= LARGEST:
        raise InputError(f"{option} must be a positive integer, not {shortened(value)}")
    return number

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of what a playbook gave: each returns what JOB takes for it, or refuses it by the option's name."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import IPv4Address

from .errors import InputError

LARGEST_ID = 2 ** 63 - 1  # JOB's ids are 64-bit integers
DIGITS = 100  # Python refuses to read some thousands
KINDS = (
    (str, "a text"), (bool, "a boolean"), (int, "an integer"), (float, "a floating-point number"), (date, "a date"),
    (dict, "a dict"), (list, "a list"), (type(None), "null"), (bytes, "bytes (!!binary)"), ((set, frozenset), "a set"),
    (Mapping, "a mapping that is no dict"),
)
QUOTED = 60  # characters of what was given, in a message


def whole(value: object) -> int | None:
    """An integer, also one that a template made a text of; None for anything else, a boolean included."""
    if isinstance(value, str) and value.strip().isdecimal() and value.isascii() and len(value) <= DIGITS:
        return int(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def positive(option: str, value: object) -> int:
    """An id; InputError, naming the option, for anything that is none."""
    number = whole(value)
    if number is None or not 1 <= number <= LARGEST_ID:
        raise InputError(f"{option} must be a positive integer, not {shown(value)}")
    return number


def cloud_id(option: str, value: object) -> int:
    """A cloud area's id, of which 0 is the default area's."""
    number = whole(value)
    if number is None or not 0 <= number <= LARGEST_ID:
        raise InputError(f"{option} must be an integer, 0 for the default cloud area, not {shown(value)}")
    return number


def text(option: str, given: object) -> str:
    """A text that is not blank."""
    if not isinstance(given, str) or not given.strip():
        quoting = "" if isinstance(given, (str, list, dict)) else ": quote it"
        raise InputError(f"{option} must be a text that is not empty, not {kind(given)}{quoting}")
    return given


def ipv4(option: str, given: object) -> str:
    """An IPv4 address."""
    try:
        return str(IPv4Address(text(option, given)))
    except ValueError:
        raise InputError(f"{option} {shown(given)} is no IPv4 address") from None


def listed(option: str, given: object) -> list:
    """A list."""
    if not isinstance(given, list):
        raise InputError(f"{option} must be a list, not {kind(given)}")
    return given


def fields(option: str, given: object, allowed: tuple) -> dict:
    """A dict's fields that are given; JOB would silently ignore a name it does not know, so that is refused."""
    if not isinstance(given, dict):
        raise InputError(f"{option} must be a dict of {', '.join(allowed)}, not {kind(given)}")
    strangers = [shown(name) for name in given if name not in allowed]
    if strangers:
        raise InputError(f"{option} has no {', '.join(strangers)}: its fields are {', '.join(allowed)}")
    return {name: value for name, value in given.items() if value is not None}


def kind(given: object) -> str:
    """What a value is, in words; the value itself may be a secret."""
    for kinds, words in KINDS:
        if isinstance(given, kinds):
            return words
    return f"a {type(given).__name__}"


def shown(given: object, form: Callable[[object], str] = repr) -> str:
    """A value in a message, on one line that can be read; of what has parts only what it is."""
    if isinstance(given, int) and abs(given) >= 10 ** DIGITS:
        return f"an integer of more than {DIGITS} digits"  # of thousands of them Python makes no text
    if not isinstance(given, (str, int, float)):
        return kind(given)
    return form(given[:QUOTED] + "..." if isinstance(given, str) and len(given) > QUOTED else given)

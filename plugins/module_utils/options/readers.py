# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of values in a playbook: each returns the value for JOB's request, or raises an InputError that names the option."""
from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any, TypeVar

from ..errors import InputError
from ..text.sentences import enumerated, kind, shown
from ..wire.fields import LARGEST_ID, integer

Row = TypeVar("Row")


def positive(option: str, value: object) -> int:
    """An id."""
    number = integer(value)
    if number is None or not 1 <= number <= LARGEST_ID:
        raise InputError(f"{option} must be a positive integer, not {shown(value)}")
    return number


def cloud_id(option: str, value: object) -> int:
    """The id of a cloud area; 0 is the default one."""
    number = integer(value)
    if number is None or not 0 <= number <= LARGEST_ID:
        raise InputError(f"{option} must be an integer, 0 for the default cloud area, not {shown(value)}")
    return number


def text(option: str, given: object) -> str:
    """A string that is not blank."""
    if not isinstance(given, str) or not given.strip():
        quoting = "" if isinstance(given, (str, list, dict)) else ": quote it"
        raise InputError(f"{option} must be a string that is not empty, not {kind(given)}{quoting}")
    return given


def ipv4(option: str, given: object) -> str:
    """An IPv4 address."""
    try:
        return str(IPv4Address(text(option, given)))
    except ValueError:
        raise InputError(f"{option} {shown(given)} is not an IPv4 address") from None


def from_json(option: str, given: object, items: str = "") -> object:
    """A value that may be given as JSON text, as surveys of AWX and ad-hoc commands do. items: what a list consists of, for which a blank text is []."""
    if not isinstance(given, str):
        return given
    if items and not given.strip():
        return []
    try:
        return json.loads(given)
    except (ValueError, RecursionError) as error:
        wanted = f"a JSON array ({error}): give a list of {items}, or [] for none" if items else f"JSON ({error})"
        raise InputError(f"{option} is a string, but not {wanted}") from error


def elements(option: str, given: object) -> list[Any]:
    """The elements of a list of anything."""
    if not isinstance(given, list):
        raise InputError(f"{option} must be a list, not {kind(given)}")
    return given


def rows(option: str, given: object, read: Callable[[str, object], Row]) -> tuple[list[Row], list[str]]:
    """What read() makes of each element of a list, and the problem of each that it refuses. read: takes the element's place, and the element."""
    found: list[Row] = []
    problems: list[str] = []
    for number, element in enumerate(elements(option, given)):
        try:
            found.append(read(f"{option}[{number}]", element))
        except InputError as problem:
            problems.append(str(problem))
    return found, problems


def fields(option: str, given: object, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a dict that are not null. An unknown one is refused, because JOB would silently ignore it."""
    if not isinstance(given, dict):
        raise InputError(f"{option} must be a dict of {', '.join(allowed)}, not {kind(given)}")
    unknown = [shown(name) for name in given if name not in allowed]
    if unknown:
        raise InputError(f"{option} has no field {enumerated(unknown)}: its fields are {', '.join(allowed)}")
    return {name: value for name, value in given.items() if value is not None}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others made fit to be shown: without the secrets in them, and as a terminal would show them in the end."""
from __future__ import annotations

import json
from ipaddress import ip_address

from .search import index, spans
from .sentences import DIGITS
from .spellings import UNPRINTABLE

MASK = "********"
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # Ansible's own word for it
LABEL = 200  # characters
VALUE = 1 << 20  # characters of a variable's value, of which JOB's database takes less
QUOTED = 300  # characters of a quotation, half of them from its end, where the cause of an exception stands
BEGINNING, ENDING = 20_000, 1 << 18  # characters of a longer text that are looked at
DEPTH = 4  # lists and dicts in each other; a server's rows are at 2
CUT = 1000  # characters beside where it was cut, which are left out: part of a secret, they would not be known for it


def without_secrets(text: str, secrets: set[str], start: int = 0, end: int | None = None) -> str:
    """A text, or a part of it, with every secret in it replaced, however it is spelled."""
    end = len(text) if end is None else end
    parts, here = [], start
    for first, past in spans(text, index(frozenset(secrets))):
        if first < end and past > start:
            parts += [text[here:first], MASK]
            here = past
    return "".join([*parts, text[here:end]])


def prepare(secrets: set[str]) -> None:
    """Do what takes time and memory with many or large secrets, before anything depends on it."""
    index(frozenset(secrets))


def printable(text: str, secrets: set[str]) -> str:
    """Lines without secrets, colours and what a carriage return has written over."""
    return _cleaned(without_secrets(text, secrets))


def beginning(text: str, secrets: set[str]) -> str:
    """As much of a text as may be shown of its beginning, printable; searching megabytes would take seconds."""
    if len(text) <= BEGINNING:
        return printable(text, secrets)
    return _cleaned(without_secrets(text[:BEGINNING], secrets, 0, BEGINNING - CUT))


def ending(text: str, secrets: set[str], characters: int = ENDING) -> str:
    """As much of a log as is shown of it, printable."""
    if len(text) <= characters:
        return printable(text, secrets)
    return _cleaned(without_secrets(text[-characters:], secrets, CUT))


def quote(text: str, secrets: set[str]) -> str:
    """The beginning and the end of somebody else's text, as one line for a message."""
    whole = printable(text, secrets) if len(text) <= BEGINNING else f"{beginning(text, secrets)} ... {ending(text, secrets, BEGINNING)}"
    line = " ".join(whole.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED // 2]} ... {line[-QUOTED // 2:]}"


def clean(value: object, secrets: set[str], characters: int = LABEL) -> str | None:
    """A text of somebody else's as it is, spaces included, but printable and without secrets; None for what is no text."""
    if not isinstance(value, str):
        return None
    kept = UNPRINTABLE.sub("", without_secrets(value[:characters + CUT], secrets, 0, min(len(value), characters)))
    return kept if len(value) <= characters else f"{kept}..."


def data(value: object, secrets: set[str], depth: int = DEPTH) -> object:
    """JSON of somebody else's, its texts clean, and nothing below a depth where nobody looks."""
    if isinstance(value, dict) and depth:
        return {clean(name, secrets): data(part, secrets, depth - 1) for name, part in value.items()}
    if isinstance(value, list) and depth:
        return [data(part, secrets, depth - 1) for part in value]
    return _number(value) if isinstance(value, (int, float)) else host(value, secrets)


def _number(value: int | float) -> int | float | None:
    """A number, unless Python makes no text of it."""
    return None if isinstance(value, int) and abs(value) >= 10 ** DIGITS else value


def host(value: object, secrets: set[str]) -> str | None:
    """A host's address, which is left as it is, whatever short secret is in it, or what JOB has in place of one."""
    try:
        return str(ip_address(value)) if isinstance(value, str) else None
    except ValueError:
        return label(value, secrets)


def label(value: object, secrets: set[str], characters: int = LABEL) -> str | None:
    """Somebody else's name for a thing, on one line, without secrets; None for what is no text."""
    return shortened(" ".join(beginning(value, secrets).split()), characters, 2 * characters) if isinstance(value, str) else None


def shortened(text: str, characters: int, size: int) -> str:
    """At most so many characters, and bytes in JSON, where one of Chinese takes six."""
    kept = text[:characters]
    while len(json.dumps(kept)) > size:
        kept = kept[:-1]
    return text if kept == text else f"{kept}..."


def _cleaned(text: str) -> str:
    return "\n".join(map(_as_shown, text.split("\n")))


def _as_shown(line: str) -> str:
    """A progress bar writes its line again and again, after a carriage return; the last time counts."""
    return UNPRINTABLE.sub("", line.rstrip("\r").rpartition("\r")[2]).rstrip()

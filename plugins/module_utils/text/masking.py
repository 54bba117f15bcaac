# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes texts from JOB, gateways and scripts safe to show: without secrets and unprintable characters, and of limited length."""
from __future__ import annotations

import json
from ipaddress import ip_address

from .encodings import UNPRINTABLE
from .search import index, spans
from .sentences import DIGITS

MASK = "********"
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # Ansible's own text for it
LABEL = 200  # characters
QUOTED = 300  # characters of a text in a message, half of them from its end, where the cause of an exception is
VALUE = 1 << 20  # characters of a variable's value; JOB's database stores less
BEGINNING, ENDING = 20_000, 1 << 18  # characters of a longer text that are searched for secrets and shown
DEPTH = 4  # of nested lists and dicts; the rows of a server are at depth 2
LARGEST = 12  # bytes of JSON that a character takes
CUT = 1000  # characters beside the place where a text is cut, which are left out, because a part of a secret there would not be found


def without_secrets(text: str, secrets: set[str], start: int = 0, end: int | None = None) -> str:
    """A text, or a part of it, with every secret in it replaced, encoded or not."""
    end = len(text) if end is None else end
    parts, here = [], start
    for first, past in spans(text, index(frozenset(secrets))):
        if first < end and past > start:
            parts += [text[here:first], MASK]
            here = past
    return "".join([*parts, text[here:end]])


def prepare(secrets: set[str]) -> None:
    """Make the index of the secrets, which takes time and memory if they are many or large, before a start is sent."""
    index(frozenset(secrets))


def printable(text: str, secrets: set[str]) -> str:
    """Lines without secrets, escape sequences, and text that a carriage return overwrites."""
    return _cleaned(without_secrets(text, secrets))


def beginning(text: str, secrets: set[str]) -> str:
    """The beginning of a text, printable; to search megabytes for secrets would take seconds."""
    if len(text) <= BEGINNING:
        return printable(text, secrets)
    return _cleaned(without_secrets(text[:BEGINNING], secrets, 0, BEGINNING - CUT))


def ending(text: str, secrets: set[str], characters: int = ENDING) -> str:
    """The end of a log, printable."""
    if len(text) <= characters:
        return printable(text, secrets)
    return _cleaned(without_secrets(text[-characters:], secrets, CUT))


def quote(text: str, secrets: set[str]) -> str:
    """A text on one line for a message: its beginning and its end."""
    both_ends = printable(text, secrets) if len(text) <= BEGINNING else f"{beginning(text, secrets)} ... {ending(text, secrets, BEGINNING)}"
    line = " ".join(both_ends.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED // 2]} ... {line[-QUOTED // 2:]}"


def clean(value: object, secrets: set[str], characters: int = LABEL) -> str | None:
    """A name or value as it is, spaces included, but printable and without secrets; None for what is not text."""
    if not isinstance(value, str):
        return None
    kept = UNPRINTABLE.sub("", without_secrets(value[:characters + CUT], secrets, 0, min(len(value), characters)))
    return kept if len(value) <= characters else f"{kept}..."


def data(value: object, secrets: set[str], depth: int = DEPTH) -> object:
    """JSON with its texts clean, down to DEPTH."""
    if isinstance(value, dict) and depth:
        return {clean(name, secrets): data(part, secrets, depth - 1) for name, part in value.items()}
    if isinstance(value, list) and depth:
        return [data(part, secrets, depth - 1) for part in value]
    return _number(value) if isinstance(value, (int, float)) else host(value, secrets)


def _number(value: int | float) -> int | float | None:
    """A number, or None for one with so many digits that Python refuses to print it."""
    return None if isinstance(value, int) and abs(value) >= 10 ** DIGITS else value


def host(value: object, secrets: set[str]) -> str | None:
    """A host's address, unchanged even if a short secret is part of it; any other text as a label."""
    try:
        return str(ip_address(value)) if isinstance(value, str) else None
    except ValueError:
        return label(value, secrets)


def label(value: object, secrets: set[str], characters: int = LABEL) -> str | None:
    """A name on one line, without secrets; None for what is not text."""
    return shortened(" ".join(beginning(value, secrets).split()), characters, 2 * characters) if isinstance(value, str) else None


def shortened(text: str, characters: int, size: int) -> str:
    """At most so many characters, and bytes of JSON, in which a Chinese character takes six."""
    kept = text[:characters]
    while (excess := len(json.dumps(kept)) - size) > 0:
        kept = kept[:-max(excess // LARGEST, 1)]
    return text if kept == text else f"{kept}..."


def _cleaned(text: str) -> str:
    return "\n".join(map(_as_shown, text.split("\n")))


def _as_shown(line: str) -> str:
    """As a terminal shows it in the end: a progress bar overwrites its line after a carriage return."""
    return UNPRINTABLE.sub("", line.rstrip("\r").rpartition("\r")[2]).rstrip()

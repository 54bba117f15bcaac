# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of messages, of limited length: values, lists, and suggestions for a name that is unknown."""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from difflib import get_close_matches

KINDS = (
    (str, "a string"), (bool, "a boolean"), (int, "an integer"), (float, "a floating-point number"), (date, "a date"),
    (dict, "a dict"), (list, "a list"), (type(None), "null"), (bytes, "bytes (!!binary)"), ((set, frozenset), "a set"),
    (Mapping, "a mapping that is not a dict"),
)
QUOTED = 60  # characters of a value
DIGITS = 100  # of a number; Python refuses to print some thousands
SHOWN = 10  # parts of a list
COMPARED, COMPARED_CHARACTERS = 1000, 60  # names, and characters of each: the time of a comparison grows with the square of the length
LONGEST = 4000  # characters of a message


def kind(given: object) -> str:
    """The type of a value, in words; the value itself may be a secret."""
    for kinds, words in KINDS:
        if isinstance(given, kinds):
            return words
    return f"a {type(given).__name__}"


def shown(given: object, form: Callable[[object], str] = repr) -> str:
    """A value on one line, shortened; of a list or dict, which may contain secrets, only the type."""
    if isinstance(given, int) and abs(given) >= 10 ** DIGITS:
        return f"an integer of more than {DIGITS} digits"
    if not isinstance(given, (str, int, float)):
        return kind(given)
    return form(f"{given[:QUOTED // 2]}...{given[-QUOTED // 2:]}" if isinstance(given, str) and len(given) > QUOTED else given)


def enumerated(parts: Iterable[str], separator: str = ", ", most: int = SHOWN) -> str:
    """The first parts of a list, and how many more there are."""
    everything = list(parts)
    rest = len(everything) - most
    return separator.join(everything[:most]) + (f"{' ' if separator == ', ' else separator}and {rest} more" if rest > 0 else "")


def closest(name: str, names: Collection[str]) -> str:
    """A sentence to follow one that refuses a name: similar names, or which names there are."""
    near = sorted(names, key=lambda known: abs(len(known) - len(name)))[:COMPARED]
    folded = {known[:COMPARED_CHARACTERS].casefold(): known for known in near}
    likely = [folded[match] for match in get_close_matches(name[:COMPARED_CHARACTERS].casefold(), folded, n=3, cutoff=0.5)]
    if likely:
        return f". Did you mean {' or '.join(map(shown, likely))}?"
    return f". There is: {enumerated(map(shown, sorted(names)))}" if names else ". There is none"


def bounded(message: str) -> str:
    """A message that quotes an option, without its middle if it is long."""
    return message if len(message) <= LONGEST else f"{message[:LONGEST // 2]} ... {message[-LONGEST // 2:]}"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How texts are spelled: URL, JSON, HTML and terminals' codes read back to what they stand for, and base64 and hex written."""
from __future__ import annotations

import base64
import html
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

# Colours and cursor movements of terminals, and other characters that are not to be printed, those that turn the direction of writing among them.
UNPRINTABLE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# What encoders write in place of characters, encoded twice or more times, too. No alternative can fail after more than the text of one unit.
UNIT = re.compile(rf"""
    (?:%(?:25)*[0-9A-Fa-f]{{2}})+
    | (?:\\+u[0-9A-Fa-f]{{4}})+
    | (?:\\+x[0-9A-Fa-f]{{2}})+
    | \\+[nrtbf]?
    | &(?:amp;)*(?P<entity>\#[0-9]{{1,7}}|\#[xX][0-9A-Fa-f]{{1,6}}|[A-Za-z]{{2,8}});
    | [\t\n]
    | {UNPRINTABLE.pattern}""", re.VERBOSE | re.DOTALL)
BYTE = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})")
UTF_16 = re.compile(r"\\u([0-9A-Fa-f]{4})")
DEPTH = 4  # JSON in a URL in JSON, and a last look that finds nothing more


class Reading(NamedTuple):
    """A text with its units read, and where each was.

    begins, ends: of the units in the text as it is now. first, past: the same in the text as it was.
    """

    text: str
    begins: array[int]
    ends: array[int]
    first: array[int]
    past: array[int]


def read(text: str) -> list[Reading]:
    """What a text stands for: each reading is one of the text of the reading before it; none where it stands for itself."""
    readings: list[Reading] = []
    while len(readings) < DEPTH:
        reading = _read_once(readings[-1].text if readings else text)
        if reading is None:
            break
        readings.append(reading)
    return readings


def plain(text: str) -> str:
    """The last of a text's readings."""
    readings = read(text)
    return readings[-1].text if readings else text


def origin(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Where a part of a reading's text was before."""
    unit = bisect_right(reading.begins, start) - 1
    before = start if unit < 0 else reading.first[unit] if start < reading.ends[unit] else reading.past[unit] + start - reading.ends[unit]
    unit = bisect_right(reading.begins, end - 1) - 1
    after = end if unit < 0 else reading.past[unit] if end <= reading.ends[unit] else reading.past[unit] + end - reading.ends[unit]
    return before, after


def encoded(text: str) -> Iterator[str]:
    """What base64, beginning at any byte of a longer text, and hex make of a text, as far as it is the text's alone."""
    content = text.encode(errors="replace")
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + content).decode()[(8 * shift + 5) // 6:8 * (shift + len(content)) // 6]
    yield from (content.hex(), content.hex().upper())


def _read_once(text: str) -> Reading | None:
    """A text with its units read; None where that changes nothing."""
    parts, begins, ends, first, past = [], array("q"), array("q"), array("q"), array("q")
    here = there = 0  # in the text as it will be, and as it was
    for found in UNIT.finditer(text):
        meaning = _meaning(found)
        if meaning == found[0]:
            continue
        here += found.start() - there
        parts += [text[there:found.start()], meaning]
        begins.append(here)
        here, there = here + len(meaning), found.end()
        ends.append(here)
        first.append(found.start())
        past.append(there)
    return Reading("".join([*parts, text[there:]]), begins, ends, first, past) if parts else None


def _meaning(found: re.Match[str]) -> str:
    """What a unit stands for; line breaks and what is not to be printed stand for nothing, for encoders put them anywhere."""
    unit = found[0]
    if found["entity"]:
        return html.unescape(f"&{found['entity']};")
    if unit[0] == "%" or "\\x" in unit:
        return bytes.fromhex("".join(map("".join, BYTE.findall(unit)))).decode(errors="replace")
    return bytes.fromhex("".join(UTF_16.findall(unit))).decode("utf-16-be", errors="replace")

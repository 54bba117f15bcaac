# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decodes URLs, JSON, HTML and terminal escape sequences, and knows the place of each part before; encodes base64 and hex."""
from __future__ import annotations

import base64
import html
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Terminal escape sequences (colours, cursor movements), control characters, and those that change the direction of text.
UNPRINTABLE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Escape sequences, encoded twice or more times, too. No alternative reads more than one sequence before it fails, so the time is linear.
ESCAPE = re.compile(rf"""
    (?:%(?:25)*[0-9A-Fa-f]{{2}})+
    | (?:\\+u[0-9A-Fa-f]{{4}})+
    | (?:\\+x[0-9A-Fa-f]{{2}})+
    | \\+[nrtbf]?
    | &(?:amp;)*(?P<entity>\#[0-9]{{1,7}}|\#[xX][0-9A-Fa-f]{{1,6}}|[A-Za-z]{{2,8}});
    | [\t\n]
    | {UNPRINTABLE.pattern}""", re.VERBOSE | re.DOTALL)
BYTE = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})")
UTF_16 = re.compile(r"\\u([0-9A-Fa-f]{4})")
DEPTH = 4  # JSON in a URL in JSON, and a last pass that finds nothing


Places = Sequence[int]


class Decoded(NamedTuple):
    """A text with its escape sequences decoded once, and the place of each.

    starts, ends: in the decoded text. old_starts, old_ends: in the text before.
    """

    text: str
    starts: Places
    ends: Places
    old_starts: Places
    old_ends: Places


def decode(text: str) -> list[Decoded]:
    """A text decoded once, twice and so on, until nothing is left to decode; [] for a text without escape sequences."""
    passes: list[Decoded] = []
    while len(passes) < DEPTH:
        decoded = _decode_once(passes[-1].text if passes else text)
        if decoded is None:
            break
        passes.append(decoded)
    return passes


def fully_decoded(text: str) -> str:
    """A text without any escape sequence."""
    passes = decode(text)
    return passes[-1].text if passes else text


def place_before(decoded: Decoded, start: int, end: int) -> tuple[int, int]:
    """The place that a part of the decoded text had in the text before."""
    number = bisect_right(decoded.starts, start) - 1  # of the last escape sequence that starts no later
    old_start = start if number < 0 else decoded.old_starts[number] if start < decoded.ends[number] else decoded.old_ends[number] + start - decoded.ends[number]
    number = bisect_right(decoded.starts, end - 1) - 1
    old_end = end if number < 0 else decoded.old_ends[number] if end <= decoded.ends[number] else decoded.old_ends[number] + end - decoded.ends[number]
    return old_start, old_end


def encoded(text: str) -> Iterator[str]:
    """A text in base64, as part of a longer text at any offset, without the characters that depend on what is beside it; and in hex."""
    content = text.encode(errors="replace")
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + content).decode()[(8 * shift + 5) // 6:8 * (shift + len(content)) // 6]
    yield from (content.hex(), content.hex().upper())


def _decode_once(text: str) -> Decoded | None:
    """None where there is nothing to decode."""
    parts: list[str] = []
    starts, ends, old_starts, old_ends = array("q"), array("q"), array("q"), array("q")
    new = old = 0  # how far each text is complete
    for found in ESCAPE.finditer(text):
        meaning = _meaning(found)
        if meaning == found[0]:
            continue
        new += found.start() - old
        parts += [text[old:found.start()], meaning]
        starts.append(new)
        new, old = new + len(meaning), found.end()
        ends.append(new)
        old_starts.append(found.start())
        old_ends.append(old)
    return Decoded("".join([*parts, text[old:]]), starts, ends, old_starts, old_ends) if parts else None


def _meaning(found: re.Match[str]) -> str:
    """What an escape sequence stands for; "" for line breaks and unprintable characters, which encoders insert anywhere."""
    sequence = found[0]
    if found["entity"]:
        return html.unescape(f"&{found['entity']};")
    if sequence[0] == "%" or "\\x" in sequence:
        return bytes.fromhex("".join(map("".join, BYTE.findall(sequence)))).decode(errors="replace")
    return bytes.fromhex("".join(UTF_16.findall(sequence))).decode("utf-16-be", errors="replace")

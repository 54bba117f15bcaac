# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a text has secrets, however these are spelled, in a time that grows with the text alone."""
from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from os.path import commonprefix
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from .spellings import Reading, encoded, origin, plain, read

LONG_LINE = 8  # characters; of a longer secret, a key for one, lines of so many are secrets themselves
SHORT = 4  # characters; what is shorter is found only where it stands alone, else hardly a word would stay whole
PIECE, ENCODED_PIECE = 16, 128  # characters of the pieces of a secret that are searched for, so that one that is cut off is found, too
FOLDED = str.maketrans(" -_", "++/")
IN_BASE64 = re.compile("[A-Za-z0-9]")
ALONE = re.compile(r"(?<!\w)(?=\S)")


class Index(NamedTuple):
    """Secrets in a form in which looking for them takes no longer where there are more of them.

    following: every piece, and what follows it in its secret; None where the piece is encoded. lengths: of the pieces that begin with
    these SHORT characters, the longest first. short: what is to be replaced where it stands alone, and its lengths.
    """

    following: dict[str, str | None]
    lengths: dict[str, list[int]]
    short: frozenset[str]
    short_lengths: list[int]


@lru_cache(maxsize=2)  # ten thousand hosts have as many tags
def index(secrets: frozenset[str]) -> Index:
    """Measured: a megabyte of secrets, be it one or three thousand, takes 1 to 3 s and 100 MB."""
    cores = {secret.strip() for secret in secrets}
    following: dict[str, str | None] = {}
    for text in (core for core in cores if len(core) >= SHORT):
        following.update((piece, None) for code in encoded(text) for piece, _after in _cut(code, ENCODED_PIECE))
        for line in text.splitlines():
            if len(line.strip()) >= LONG_LINE:
                following.update(_cut(_folded(plain(line.strip())), PIECE))
        for form in (text, plain(text)):
            following.update(_cut(_folded(form), PIECE))
    lengths = defaultdict(set)
    for piece in following:
        lengths[piece[:SHORT]].add(len(piece))
    # What itself looks encoded may be short when it is read.
    short = frozenset(spelling for core in cores if core and len(plain(core[:ENCODED_PIECE])) < SHORT for spelling in _spellings(core))
    return Index(following, {begin: sorted(those, reverse=True) for begin, those in lengths.items()}, short, sorted(set(map(len, short)), reverse=True))


def spans(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """Where a text has secrets, in order; those that touch are one."""
    if not index.lengths and not index.short:
        return iter(())
    readings = read(text)
    in_reading = _merged(_pieces(readings[-1].text, index)) if readings else ()
    found = [*_merged(_alone(text, index)), *_merged(_pieces(text, index)), *(_origin(readings, start, end) for start, end in in_reading)]
    return _merged(iter(sorted(found)))


def _spellings(secret: str) -> set[str]:
    """Of a short secret, what stands for it between spaces."""
    urls = {write(secret, safe="", errors="replace") for write in (quote, quote_plus)}  # the environment may hold what is no UTF-8
    return {secret, *urls, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret)}


def _cut(text: str, size: int) -> Iterator[tuple[str, str]]:
    """Pieces that cover a text, and what follows each; none of a text too short to be told from others."""
    if len(text) < SHORT:
        return
    last = max(len(text) - size, 0)
    pieces = [text[start:start + size] for start in range(0, last, size)]
    yield from zip(pieces, [*pieces[1:], text[size * len(pieces):]])
    yield text[last:], ""


def _folded(text: str) -> str:
    """URLs write a space as +, and base64 for URLs + and / as - and _."""
    return text.translate(FOLDED)


def _pieces(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """Where a text has a piece of a secret, and as much of what follows it there as the text has, too."""
    folded, lengths, following = _folded(text), index.lengths, index.following
    for start in (start for start in range(len(text) - SHORT + 1) if folded[start:start + SHORT] in lengths):
        for length in lengths[folded[start:start + SHORT]]:
            piece = folded[start:start + length]
            end, after = start + len(piece), following.get(piece, "")
            if piece in following:
                yield _with_edges(text, start, end) if after is None else (start, end + len(commonprefix([after, folded[end:end + len(after)]])))
                break


def _with_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """Beside a secret in base64 are characters that are the secret's in part, and there may be a filling."""
    start -= bool(IN_BASE64.match(text[start - 1:start]))
    end += bool(IN_BASE64.match(text[end:end + 1]))
    return start, end + len(text[end:end + 2]) - len(text[end:end + 2].lstrip("="))


def _alone(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """Where a short secret stands alone."""
    if not index.short:
        return
    for start in (found.start() for found in ALONE.finditer(text)):
        for length in index.short_lengths:
            end = start + length
            if text[start:end] in index.short and not re.match(r"\w", text[end:end + 1]):
                yield start, min(end, len(text))
                break


def _origin(readings: list[Reading], start: int, end: int) -> tuple[int, int]:
    """Where a part of the last reading was in the text."""
    for reading in reversed(readings):
        start, end = origin(reading, start, end)
    return start, end


def _merged(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those that touch made one, for there may be as many as there are characters."""
    first, past = next(spans, (0, 0))
    for start, end in spans:
        if start > past or end < first:
            yield first, past
            first, past = start, end
        first, past = min(first, start), max(past, end)
    if past:
        yield first, past

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds secrets in a text, encoded or not, in a time that depends on the length of the text only."""
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

from .encodings import Decoded, decode, encoded, fully_decoded, place_before

LONG_LINE = 8  # characters: a line of a secret, such as a key, counts as a secret itself from this length on
SHORT = 4  # characters: a shorter secret is found only as a word of its own, because parts of many words would match
PIECE, ENCODED_PIECE = 16, 128  # characters: secrets are searched for in pieces of this length, so that one that is cut off is found, too
FOLDED = str.maketrans(" -_", "++/")
IN_BASE64 = re.compile("[A-Za-z0-9]")
WORD_START = re.compile(r"(?<!\w)(?=\S)")


class Index(NamedTuple):
    """Secrets in a form in which a search takes no longer with more of them.

    following: each piece, and what follows it in its secret; None for an encoded piece. lengths: of the pieces that begin with
    these SHORT characters, the longest first. short, short_lengths: secrets that are found only as words of their own, and their lengths.
    """

    following: dict[str, str | None]
    lengths: dict[str, list[int]]
    short: frozenset[str]
    short_lengths: list[int]


@lru_cache(maxsize=2)  # ten thousand hosts have as many tags
def index(secrets: frozenset[str]) -> Index:
    """Measured: a megabyte of secrets, whether one or three thousand, takes 1 to 3 s and 100 MB."""
    stripped = {secret.strip() for secret in secrets}
    following: dict[str, str | None] = {}
    for text in (secret for secret in stripped if len(secret) >= SHORT):
        following.update((piece, None) for code in encoded(text) for piece, _after in _cut(code, ENCODED_PIECE))
        for line in text.splitlines():
            if len(line.strip()) >= LONG_LINE:
                following.update(_cut(_folded(fully_decoded(line.strip())), PIECE))
        for form in (text, fully_decoded(text)):
            following.update(_cut(_folded(form), PIECE))
    lengths: dict[str, set[int]] = defaultdict(set)
    for piece in following:
        lengths[piece[:SHORT]].add(len(piece))
    # A secret that looks encoded itself may be short once it is decoded.
    short = frozenset(form for secret in stripped if secret and len(fully_decoded(secret[:ENCODED_PIECE])) < SHORT for form in _encodings(secret))
    by_start = {start: sorted(found, reverse=True) for start, found in lengths.items()}
    return Index(following, by_start, short, sorted(set(map(len, short)), reverse=True))


def spans(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """The places of secrets in a text, in order; those that touch are one."""
    if not index.lengths and not index.short:
        return iter(())
    passes = decode(text)
    in_decoded = _merged(_pieces(passes[-1].text, index)) if passes else ()
    found = [*_merged(_words(text, index)), *_merged(_pieces(text, index)), *(_place_in_text(passes, start, end) for start, end in in_decoded)]
    return _merged(iter(sorted(found)))


def _encodings(secret: str) -> set[str]:
    """A short secret, and the ways to encode it."""
    urls = {encode(secret, safe="", errors="replace") for encode in (quote, quote_plus)}  # a value in the environment may not be UTF-8
    return {secret, *urls, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret)}


def _cut(text: str, size: int) -> Iterator[tuple[str, str]]:
    """Pieces that cover a text, and what follows each; none of a text that is too short to search for."""
    if len(text) < SHORT:
        return
    last = max(len(text) - size, 0)
    pieces = [text[start:start + size] for start in range(0, last, size)]
    yield from zip(pieces, [*pieces[1:], text[size * len(pieces):]])
    yield text[last:], ""


def _folded(text: str) -> str:
    """In URLs a space is +, and base64 has - and _ for + and /; all of these become the same."""
    return text.translate(FOLDED)


def _pieces(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """The places of pieces of secrets, each with as much of the rest of the secret as follows it in the text."""
    folded, lengths, following = _folded(text), index.lengths, index.following
    for start in (start for start in range(len(text) - SHORT + 1) if folded[start:start + SHORT] in lengths):
        for length in lengths[folded[start:start + SHORT]]:
            piece = folded[start:start + length]
            end, after = start + len(piece), following.get(piece, "")
            if piece in following:
                yield _with_edges(text, start, end) if after is None else (start, end + len(commonprefix([after, folded[end:end + len(after)]])))
                break


def _with_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters beside a secret in base64 contain a part of it, and padding may follow."""
    start -= bool(IN_BASE64.match(text[start - 1:start]))
    end += bool(IN_BASE64.match(text[end:end + 1]))
    return start, end + len(text[end:end + 2]) - len(text[end:end + 2].lstrip("="))


def _words(text: str, index: Index) -> Iterator[tuple[int, int]]:
    """The places where a short secret is a word of its own."""
    if not index.short:
        return
    for start in (found.start() for found in WORD_START.finditer(text)):
        for length in index.short_lengths:
            end = start + length
            if text[start:end] in index.short and not re.match(r"\w", text[end:end + 1]):
                yield start, min(end, len(text))
                break


def _place_in_text(passes: list[Decoded], start: int, end: int) -> tuple[int, int]:
    """The place in the text of a part of the fully decoded text."""
    for decoded in reversed(passes):
        start, end = place_before(decoded, start, end)
    return start, end


def _merged(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Joins those that touch, because there may be as many as there are characters."""
    first, past = next(spans, (0, 0))
    for start, end in spans:
        if start > past or end < first:
            yield first, past
            first, past = start, end
        first, past = min(first, start), max(past, end)
    if past:
        yield first, past

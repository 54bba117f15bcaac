# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others made fit to be shown: without the secrets in them, and as a terminal would show them in the end."""
from __future__ import annotations

import base64
import html
import json
import re
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "********"
# Colours and cursor movements of terminals, and other characters that are not to be printed.
UNPRINTABLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ESCAPE = re.compile("%[0-9A-F]{2}")
LABEL = 200  # characters
LINES, LONG_LINE = 100, 8  # of a longer secret, a key for one, so many lines of so many characters are secrets themselves
NOTHING = "(?!)"  # a pattern that no text fits
SHORT = 4  # characters; what is shorter is replaced only where it stands alone, else hardly a word would stay whole


def without_secrets(text: str, secrets: set) -> str:
    """A text with every secret in it replaced."""
    return _pattern(frozenset(filter(None, secrets))).sub(MASK, text)


@lru_cache(maxsize=8)  # ten thousand hosts have as many tags
def _pattern(secrets: frozenset) -> re.Pattern:
    spellings = sorted({spelling for secret in secrets for spelling in _spellings(secret)}, key=len, reverse=True)
    alternatives = [re.escape(text) if len(text) >= SHORT else rf"(?<!\w){re.escape(text)}(?!\w)" for text in spellings]
    return re.compile("|".join(alternatives) or NOTHING)


def _spellings(secret: str) -> frozenset:
    """As it is, as a whole and line by line, and as URLs, JSON, HTML and HTTP's basic authentication write it."""
    lines = map(str.strip, secret.splitlines()[:LINES])
    plain = {secret, secret.strip(), *(line for line in lines if len(line) >= LONG_LINE)} - {""}
    in_urls = {encode(text, safe="", errors="replace") for text in plain for encode in (quote, quote_plus)}
    in_json = {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in plain for ascii_only in (True, False)}
    encoded = {base64.b64encode(text.encode(errors="replace")).decode() for text in plain if len(text) >= SHORT}
    return frozenset({
        *plain, *in_urls, *(ESCAPE.sub(lambda found: found[0].lower(), text) for text in in_urls), *in_json,
        *(text.replace("/", "\\/") for text in in_json), *map(html.escape, plain), *encoded,
    })


def printable(text: str, secrets: set) -> str:
    """Lines without secrets, colours and what a carriage return has written over.

    Cleaned first, for a colour in the midst of a secret would hide it from the search.
    """
    return without_secrets(_cleaned(text), set(map(_cleaned, secrets)))


def label(value: object, secrets: set, characters: int = LABEL) -> str | None:
    """Somebody else's name for a thing, on one line, without secrets; None for what is no text."""
    return shortened(" ".join(printable(value, secrets).split()), characters, 2 * characters) if isinstance(value, str) else None


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

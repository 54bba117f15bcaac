# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others made fit to be shown: without the secrets in them, and as a terminal would show them in the end."""
from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "********"
# Colours and cursor movements of terminals, and other characters that are not to be printed.
UNPRINTABLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SHORT = 4  # characters; what is shorter is replaced only where it stands alone, else hardly a word would stay whole


def without_secrets(text: str, secrets: set) -> str:
    """A text with every secret in it replaced."""
    for secret in sorted({spelling for secret in filter(None, secrets) for spelling in _spellings(secret)}, key=len, reverse=True):
        pattern = re.escape(secret) if len(secret) >= SHORT else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(pattern, MASK, text)
    return text


@lru_cache(maxsize=256)
def _spellings(secret: str) -> frozenset:
    """As it is, and as URLs, JSON and HTTP's basic authentication write it."""
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    encoded = {base64.b64encode(secret.encode(errors="replace")).decode()} if len(secret) >= SHORT else set()
    return frozenset({secret, quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace"), *in_json, *encoded})


def printable(text: str, secrets: set) -> str:
    """Lines without secrets, colours and what a carriage return has written over.

    Cleaned first, for a colour in the midst of a secret would hide it from the search.
    """
    return without_secrets(_cleaned(text), set(map(_cleaned, secrets)))


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

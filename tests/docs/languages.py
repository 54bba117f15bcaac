# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages in two languages: the same headings in the same order, and the same code."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from pages import Code, Heading, Page

PAIRS = (("README.md", "docs/README.zh-CN.md"), ("docs/guide.md", "docs/guide.zh-CN.md"),
         ("docs/connection.md", "docs/connection.zh-CN.md"))
# Comments are for readers, so they are in the page's language.
COMMENT = re.compile(r"(^|\s)#\s.*$", re.MULTILINE)


def problems(root: Path, pairs: Sequence[tuple[str, str]] = PAIRS) -> list[str]:
    return [f"{page} and {other} differ in {problem}" for page, other in pairs for problem in _differences(Page(root / page), Page(root / other))]


def _differences(page: Page, other: Page) -> Iterator[str]:
    """The first of each kind, for what comes after it is shifted."""
    for kind, mine, its in (("heading", page.headings(), other.headings()), ("block of code", page.code(), other.code())):
        for number, (one, two) in enumerate(zip_longest(mine, its), start=1):
            if one is None or two is None or _kept(one) != _kept(two):
                yield f"{kind} {number}: {_told(one)}; {_told(two)}"
                break


def _kept(part: Heading | Code) -> tuple:
    """What a translation keeps."""
    if isinstance(part, Heading):
        return (part.level,)
    return part.language, COMMENT.sub(r"\1#", part.text) if part.language else part.text  # without a language it is output


def _told(part: Heading | Code | None) -> str:
    if part is None:
        return "there is none"
    if isinstance(part, Heading):
        return f"line {part.line} has level {part.level}, {part.text!r}"
    return f"line {part.line} begins {part.language or 'output'}\n{part.text}"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as their readers get them: headings with their anchors, blocks of code, links."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable("table")
ATTRIBUTE = re.compile(r"""\b(href|src|srcset)=["']([^"'\s]+)""")


class Heading(NamedTuple):
    line: int
    level: int
    text: str


class Code(NamedTuple):
    line: int
    language: str
    text: str


class Link(NamedTuple):
    line: int
    target: str
    is_picture: bool


class Page:
    def __init__(self, file: Path) -> None:
        self.file = file
        self._tokens = MARKDOWN.parse(file.read_text("utf-8"))

    def headings(self) -> list[Heading]:
        pairs = zip(self._tokens, self._tokens[1:])
        return [Heading(_line(token), int(token.tag[1]), _text(inline)) for token, inline in pairs if token.type == "heading_open"]

    def code(self) -> list[Code]:
        return [Code(_line(token), token.info, token.content) for token in self._tokens if token.type in ("fence", "code_block")]

    def anchors(self) -> set[str]:
        """As GitHub makes them of headings: the second of the same name gets -1."""
        names = [re.sub(r"[^\w\- ]", "", heading.text.lower()).replace(" ", "-") for heading in self.headings()]
        seen: Counter[str] = Counter()
        anchors = set()
        for name in names:
            anchors.add(f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1
        return anchors

    def links(self) -> Iterator[Link]:
        for token in self._tokens:
            for part in [token, *(token.children or [])]:
                yield from (Link(_line(token), target, attribute != "href") for attribute, target in _targets(part))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _text(inline: Token) -> str:
    return "".join(part.content for part in inline.children or [] if part.type in ("text", "code_inline"))


def _targets(part: Token) -> list[tuple[str, str]]:
    """With the names of the attributes that they are in HTML."""
    if part.type in ("html_block", "html_inline"):
        return ATTRIBUTE.findall(part.content)
    return [(name, str(part.attrs[name])) for name in ("href", "src") if name in part.attrs]

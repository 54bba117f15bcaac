# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws what a terminal got as an SVG, whose text can be read back."""
from __future__ import annotations

import io
from collections import defaultdict
from xml.etree import ElementTree

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from terminal import COLUMNS

# Of a contrast of 6:1 and more: pictures are shown small.
THEME = TerminalTheme(
    (22, 27, 34), (230, 237, 243),
    [(139, 148, 158), (255, 138, 128), (63, 200, 90), (227, 179, 65), (108, 182, 255), (210, 168, 255), (86, 212, 221), (230, 237, 243)],
)
# Unlike the one of rich it fetches no font, which pages do not allow in pictures.
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def drawn(name: str, command: str, lines: list[str]) -> str:
    """lines: with the colours of a terminal. Those that are too long are broken between words."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), highlight=False)
    console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
    console.print(Text.from_ansi("\n".join(lines)))
    svg = console.export_svg(title="", theme=THEME, code_format=FORMAT, unique_id=name)
    return "\n".join(line.strip() for line in svg.replace("</text><", "</text>\n<").splitlines() if line.strip()) + "\n"


def text(svg: str) -> list[str]:
    """The lines of a picture, whose parts stand at columns."""
    rows: dict[float, str] = defaultdict(str)
    for part in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        content, row = (part.text or "").replace("\xa0", " "), float(part.attrib["y"])
        column = round(float(part.attrib["x"]) / float(part.attrib["textLength"]) * len(content))
        rows[row] = rows[row].ljust(column) + content
    return [rows[row].rstrip() for row in sorted(rows)]

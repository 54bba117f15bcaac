# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the tables of docs/performance.md as bars, in docs/images."""
from __future__ import annotations

import re
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
CHARTS = {
    "One ad-hoc call": "performance-call.svg",
    "A loop of 100 starts": "performance-loop.svg",
    "A start for each of 100 local hosts, 10 forks": "performance-hosts.svg",
}
ROW = re.compile(r"^\| (.+?) \| ([\d.]+) \|", re.MULTILINE)
WIDTH, ROW_HEIGHT, LABELS, BARS = 800, 34, 344, 370
# The colors of the terminals beside it, which both dark and light pages set off.
GROUND, WORDS, OURS, OTHERS = "#161b22", "#e6edf3", "#6cb6ff", "#6e7781"


def charts(page: str) -> dict[str, str]:
    """SVGs by the names of their files."""
    sections = dict(section.split("\n", 1) for section in page.split("\n## ")[1:])
    return {name: chart(title, [(label, float(seconds)) for label, seconds in ROW.findall(sections[title])]) for title, name in CHARTS.items()}


def chart(title: str, rows: list[tuple[str, float]]) -> str:
    height = 60 + ROW_HEIGHT * len(rows)
    longest = max(seconds for _label, seconds in rows)
    return "\n".join([
        f'<svg viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="16" fill="{WORDS}">',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{GROUND}"/>',
        f'<text x="20" y="34" font-weight="bold">{escape(title)}, in seconds</text>',
        *(row(52 + ROW_HEIGHT * number, label, seconds, seconds / longest) for number, (label, seconds) in enumerate(rows)),
        "</svg>", "",
    ])


def row(top: int, label: str, seconds: float, share: float) -> str:
    length = max(2, round(share * BARS))
    color = OURS if label.startswith("this collection") else OTHERS
    return (f'<text x="{LABELS - 10}" y="{top + 19}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{LABELS}" y="{top}" width="{length}" height="26" rx="3" fill="{color}"/>'
            f'<text x="{LABELS + length + 8}" y="{top + 19}">{seconds:.2f}</text>')


def write(docs: Path) -> None:
    for name, svg in charts((docs / "performance.md").read_text("utf-8")).items():
        (docs / "images" / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    write(DOCS)

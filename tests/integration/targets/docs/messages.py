# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each part of a message that the guide explains, in both languages, is in the collection's own code."""
from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

PAGES = {"guide.md": "Understand a message", "guide.zh-CN.md": "看懂错误消息"}
ROW = re.compile(r"^\| (`.*?) \|", re.MULTILINE)


def texts(root: Path) -> list[str]:
    """All constants, as the compiler sees them: of a text with values in it, each part between them."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (root / "plugins").rglob("*.py")]
    return [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def main() -> None:
    root = Path(sys.argv[1])
    known = texts(root)
    for page, heading in PAGES.items():
        section = (root / "docs" / page).read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        parts = [part for row in ROW.findall(section) for part in re.findall("`(.*?)`", row)][1:]  # the first is the heading's `msg`
        unknown = [part for part in parts if not any(part in text for text in known)]
        if unknown or not parts:
            sys.exit(f"{page}: nothing says {unknown}")


main()

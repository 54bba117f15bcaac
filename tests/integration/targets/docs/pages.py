# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages whose blocks and commands are run: a translation has the same ones, see tests/docs/languages.py."""
from __future__ import annotations

from pathlib import Path


def pages(root: Path) -> list[Path]:
    return [root / "README.md", *sorted(page for page in (root / "docs").rglob("*.md") if not page.name.endswith(".zh-CN.md"))]

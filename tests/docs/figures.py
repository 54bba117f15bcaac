# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts show the figures of the page they are on."""
from __future__ import annotations

import runpy
from pathlib import Path


def problems(root: Path) -> list[str]:
    charts = runpy.run_path(str(root / "tests/benchmark/charts.py"))["charts"]
    expected = charts((root / "docs/performance.md").read_text("utf-8"))
    return [f"docs/images/{name} is not of the figures in docs/performance.md. To draw it anew: python tests/benchmark/charts.py"
            for name, svg in expected.items() if not _is(root / "docs/images" / name, svg)]


def _is(file: Path, svg: str) -> bool:
    return file.exists() and file.read_text("utf-8") == svg

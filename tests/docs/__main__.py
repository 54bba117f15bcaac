# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: checks pages and pictures against what they are about, or draws pictures anew."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import figures
import languages
import links
import pictures

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/docs", description=__doc__)
    parser.add_argument("--draw", nargs="*", metavar="PICTURE", help="draw these pictures, or all, instead of checking")
    options = parser.parse_args()
    if options.draw is not None:
        pictures.draw(ROOT, options.draw)
        return
    problems = [*links.problems(ROOT), *languages.problems(ROOT), *figures.problems(ROOT), *pictures.problems(ROOT)]
    print("\n".join([*problems, f"Pages and pictures: {len(problems)} problems"]))
    sys.exit(bool(problems))


main()

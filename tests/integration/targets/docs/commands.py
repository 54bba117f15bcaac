# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each command in the docs that runs against the simulator still prints what the docs show below it; numbers and ids may differ."""
from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which

SHOWN = re.compile(r"^```sh\n(python3 tests/simulator -- (?:(?!```).*\n)+)```\n(?:.*\n){1,4}?```\n((?:(?!```).*\n)+)```$", re.MULTILINE)
VARYING = re.compile(r"[0-9a-f]{32}|\d+")
COLOR = re.compile(r"\x1b\[[0-9;]*m")  # which ansible-runner asks for


def lines(text: str) -> list[str]:
    return [" ".join(VARYING.sub("0", line).split()) for line in COLOR.sub("", text).splitlines()]


def main() -> None:
    root, count = Path(sys.argv[1]), 0
    for page in sorted((root / "docs").rglob("*.md")):
        for command, shown in SHOWN.findall(page.read_text("utf-8")):
            if "as_awx.py" in command and not find_spec("awx_plugins"):
                continue  # which takes Python 3.11
            if "ansible-rulebook" in command:
                continue  # on a fixed port; the target event_driven has it listen on a free one
            if "curl " in command and not which("curl"):
                print(f"skipped: a command in {page.relative_to(root)}, for it takes curl: install that")
                continue
            printed = subprocess.run(["sh", "-c", command], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
            whole = " ".join(lines(printed))  # of long lines, the docs have one part below the other
            missing = [line for line in lines(shown) if line not in whole]
            if missing:
                sys.exit(f"{page}: {command}\ndoes not print\n{missing}\nbut\n{printed}")
            count += 1
    print(f"{count} commands print what the docs show")


main()

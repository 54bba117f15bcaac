# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each command in the pages that runs against the simulator still prints what the pages show below it; numbers and ids may differ."""
from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from textwrap import dedent

from pages import pages

FENCE = r"^(?P<indent> *)```"
LINES = r"(?:(?:(?P=indent)(?!```).*)?\n)+"
SHOWN = rf"(?:\n(?:.*\n){{0,3}}?(?P=indent)```\n(?P<shown>{LINES})(?P=indent)```$)?"
COMMAND = re.compile(rf"{FENCE}sh\n(?P<command>{LINES})(?P=indent)```\n{SHOWN}", re.MULTILINE)
SAVED = re.compile(rf"Save this as `(?P<name>.+)`:\n\n{FENCE[1:]}yaml\n(?P<text>{LINES})", re.MULTILINE)
DATA = re.compile(rf"{FENCE}json\n(?P<text>{LINES})", re.MULTILINE)
VARYING = re.compile(r"[0-9a-f]{32}|\d+")
COLOR = re.compile(r"\x1b\[[0-9;]*m")  # which ansible-runner asks for
SIMULATOR = "python3 tests/simulator -- "
ELSEWHERE = ("ansible-rulebook",)  # on a fixed port; the target event_driven has it listen on a free one


def lines(text: str) -> list[str]:
    return [" ".join(VARYING.sub("0", line).split()) for line in COLOR.sub("", text).splitlines()]


def run(command: list[str], folder: Path) -> str:
    """What the command prints; a playbook that fails is no mistake of the page, if its output is shown."""
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout


def compare(page: Path, command: str, shown: str, printed: str) -> None:
    whole = " ".join(lines(printed))  # of long lines, the pages have one part below the other
    missing = [line for line in lines(shown) if line not in whole]
    if missing:
        sys.exit(f"{page}: {command}\ndoes not print\n{missing}\nbut\n{printed}")


def of_docs(root: Path) -> int:
    """Commands that start a simulator and whose output is shown."""
    count = 0
    for page in pages(root):
        for found in COMMAND.finditer(page.read_text("utf-8")):
            command, shown = dedent(found["command"]), found["shown"]
            if not shown or not command.startswith(SIMULATOR) or any(word in command for word in ELSEWHERE):
                continue
            if "as_awx.py" in command and not find_spec("awx_plugins"):
                continue  # which takes Python 3.11
            if "curl " in command and not which("curl"):
                print(f"skipped: a command in {page.relative_to(root)}, for it takes curl: install that")
                continue
            compare(page, command, shown, run(["sh", "-c", command], root))
            count += 1
    return count


def of_readme(root: Path, folder: Path) -> int:
    """Its commands of Ansible, which find a simulator in the environment, and the files that it has one save."""
    page = root / "README.md"
    text = page.read_text("utf-8")
    for found in SAVED.finditer(text):
        (folder / found["name"]).write_text(found["text"], "utf-8")
    commands = [(dedent(found["command"]), found["shown"] or "") for found in COMMAND.finditer(text)]
    commands = [(command, shown) for command, shown in commands if re.match("ansible(-playbook)? ", command)]
    for command, shown in commands:
        printed = run([sys.executable, str(root / "tests/simulator"), "--", "sh", "-ec", f"{command}\necho it worked"], folder)
        compare(page, command, shown + "it worked\n", printed)
    return len(commands)


def of_data(root: Path, folder: Path) -> None:
    """The data files that the page about the simulator shows are ones that the simulator takes."""
    for number, found in enumerate(DATA.finditer((root / "docs/testing-your-playbooks.md").read_text("utf-8"))):
        file = folder / f"{number}.json"
        file.write_text(found["text"], "utf-8")
        subprocess.run([sys.executable, str(root / "tests/simulator"), "--data", str(file), "--", "true"], check=True)


def main() -> None:
    root, folder = map(Path, sys.argv[1:])
    of_data(root, folder)
    counts = of_readme(root, folder), of_docs(root)
    assert all(counts), counts
    print(f"{sum(counts)} commands print what the pages show")


main()

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a terminal: what is run for each, and whether it still prints what the picture shows."""
from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from drawing import drawn, text

HERE = Path(__file__).resolve().parent
COLOR = re.compile(r"\x1b\[[0-9;]*m")
# Ids and ports, dates, durations.
VARYING = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z|\d{5,}|\b(\d+[hms])+\b|\b\d+\.\d+\b")


class Picture(NamedTuple):
    """A run of a playbook.

    arguments: of ansible-playbook. cuts: beginnings of lines; from the first of each pair to the second, or to the end, lines are left out.
    modes: how the simulator misbehaves, see its --help. folder: what the command is typed in. simulator: its options.
    unseen: arguments that do not change what is shown; @TMP@ is a folder that is removed afterwards.
    """

    name: str
    arguments: str
    cuts: tuple[tuple[str, str | None], ...]
    modes: tuple[dict, ...] = ()
    folder: Path = HERE / "playbooks"
    simulator: tuple[str, ...] = ("--data", "plans.json")
    unseen: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        return f"ansible-playbook {self.arguments}"


PICTURES = (
    Picture("failure", "deploy.yml", cuts=(("Origin:", None),)),
    Picture("many", "regions.yml", cuts=(("Origin:", None),)),
    Picture("check", "scale.yml --check --diff", cuts=(("Origin:", None),)),
    Picture("unknown", "deploy.yml", cuts=(("Origin:", "fatal:"), ("msg:", "outcome:"), ("request_id:", None)),
            modes=({"mode": "drop_after", "operation": "execute_job_plan", "seconds": 1},)),  # in which the plan starts
    Picture("over-job", "-i hosts.ini site.yml -l web1", cuts=(), folder=HERE.parents[1] / "docs/examples/over_job",
            simulator=("--execute", "--polls-scale", "0"),
            # In a folder where nothing is yet, and as quickly as the simulator allows.
            unseen=("-e", "folder=@TMP@", "-e", "ansible_job_poll_interval=0.02")),
)


class Changed(Exception):
    """A run prints something else than it was cut for."""


def draw(root: Path, names: list[str]) -> None:
    known = [picture.name for picture in PICTURES]
    if unknown := set(names) - set(known):
        sys.exit(f"no picture is named {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [picture for picture in PICTURES if picture.name in (names or known)]
    with ThreadPoolExecutor() as pool:
        for picture, svg in zip(chosen, pool.map(_drawn, chosen)):
            _file(root, picture).write_text(svg, encoding="utf-8")


def problems(root: Path) -> list[str]:
    with ThreadPoolExecutor() as pool:
        return list(chain.from_iterable(pool.map(lambda picture: _problems(root, picture), PICTURES)))


def _problems(root: Path, picture: Picture) -> list[str]:
    file = _file(root, picture)
    try:
        printed = text(_drawn(picture))
    except Changed as error:
        return [str(error)]
    shown = text(file.read_text("utf-8")) if file.exists() else []
    if _words(shown) == _words(printed):
        return []
    differences = difflib.unified_diff(shown, printed, "picture", "run", n=0, lineterm="")
    return ["\n".join([f"docs/images/{file.name} is not what {picture.command} prints. To draw it anew: tests/docs/draw {picture.name}",
                       *islice(differences, 20)])]


def _file(root: Path, picture: Picture) -> Path:
    return root / "docs/images" / f"{picture.name}.svg"


def _drawn(picture: Picture) -> str:
    return drawn(picture.name, picture.command, _cut(_printed(picture), picture))


def _printed(picture: Picture) -> list[str]:
    with tempfile.TemporaryDirectory() as temporary:
        unseen = (word.replace("@TMP@", temporary) for word in picture.unseen)
        playbook = [sys.executable, "-m", "ansible", "playbook", *picture.arguments.split(), *unseen]
        terminal = [sys.executable, str(HERE / "terminal.py"), json.dumps(picture.modes), *playbook]
        simulator = [sys.executable, str(HERE.parent / "simulator"), *picture.simulator, "--"]
        ended = subprocess.run([*simulator, *terminal], cwd=picture.folder, capture_output=True, text=True, check=False)
    if not ended.stdout:
        raise Changed(f"{picture.name}: {picture.command} printed nothing; {ended.stderr}")
    return ended.stdout.splitlines()


def _cut(lines: list[str], picture: Picture) -> list[str]:
    for beginning, end in picture.cuts:
        first = _index(lines, beginning, picture)
        last = _index(lines, end, picture) if end else len(lines)
        lines = [*lines[:first], "\x1b[90m...\x1b[0m", *lines[last:]]
    return lines


def _index(lines: list[str], beginning: str, picture: Picture) -> int:
    for index, line in enumerate(lines):
        if COLOR.sub("", line).lstrip().startswith(beginning):
            return index
    raise Changed("\n".join([f"{picture.name}: {picture.command} prints no line that begins with {beginning!r}, where the picture is cut:", *lines]))


def _words(lines: list[str]) -> list[str]:
    """Where lines are broken depends on what varies."""
    return VARYING.sub("0", " ".join(lines)).split()

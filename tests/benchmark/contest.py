# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A contest: commands that take turns against a simulator, and the medians of their times."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
SIMULATOR = HERE.parent / "simulator"
PLAYBOOK = [sys.executable, "-m", "ansible", "playbook", str(HERE / "work.yml")]


@contextmanager
def simulator(data: dict | None = None, *options: str):
    """A simulator of these data, and the environment that reaches it."""
    if data:
        file = Path(os.environ["HOME"], "benchmark.json")
        file.write_text(json.dumps(data), encoding="utf-8")
        options = (*options, "--data", str(file))
    with subprocess.Popen([sys.executable, str(SIMULATOR), *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            variables: dict[str, str] = {}
            while "BK_JOB_SIMULATOR" not in variables:
                line = process.stdout.readline()
                if not line:
                    sys.exit(f"the simulator has ended with {process.wait()}")
                name, _equal, value = line.removeprefix("export ").strip().partition("=")
                variables[name] = value
            yield variables["BK_JOB_SIMULATOR"], {**os.environ, **variables}
        finally:
            process.terminate()


def ask(url: str, path: str, method: str = "GET", content: object = None):
    body = None if content is None else json.dumps(content).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/simulator{path}", body, method=method), timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def run(command: list, environment: dict) -> tuple[float, str]:
    """How long a command took, and what it printed."""
    began = time.monotonic()
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    if ended.returncode:
        sys.exit(f"{command}\n{ended.stdout}\n{ended.stderr}")
    return took, ended.stdout


def by_turns(commands: dict[str, list], rounds: int, environment: dict, url: str, modes: list | None = None) -> dict[str, float]:
    """The median of each contestant's times, of rounds in which each has its turn; the first one, which warms caches, does not count.

    modes: of the simulator.
    """
    times: dict[str, list] = {name: [] for name in commands}
    for _round in range(rounds + 1):
        for name, command in commands.items():
            ask(url, "/modes", "PUT", modes or [])
            times[name].append(run(command, environment)[0])
            ask(url, "", "DELETE")
    return {name: median(taken[1:]) for name, taken in times.items()}


def table(medians: dict[str, float], names: dict[str, str], against: dict[str, str]) -> list[str]:
    """Contestants, the fastest last, with their ratios to some. names: in the rows. against: the names of those some in the heading."""
    lines = ["| | seconds |" + "".join(f" against {name} |" for name in against.values()), "|---" * (2 + len(against)) + "|"]
    for who, taken in sorted(medians.items(), key=lambda item: -item[1]):
        numbers = [taken, *(taken / medians[other] for other in against)]
        lines.append(f"| {names[who]} | {' | '.join(f'{number:.2f}' for number in numbers)} |")
    return lines


def play(who: str, count: int, *arguments: str, pattern: str = "localhost") -> list:
    return [*PLAYBOOK, "-e", json.dumps({"who": who, "count": count, "pattern": pattern}), *arguments]

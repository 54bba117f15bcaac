# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every block of YAML in the docs, and every module's examples, as playbooks whose starts register; a part of a task gets the task that its text is about."""
from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml
from pages import pages

START, START_MANY = "blueking.job.execute_job_plan", "blueking.job.execute_job_plans"
BLOCK = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
ADDRESSES = re.compile(r"https://(paas|bkapi)\.example\.com$", re.MULTILINE)
SIMULATOR = "\"{{ lookup('env', 'BK_JOB_SIMULATOR') }}\""


def documents(root: Path) -> dict[str, str]:
    """The texts by name."""
    blocks = {f"{page.relative_to(root)}, {number}": match[2] for page in pages(root) for number, match in enumerate(BLOCK.finditer(page.read_text("utf-8")), 1)
              if not match[2].startswith("version: 3\n")}  # of an execution environment, see `tests/run lint`
    listed = subprocess.run(["ansible-doc", "--json", "--type", "module", *(f"blueking.job.{path.stem}" for path in (root / "plugins/modules").glob("*.py"))],
                            check=True, capture_output=True, text=True).stdout
    return {**blocks, **{name: module["examples"] for name, module in json.loads(listed).items()}}


def plays(content: object) -> list:
    """The plays that a block is, or is a part of."""
    if isinstance(content, list):
        return content if "hosts" in content[0] else [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
    arguments, keywords = {"bk_biz_id": 1, "job_plan_id": 101 if "global_var_list" in content else 100}, {}
    for name, value in content.items():
        if name == "server":
            arguments["global_var_list"] = [{"name": "targets", "server": value}]
        elif name == "global_var_list":
            arguments[name] = value
        else:
            keywords[name] = value
    return plays([{"name": "Start", START: arguments, "register": "started", **keywords}])


def unregistered(content: list) -> list[str]:
    """The names of starts whose result nobody keeps: the facts that stay may be an earlier start's."""
    tasks = [task for part in content for block in ("tasks", "block", "rescue", "always") for task in part.get(block, [])]
    return [task["name"] for task in tasks if task.keys() & {START, START_MANY} and "register" not in task] + (unregistered(tasks) if tasks else [])


def main() -> None:
    root, folder = map(Path, sys.argv[1:])
    for number, (name, text) in enumerate(documents(root).items()):
        content = plays(yaml.safe_load(ADDRESSES.sub(SIMULATOR, text)))
        if unregistered(content):
            sys.exit(f"{name}: no register in {unregistered(content)}")
        (folder / f"{number:02}.yml").write_text(f"# {name}\n" + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


main()

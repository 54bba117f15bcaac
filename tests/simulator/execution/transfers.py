# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that really arrive: from another host's folder, from a file source, or as they were sent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from execution.folders import Folders
from execution.tasks import Task, starting

SUCCESS, FAILED, NO_SOURCE = 9, 202, 203
PATTERN = "REGEX:"


def run(task: Task, folders: Folders, host: dict, files: list, strict: bool) -> None:
    """All of them, or the first that fails."""
    for file in files:
        status = _bring(task, folders, host, file, strict)
        if status != SUCCESS or task.stopped.is_set():
            task.end(403 if task.stopped.is_set() else status, None)
            return
    task.end(SUCCESS, 0)


def _bring(task: Task, folders: Folders, host: dict, file: dict, strict: bool) -> int:
    target = folders.path(host, file["dest"])
    if strict and not target.parent.is_dir():
        task.say(f"{file['dest']}: the directory does not exist\n".encode())
        return FAILED
    try:
        arrived = list(_copied(folders, file, target))
    except (OSError, re.error) as error:
        task.say(f"{file['dest']}: {error}\n".encode())
        return FAILED
    for path in arrived:
        task.say(f"{path}: arrived\n".encode())
    if not arrived:
        task.say(f"{file['path']}: no such file\n".encode())
    return SUCCESS if arrived else NO_SOURCE


def _copied(folders: Folders, file: dict, target: Path) -> Iterator[str]:
    """The names of what has arrived, as the job calls them."""
    if file["content"] is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with starting:
            target.write_bytes(file["content"])
        yield file["dest"]
        return
    for source in [] if file["third_party"] else _sources(folders, file):
        arrived = target.parent / source.name if PATTERN in file["path"] else target
        arrived.parent.mkdir(parents=True, exist_ok=True)
        with starting:
            shutil.copytree(source, arrived, dirs_exist_ok=True) if source.is_dir() else shutil.copyfile(source, arrived)
        yield f"{file['dest'].rpartition('/')[0]}/{arrived.name}"


def _sources(folders: Folders, file: dict) -> list[Path]:
    """A final / means a directory, REGEX: in the last part a pattern of names."""
    directory, last = re.match(r"(.*?)[/\\]?([^/\\]*)$", file["path"], re.DOTALL).groups()  # JOB splits at either (FilePathUtils)
    if last.startswith(PATTERN):
        known = folders.path(file["source"], directory)
        return sorted(path for path in known.iterdir() if re.fullmatch(last[len(PATTERN):], path.name)) if known.is_dir() else []
    path = folders.path(file["source"], file["path"])
    return [path] if (path.is_dir() if not last else path.is_file()) else []

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts' folders: each host is one, below one root, and a path on the host is a path in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


class Folders:
    """Without a root of the user's there is a temporary one, which is removed in the end."""

    def __init__(self, root: str | None) -> None:
        self._own = root is None
        self.root = Path(tempfile.mkdtemp(prefix="job-simulator-") if root is None else root).resolve()

    def of(self, host: dict) -> Path:
        folder = self.root / str(host["bk_host_id"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path(self, host: dict, path: str) -> Path:
        """Nothing that is written in a path leads out of the folder; links on the host may."""
        inside = os.path.normpath("/" + path.replace("\\", "/"))
        return self.of(host) / inside.lstrip("/")

    def empty(self) -> None:
        """What a user has put there stays."""
        if self._own:
            for folder in self.root.iterdir():
                shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        if self._own:
            shutil.rmtree(self.root, ignore_errors=True)

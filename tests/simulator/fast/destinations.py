# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file of a transfer arrives: always in a directory, whose path may have macros in it (JobSrcFileUtils, MacroUtil)."""

from __future__ import annotations

import re
import time

DATE = re.compile(r"\[DATE:([^\]]*)\]")
DATEFMT = re.compile(r"\[DATEFMT:([^\]]*)\]")
# the letters of Java's patterns that people use in paths
JAVA = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def place(file: dict, source: dict, directory: str, name: str | None, now: int) -> str:
    """`source` is the host that the file comes from. A directory keeps its own name."""
    directory = directory.replace("[FILESRCIP]", f"{source['bk_cloud_id']}_{source['ip']}".replace(":", "_"))
    directory = DATE.sub(lambda match: _date(match[1], now), strftime(directory, now))
    separator = "/" if directory.startswith("/") else "\\"
    parts = [part for part in re.split(r"[/\\]", file["path"]) if part.strip()]
    own = parts[-1].strip() if parts else ""
    is_directory = file["path"].endswith(("/", "\\"))
    return directory.rstrip("/\\") + separator + (own + separator if is_directory else (name or "").strip() or own)


def strftime(text: str, now: int) -> str:
    """With `[DATEFMT:%Y%m%d]` and its like replaced, in a script's parameter too."""
    return DATEFMT.sub(lambda match: time.strftime(match[1], time.localtime(now / 1000)), text)


def _date(pattern: str, now: int) -> str:
    for letters, sign in JAVA.items():
        pattern = pattern.replace(letters, sign)
    return time.strftime(pattern, time.localtime(now / 1000))

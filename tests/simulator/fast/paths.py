# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which paths a transfer takes (FilePathValidateUtil; before 3.7 EsbFastTransferFileV3ResourceImpl itself)."""

from __future__ import annotations

import re

from versions import Version

DOS = re.compile(r"[A-Za-z]:\\([^\\/:*?\"<>|]+\\?)*")
DOS_OF_NEW = re.compile(r"[A-Za-z]:[/\\]([^/\\:?\"<>|]+[/\\]?|REGEX:.*)*")
SLASHES = re.compile(r"(//|\\)+")
ANY_DOS = re.compile(r"[a-zA-Z]:[/\\].*")
WITH_MACRO = re.compile(r"([A-Za-z]:[/\\]|/).*\[[a-zA-Z0-9:/_-]*\].*|.*\$\{[a-zA-Z_][a-zA-Z0-9_-]*\}.*")


def is_absolute(path: str, version: Version) -> bool:
    if not path.strip():
        return False
    if version.has("strict_paths") and not version.has("lenient_paths"):
        return " " not in path and not SLASHES.fullmatch(path) and _is_old(path)
    if version.has("macros_in_paths") and WITH_MACRO.fullmatch(path):
        return True
    dos = DOS_OF_NEW if version.has("macros_in_paths") else DOS
    return path.startswith("/") or dos.fullmatch(path) is not None


def trimmed(path: str, version: Version) -> str:
    return path.strip() if version.has("trims_paths") else path


def _is_old(path: str) -> bool:
    return ANY_DOS.fullmatch(path) is not None or (path.startswith("/") and "\\\\" not in path)

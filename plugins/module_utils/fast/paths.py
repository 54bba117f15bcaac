# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and paths on hosts: what is absolute, and which of JOB's macros are replaced in it."""
from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import InputError
from ..options.readers import text
from ..text.sentences import shown

ABSOLUTE = re.compile(r"/|[A-Za-z]:[/\\]")
SEPARATORS = re.compile(r"[/\\]+")
MACRO = re.compile(r"\[(?:DATE|DATEFMT):[^\]]*\]?|\[FILESRCIP\]")
OF_SOURCE = "[FILESRCIP]"


def absolute(option: str, given: object) -> str:
    """An absolute path of Linux or Windows."""
    path = trimmed(option, given)
    if not ABSOLUTE.match(path):
        raise InputError(f"{option} must be an absolute path, such as /etc/app or C:\\app, not {shown(path)}")
    return path


def trimmed(option: str, given: object) -> str:
    """A path or a name without blanks around it, which JOB would strip, and of one line."""
    found = text(option, given)
    if found != found.strip() or "\0" in found or "\n" in found:
        raise InputError(f"{option} {shown(found)} has blanks around it, a line break or a NUL: leave them out")
    return found


def last_part(path: str) -> str:
    """The name of a file, or of a directory, whose path may end in a separator."""
    return [part for part in SEPARATORS.split(path) if part][-1] if SEPARATORS.sub("", path) else ""


def unreplaced(option: str, path: str, replaces: bool, of_source: bool) -> Iterator[str]:
    """A warning for each macro that stays as it is.

    replaces: whether JOB replaces any in this path. of_source: whether it replaces the one for the source's address.
    """
    for macro in dict.fromkeys(MACRO.findall(path)):
        if macro == OF_SOURCE and replaces and not of_source:
            yield f"{option}: JOB replaces {macro} by the address of a machine of its own here"
        elif not replaces:
            yield f"{option}: JOB replaces {shown(macro, str)} in file_target_path only, here it stays as it is"
        elif macro != OF_SOURCE and macro.startswith("[DATEFMT:") != ("%" in macro):
            yield f"{option}: {shown(macro, str)} mixes two forms: write [DATE:yyyyMMdd] or [DATEFMT:%Y%m%d]"
        elif not macro.endswith("]"):
            yield f"{option}: {shown(macro, str)} has no ] at its end, so it stays as it is"

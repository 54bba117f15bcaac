# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""file_list of push_config_file: small files, given in the playbook itself."""
from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator

from ..errors import InputError
from ..options.readers import fields, from_json, rows
from ..text.masking import HIDDEN
from ..text.sentences import enumerated, kind, shown
from .encoding import encoded
from .paths import trimmed
from .scripts import SEARCHED

FIELDS = ("file_name", "content", "content_b64")
LONGEST_NAME = 255  # bytes, on most file systems


def read(given: object) -> list[dict[str, str]]:
    """The files as JOB receives them; InputError with the first problem of every file.

    given: a list of dicts as the module documents them, or the same as JSON.
    """
    files, problems = rows("file_list", from_json("file_list", given, "files"), _file)
    if not files and not problems:
        raise InputError("file_list has no files in it")
    problems += _repeated(files)
    if problems:
        raise InputError(enumerated(problems, "; "))
    return files


def hidden(files: list[dict[str, str]]) -> list[dict[str, str]]:
    """The files with their contents replaced."""
    return [{**row, "content": HIDDEN} for row in files]


def contents(files: list[dict[str, str]]) -> set[str]:
    """What no message may contain: the files' contents, as far as they are text, and as far as they are searched for."""
    return {base64.b64decode(row["content"]).decode("utf-8", "replace")[:SEARCHED] for row in files}


def _file(option: str, given: object) -> dict[str, str]:
    found = fields(option, given, FIELDS)
    if "file_name" not in found:
        raise InputError(f"{option} lacks file_name")
    name = _name(f"{option}.file_name", found["file_name"])
    option += f" ({shown(name)})"
    sources = [source for source in FIELDS[1:] if source in found]
    if len(sources) != 1:
        raise InputError(f"{option} must have content or content_b64, and not both")
    content = _bytes(f"{option}.content_b64", found["content_b64"]) if "content_b64" in found else _text(f"{option}.content", found["content"])
    if not content:
        raise InputError(f"{option} is empty, and JOB hands out no empty files: have a script make it, with : > FILE")
    return {"file_name": name, "content": encoded(content)}


def _name(option: str, given: object) -> str:
    name = trimmed(option, given)
    if "/" in name or "\\" in name or name in (".", ".."):
        raise InputError(f"{option} {shown(name)} must be a name without / and \\, because JOB takes only what follows the last of them: "
                         "give the directory in file_target_path")
    if len(name.encode()) > LONGEST_NAME:
        raise InputError(f"{option} {shown(name)} has more than {LONGEST_NAME} bytes")
    return name


def _text(option: str, given: object) -> bytes:
    if isinstance(given, str):
        return given.encode()
    how = "end the template with | to_json, or with | string for a text that looks like this" if isinstance(given, (dict, list)) else "quote it"
    raise InputError(f"{option} must be a string, not {kind(given)}: {how}")


def _bytes(option: str, given: object) -> bytes:
    """Written again by us, because JOB skips what is no base64."""
    remedy = "give what the filter b64encode or the module ansible.builtin.slurp returns"
    if not isinstance(given, str):
        raise InputError(f"{option} must be a string, not {kind(given)}: {remedy}")
    try:
        return base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{option} is not base64 ({error}): {remedy}") from None


def _repeated(files: list[dict[str, str]]) -> Iterator[str]:
    for name, times in Counter(row["file_name"] for row in files).items():
        if times > 1:
            yield f"file_list names {shown(name)} {times} times, and only one of these would be there in the end"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of the data file that fast jobs need."""

from __future__ import annotations

import re

from contract import SCOPE

RESULT = {
    "hosts": (["long"], True),
    "status": ("long", False),
    "exit_code": ("long", False),
    "tag": ("string", False),
    "log": ("string", False),
    "no_log": ("boolean", False),
    "attempts": ("long", False),
}
# what a step comes to on paper, of a plan or of a fast job
OUTCOME = {
    "seconds": ("number", False),
    "fail_hosts": (["long"], False),
    "fail_status": ("long", False),
    "log": ("string", False),
    "fail_log": ("string", False),
    "results": ([RESULT], False),
    "end_status": ("long", False),
    "passing_seconds": ("number", False),
    "stop_seconds": ("number", False),
}
VERSION = {"script_version_id": ("long", True), "content": ("string", True), "status": ("long", False)}
SECTIONS = {
    "accounts": ([{"id": ("long", True), "alias": ("string", True), "bk_biz_id": ("long", False)}], False),
    "scripts": ([{**SCOPE, "script_id": ("string", True), "script_language": ("long", False), "versions": ([VERSION], True)}], False),
    "file_sources": ([{"id": ("long", True), "code": ("string", True), "files": ("object", False)}], False),
    "dangerous_scripts": ([{
        "expression": ("string", True),
        "description": ("string", False),
        "level": ("long", False),
        "action": ("long", False),
        "script_languages": (["long"], False),
    }], False),
    "fast": ([{**OUTCOME, "operation": ("string", False), "name": ("string", False)}], False),
}


def check(data: dict) -> None:
    """A ValueError tells what is no regular expression."""
    for rule in data.get("dangerous_scripts", []):
        try:
            re.compile(rule["expression"])
        except re.error as error:
            raise ValueError(f"dangerous_scripts: {rule['expression']} is no regular expression: {error}") from error

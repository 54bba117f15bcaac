# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dangerous scripts: the administrator's rules, and what each line of a script matches (DangerousRuleScriptChecker)."""

from __future__ import annotations

import re

from contract import Call
from fast.encoding import decode
from fast.languages import COMMENTS, LANGUAGES
from refusal import Refusal
from store import Store

FATAL = 3
SCAN, INTERCEPT = 1, 2
FORBIDDEN = 1244019


def check_script(store: Store, call: Call) -> list:
    """Belongs to no business. A rule of a lower level than fatal stands for JOB's own checks, which stop nothing."""
    language = call.body.get("script_language")
    if language not in LANGUAGES or not call.body.get("content"):
        raise Refusal(1240003, "script_language" if language not in LANGUAGES else "content")
    return [_row(*found) for found in _matches(store, decode(call.body["content"]).decode(errors="replace"), language)]


def intercept(store: Store, name: str, text: str, language: int) -> None:
    """Lines that a rule only wants to be recorded are told too, beside one that forbids."""
    found = [match for match in _matches(store, text, language) if match[0].get("level", FATAL) == FATAL]
    if any(rule.get("action", INTERCEPT) == INTERCEPT for rule, _number, _line, _match in found):
        told = "||".join(f"[step:{name}][line:{number}][content:{line}] - {rule.get('description')}" for rule, number, line, _match in found)
        raise Refusal(FORBIDDEN, told)


def _matches(store: Store, text: str, language: int) -> list[tuple]:
    """(rule, line number, line, what matched), in the order of the lines; comments and empty lines are passed over."""
    comment = COMMENTS.get(language)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip() and not (comment and line.strip().startswith(comment))]
    rules = [rule for rule in store.dangerous_scripts if language in rule.get("script_languages", LANGUAGES)]
    found = [(rule, number, line, re.search(rule["expression"], line)) for rule in rules for number, line in lines]
    return sorted(((rule, number, line, match[0]) for rule, number, line, match in found if match), key=lambda entry: entry[1])


def _row(rule: dict, number: int, line: str, match: str) -> dict:
    return {
        "line": number,
        "line_content": line,
        "match_content": match,
        "level": rule.get("level", FATAL),
        "description": rule.get("description"),
    }

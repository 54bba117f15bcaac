# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""fast_execute_script: a script on hosts, without a plan (EsbFastExecuteScriptV3ResourceImpl)."""

from __future__ import annotations

import quota
from contract import Call
from fast import accounts, checks, dangerous, library, starts
from fast.encoding import decode, length
from fast.languages import LANGUAGES
from lifecycle import SCRIPT
from refusal import Refusal
from store import Store

MISSING, ILLEGAL = 1241004, 1241005
LONGEST_SCRIPT, LONGEST_PARAM, LONGEST_SECRET = 16777215, 65535, 48128
LONGEST_INTERPRETER = 260


def execute(store: Store, call: Call) -> dict:
    body = call.body
    _check_sizes(store, body)
    checks.check_options(store, call)
    _check(body)
    name = body["task_name"] if body.get("task_name", "").strip() else starts.default_name(store, "Fast execute script")
    text, language = _script(store, body, call.scope)
    dangerous.intercept(store, name, text, language)
    quota.check(store, call)
    account = accounts.of_target(store, body, call.scope)
    hosts = checks.hosts_of(store, body["target_server"], call.scope, checks.NO_TARGETS)
    taken = {
        "script_content": text,
        "script_language": language,
        "script_param": _param(body),
        "is_param_sensitive": int(body.get("is_param_sensitive") == 1),
        "account": account["alias"],
        "timeout": checks.timeout_of(store, body),
    }
    return starts.start(store, call, starts.Job("fast_execute_script", name, SCRIPT, hosts, taken))


def _check_sizes(store: Store, body: dict) -> None:
    """Before they were looked at, the database would not take them."""
    code = checks.BAD_REQUEST if store.version.has("checks_lengths") else starts.INTERNAL_ERROR
    if length(body.get("script_content", "")) > LONGEST_SCRIPT:
        raise Refusal(code, f"script_content is longer than {LONGEST_SCRIPT} bytes")
    longest = LONGEST_SECRET if body.get("is_param_sensitive") == 1 else LONGEST_PARAM
    if length(body.get("script_param", "")) > longest:
        raise Refusal(code, f"script_param is longer than {longest} bytes")
    interpreter = body.get("windows_interpreter")
    if interpreter is not None and (not interpreter.strip().endswith(".exe") or len(interpreter) > LONGEST_INTERPRETER):
        raise Refusal(checks.BAD_REQUEST, "windows_interpreter is invalid")


def _check(body: dict) -> None:
    if "script_version_id" not in body and not body.get("script_id") and not body.get("script_content"):
        raise Refusal(MISSING, "script_version_id|script_id|script_content")
    if body.get("script_version_id", 1) < 1:
        raise Refusal(ILLEGAL, "script_version_id")
    if body.get("script_content") and body.get("script_language") not in LANGUAGES:
        raise Refusal(ILLEGAL, "script_language")
    if checks.target_problem(body):
        raise Refusal(checks.target_problem(body), "target_server")
    if not accounts.is_given(body):
        raise Refusal(MISSING, "account_id|account_alias")


def _script(store: Store, body: dict, scope: tuple) -> tuple[str, int]:
    """A version beats a script, which beats a text."""
    if "script_version_id" in body or body.get("script_id"):
        script, version = library.find(store, body, scope)
        return version["content"], script.get("script_language", 1)
    return decode(body["script_content"]).decode(errors="replace"), body["script_language"]


def _param(body: dict) -> str | None:
    """On one line, since it stands on the command line as it is."""
    text = decode(body.get("script_param", "")).decode(errors="replace")
    return text.replace("\n", " ") if text.strip() else None

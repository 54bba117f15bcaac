# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""fast_transfer_file and push_config_file: files on hosts, without a plan (EsbFastTransferFileV3ResourceImpl, EsbPushConfigFileResourceV3Impl)."""

from __future__ import annotations

import re

import quota
from contract import Call
from fast import accounts, checks, starts
from fast.encoding import decode
from fast.paths import is_absolute, trimmed
from lifecycle import FILE
from plans import check_callback
from refusal import Refusal
from store import Store

MISSING, ILLEGAL, MISSING_OR_ILLEGAL, INVALID = 1241004, 1241005, 1241007, 1241002
NOT_SAVED, NOT_STARTED, TOO_MANY_FILES = 1244024, 1244005, 1244021
SERVER_FILE, FILE_SOURCE = 1, 3
FILE_TYPES = (1, 2, 3, 4)
STRICT = 1
MOST_FILES = 100000


def transfer(store: Store, call: Call) -> dict:
    body = call.body
    checks.check_options(store, call)
    _check_transfer(store, body)
    sources = [_source(store, source) for source in body["file_source_list"]]
    quota.check(store, call)
    account = accounts.of_target(store, body, call.scope)
    for source in body["file_source_list"]:
        accounts.check_source(store, body, source, call.scope)
    hosts = checks.hosts_of(store, body["target_server"], call.scope, checks.NO_TARGETS)
    files = [file for source in sources for file in _files(store, source, call.scope)]
    if len(files) * len(hosts) > MOST_FILES:
        raise Refusal(TOO_MANY_FILES, str(MOST_FILES))
    taken = {
        "file_target_path": trimmed(body["file_target_path"], store.version),
        "file_target_name": body.get("file_target_name"),
        "strict": body.get("transfer_mode") == STRICT,
        "account": account["alias"],
        "timeout": checks.timeout_of(store, body),
    }
    name = body.get("task_name") or starts.default_name(store, "Fast distribute file")
    return starts.start(store, call, starts.Job("fast_transfer_file", name, FILE, hosts, taken, files))


def push(store: Store, call: Call) -> dict:
    """It always starts, and never rolls."""
    body = call.body
    check_callback(store, body.get("callback_url"))
    code = _push_problem(body)
    if code:
        raise Refusal(INVALID if store.version.has("vague_push") else code)
    files = [_staged(store, file) for file in body["file_list"]]
    quota.check(store, call)
    account = accounts.of_target(store, body, call.scope)
    hosts = checks.hosts_of(store, body["target_server"], call.scope, checks.NO_TARGETS)
    taken = {"file_target_path": body["file_target_path"], "file_target_name": None, "strict": False, "account": account["alias"],
             "timeout": checks.DEFAULT_TIMEOUT}
    name = body.get("task_name") or f"API_PUSH_CONFIG_FILE_{store.clock.now()}"
    return starts.start(store, call, starts.Job("push_config_file", name, FILE, hosts, taken, files))


def _check_transfer(store: Store, body: dict) -> None:
    if not is_absolute(trimmed(body.get("file_target_path", ""), store.version), store.version):
        raise Refusal(MISSING_OR_ILLEGAL, "file_target_path")
    if not accounts.is_given(body):
        raise Refusal(MISSING, "account_id|account_alias")
    if checks.target_problem(body):
        raise Refusal(MISSING, "target_server")
    if not body.get("file_source_list"):
        raise Refusal(MISSING, "file_source_list")
    for source in body["file_source_list"]:
        _check_source(store, source)


def _check_source(store: Store, source: dict) -> None:
    kind = source.get("file_type", SERVER_FILE)
    paths = [trimmed(path, store.version) for path in source.get("file_list", [])]
    if kind not in FILE_TYPES:
        raise Refusal(ILLEGAL, "file_source.file_type")
    if not paths:
        raise Refusal(MISSING, "file_source.file_list")
    if kind == SERVER_FILE:
        _check_server_files(store, source, paths)
    elif kind == FILE_SOURCE and source.get("file_source_id", 0) < 1 and not source.get("file_source_code", "").strip():
        raise Refusal(MISSING, "file_source.file_source_id/file_source.file_source_code")


def _check_server_files(store: Store, source: dict, paths: list) -> None:
    if not all(is_absolute(path, store.version) for path in paths):
        raise Refusal(ILLEGAL, "file_source.file_list")
    account = source.get("account") or {}
    if account.get("id", 0) < 1 and not account.get("alias", "").strip():
        raise Refusal(MISSING, "file_source.account.account_id|file_source.account.account_alias")
    if not checks.names_hosts(source.get("server")):
        raise Refusal(MISSING, "file_source.server")


def _source(store: Store, source: dict) -> dict:
    """With the third-party file source that it names, if any; one with an unknown code is an internal error."""
    if source.get("file_type", SERVER_FILE) != FILE_SOURCE:
        return source
    wanted = ("id", source["file_source_id"]) if "file_source_id" in source else ("code", source["file_source_code"])
    found = next((known for known in store.file_sources if known[wanted[0]] == wanted[1]), None)
    if found is None:
        raise Refusal(starts.INTERNAL_ERROR)
    return {**source, "third_party": found}


def _files(store: Store, source: dict, scope: tuple) -> list[dict]:
    """One for each path on each source host; of a third-party file source there is one host, JOB's own worker."""
    paths = [trimmed(path, store.version) for path in source["file_list"]]
    if "third_party" in source:
        kept = source["third_party"].get("files", {})
        return [{"source": None, "path": path, "content": str(kept[path]).encode() if path in kept else None, "third_party": True}
                for path in paths]
    hosts = checks.hosts_of(store, source.get("server"), scope, checks.NO_SOURCE_HOSTS)
    return [{"source": host, "path": path, "content": None, "third_party": False} for host in hosts for path in paths]


def _push_problem(body: dict) -> int:
    if not body.get("file_target_path", "").strip() or not accounts.is_given(body):
        return MISSING_OR_ILLEGAL
    if checks.target_problem(body):
        return checks.target_problem(body)
    if not body.get("file_list"):
        return MISSING_OR_ILLEGAL
    bad = any(not file.get(name, "").strip() for file in body["file_list"] for name in ("file_name", "content"))
    return ILLEGAL if bad else 0


def _staged(store: Store, file: dict) -> dict:
    """JOB keeps a copy on its own machine first, and cannot keep an empty one (FileUtil.saveBytesToFile)."""
    content = decode(file["content"])
    if not content:
        raise Refusal(NOT_SAVED if store.version.has("vague_push") else NOT_STARTED)
    return {"source": None, "path": re.split(r"[/\\]", file["file_name"])[-1].strip(), "content": content, "third_party": False}

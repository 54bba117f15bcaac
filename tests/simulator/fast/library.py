# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts that are kept in JOB: which version is meant, and whether it may run (TaskExecuteServiceImpl.checkAndSetScript)."""

from __future__ import annotations

from contract import scope_of
from refusal import Refusal
from store import Store

MISSING, NOT_EXECUTABLE = 1243001, 1244018
ONLINE, OFFLINE = 1, 2


def find(store: Store, body: dict, scope: tuple) -> tuple[dict, dict]:
    """The script, and its version; one without a scope is public."""
    number = body.get("script_version_id")
    for script in store.scripts:
        if "bk_biz_id" in script and scope_of(script) != scope:
            continue
        for version in script["versions"]:
            if version["script_version_id"] == number or (number is None and script["script_id"] == body["script_id"] and _status(version) == ONLINE):
                _check(store, version)
                return script, version
    raise Refusal(MISSING, str(number or body["script_id"]))


def _status(version: dict) -> int:
    return version.get("status", ONLINE)


def _check(store: Store, version: dict) -> None:
    if _status(version) not in ((ONLINE, OFFLINE) if store.version.has("runs_offline_scripts") else (ONLINE,)):
        raise Refusal(NOT_EXECUTABLE, str(version["script_version_id"]))

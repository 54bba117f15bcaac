# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: which one is meant (TaskExecuteServiceImpl.checkAndSetOsAccountInfo)."""

from __future__ import annotations

from refusal import Refusal
from store import Store

UNKNOWN = 1244003


def is_given(fields: dict) -> bool:
    return fields.get("account_id", 0) >= 1 or bool(fields.get("account_alias", "").strip())


def of_target(store: Store, fields: dict, scope: tuple) -> dict:
    """An id wins, and is not asked which business it belongs to."""
    if fields.get("account_id", 0) > 0:
        return _by_id(store, fields["account_id"])
    return _by_alias(store, fields["account_alias"], scope)


def check_source(store: Store, fields: dict, source: dict, scope: tuple) -> None:
    """Where a source has an account's id, JOB looks up the target's id, so that there must be one."""
    account = source.get("account") or {}
    if account.get("id", 0) > 0:
        _by_id(store, fields.get("account_id"))
    elif account.get("alias"):
        _by_alias(store, account["alias"], scope)


def _by_id(store: Store, number: int | None) -> dict:
    return _found((account for account in store.accounts if account["id"] == number), f"ID={number}")


def _by_alias(store: Store, alias: str, scope: tuple) -> dict:
    return _found((account for account in store.accounts if account["alias"] == alias and str(account.get("bk_biz_id", scope[1])) == scope[1]), alias)


def _found(accounts, told: str) -> dict:
    account = next(accounts, None)
    if account is None:
        raise Refusal(UNKNOWN, told)
    return account

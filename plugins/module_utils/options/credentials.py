# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which app and which user a request is sent for, from options and environment, and whether in its body or in a header."""
from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..text.sentences import shown
from .environment import first_set, variables, with_variables

APP = ("bk_app_code", "bk_app_secret")
USER = ("bk_token", "bk_username", "access_token")
PUBLIC = ("bk_app_code", "bk_username")


def identity(params: dict[str, Any]) -> dict[str, str]:
    """App and user by the gateways' names, as far as they are given."""
    user = _user(params)
    if "access_token" in user:
        return {"access_token": user["access_token"]}
    app = {option: params[option] for option in APP if params[option]}
    return {**app, **user}


def _user(params: dict[str, Any]) -> dict[str, str]:
    """The environment counts only if the task names no user, so that a task never acts as a mixture of both."""
    given = {option: params[option] for option in USER if params[option] is not None}
    for option, value in given.items():
        if not value:
            raise InputError(empty(option))
    if given:
        return given
    found = {option: value for option in USER if (value := first_set(variables(option)))}
    if "access_token" in found:
        return {"access_token": found["access_token"]}
    return found


def empty(option: str) -> str:
    """Why a user that is given, but empty or null, is refused: the environment's user could be another one."""
    return f"{option} is given, but empty: fill it, or leave it out ({option}: \"{{{{ ... | default(omit, true) }}}}\")"


def secret(credentials: dict[str, str]) -> set[str]:
    """Those that no output may contain."""
    return {value for option, value in credentials.items() if option not in PUBLIC}


def missing(credentials: dict[str, str]) -> list[str]:
    """What has to be given, with the variables that replace it; nothing is missing beside an access token."""
    if "access_token" in credentials:
        return []
    found = [with_variables(option) for option in APP if option not in credentials]
    if not set(USER) & set(credentials):
        found.append("one of " + ", ".join(map(with_variables, USER)))
    return found


def in_header(params: dict[str, Any], credentials: dict[str, str]) -> bool:
    """Whether they are sent in a header; InputError if the gateway could not receive them."""
    if params["gateway"] == "esb":
        _check_name(credentials)
        if params["credentials_in"] == "body" and "access_token" not in credentials:  # ESB reads an access token from the header only
            return False
    not_ascii = [option for option, value in credentials.items() if not value.isascii()]
    if not_ascii:
        raise InputError(f"{', '.join(not_ascii)}: a header carries plain ASCII only; use credentials_in: body (gateway: esb), or a token")
    return True


def _check_name(credentials: dict[str, str]) -> None:
    """ESB sends the user's name to JOB in a header, and fails at characters beyond latin-1, wherever the name came from."""
    name = credentials.get("bk_username", "")
    if "bk_token" not in credentials and any(ord(character) > 0xff for character in name):
        raise InputError(f"{with_variables('bk_username')} {shown(name, str)} cannot pass an ESB, whose headers have no such letters: "
                         "give the bk_token of a user whose name has none, or use gateway: apigw with a token")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment's proxies: the secrets in them, and whether the one for api_url is an address."""
from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from ..errors import InputError

USER = re.compile(r"(?:[^/?#]*//)?(.*)@", re.DOTALL)  # up to the last @, because a password may contain any character


def secrets() -> set[str]:
    """Passwords, alone and with the user's name, both encoded and decoded."""
    users = [found[1] for found in map(USER.match, getproxies().values()) if found]
    passwords = [user.partition(":")[2] for user in users]
    return {text for written in (*users, *passwords) for text in (written, unquote(written)) if text}


def check(proxy: str | None) -> None:
    """InputError, which does not quote it, if the proxy for api_url is not an address."""
    if not proxy:
        return
    try:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number, or brackets do not match
        usable = False
    if not usable:
        raise InputError("the proxy that the environment names for api_url (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) is not an address: "
                         "write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with %2F for / and so on in user and password")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that a playbook gives: from api_url to the address of JOB's operations behind each gateway, and checks of every web address."""
from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from ..errors import InputError

API_NAME = "bk-job"
ESB_PATH = "/api/c/compapi/v2/jobv3"

# The path that is given -> what is appended to it; the first match counts.
PATHS = {
    "esb": (
        (r"", ESB_PATH),
        (r".*/api/c/compapi", "/v2/jobv3"),
        (r".*/api/c/compapi/v2/jobv3", ""),
    ),
    "apigw": (
        (r"", f"/api/{API_NAME}/prod/api/v3"),
        (rf".*/api/{API_NAME}", "/prod/api/v3"),
        (rf".*/api/{API_NAME}/[^/]+", "/api/v3"),
        (rf".*/api/{API_NAME}/[^/]+/api/v3", ""),
    ),
}
# The same where the host's name begins with the API's: https://{api_name}.example.com
PATHS_OF_OWN_HOST = (
    (r"", "/prod/api/v3"),
    (r"/[^/]+", "/api/v3"),
    (r"/[^/]+/api/v3", ""),
)
ORIGIN = re.compile(r"(?:[a-z]{1,8}://)?(?![^/]*@)[\w.{}-]{0,100}(?::[0-9]{1,5})?(?![^/?#\s])")
FORMS = {
    "esb": "https://HOST, https://HOST/api/c/compapi or https://HOST/api/c/compapi/v2/jobv3",
    "apigw": "https://HOST, https://HOST/api/bk-job/prod or https://HOST/api/bk-job/prod/api/v3",
}


def operations_url(gateway: str, api_url: str) -> str:
    """The address to which operations' names are appended, with its final slash; InputError for anything that is not an address."""
    given = api_url.strip()
    url = web_url("api_url", given.replace("{api_name}", API_NAME) if gateway == "apigw" else given, ": leave it out, credentials have options of their own")
    if url.query or url.fragment:
        raise InputError(f"api_url {_origin(given)} has a query or a fragment: leave out ? or #, and what follows")
    own_host = gateway == "apigw" and url.netloc.startswith(f"{API_NAME}.")
    path = url.path.rstrip("/")
    for ending, rest in PATHS_OF_OWN_HOST if own_host else PATHS[gateway]:
        if re.fullmatch(ending, path):
            return f"{url.scheme}://{url.netloc}{path}{rest}/"
    other = "esb" if gateway == "apigw" else "apigw"
    raise InputError(f"api_url {_origin(given)} ends in a path that is not JOB's behind gateway {gateway}: "
                     f"give {FORMS[gateway]} (or does it belong to gateway: {other}?)")


def web_url(option: str, text: str, advice: str = ": leave it out") -> SplitResult:
    """The parts of an http(s) address; InputError, naming the option, for anything else.

    advice: what to do about a user name in it. The message quotes scheme and host only, because the rest may contain tokens and passwords.
    """
    try:
        url = urlsplit(text)
        host, port = (url.hostname or "").encode("idna"), url.port
    except ValueError:  # including UnicodeError, for an impossible host name
        raise InputError(f"{option} is not an address: its host or its port is invalid") from None
    if url.scheme not in ("http", "https") or not host or port == 0 or re.search(r"[\s{}\\]", text):
        raise InputError(f"{option} {_origin(text)!r} is not an address: write http:// or https://, and a host")
    if "@" in url.netloc:
        raise InputError(f"{option} has a user name before the host{advice}")
    return url


def callback(text: str) -> str:
    """The value of callback_url; InputError for one that JOB refuses."""
    web_url("callback_url", text, ", which JOB refuses: leave it out, and put a token into the path if you need one")
    return text


def may_contain_password(address: str) -> bool:
    """Whether an address, valid or not, may contain user and password."""
    return "@" in address.partition("?")[0]


def _origin(address: str) -> str:
    """Scheme and host of an address, and dots for the rest."""
    found = ORIGIN.match(address)
    origin = found[0] if found else ""
    return address if origin == address else f"{origin}..."


def is_plain_and_remote(url: str) -> bool:
    """Whether it is plain http to another machine, so that everything that is sent can be read on the network."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

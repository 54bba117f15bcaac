# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that imports requests: one HTTP request, and its answer or its failure."""
from __future__ import annotations

import os
import threading
import warnings
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from . import bounded
from .answer import Answer
from .body import Body
from .failures import Failure

try:
    import requests
    from urllib3 import Timeout
    from urllib3.exceptions import HTTPError, InsecureRequestWarning, ReadTimeoutError
except ImportError:
    requests = None  # type: ignore[assignment]  # whoever sends looks at HAS_REQUESTS first

HAS_REQUESTS = requests is not None


def proxy(url: str) -> str | None:
    """The proxy that the environment names for an address."""
    return requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None))


def send(
    method: str, url: str, query: dict[str, Any] | None, body: Body | None, headers: dict[str, Any], timeout: float,
    verify: bool | str, cert: str | tuple[str, str] | None, on_new_connection: bool,
) -> Answer:
    """The answer, whatever its status; a Failure if there is none, or not all of it. timeout: seconds for all of it. verify, cert: as in requests."""
    session = _sessions.of(os.getpid(), urlsplit(url).netloc, verify, cert)
    if on_new_connection:
        session.close()
    if not verify:  # which says that no warning is wanted; for good, because threads would restore each other's filters
        warnings.simplefilter("ignore", InsecureRequestWarning)
    try:
        # verify and cert are given here, because REQUESTS_CA_BUNDLE would override a session's verify=False.
        with session.request(
            method, url, params=query, data=body, headers=headers, auth=_no_netrc,
            timeout=Timeout(total=timeout),  # type: ignore[arg-type]  # which requests takes, its types do not know
            verify=verify, cert=cert, allow_redirects=False, stream=True,
        ) as response:
            content = bounded.content(response.raw, response.headers.get("Content-Encoding", ""))
    except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors, and so is an unreadable CA bundle
        raise Failure(
            error,
            timed_out=isinstance(error, (requests.Timeout, ReadTimeoutError)),
            tls=isinstance(error, requests.exceptions.SSLError),
            proxy=isinstance(error, requests.exceptions.ProxyError),
            transport=isinstance(error, (requests.RequestException, HTTPError, bounded.CutOff))) from error
    return Answer(response.status_code, response.headers, content, body.getbuffer().nbytes if body else 0)


def _session(_process: int, _server: str, _verify: bool | str, _cert: str | tuple[str, str] | None) -> requests.Session:
    """One that knows no user: credentials go with each request."""
    session = requests.Session()
    for prefix in ("http://", "https://"):
        session.mount(prefix, bounded.adapter(requests.adapters.HTTPAdapter))
    # An answer's Set-Cookie could carry another login into the next request.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Nobody follows a redirect, but requests would read its address, which may be malformed, and its body, however long.
    session.get_redirect_target = lambda _response: None  # type: ignore[method-assign, assignment]
    return session


class _Sessions(threading.local):
    """Those of a thread, one for all requests that open connections alike: neither threads nor a forked process and its parent may share one."""

    def __init__(self) -> None:
        self.of = lru_cache(maxsize=8)(_session)


_sessions = _Sessions()


def _no_netrc(request: Any) -> Any:
    """An authentication that adds nothing; with none at all, requests looks for one in the user's .netrc."""
    return request

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that imports requests: one HTTP request, and its answer or its failure."""
from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from . import bounded
from .answer import Answer
from .body import Body
from .failures import Failure
from .quiet import ignored

try:
    import requests
    from urllib3 import Timeout
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, InsecureRequestWarning, NewConnectionError, ReadTimeoutError
except ImportError:
    requests = None  # type: ignore[assignment]  # connect() checks HAS_REQUESTS first

HAS_REQUESTS = requests is not None
SESSIONS = 64  # kept; more than a task has threads


def proxy(url: str) -> str | None:
    """The proxy that the environment names for an address."""
    return requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None))


def send(
    method: str, url: str, query: dict[str, Any] | None, body: Body | None, headers: dict[str, Any], timeout: float,
    verify: bool | str, cert: str | tuple[str, str] | None, on_new_connection: bool,
) -> Answer:
    """The answer, whatever its status; a Failure if there is none, or not all of it. timeout: seconds for all of it. verify, cert: as in requests."""
    session = _session(os.getpid(), threading.get_ident(), urlsplit(url).netloc, verify, cert)
    if on_new_connection:
        session.close()
    try:
        with nullcontext() if verify else ignored(InsecureRequestWarning):
            # verify and cert are given here, because REQUESTS_CA_BUNDLE would override a session's verify=False.
            response = session.request(
                method, url, params=query, data=body, headers=headers, auth=_no_netrc,
                timeout=Timeout(total=timeout),  # type: ignore[arg-type]  # requests accepts it, but its types do not
                verify=verify, cert=cert, allow_redirects=False, stream=True)
        with response:
            content = bounded.content(response.raw, response.headers.get("Content-Encoding", ""))
    except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors, and so is an unreadable CA bundle
        raise Failure(
            error,
            timed_out=isinstance(error, (requests.Timeout, ReadTimeoutError)),
            tls=isinstance(error, requests.exceptions.SSLError),
            proxy=isinstance(error, requests.exceptions.ProxyError),
            transport=isinstance(error, (requests.RequestException, HTTPError, bounded.Damaged)),
            # requests wraps the MaxRetryError of urllib3, which has it as its reason.
            unconnected=isinstance(getattr(next(iter(error.args), None), "reason", None), (ConnectTimeoutError, NewConnectionError))) from error
    return Answer(response.status_code, response.headers, content, body.getbuffer().nbytes if body else 0)


@lru_cache(maxsize=SESSIONS)
def _session(_process: int, _thread: int, _server: str, _verify: bool | str, _cert: str | tuple[str, str] | None) -> requests.Session:
    """One session for each server and TLS options, without credentials: these are sent with each request.

    A forked process has its own, because with its parent's answers would get lost; and so has a thread, because requests does not promise more.
    """
    session = requests.Session()
    for prefix in ("http://", "https://"):
        session.mount(prefix, bounded.adapter(requests.adapters.HTTPAdapter))
    # A Set-Cookie in an answer could put another login into the next request.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Redirects are not followed, but requests would read the address, which may be malformed, and the whole body, however long.
    session.get_redirect_target = lambda _response: None  # type: ignore[method-assign, assignment]  # requests has no setting for it
    return session


def _no_netrc(request: Any) -> Any:
    """An authentication that adds nothing; without any, requests looks for one in the user's .netrc."""
    return request

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
from typing import Any, NamedTuple
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


class Way(NamedTuple):
    """How a server is reached: the proxy; verify and cert as in requests."""

    proxy: str | None
    verify: bool | str | None
    cert: str | tuple[str, str] | None


def way(url: str, verify: bool | str, cert: str | tuple[str, str] | None) -> Way:
    """With the proxy and, unless the option names them, the CA certificates that the environment names for an address.

    It is found once, because requests would look for it in the whole environment with each request, which takes a third of the processor's time of a start.
    """
    found = requests.Session().merge_environment_settings(url, {}, True, verify, cert)
    return Way(requests.utils.select_proxy(url, found["proxies"]), found["verify"], found["cert"])


def send(
    method: str, url: str, query: dict[str, Any] | None, body: Body | None, headers: dict[str, Any], timeout: float, by: Way, on_new_connection: bool,
) -> Answer:
    """The answer, whatever its status; a Failure if there is none, or not all of it. timeout: seconds for all of it."""
    session = _session(os.getpid(), threading.get_ident(), urlsplit(url).netloc, by)
    if on_new_connection:
        session.close()
    try:
        with nullcontext() if by.verify else ignored(InsecureRequestWarning):
            response = session.request(
                method, url, params=query, data=body, headers=headers,
                timeout=Timeout(total=timeout),  # type: ignore[arg-type]  # requests accepts it, but its types do not
                allow_redirects=False, stream=True)
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
def _session(_process: int, _thread: int, _server: str, by: Way) -> requests.Session:
    """One session for each server and way to it, without JOB's credentials: these are sent with each request.

    A forked process has its own, because with its parent's answers would get lost; and so has a thread, because requests does not promise more.
    """
    session = requests.Session()
    session.trust_env = False  # see way(); nor would it add a login that the user's .netrc has
    session.proxies = {"all": by.proxy} if by.proxy else {}
    session.verify, session.cert = by.verify, by.cert
    for prefix in ("http://", "https://"):
        session.mount(prefix, bounded.adapter(requests.adapters.HTTPAdapter))
    # A Set-Cookie in an answer could put another login into the next request.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Redirects are not followed, but requests would read the address, which may be malformed, and the whole body, however long.
    session.get_redirect_target = lambda _response: None  # type: ignore[method-assign, assignment]  # requests has no setting for it
    return session

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks HTTP: a request to JOB through either gateway, sent again only where that can do no harm."""
from __future__ import annotations

import json
import os
import platform
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from ..errors import InputError, JobError, NoAnswer, NotSent
from ..transport import bounded, failures, proxies
from ..transport.answer import Answer
from ..transport.brake import Brake
from . import answers

try:
    import requests
    from urllib3 import Retry, Timeout
    from urllib3.exceptions import HTTPError, InsecureRequestWarning, MaxRetryError, ReadTimeoutError
except ImportError:
    requests = None  # type: ignore[assignment]  # a Client refuses to be made then

HAS_REQUESTS = requests is not None
BACKOFF, LONGEST_PAUSE = 0.5, 60  # seconds: pauses are about 0.5, 1, 2, 4..., or what a rate limit says, unless that is longer
SHORTEST = 1  # second, which an answer may always take
READS = ("get_", "batch_get_")  # what operations begin with that change nothing
SLASH = {"esb": "/", "apigw": ""}  # what follows an operation's name


@dataclass(repr=False)  # whose text would hold the credentials
class Client:
    """JOB behind one address, spoken to as one app and one user.

    url: where operations' names are appended. identity: `bk_app_code` and so on, by the gateway's own names, in the body or
    (in_header) in a header. timeout: seconds. retries: how many times more, at most, a request is sent. verify, cert: as in requests.
    secrets: what no message may repeat. clock: as Clock. leaves: error numbers after which the caller asks again by itself. brake: what several
    threads wait at after a limit on requests; a single one has its own pauses.
    """

    gateway: str
    url: str
    identity: dict[str, Any]
    in_header: bool
    headers: dict[str, Any]
    timeout: float
    retries: int
    verify: bool | str
    cert: str | tuple[str, str] | None
    secrets: set[str]
    clock: Any
    leaves: tuple[int, ...] = ()
    brake: Brake | None = None

    def __post_init__(self) -> None:
        if requests is None:
            raise InputError(f"{sys.executable} on {platform.node()} has no Python library requests: install it there "
                             "(python -m pip install requests), or run the task where it is, with delegate_to: localhost")
        self.secrets.update(proxies.secrets())
        proxies.check(requests.utils.select_proxy(self.url, requests.utils.get_environ_proxies(self.url, no_proxy=None)))
        if not self.verify:  # which says that no warning is wanted; set here, because threads would get in each other's way
            warnings.simplefilter("ignore", InsecureRequestWarning)

    def call(
        self, operation: str, parameters: dict[str, Any], in_doubt: str = "", required: str = "", idempotent: bool = False, within: float = float("inf"),
    ) -> Any:
        """Carry out one operation and return JOB's `data`; raises NotSent, NoAnswer or Refused.

        in_doubt: of an operation that changes something, what may have happened when no answer tells; it is sent again only where it
        is certain that nothing ran. idempotent: a repetition changes nothing, so it is sent again where no answer tells, too.
        required: the name of an id that the data must have. within: seconds, for a caller that asks again by itself.
        """
        retry = Retry(total=self.retries if within == float("inf") else 0, backoff_factor=BACKOFF)
        while True:
            known = self.brake.turn(operation, self.clock, within) if self.brake else None
            try:
                data = self._send(operation, parameters, in_doubt, required, within)
            except JobError as error:
                others_pass = self.brake.met(operation, self.clock, error, known) if self.brake else False
                if error.code in self.leaves or not answers.may_repeat(error, in_doubt, idempotent) or error.reset > LONGEST_PAUSE:
                    raise
                if not others_pass or within < float("inf"):
                    try:
                        retry = retry.increment(error=HTTPError())
                    except MaxRetryError:
                        raise error from None
                self.clock.sleep(max(retry.get_backoff_time(), error.reset, BACKOFF))
            else:
                if self.brake:
                    self.brake.passed(operation)
                return data

    def _send(self, operation: str, parameters: dict[str, Any], in_doubt: str, required: str, within: float) -> Any:
        """One request and its answer's data."""
        content, headers = {**self.identity, **parameters}, {"Content-Type": "application/json", "Accept-Encoding": "gzip", **self.headers}
        if self.in_header:
            content, headers["X-Bkapi-Authorization"] = parameters, json.dumps(self.identity)
        by_query = self.gateway == "apigw" and operation.startswith("get_")
        query = {name: json.dumps(value) if isinstance(value, bool) else value for name, value in content.items()} if by_query else None
        timeout = min(self.timeout, max(within, SHORTEST))
        sent = b"" if by_query else json.dumps(content).encode()
        last_look = self._last_look(operation, timeout)
        last_look()
        body = None if by_query else bounded.Body(sent, last_look)
        session = _sessions.of(os.getpid(), self.url, self.verify, self.cert)
        if in_doubt:  # a server may be closing a connection that is open already, and nobody would know what became of this request
            session.close()
        try:
            # verify and cert are given here, because REQUESTS_CA_BUNDLE would override a session's verify=False.
            response = session.request(
                "GET" if by_query else "POST", self.url + operation + SLASH[self.gateway],
                params=query, data=body, headers=headers, auth=_no_netrc, timeout=Timeout(total=timeout),  # type: ignore[arg-type]  # which requests takes, its types do not know

                verify=self.verify, cert=self.cert, allow_redirects=False, stream=True)
            with response:
                answered = bounded.content(response.raw, response.headers.get("Content-Encoding", ""))
        except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors, and so is an unreadable CA bundle
            raise self._failure(operation, error, body is None or body.tell() > 0, in_doubt, timeout) from error
        answer = Answer(response.status_code, response.headers, answered, body.getbuffer().nbytes if body else 0)
        return answers.read(operation, answer, self.secrets, in_doubt, required)

    def _last_look(self, operation: str, timeout: float) -> Callable[[], None]:
        """What is called before a request, and again when the connection stands, and the next moment a part of the body leaves this machine."""
        due = time.monotonic() + timeout

        def look() -> None:
            if time.monotonic() > due:
                raise socket.timeout("timed out")
            if not operation.startswith(READS):
                self.clock.end_if_orphaned()
        return look

    def _failure(self, operation: str, error: Exception, left: bool, in_doubt: str, timeout: float) -> JobError:
        """left: whether the request may have left this machine, as that of a query always may."""
        failure = failures.Failure(
            error, timed_out=isinstance(error, (requests.Timeout, ReadTimeoutError)), tls=isinstance(error, requests.exceptions.SSLError),
            proxy=isinstance(error, requests.exceptions.ProxyError), transport=isinstance(error, (requests.RequestException, HTTPError, bounded.CutOff)))
        lasting = failure.is_lasting()
        if not left:
            return NotSent(f"{operation} was not sent, because {self.url} cannot be reached: {failure.described(self.secrets)}", lasting=lasting)
        if failure.is_timeout():
            option = " (request_timeout)" if timeout == self.timeout else ""
            return NoAnswer(f"{self.url} gave no complete answer to {operation} within {timeout:g} s{option}", in_doubt=in_doubt, lasting=True)
        return NoAnswer(f"the connection to {self.url} failed before {operation} was answered: {failure.described(self.secrets)}",
                        in_doubt=in_doubt, lasting=lasting)


def _session(_process: int, _url: str, _verify: bool | str, _cert: str | tuple[str, str] | None) -> requests.Session:
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
    """Those of a thread, one for all clients that open connections alike: neither threads nor a forked process and its parent may share one."""

    def __init__(self) -> None:
        self.of = lru_cache(maxsize=8)(_session)


_sessions = _Sessions()


def _no_netrc(request: Any) -> Any:
    """An authentication that adds nothing; with none at all, requests looks for one in the user's .netrc."""
    return request

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks HTTP: a request to JOB through either gateway, sent again only where that can do no harm."""
from __future__ import annotations

import io
import json
import os
import platform
import sys
from dataclasses import dataclass
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from . import answers
from .errors import InputError, JobError, NoAnswer, NotSent

try:
    import requests
    from urllib3 import Retry, Timeout
    from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError
except ImportError:
    requests = None

PART, LARGEST = 1 << 16, 32 << 20  # bytes; the status of ten thousand hosts has three million
BACKOFF, LONGEST_PAUSE = 0.5, 60  # seconds: pauses are about 0.5, 1, 2, 4..., or what a rate limit says, unless that is longer
SHORTEST = 1  # second, which an answer may always take
STALE = 1  # seconds without use, after which a gateway may be about to close a connection, just when a start is sent on it
SLASH = {"esb": "/", "apigw": ""}  # what follows an operation's name


@dataclass(repr=False)  # whose text would hold the credentials
class Client:
    """JOB behind one address, spoken to as one app and one user.

    url: where operations' names are appended. identity: `bk_app_code` and so on, by the gateway's own names, in the body or
    (in_header) in a header. timeout: seconds. retries: how many times more, at most, a request is sent. verify, cert: as in requests.
    secrets: what no message may repeat. clock: as the module `time`.
    """

    gateway: str
    url: str
    identity: dict
    in_header: bool
    headers: dict
    timeout: float
    retries: int
    verify: bool | str
    cert: str | tuple | None
    secrets: set
    clock: Any

    def __post_init__(self) -> None:
        if requests is None:
            raise InputError(f"{sys.executable} on {platform.node()} has no Python library requests: install it there "
                             "(python -m pip install requests), or run the task where it is, with delegate_to: localhost")
        self._line = _line(os.getpid(), self.url, self.verify, self.cert)

    def call(self, operation: str, parameters: dict, in_doubt: str = "", required: str = "", harmless: bool = False, within: float = float("inf")):
        """Carry out one operation and return JOB's `data`; raises NotSent, NoAnswer or Refused.

        in_doubt: of an operation that changes something, what may have happened when no answer tells; it is sent again only where it
        is certain that nothing ran. harmless: a repetition changes nothing, so it is sent again where no answer tells, too.
        required: the name of an id that the data must have. within: seconds, for a caller that asks again by itself.
        """
        retry = Retry(total=self.retries if within == float("inf") else 0, backoff_factor=BACKOFF)
        while True:
            try:
                return self._send(operation, parameters, in_doubt, required, within)
            except JobError as error:
                if not answers.may_repeat(error, in_doubt, harmless) or error.reset > LONGEST_PAUSE:
                    raise
                try:
                    retry = retry.increment(error=HTTPError())
                except MaxRetryError:
                    raise error from None
                self.clock.sleep(max(retry.get_backoff_time(), error.reset, BACKOFF))

    def _send(self, operation: str, parameters: dict, in_doubt: str, required: str, within: float):
        """One request and its answer's data."""
        content, headers = {**self.identity, **parameters}, {"Content-Type": "application/json", **self.headers}
        if self.in_header:
            content, headers["X-Bkapi-Authorization"] = parameters, json.dumps(self.identity)
        by_query = self.gateway == "apigw" and operation.startswith("get_")
        query = {name: json.dumps(value) if isinstance(value, bool) else value for name, value in content.items()} if by_query else None
        timeout = min(self.timeout, max(within, SHORTEST))
        due = self.clock.monotonic() + timeout
        # A stream, because its position tells afterwards whether any of the request can have left this machine.
        body = None if by_query else io.BytesIO(json.dumps(content).encode())
        if in_doubt and self.clock.monotonic() - self._line.used > STALE:
            self._line.session.close()
        try:
            # verify and cert are given here, because REQUESTS_CA_BUNDLE would override a session's verify=False.
            response = self._line.session.request(
                "GET" if by_query else "POST", self.url + operation + SLASH[self.gateway],
                params=query, data=body, headers=headers, auth=_no_netrc, timeout=Timeout(total=timeout),
                verify=self.verify, cert=self.cert, allow_redirects=False, stream=True)
            content = _content(response, self.clock, due)
        except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors, and so is an unreadable CA bundle
            raise self._failure(operation, error, by_query or body.tell() > 0, in_doubt, timeout) from error
        self._line.used = self.clock.monotonic()
        answer = answers.Answer(response.status_code, response.headers, content, body.getbuffer().nbytes if body else 0)
        return answers.read(operation, answer, self.secrets, in_doubt, required)

    def _failure(self, operation: str, error: Exception, left: bool, in_doubt: str, timeout: float) -> JobError:
        """left: whether the request may have left this machine, as that of a query always may."""
        cause = answers.quote(_cause(error), self.secrets)
        # A server that restarts ends a TLS handshake with an EOF; anything else there stays as it is.
        tls = isinstance(error, requests.exceptions.SSLError) and "EOF" not in cause
        lasting = tls or not isinstance(error, requests.RequestException)
        if "certificate verify failed" in cause:
            cause += "; name the CA's file in ca_path"
        elif tls or (isinstance(error, OSError) and lasting and not isinstance(error, _TooLarge)):
            cause += "; check ca_path, client_cert and client_key, and REQUESTS_CA_BUNDLE in the environment"
        elif isinstance(error, requests.exceptions.ProxyError):
            cause += "; that is the proxy's answer, check HTTP_PROXY and HTTPS_PROXY in the environment"
        if not left:
            return NotSent(f"{operation} was not sent, because {self.url} cannot be reached: {cause}", lasting=lasting)
        if isinstance(error, requests.Timeout):
            option = " (request_timeout)" if timeout == self.timeout else ""
            return NoAnswer(f"{self.url} gave no whole answer to {operation} within {timeout:g} s{option}", in_doubt=in_doubt, lasting=True)
        return NoAnswer(f"the connection to {self.url} failed before {operation} was answered: {cause}", in_doubt=in_doubt, lasting=lasting)


class _TooLarge(OSError):
    """An answer that nobody meant."""


@dataclass
class _Line:
    """Open connections, and when they were last used."""

    session: requests.Session
    used: float = 0


@lru_cache(maxsize=8)
def _line(process: int, url: str, verify: bool | str, cert: str | tuple | None) -> _Line:
    """The one for all clients of a process that open connections alike; a forked process that shared its parent's would lose answers.

    It knows no user: credentials go with each request.
    """
    session = requests.Session()
    # An answer's Set-Cookie could carry another login into the next request.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Nobody follows a redirect, but requests would read its address, which may be malformed, and its body, however long.
    session.get_redirect_target = lambda _response: None
    return _Line(session)


def _content(response: requests.Response, clock: Any, due: float) -> bytes:
    """The answer's body; an OSError if it is too large, or takes too long in all, however little comes at a time."""
    parts, size = [], 0
    # What has arrived, rather than a whole part, because a part that drips in would never be at its end. Older urllib3 can not.
    arrived = getattr(response.raw, "read1", None) or response.raw.read
    try:
        with response:
            while part := arrived(PART, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise _TooLarge(f"the answer is larger than {LARGEST >> 20} MiB")
                if clock.monotonic() > due:
                    raise requests.Timeout
    except ReadTimeoutError as error:
        raise requests.Timeout from error
    except HTTPError as error:
        raise requests.ConnectionError(error) from error
    return b"".join(parts)


def _no_netrc(request):
    """An authentication that adds nothing; with none at all, requests looks for one in the user's .netrc."""
    return request


def _cause(error: BaseException) -> str:
    """The innermost reason of one of requests' errors, which nest the telling one three deep."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__ or error.__context__
        if not isinstance(inner, BaseException):
            return getattr(error, "strerror", None) or str(error) or type(error).__name__
        error = inner

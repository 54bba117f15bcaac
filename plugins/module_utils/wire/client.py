# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to JOB through either gateway, sent again only where that is safe."""
from __future__ import annotations

import json
import platform
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, JobError, NoAnswer, NotSent
from ..transport import exchange, proxies
from ..transport.body import Body
from ..transport.brake import Brake
from ..transport.failures import Failure
from . import answers

try:
    from urllib3 import Retry
    from urllib3.exceptions import HTTPError, MaxRetryError
except ImportError:
    pass  # a Client refuses to be made then

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
        if not exchange.HAS_REQUESTS:
            raise InputError(f"{sys.executable} on {platform.node()} has no Python library requests: install it there "
                             "(python -m pip install requests), or run the task where it is, with delegate_to: localhost")
        self.secrets.update(proxies.secrets())
        proxies.check(exchange.proxy(self.url))

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
        body = None if by_query else Body(sent, last_look)
        try:
            # A start has a connection of its own: a server may be closing an open one, and nobody would know what became of the request.
            answer = exchange.send(
                "GET" if by_query else "POST", self.url + operation + SLASH[self.gateway], query, body, headers, timeout,
                self.verify, self.cert, on_new_connection=bool(in_doubt))
        except Failure as failure:
            raise self._error(operation, failure, body is None or body.tell() > 0, in_doubt, timeout) from failure
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

    def _error(self, operation: str, failure: Failure, left: bool, in_doubt: str, timeout: float) -> JobError:
        """left: whether the request may have left this machine, as that of a query always may."""
        cause = failure.described(self.secrets)
        if not left:
            return NotSent(f"{operation} was not sent, because {self.url} cannot be reached: {cause}", lasting=failure.lasting)
        if failure.timed_out:
            option = " (request_timeout)" if timeout == self.timeout else ""
            return NoAnswer(f"{self.url} gave no complete answer to {operation} within {timeout:g} s{option}", in_doubt=in_doubt, lasting=True)
        return NoAnswer(f"the connection to {self.url} failed before {operation} was answered: {cause}", in_doubt=in_doubt, lasting=failure.lasting)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client.call(): an operation of JOB, sent through either gateway, and sent again only where that is safe, which answers.may_repeat() decides."""
from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..clock import Clock
from ..errors import JobError, NoAnswer, NotSent, TooLarge
from ..transport import exchange
from ..transport.body import Body
from ..transport.failures import Failure
from . import answers, esb
from .pace import Pace

try:
    from urllib3 import Retry
    from urllib3.exceptions import HTTPError, MaxRetryError
except ImportError:
    pass  # connect() refuses the task then

BACKOFF = 0.5  # seconds: pauses are about 0.5, 1, 2, 4...
MAX_RATE_LIMIT = 60  # seconds; a request that a gateway refuses for longer is not sent again
MIN_TIMEOUT = 1  # second
READS = ("get_", "batch_get_")  # operations that change nothing begin with these
LARGEST_BODY = {"esb": esb.LARGEST, "apigw": 40 << 20}  # bytes
SLASH = {"esb": "/", "apigw": ""}  # after an operation's name


@dataclass(repr=False)  # its text would contain the credentials
class Client:
    """JOB at one address, for one app and one user.

    url: operations' names are appended to it. identity: `bk_app_code` and so on, by the gateway's own names, sent in the body or
    (in_header) in a header. timeout: seconds. retries: how many times, at most, a request is sent again. way: to the server.
    secrets: what no message may contain. pace: shared by the threads that use it; None for one alone, which waits for its own rate limits.
    time_for: how many seconds a request of this operation may last that is sent at this moment; a JobError if it must not be sent.
    """

    gateway: str
    url: str
    identity: dict[str, Any]
    in_header: bool
    headers: dict[str, Any]
    timeout: float
    retries: int
    way: exchange.Way
    secrets: set[str]
    clock: Clock
    pace: Pace | None = None
    time_for: Callable[[str, float], float] = lambda _operation, _at: float("inf")

    def largest_body(self) -> int:
        """How many bytes of a request's body the gateway accepts by default."""
        return LARGEST_BODY[self.gateway]

    def call(
        self, operation: str, parameters: dict[str, Any], in_doubt: str = "", required: str = "", idempotent: bool = False, within: float = float("inf"),
    ) -> Any:
        """Carry out one operation and return JOB's `data`; raises NotSent, NoAnswer or Refused.

        in_doubt: for an operation that changes something, what may have happened if there is no answer; it is sent again only where it is
        certain that nothing ran. idempotent: a repetition changes nothing more, so it is sent again whenever there is no answer.
        required: the name of an id that the data must have. within: seconds, for a caller that repeats the call itself.
        """
        retry = Retry(total=self.retries if within == float("inf") else 0, backoff_factor=BACKOFF)
        while True:
            try:
                return self._send_in_turn(operation, parameters, in_doubt, required, within)
            except JobError as error:
                if not answers.may_repeat(error, in_doubt, idempotent) or error.reset > MAX_RATE_LIMIT:
                    raise
                try:
                    retry = retry.increment(error=HTTPError())
                except MaxRetryError:
                    raise error from None
                pause = max(retry.get_backoff_time(), error.reset, BACKOFF)
                self.time_for(operation, self.clock.monotonic() + pause)
                self.clock.sleep(pause)

    def _send_in_turn(self, operation: str, parameters: dict[str, Any], in_doubt: str, required: str, within: float) -> Any:
        """The same, when a rate limit that another request has met allows it."""
        if self.pace is None:
            return self._send(operation, parameters, in_doubt, required, within)
        self.pace.wait(lambda turn: self.time_for(operation, turn))
        try:
            data = self._send(operation, parameters, in_doubt, required, within)
        except JobError as error:
            if error.is_limited() and error.reset <= MAX_RATE_LIMIT:
                self.pace.limited(max(error.reset, BACKOFF))
            raise
        self.pace.passed()
        return data

    def _send(self, operation: str, parameters: dict[str, Any], in_doubt: str, required: str, within: float) -> Any:
        """One request, and the data of its answer."""
        content, headers = {**self.identity, **parameters}, {"Content-Type": "application/json", "Accept-Encoding": "gzip", **self.headers}
        if self.in_header:
            content, headers["X-Bkapi-Authorization"] = parameters, json.dumps(self.identity)
        by_query = self.gateway == "apigw" and operation.startswith("get_")
        query = {name: json.dumps(value) if isinstance(value, bool) else value for name, value in content.items()} if by_query else None
        timeout = min(self.timeout, max(min(within, self.time_for(operation, self.clock.monotonic())), MIN_TIMEOUT))
        sent = b"" if by_query else json.dumps(content).encode()
        check = self._check(operation, timeout)
        check()
        body = None if by_query else Body(sent, check)
        try:
            # A start has a new connection: a server may be closing an open one, and then the outcome is unknown.
            answer = exchange.send(
                "GET" if by_query else "POST", self.url + operation + SLASH[self.gateway], query, body, headers, timeout, self.way,
                on_new_connection=bool(in_doubt))
        except Failure as failure:
            raise self._error(operation, failure, body is None or body.tell() > 0, in_doubt, timeout) from failure
        return answers.read(operation, answer, self.secrets, in_doubt, required)

    def _check(self, operation: str, timeout: float) -> Callable[[], None]:
        """To be called before a request, and before each part of its body is sent over an open connection."""
        deadline = time.monotonic() + timeout

        def check() -> None:
            if time.monotonic() > deadline:
                raise socket.timeout("timed out")
            if not operation.startswith(READS):
                self.clock.end_if_orphaned()
        return check

    def _error(self, operation: str, failure: Failure, sent: bool, in_doubt: str, timeout: float) -> JobError:
        """sent: whether a part of the request may have been sent. Without a body only a connection that did not come about tells that it was not."""
        cause = failure.described(self.secrets)
        if not sent or failure.unconnected:
            return NotSent(f"{operation} was not sent, because {self.url} cannot be reached: {cause}", permanent=failure.permanent)
        if failure.timed_out:
            option = " (request_timeout)" if timeout == self.timeout else ""
            return NoAnswer(f"{self.url} gave no complete answer to {operation} within {timeout:g} s{option}", in_doubt=in_doubt, timed_out=True)
        kind = TooLarge if failure.too_large else NoAnswer
        return kind(f"the connection to {self.url} failed before {operation} was answered: {cause}", in_doubt=in_doubt, permanent=failure.permanent)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a request failed: its cause in words with a remedy, and whether sending it again could help."""
from __future__ import annotations

import socket
from dataclasses import dataclass

from ..text.masking import quote
from .bounded import TooLarge


@dataclass
class Failure:
    """An exception of the HTTP libraries, and its kind in the terms of requests.

    timed_out, tls, proxy: whether it is a Timeout, SSLError or ProxyError. transport: whether it came with the connection or the answer, and not
    from what was given to requests, such as a file that cannot be read.
    """

    error: BaseException
    timed_out: bool
    tls: bool
    proxy: bool
    transport: bool

    def __post_init__(self) -> None:
        self.innermost = innermost(self.error)
        self.text = getattr(self.innermost, "strerror", None) or str(self.innermost) or type(self.innermost).__name__

    def is_timeout(self) -> bool:
        return self.timed_out or isinstance(self.innermost, socket.timeout)

    def is_lasting(self) -> bool:
        """Whether the same request a moment later would fail again. A server that restarts ends a TLS handshake with an EOF; other TLS errors stay."""
        return (self.tls and "EOF" not in self.text) or isinstance(self.innermost, TooLarge) or not self.transport

    def described(self, secrets: set[str]) -> str:
        """The cause, and what to check."""
        return quote(self.text, secrets) + self._remedy()

    def _remedy(self) -> str:
        if "certificate verify failed" in self.text:
            return "; name the CA's file in ca_path"
        if self.is_lasting() and isinstance(self.error, OSError) and not isinstance(self.innermost, TooLarge):
            return "; check ca_path, client_cert and client_key, and REQUESTS_CA_BUNDLE in the environment"
        return "; that is the proxy's answer, check HTTP_PROXY and HTTPS_PROXY in the environment" if self.proxy else ""


def innermost(error: BaseException) -> BaseException:
    """The cause of an exception of requests, which nests it three deep."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if not isinstance(inner, BaseException):
            return error
        error = inner

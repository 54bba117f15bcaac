# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a request failed: its cause in words with a remedy, and whether sending it again could help."""
from __future__ import annotations

import socket

from ..text.masking import quote
from .bounded import TooLarge


class Failure(Exception):
    """A request that got no answer, or not all of it, with the exception of the HTTP libraries that says so.

    timed_out, tls, proxy: whether that is a Timeout, SSLError or ProxyError of requests. transport: whether it came with the connection or the
    answer, and not from what was given to requests, such as a file that cannot be read. unconnected: whether it is certain that no connection came
    about. too_large: whether the answer is larger than any that is read. permanent: as in JobError.
    """

    def __init__(self, error: Exception, *, timed_out: bool, tls: bool, proxy: bool, transport: bool, unconnected: bool) -> None:
        cause = _innermost(error)
        super().__init__(getattr(cause, "strerror", None) or str(cause) or type(cause).__name__)
        self.too_large = isinstance(cause, TooLarge)
        self.unconnected = unconnected
        self.timed_out = timed_out or isinstance(cause, socket.timeout)
        # A server that restarts ends a TLS handshake with an EOF; every other TLS error is permanent.
        self.permanent = (tls and "EOF" not in str(self)) or self.too_large or not transport
        self._of_files = self.permanent and isinstance(error, OSError) and not self.too_large
        self._of_proxy = proxy

    def described(self, secrets: set[str]) -> str:
        """The cause, and what to check."""
        return quote(str(self), secrets) + self._remedy()

    def _remedy(self) -> str:
        if "certificate verify failed" in str(self):
            return "; name the CA's file in ca_path"
        if "WRONG_VERSION_NUMBER" in str(self):
            return "; the server does not speak TLS at this port, check whether api_url has to begin with http or https"
        if self._of_files:
            return "; check ca_path, client_cert and client_key, and REQUESTS_CA_BUNDLE in the environment"
        return "; this is the proxy's answer, check HTTP_PROXY and HTTPS_PROXY in the environment" if self._of_proxy else ""


def _innermost(error: BaseException) -> BaseException:
    """The exception that says most; requests and urllib3 wrap it three times."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if not isinstance(inner, BaseException):
            return error
        error = inner

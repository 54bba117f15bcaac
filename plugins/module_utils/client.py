# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks HTTP: a request to JOB through either gateway, sent once."""
from __future__ import annotations

import io
import json
import traceback
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

from . import answers
from .errors import JobError, NoAnswer, NotSent

try:
    import requests
except ImportError:
    requests = None
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None


@dataclass(repr=False)  # whose text would hold the credentials
class Client:
    """JOB behind one address, spoken to as one app and one user.

    url: where operations' names are appended; slash: what follows the name. identity: `bk_app_code` and so on, by the
    gateway's own names, in the body or (in_header) in a header. timeout: seconds. verify, cert: as in requests.
    secrets: what no message may repeat.
    """

    url: str
    slash: str
    identity: dict
    in_header: bool
    headers: dict
    timeout: float
    verify: bool | str
    cert: str | tuple | None
    secrets: set

    def __post_init__(self) -> None:
        self._session = requests.Session()
        # An answer's Set-Cookie could carry another login into the next request.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def call(self, operation: str, parameters: dict, in_doubt: str = ""):
        """Carry out one operation and return JOB's `data`; raises NotSent, NoAnswer or Refused.

        in_doubt: of an operation that changes something, what may have happened when no answer tells.
        """
        content, headers = {**self.identity, **parameters}, {"Content-Type": "application/json", **self.headers}
        if self.in_header:
            content, headers["X-Bkapi-Authorization"] = parameters, json.dumps(self.identity)
        # A stream, because its position tells afterwards whether any of the request can have left this machine.
        body = io.BytesIO(json.dumps(content).encode())
        try:
            # verify and cert are given here, because REQUESTS_CA_BUNDLE would override a session's verify=False.
            response = self._session.post(
                self.url + operation + self.slash, data=body, headers=headers, auth=_no_netrc, timeout=self.timeout,
                verify=self.verify, cert=self.cert, allow_redirects=False)
        except OSError as error:  # requests' own errors are OSErrors, and so is an unreadable CA bundle
            raise self._failure(operation, error, body.tell() > 0, in_doubt) from error
        answer = answers.Answer(response.status_code, response.headers, response.content)
        return answers.read(operation, answer, self.secrets, in_doubt)

    def _failure(self, operation: str, error: OSError, left: bool, in_doubt: str) -> JobError:
        cause = answers.quote(_cause(error), self.secrets)
        if not left:
            remedy = "; name the CA's file in ca_path" if "certificate verify failed" in cause else ""
            return NotSent(f"{operation} was not sent, because {self.url} cannot be reached: {cause}{remedy}")
        if isinstance(error, requests.Timeout):
            return NoAnswer(f"{self.url} gave no answer to {operation} within {self.timeout:g} s (request_timeout)", in_doubt=in_doubt)
        return NoAnswer(f"the connection to {self.url} broke before {operation} was answered: {cause}", in_doubt=in_doubt)


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

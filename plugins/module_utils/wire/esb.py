# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the text of ESB, the component gateway, says beyond its error number: whether it passed the request on to JOB, and what to do."""
from __future__ import annotations

import re

DENIED = 1306000  # any error for which ESB has no number of its own
LOST = (1306201, 1306203)  # ESB got no answer from another system, usually JOB
LOOKED_AT = 20_000  # characters of a message
LARGEST = 2621440  # bytes of a body; newer versions of ESB have a setting for it
ASKED_FIRST = ("BK_LOGIN", "BK_SSM")  # which check users' logins and access tokens
ASKED = re.compile(r"Component request third-party system \[(\w+)\] ")
# What urllib3 raises while it connects, for the operation itself only: JOB may have answered with a redirect to another path.
NO_CONNECTION = r"Max retries exceeded with url: (?:\S*/)?{}/?(?:\?\S*)? \(Caused by (?:NewConnectionError|ConnectTimeoutError)\("
SEES_NONE = ("the ESB found no credentials; one older than PaaS 2.12.20 (2021) reads them from the body only: "
             "leave out credentials_in: header, and access_token")
NEEDS_LOGIN = ("bk_username alone is enough only for an app on the ESB's list of apps that need no login (免登录态验证白名单): "
               "have the app put on that list, or give the bk_token of a login")


def not_passed_on(operation: str, code: int | None, message: str) -> str:
    """Why ESB certainly did not pass the request on to JOB; "" where that is not certain."""
    message = message[:LOOKED_AT]  # the time grows with the square of the length of a word
    asked = ASKED.match(message) if code in LOST else None
    if not asked:
        return ""
    if asked[1] in ASKED_FIRST:
        return f"nothing ran: the gateway got no answer from {asked[1]}, which it asks before JOB"
    if re.search(NO_CONNECTION.format(re.escape(operation)), message):
        return "nothing ran: the gateway could not connect to JOB"
    return ""


def failed(code: int | None, message: str) -> bool:
    """Whether ESB itself failed, which may have been after JOB's answer."""
    return code == DENIED and message.startswith("Component error")


def remedy(code: int | None, message: str) -> str:
    """What to do about a refusal, by its text; "" if nothing is known."""
    found = (advice for part, advice in (("valid user identity", NEEDS_LOGIN), ("cannot be empty", SEES_NONE)) if part in message)
    return next(found, "") if code == DENIED else ""

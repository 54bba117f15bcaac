# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ESB, the component gateway, tells of a request beyond its error's number: whether JOB was asked at all, and what to do."""
from __future__ import annotations

import re

DENIED = 1306000  # also anything that ESB has no number for
LOST = (1306201, 1306203)  # it lost another system on the way, mostly JOB
LOOKED_AT = 20_000  # characters of a message
LARGEST = 2621440  # bytes of a body; newer ones can be told to take more
ASKED_FIRST = ("BK_LOGIN", "BK_SSM")  # who knows users' logins and access tokens
ASKED = re.compile(r"Component request third-party system \[(\w+)\] ")
# Only what urllib3 raises while it connects, and for the operation itself: JOB may have answered with a redirect to who knows where.
NO_CONNECTION = r"Max retries exceeded with url: (?:\S*/)?{}/?(?:\?\S*)? \(Caused by (?:NewConnectionError|ConnectTimeoutError)\("
SEES_NONE = ("the ESB has seen no credentials, and one older than PaaS 2.12.20 (2021) looks for them in the body only: "
             "leave out credentials_in: header, and access_token")
NEEDS_LOGIN = ("bk_username alone is enough only for an app on the ESB's list of apps that need no login (免登录态验证白名单): "
               "have the app put on that list, or give the bk_token of a login")


def why_nothing_ran(operation: str, code: int | None, message: str) -> str:
    """Why it is certain that JOB never got the request; "" where it is not."""
    message = message[:LOOKED_AT]  # the pattern takes time with the square of what is in one word
    asked = ASKED.match(message) if code in LOST else None
    if not asked:
        return ""
    if asked[1] in ASKED_FIRST:
        return f"nothing ran: the gateway got no answer from {asked[1]}, which it asks before JOB"
    if re.search(NO_CONNECTION.format(re.escape(operation)), message):
        return "nothing ran: the gateway could not connect to JOB"
    return ""


def broke(code: int | None, message: str) -> bool:
    """Whether it broke at a point that it does not tell, which may have been after JOB's answer."""
    return code == DENIED and message.startswith("Component error")


def remedy(code: int | None, message: str) -> str:
    """What to do about a refusal whose text tells more than its number; "" for any other."""
    found = (advice for part, advice in (("valid user identity", NEEDS_LOGIN), ("cannot be empty", SEES_NONE)) if part in message)
    return next(found, "") if code == DENIED else ""

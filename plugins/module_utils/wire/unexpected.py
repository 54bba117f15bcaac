# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are not JOB's JSON: what they are, and what to check."""
from __future__ import annotations

from ..text.masking import quote
from ..transport.answer import Answer
from . import esb

HEAD = 8192  # bytes of an HTML page, which contain its title


def what_to_check(answer: Answer) -> str:
    """What to do about an answer that JOB did not write."""
    there = "check api_url and gateway" if answer.status == 404 else "check api_url, the login, and the proxies and firewalls on the way to JOB"
    return too_large(answer) or there


def too_large(answer: Answer) -> str:
    """What to say where the request was too large, or is likely to have been; "" otherwise."""
    cause = "what makes it large is usually a value in global_var_list, a script or a file"
    if answer.status == 413:
        return f"the request has {answer.sent} bytes, which is more than this server accepts; {cause}"
    if answer.sent > esb.LARGEST and (answer.status == 400 or b"Component error" in answer.body):
        return f"the request has {answer.sent} bytes, and an ESB accepts {esb.LARGEST} by default; {cause}"
    return ""


def described(answer: Answer, secrets: set[str]) -> str:
    """What an answer is that neither JOB nor a gateway wrote."""
    text = answer.body.decode("utf-8", "replace").strip()
    status = f"HTTP {answer.status}"
    if 300 <= answer.status < 400:
        target = answer.headers.get("Location", "nowhere").split("?")[0]
        return f"a redirect to {quote(target, secrets)} ({status})"
    if not text:
        return f"an empty {status}"
    if text.startswith("<"):
        title = _element(b"title", answer.body[:HEAD]) or _element(b"h1", answer.body[:HEAD])
        return f"an HTML page{' titled ' + repr(quote(title, secrets)) if title else ''} ({status})"
    return f"text that is not JOB's JSON ({status}: {quote(text, secrets)!r})"


def _element(tag: bytes, page: bytes) -> str:
    """The text of an element of an HTML page. A regular expression would take minutes for a page that repeats `<title>` a thousand times."""
    folded = page.lower()
    opening = folded.find(b"<" + tag)
    start = folded.find(b">", opening) + 1
    end = folded.find(b"</" + tag, start)
    return page[start:end].decode("utf-8", "replace").strip() if opening >= 0 and 0 < start < end else ""

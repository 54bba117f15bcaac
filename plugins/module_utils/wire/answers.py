# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer of JOB or of a gateway says: the data asked for, or why there is none."""
from __future__ import annotations

import json
import re
from typing import Any

from ..errors import UNKNOWN, JobError, NoAnswer, NotSent, Refused
from ..text.masking import label, quote
from ..text.sentences import enumerated
from ..transport.answer import Answer
from ..transport.brake import is_limited
from . import esb
from .fields import LARGEST_ID, integer, rows
from .remedies import remedy
from .unexpected import described, too_large, what_to_check

NOT_UNDERSTOOD = (1306202, 1306208, 1306221)  # ESB could not read what JOB had answered
# ESB or APIGW lost JOB on the way, or JOB itself broke: whether it had begun by then, the answer does not tell. JOB 3.3 to 3.4.1 says 1244005
# after it has stored the instance, and perhaps started it.
UNCLEAR = (*esb.LOST, *NOT_UNDERSTOOD, 1240002, 1244005, 1650200, 1650300, 1650401)
QUOTA_CODES = (1244032, 1244033, 1244034)  # too many jobs are running
# HTTP statuses that by their meaning (RFC 9110) are decided on the request alone, before it is passed on. Of whatever else below 500 nobody but JOB or
# a gateway is believed, with a code: 408 may be said of a request that was passed on; 403 a firewall puts in the place of answers that it does not like;
# 300, 303 and 304 speak of something done; 406, 409, 410, 412, 422 and 424 of what was found when doing it; 499 that somebody hung up.
REFUSALS = (301, 302, 307, 308, 400, 401, 404, 405, 407, 411, 413, 414, 415, 421, 429, 431)
TIMED_OUT = 408
NOT_IN_THIS_STATE = 1241003
NAME, REQUEST_ID = 60, 100  # characters
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def read(operation: str, answer: Answer, secrets: set[str], in_doubt: str, required: str) -> Any:
    """JOB's `data`; Refused or NoAnswer when the answer is anything but a success.

    required: the name of an id that the data of a success must have.
    """
    envelope = _envelope(answer.body)
    code, message = integer(envelope.get("code")), _message(envelope)
    done = 200 <= answer.status < 300 and envelope.get("result") is True
    if done and _has_id(envelope.get("data"), required):
        return envelope.get("data")
    said_no = answer.status < 500 and answer.status != TIMED_OUT and envelope.get("result") is False and code != 0
    refused = said_no or answer.status in REFUSALS
    nothing_ran = esb.why_nothing_ran(operation, code, message) if refused else ""
    unclear = not refused or esb.broke(code, message) or (code in UNCLEAR and not nothing_ran)
    facts: dict[str, Any] = {
        "http_status": answer.status, "code": code, "request_id": _request_id(answer, envelope, secrets), "in_doubt": in_doubt if unclear else "",
        "reset": integer(answer.headers.get("X-Bkapi-RateLimit-Reset")) or 0,
    }
    if done:
        raise NoAnswer(f"JOB answered {operation} with success, but without a {required}", **facts)
    if envelope:
        advice = filter(None, (nothing_ran, too_large(answer), remedy(answer.status, code, message)))
        told = "; ".join((_refusal(operation, envelope, facts, secrets), *advice))
        raise (NotSent if nothing_ran else NoAnswer if unclear else Refused)(told, **facts)
    raise NoAnswer(f"{operation} was answered by {described(answer, secrets)}, not by JOB: {what_to_check(answer)}", **facts)


def may_repeat(error: JobError, in_doubt: str, idempotent: bool) -> bool:
    """Whether the same request may be sent again, and may fare better."""
    if in_doubt and error.outcome == UNKNOWN:
        return False
    if isinstance(error, NotSent) or is_limited(error) or error.code in QUOTA_CODES:
        return not error.lasting
    lost = isinstance(error, NoAnswer) and not error.lasting and (error.http_status in (None, TIMED_OUT, 502, 503, 504) or error.code in esb.LOST)
    return (lost and not in_doubt) or (idempotent and isinstance(error, NoAnswer))


def _has_id(data: object, name: str) -> bool:
    return not name or (isinstance(data, dict) and 0 < (integer(data.get(name)) or 0) <= LARGEST_ID)


def _envelope(body: bytes) -> dict[str, Any]:
    """The JSON object that JOB and its gateways wrap everything in; {} for anything else."""
    try:
        content = _json(body.decode("utf-8", "replace"))  # logs hold what scripts print, which may be no UTF-8
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.keys() & {"result", "code"} else {}


def _json(text: str) -> Any:
    """What JSON says, without halves of characters, which no output can hold."""
    content = json.loads(text)
    if HALF_CHARACTER.search(text):
        content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    return content


def _request_id(answer: Answer, envelope: dict[str, Any], secrets: set[str]) -> str | None:
    names = (envelope.get("request_id"), envelope.get("job_request_id"), answer.headers.get("X-Bkapi-Request-Id"))
    return next((label(name, secrets, REQUEST_ID) for name in names if name and isinstance(name, str)), None)


def _message(envelope: dict[str, Any]) -> str:
    """What JOB or the gateway says, as far as it is a text."""
    message = envelope.get("message")
    return message if isinstance(message, str) else ""


def _refusal(operation: str, envelope: dict[str, Any], facts: dict[str, Any], secrets: set[str]) -> str:
    code, status = facts["code"], facts["http_status"]
    details = [f"code {code}"] if code is not None else []
    details += [f"HTTP {status}"] if status != 200 else []
    details += [f"request id {facts['request_id']}"] if facts["request_id"] else []
    said = quote(_message(envelope), secrets) or "no reason given"
    did = "failed at" if facts["in_doubt"] else "refused"
    sentence = f"{_speaker(code, status)} {did} {operation}: {said} ({', '.join(details) or 'no code'})"
    actions = _actions(envelope.get("permission"), secrets)
    return f"{sentence}; permissions to apply for: {actions}" if actions else sentence


def _speaker(code: object, status: int) -> str:
    """Who refused, told by the number's range; JOB has a number for everything, and a status of 200."""
    if code is None and status != 200:
        return "the gateway"
    return {"130": "the ESB gateway", "164": "the API gateway", "165": "the API gateway"}.get(str(code)[:3], "JOB")


def _actions(permission: object, secrets: set[str]) -> str:
    """The names of what to apply for, from the `permission` that a refusal for lack of rights carries."""
    actions = rows(permission, "actions") if isinstance(permission, dict) else []
    names = [(label(action.get("name"), secrets, NAME), label(action.get("id"), secrets, NAME)) for action in actions]
    return enumerated(f"{name or its_id} ({its_id})" for name, its_id in names)

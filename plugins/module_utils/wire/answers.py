# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer says: JOB's data, or the JobError that quotes why there is none."""
from __future__ import annotations

import json
import re
from typing import Any

from ..errors import UNKNOWN, JobError, NoAnswer, NotSent, Refused
from ..text.masking import label, quote
from ..text.sentences import enumerated
from ..transport.answer import Answer
from . import esb
from .fields import LARGEST_ID, integer, rows
from .remedies import remedy
from .unexpected import described, too_large, what_to_check

NOT_UNDERSTOOD = (1306202, 1306208, 1306221)  # ESB could not read what JOB had answered
# The gateway got no answer from JOB, or JOB itself had an internal error: the operation may have been carried out. JOB 3.3 to 3.4.1 says 1244005
# after it has stored the instance, which it may also have started.
UNCLEAR = (*esb.LOST, *NOT_UNDERSTOOD, 1240002, 1244005, 1650200, 1650300, 1650401)
QUOTA_CODES = (1244032, 1244033, 1244034)  # too many jobs are running
# HTTP statuses that by their meaning (RFC 9110) are decided on the request alone, before it is passed on. Every other one below 500 counts as a
# refusal only with an error number of JOB or of a gateway: 408 may answer a request that was passed on; 403 a firewall puts in place of an answer; 300,
# 303 and 304 say that something was done; 406, 409, 410, 412, 422 and 424 are found while it is done; 499 means that the client closed the connection.
REFUSALS = (301, 302, 307, 308, 400, 401, 404, 405, 407, 411, 413, 414, 415, 421, 429, 431)
TIMED_OUT = 408
FORBIDDEN = (9900403, 1238001, 1306403, 1306405)  # error numbers; so is every HTTP status 403
NOT_IN_THIS_STATE = 1241003
NAME, REQUEST_ID = 60, 100  # characters
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def read(operation: str, answer: Answer, secrets: set[str], in_doubt: str, required: str) -> Any:
    """JOB's `data`; Refused, NotSent or NoAnswer unless the answer is a success.

    required: the name of an id that the data of a success must have.
    """
    envelope = _envelope(answer.body)
    code, message = integer(envelope.get("code")), _message(envelope)
    success = 200 <= answer.status < 300 and envelope.get("result") is True
    if success and _has_id(envelope.get("data"), required):
        return envelope.get("data")
    says_no = answer.status < 500 and answer.status != TIMED_OUT and envelope.get("result") is False and code != 0
    refused = says_no or answer.status in REFUSALS
    not_passed_on = esb.not_passed_on(operation, code, message) if refused else ""
    unclear = not refused or esb.failed(code, message) or (code in UNCLEAR and not not_passed_on)
    details: dict[str, Any] = {
        "http_status": answer.status, "code": code, "request_id": _request_id(answer, envelope, secrets), "in_doubt": in_doubt if unclear else "",
        "reset": integer(answer.headers.get("X-Bkapi-RateLimit-Reset")) or 0,
    }
    if success:
        raise NoAnswer(f"JOB answered {operation} with success, but without a {required}", **details)
    if envelope:
        advice = filter(None, (not_passed_on, too_large(answer), remedy(answer.status, code, message)))
        sentence = "; ".join((_refusal(operation, envelope, details, secrets), *advice))
        raise (NotSent if not_passed_on else NoAnswer if unclear else Refused)(sentence, **details)
    raise NoAnswer(f"{operation} was answered by {described(answer, secrets)}, not by JOB: {what_to_check(answer)}", **details)


def may_repeat(error: JobError, in_doubt: str, idempotent: bool) -> bool:
    """Whether it is safe to send the same request again, and likely to help."""
    if in_doubt and error.outcome == UNKNOWN:
        return False
    if isinstance(error, NotSent) or error.is_limited():
        return not error.permanent
    fails_again = error.permanent or error.timed_out
    lost = isinstance(error, NoAnswer) and not fails_again and (error.http_status in (None, TIMED_OUT, 502, 503, 504) or error.code in esb.LOST)
    return (lost and not in_doubt) or (idempotent and isinstance(error, NoAnswer))


def forbidden(error: JobError) -> bool:
    """Whether app or user lack the permission."""
    return isinstance(error, Refused) and (error.code in FORBIDDEN or error.http_status == 403)


def _has_id(data: object, name: str) -> bool:
    return not name or (isinstance(data, dict) and 0 < (integer(data.get(name)) or 0) <= LARGEST_ID)


def _envelope(body: bytes) -> dict[str, Any]:
    """The JSON object that JOB and its gateways wrap every answer in; {} for anything else."""
    try:
        content = _json(body.decode("utf-8", "replace"))  # scripts' logs may not be UTF-8
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.keys() & {"result", "code"} else {}


def _json(text: str) -> Any:
    """The text parsed, without single surrogates, which cannot be printed."""
    content = json.loads(text)
    if HALF_CHARACTER.search(text):
        content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    return content


def _request_id(answer: Answer, envelope: dict[str, Any], secrets: set[str]) -> str | None:
    names = (envelope.get("request_id"), envelope.get("job_request_id"), answer.headers.get("X-Bkapi-Request-Id"))
    return next((label(name, secrets, REQUEST_ID) for name in names if name and isinstance(name, str)), None)


def _message(envelope: dict[str, Any]) -> str:
    message = envelope.get("message")
    return message if isinstance(message, str) else ""


def _refusal(operation: str, envelope: dict[str, Any], details: dict[str, Any], secrets: set[str]) -> str:
    code, status = details["code"], details["http_status"]
    numbers = [f"code {code}"] if code is not None else []
    numbers += [f"HTTP {status}"] if status != 200 else []
    numbers += [f"request id {details['request_id']}"] if details["request_id"] else []
    reason = quote(_message(envelope), secrets) or "no reason given"
    verb = "failed at" if details["in_doubt"] else "refused"
    sentence = f"{_source(code, status)} {verb} {operation}: {reason} ({', '.join(numbers) or 'no code'})"
    actions = _actions(envelope.get("permission"), secrets)
    return f"{sentence}; permissions to apply for: {actions}" if actions else sentence


def _source(code: object, status: int) -> str:
    """Who wrote the answer, by the range of the error number; JOB always sends one, and HTTP 200."""
    if code is None and status != 200:
        return "the gateway"
    return {"130": "the ESB gateway", "164": "the API gateway", "165": "the API gateway"}.get(str(code)[:3], "JOB")


def _actions(permission: object, secrets: set[str]) -> str:
    """The permissions that are missing, from the `permission` of a refusal."""
    names = [(label(action.get("name"), secrets, NAME), label(action.get("id"), secrets, NAME)) for action in rows(permission, "actions")]
    return enumerated(f"{name or action_id} ({action_id})" for name, action_id in names)

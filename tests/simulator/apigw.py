# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""APIGW, the newer gateway: who may pass, how a refusal looks, what it adds to JOB's answer."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import job
from exchange import Answer, Request, as_json
from refusal import Refusal
from store import Store

PATH = re.compile(r"/api/bk-job/(?:prod|stag)/api/v3/(?P<operation>.*)")
# bytes; a larger body is refused before anything is read from it
LARGEST = 40 * 1024 * 1024

DENIED, UNKNOWN, TOO_LARGE, TOO_FREQUENT, BAD_GATEWAY, TIMED_OUT = 1640001, 1640401, 1641301, 1642902, 1650200, 1650401
CODE_NAMES = {
    DENIED: "INVALID_ARGS",
    UNKNOWN: "API_NOT_FOUND",
    TOO_LARGE: "BODY_SIZE_LIMIT_EXCEED",
    TOO_FREQUENT: "RATE_LIMIT_RESTRICTION",
    BAD_GATEWAY: "BAD_GATEWAY",
    TIMED_OUT: "REQUEST_BACKEND_TIMEOUT",
}


def operation(path: str) -> str | None:
    """The last part of a path of JOB's, None for any other."""
    match = PATH.fullmatch(path)
    return match["operation"] if match else None


def enter(store: Store, known: dict, request: Request) -> Answer:
    try:
        _check(store, request)
        operator = _identify(known, request.given())
    except Refusal as refusal:
        return refuse(refusal.code, refusal.detail)
    # nothing sent is {}; anything else that is no object is for JOB to refuse
    body = request.body if request.raw else {}
    return pass_on(job.perform(store, request.operation, body, operator, request.language()))


def refuse(code: int, message: str, status: int | None = None, headers: dict | None = None) -> Answer:
    """A refusal of its own; its status is in the code unless given."""
    return as_json(
        status or int(str(code)[2:5]),
        {"code_name": CODE_NAMES.get(code, "REFUSED"), "result": False, "code": code, "message": message, "data": None},
        {
            "X-Bkapi-Error-Code": str(code),
            "X-Bkapi-Error-Message": json.dumps(message)[1:-1],
            "X-Bkapi-Request-Id": str(uuid.uuid4()),
            **(headers or {}),
        },
    )


def pass_on(envelope: dict) -> Answer:
    """JOB's own answer, a refusal too."""
    return as_json(200, envelope, {"X-Bkapi-Request-Id": str(uuid.uuid4())})


def _check(store: Store, request: Request) -> None:
    if request.size > LARGEST:
        raise Refusal(TOO_LARGE, "Request body size is too large")
    method = "GET" if (request.operation or "").startswith("get_") else "POST"
    if not job.knows(store, request.operation) or request.method != method:
        raise Refusal(UNKNOWN, f'API not found [method="{request.method}" path="{request.path}"]')
    header = request.header("X-Bkapi-Authorization")
    try:
        readable = header is None or (header.isascii() and isinstance(json.loads(header), dict))
    except ValueError:
        readable = False
    if not readable:
        raise Refusal(DENIED, 'Parameters error [reason="the header X-Bkapi-Authorization is not a JSON object in ASCII"]')


def _identify(known: dict, given: Any) -> str:
    """The user behind the credentials."""
    problem = _problem(known, given)
    if problem:
        raise Refusal(DENIED, problem)
    return known["username"] if given.get("access_token") or given.get("bk_token") else given["bk_username"]


def _problem(known: dict, given: dict) -> str:
    """A token wins over a user name, and a bad one is no reason to look at the name."""
    if given.get("access_token"):
        return "" if given["access_token"] == known["access_token"] else "User authentication failed: access_token is invalid"
    if (given.get("bk_app_code"), given.get("bk_app_secret")) != (known["app_code"], known["app_secret"]):
        return "App authentication failed: bk_app_code or bk_app_secret is incorrect"
    if given.get("bk_token"):
        return "" if given["bk_token"] == known["token"] else "User authentication failed: bk_token is invalid or has expired"
    if known.get("needs_login") or given.get("bk_username") not in [known["username"], *known.get("users", [])]:
        return "User authentication failed: bk_username does not exist, or no user is given"
    return ""

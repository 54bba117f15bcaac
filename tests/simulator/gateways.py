# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two front doors of JOB, ESB and APIGW: who may pass, how a refusal looks, what they add to JOB's answer."""

from __future__ import annotations

import json
import re
import uuid

import job
from exchange import Answer, Request, as_json, as_page
from refusal import Refusal
from store import Store

ESB_PATH = re.compile(r"/api/c/compapi/v2/jobv3/(?P<operation>[^/]*)/?")
APIGW_PATH = re.compile(r"/api/bk-job/(?:prod|stag)/api/v3/(?P<operation>.*)")
# bytes; a larger body is refused before anything is read from it
ESB_LARGEST, APIGW_LARGEST = 2621440, 40 * 1024 * 1024

ESB_DENIED, ESB_BAD_HEADER = 1306000, 1306406
APIGW_DENIED, APIGW_UNKNOWN, APIGW_TOO_LARGE = 1640001, 1640401, 1641301
CODE_NAMES = {
    1640001: "INVALID_ARGS",
    1640401: "API_NOT_FOUND",
    1641301: "BODY_SIZE_LIMIT_EXCEED",
    1642902: "RATE_LIMIT_RESTRICTION",
    1650200: "BAD_GATEWAY",
    1650401: "REQUEST_BACKEND_TIMEOUT",
}


def door(path: str) -> tuple | None:
    """(gateway, operation) of a path, None where there is no door."""
    for gateway, pattern in (("esb", ESB_PATH), ("apigw", APIGW_PATH)):
        match = pattern.fullmatch(path)
        if match:
            return gateway, match["operation"]
    return None


def enter(store: Store, credentials: dict, request: Request) -> Answer:
    return DOORS[request.gateway](store, credentials, request)


def refuse(request: Request, code: int, message: str, status: int | None = None, headers: dict | None = None) -> Answer:
    """A refusal by the gateway itself; its status follows from the code unless given: 200 on ESB, digits 3 to 5 on APIGW."""
    body = {"result": False, "code": code, "message": message, "data": None}
    if request.gateway == "esb":
        return as_json(status or 200, {**body, "request_id": uuid.uuid4().hex}, headers)
    return as_json(
        status or int(str(code)[2:5]),
        {"code_name": CODE_NAMES.get(code, "REFUSED"), **body},
        {
            "X-Bkapi-Error-Code": str(code),
            "X-Bkapi-Error-Message": json.dumps(message)[1:-1],
            "X-Bkapi-Request-Id": str(uuid.uuid4()),
            **(headers or {}),
        },
    )


def pass_on(request: Request, envelope: dict) -> Answer:
    """JOB's own answer, a refusal too, with what the gateway adds."""
    if request.gateway == "esb":
        return as_json(200, {**envelope, "request_id": uuid.uuid4().hex})
    return as_json(200, envelope, {"X-Bkapi-Request-Id": str(uuid.uuid4())})


def _enter_esb(store: Store, credentials: dict, request: Request) -> Answer:
    if len(request.raw.encode()) > ESB_LARGEST:
        return as_page(400, "Bad Request (400)")
    if request.operation not in job.OPERATIONS:
        return as_json(404, {"result": False, "message": "API not found", "data": None, "request_id": uuid.uuid4().hex})
    try:
        _check_esb(request)
        operator = _identify(credentials, {**request.given(), "access_token": None}, ESB_DENIED)
    except Refusal as refusal:
        return refuse(request, refusal.code, refusal.detail)
    return _perform(store, request, operator)


def _check_esb(request: Request) -> None:
    if request.method != "POST" and not (request.method == "GET" and request.operation.startswith("get_")):
        raise Refusal(ESB_DENIED, f"Request method {request.method} is not supported")
    if not isinstance(request.body, dict):
        raise Refusal(ESB_DENIED, "Request JSON string is wrong in format, which cannot be analyzed")
    _check_header(request, ESB_BAD_HEADER)


def _enter_apigw(store: Store, credentials: dict, request: Request) -> Answer:
    try:
        _check_apigw(request)
        operator = _identify(credentials, request.given(), APIGW_DENIED)
    except Refusal as refusal:
        return refuse(request, refusal.code, refusal.detail)
    return _perform(store, request, operator)


def _check_apigw(request: Request) -> None:
    if len(request.raw.encode()) > APIGW_LARGEST:
        raise Refusal(APIGW_TOO_LARGE, "Request body size is too large")
    method = "GET" if (request.operation or "").startswith("get_") else "POST"
    if request.operation not in job.OPERATIONS or request.method != method:
        raise Refusal(APIGW_UNKNOWN, f'API not found [method="{request.method}" path="{request.path}"]')
    _check_header(request, APIGW_DENIED)


def _check_header(request: Request, code: int) -> None:
    header = request.header("X-Bkapi-Authorization")
    try:
        readable = header is None or (header.isascii() and isinstance(json.loads(header), dict))
    except ValueError:
        readable = False
    if not readable:
        raise Refusal(code, 'Parameters error [reason="the header X-Bkapi-Authorization is not a JSON object in ASCII"]')


def _identify(known: dict, given: dict, code: int) -> str:
    """The user behind the credentials."""
    problem = _problem(known, given)
    if problem:
        raise Refusal(code, problem)
    return known["username"] if given.get("access_token") or given.get("bk_token") else given["bk_username"]


def _problem(known: dict, given: dict) -> str:
    """A token wins over a user name, and a bad one is no reason to look at the name."""
    if given.get("access_token"):
        return "" if given["access_token"] == known["access_token"] else "User authentication failed: access_token is invalid"
    if (given.get("bk_app_code"), given.get("bk_app_secret")) != (known["app_code"], known["app_secret"]):
        return "App authentication failed: bk_app_code or bk_app_secret is incorrect"
    if given.get("bk_token"):
        return "" if given["bk_token"] == known["token"] else "User authentication failed: bk_token is invalid or has expired"
    if given.get("bk_username") not in [known["username"], *known.get("users", [])]:
        return "User authentication failed: bk_username does not exist, or no user is given"
    return ""


def _perform(store: Store, request: Request, operator: str) -> Answer:
    # nothing sent is {}; anything else that is no object is for JOB to refuse
    body = request.body if request.raw else {}
    return pass_on(request, job.perform(store, request.operation, body, operator, request.language()))


DOORS = {"esb": _enter_esb, "apigw": _enter_apigw}

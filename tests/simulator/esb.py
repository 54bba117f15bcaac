# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ESB, the component gateway: what it lets pass, what it makes of JOB's answers, and how it refuses, seen on a real one."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import parse_qsl

import job
from exchange import Answer, Request, as_json
from refusal import Refusal
from store import Store

# doubled slashes make no difference
PATHS = re.compile("/+api/+c/.*")
PATH = re.compile("/+api/+c/+compapi/+v2/+jobv3/+(?P<operation>[^/]*)/*")
# bytes; a larger body is refused before anything is read from it
LARGEST = 2621440

DENIED, LOST, NO_TLS, NO_TEST_SYSTEM, BAD_HEADER, TOO_FREQUENT = 1306000, 1306201, 1306203, 1306206, 1306406, 1306429
# what it hands on goes without these, and what is no header of its own is looked for among the body's fields by these names
CREDENTIALS = ("bk_app_code", "bk_app_secret", "bk_token", "bk_username", "app_code", "app_secret", "username")
BROKE = "Component error, please contact the component developer to handle it."
NO_PERMISSION = 9900403
PERMISSION = {"system_id": "bk_job", "system_name": "JOB", "actions": [{"id": "access_business", "name": "Business Access", "related_resource_types": []}]}


def leads_here(path: str) -> bool:
    return PATHS.fullmatch(path) is not None


def operation(path: str) -> str | None:
    """The last part of a path of JOB's, None for any other."""
    match = PATH.fullmatch(path)
    return match["operation"] if match else None


def enter(store: Store, known: dict, request: Request) -> Answer:
    if not job.knows(store, request.operation) or request.method not in ("GET", "POST"):
        return abnormal(404, "The content does not exist")
    try:
        in_header = _in_header(request)
        if request.size > LARGEST and in_header is None:
            return Answer(400, {"Content-Type": "text/html"}, b"<h1>Bad Request (400)</h1>")
        given = {name: value for name, value in _fields(request).items() if name in CREDENTIALS} if in_header is None else in_header
    except Refusal as refusal:
        return refuse(refusal.code, refusal.detail, named=False)
    try:
        fields = _fields(request)
        operator = _identify(known, given)
        _check_environment(request)
    except Refusal as refusal:
        return refuse(refusal.code, refusal.detail)
    return _perform(store, known, request, fields, operator)


def refuse(code: int, message: str, status: int = 200, named: bool = True) -> Answer:
    """A refusal of its own. Trouble with a path, or with JSON, comes before the request has an id."""
    name = {"request_id": uuid.uuid4().hex} if named else {}
    return as_json(status, {"result": False, "code": code, "message": message, "data": None, **name})


def abnormal(status: int, message: str) -> Answer:
    """What it says of an unknown path, and when it breaks."""
    return as_json(status, {"result": False, "data": None, "message": message})


def lost(request: Request, reason: str, system: str = "JOBV3", interface: str = "") -> Answer:
    """Anything that goes wrong on the way from here to another system and back."""
    return refuse(LOST, f"Component request third-party system [{system}] interface [{interface or request.operation}] error: {reason}, "
                        "please try again later or contact component developer to handle this")


def unreachable(host: str, url: str) -> str:
    """The reason when no connection comes about."""
    return (f"HTTPSConnectionPool(host='{host}', port=443): Max retries exceeded with url: {url} (Caused by NewConnectionError("
            "'<urllib3.connection.HTTPSConnection object at 0x7f6f0c1d2e80>: Failed to establish a new connection: [Errno 111] Connection refused'))")


def pass_on(envelope: dict) -> Answer:
    """JOB's own answer; JOB says nothing of a success, and here that becomes an empty text."""
    message = "" if envelope["result"] else envelope["message"]
    return as_json(200, {**envelope, "message": message, "request_id": uuid.uuid4().hex})


def pass_on_whatever(request: Request, status: int, body: str) -> Answer:
    """What came back instead of JOB's own answer."""
    if status != 200:
        return lost(request, f"Status Code: {status}, Error Message: third-party system interface response status code is not 200")
    try:
        return as_json(200, {**json.loads(body), "request_id": uuid.uuid4().hex})
    except ValueError:
        return lost(request, "interface response is not the JSON format")


def _in_header(request: Request) -> Any:
    """Whatever the header holds; None without one, and if it says null."""
    header = request.header("X-Bkapi-Authorization")
    try:
        return None if header is None else json.loads(header)
    except ValueError:
        raise Refusal(BAD_HEADER, "Parameters error, request header X-Bkapi-Authorization is not a valid JSON format string") from None


def _fields(request: Request) -> dict:
    """What was asked for, credentials included: of the query, of JSON, of a form; a body of any other kind counts as none."""
    if request.method == "GET":
        return request.body
    if request.raw.strip().startswith("{"):
        if request.size > LARGEST:
            raise Refusal(DENIED, BROKE)
        if not isinstance(request.body, dict):
            raise Refusal(DENIED, "Request JSON string is wrong in format, which cannot be analyzed.")
        return request.body
    is_form = (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded")
    return dict(parse_qsl(request.raw)) if is_form else {}


def _identify(known: dict, given: Any) -> str:
    """The user behind the credentials."""
    if not isinstance(given, dict):
        raise Refusal(DENIED, BROKE)
    problem = _problem(known, given)
    if problem:
        raise Refusal(DENIED, problem)
    return known["username"] if given.get("access_token") or given.get("bk_token") else _either(given, "bk_username", "username")


def _either(given: dict, name: str, old_name: str) -> Any:
    return given.get(name) or given.get(old_name)


def _problem(known: dict, given: dict) -> str:
    """A token wins over a user name, and a bad one is no reason to look at the name. Who a name belongs to is for JOB to know."""
    if given.get("access_token"):
        return "" if given["access_token"] == known["access_token"] else "verify access_token failed, please check if the access_token is valid"
    code, secret = _either(given, "bk_app_code", "app_code"), _either(given, "bk_app_secret", "app_secret")
    if not code or not secret:
        return f"{'APP Secret [bk_app_secret]' if code else 'APP Code [bk_app_code]'} cannot be empty"
    if (code, secret) != (known["app_code"], known["app_secret"]):
        return f"APP Code and APP Secret do not match, or the app is unknown [bk_app_code={code}]"
    if given.get("bk_token"):
        return "" if given["bk_token"] == known["token"] else "User authentication failed, please check if the bk_token is valid"
    if not _either(given, "bk_username", "username") or known.get("needs_login"):
        return "User authentication failed, please provide a valid user identity, such as bk_token, bk_username"
    return ""


def _check_environment(request: Request) -> None:
    if (request.header("X-Use-Test-Env") or "0").lower() not in ("0", "false"):
        raise Refusal(NO_TEST_SYSTEM, "Error, the component does not support access third-party test environment")


def _perform(store: Store, known: dict, request: Request, fields: dict, operator: str) -> Answer:
    try:
        operator.encode("latin-1")
    except UnicodeEncodeError as error:  # the name goes on to JOB in a header
        return lost(request, str(error))
    if operator not in [known["username"], *known.get("users", [])]:
        return pass_on({**job.envelope(NO_PERMISSION, f"{operator} has no permission", None), "permission": PERMISSION})
    body = {name: value for name, value in fields.items() if name not in CREDENTIALS}
    return pass_on(job.perform(store, request.operation, body, operator, request.language()))

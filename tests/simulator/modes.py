# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd behaviours of real servers, each a mode that can be switched on for some operations and some times."""

from __future__ import annotations

import json
from typing import Any, Callable

import apigw
import esb
import job
from contract import read
from exchange import Answer, Request, as_json, as_page
from gateways import pass_on, refuse
from output import OF_AGENTS
from refusal import Refusal

LOGIN_PATH = "/login/"
PARAMETERS = {
    "mode": ("string", True),
    "operation": ("string", False),
    "times": ("long", False),
    "seconds": ("number", False),
    "pause": ("number", False),
    "location": ("string", False),
    "reset": ("long", False),
    "code": ("long", False),
    "message": ("string", False),
    "http_status": ("long", False),
    "permission": ("object", False),
    "status": ("long", False),
    "headers": ("object", False),
    "body": ("string", False),
    "processed": ("boolean", False),
    "mebibytes": ("long", False),
    "lag": ("number", False),
    "manner": ("string", False),
    "bytes": ("long", False),
    "lines": ("long", False),
}
Process = Callable[..., Answer]
# ESB gives JOB 30 seconds for an answer, APIGW 60
LAG = 30


class Modes:
    """The modes switched on. A request meets the first one that fits, so that a list reads as a sequence; those of agents are no request's,
    and stand in `of_agents`."""

    def __init__(self, of_agents: dict) -> None:
        self.active: list = []
        self._of_agents = of_agents

    def switch(self, modes: Any) -> None:
        """Replaces all; a Refusal leaves them as they are."""
        self.active = [_checked(mode) for mode in read(["object"], modes, "the list of modes")]
        self._of_agents.clear()
        self._of_agents.update({mode["mode"]: mode for mode in self.active if mode["mode"] in OF_AGENTS})

    def take(self, operation: str) -> dict | None:
        for mode in self.active:
            if mode["mode"] not in OF_AGENTS and mode.get("operation") in (None, operation) and mode.get("times") != 0:
                if "times" in mode:
                    mode["times"] -= 1
                return mode
        return None


def _checked(mode: dict) -> dict:
    manners = [mode["manner"]] if "manner" in mode else []
    for kind, given, known in (("mode", [mode.get("mode")], [*NAMES, *OF_AGENTS]), ("manner", manners, MANNERS), ("parameter", mode, PARAMETERS)):
        unknown = [name for name in given if name not in [*known]]
        if unknown:
            raise Refusal(1241002, f"there is no {kind} {unknown[0]}, there are {', '.join(known)}")
    return read(PARAMETERS, mode, "")


def apply(mode: dict, request: Request, process: Process) -> Answer:
    """Any mode takes `seconds` to wait before the answer."""
    return NAMES[mode["mode"]](mode, request, process)._replace(delay=mode.get("seconds", 0))


def _slow(mode: dict, request: Request, process: Process) -> Answer:
    return process()


def _drop_before(mode: dict, request: Request, process: Process) -> Answer:
    return Answer(0, {}, b"", manner="dropped")


def _drop_after(mode: dict, request: Request, process: Process) -> Answer:
    return process()._replace(manner="dropped")


def _late(mode: dict, request: Request, process: Process) -> Answer:
    """The gateway has it still; the simulator lets it reach JOB when `lag` is over."""
    return Answer(0, {}, b"", manner="dropped")


def _lagging_queue(mode: dict, request: Request, process: Process) -> Answer:
    """JOB answers at once, and consumes what it has put into its queue `lag` seconds later; `manner` is what becomes of the answer."""
    return NAMES[mode.get("manner", "slow")](mode, request, lambda: process(mode.get("lag", LAG)))


def _cut(mode: dict, request: Request, process: Process) -> Answer:
    return process()._replace(manner="half")


def _drip(mode: dict, request: Request, process: Process) -> Answer:
    return process()._replace(manner="dripping", pause=mode.get("pause", 0.1))


def _html(mode: dict, request: Request, process: Process) -> Answer:
    return as_page(200, "BlueKing Login")


def _redirect(mode: dict, request: Request, process: Process) -> Answer:
    return Answer(302, {"Location": mode.get("location", LOGIN_PATH)}, b"")


def _empty_401(mode: dict, request: Request, process: Process) -> Answer:
    return Answer(401, {}, b"")


def _bad_gateway(mode: dict, request: Request, process: Process) -> Answer:
    return as_page(502, "502 Bad Gateway")


def _bad_gateway_after(mode: dict, request: Request, process: Process) -> Answer:
    process()
    return as_page(502, "502 Bad Gateway")


def _rate_limited(mode: dict, request: Request, process: Process) -> Answer:
    if request.gateway == "apigw":
        return apigw.refuse(apigw.TOO_FREQUENT, "API rate limit exceeded", headers={"X-Bkapi-RateLimit-Reset": str(mode.get("reset", 1))})
    app, component = request.given().get("bk_app_code", ""), f"/v2/jobv3/{request.operation}/"
    return esb.refuse(esb.TOO_FREQUENT, f"Access frequency limit, Access frequency of APP [{app}] to component [{component}] exceeds the limit")


def _job_timeout(mode: dict, request: Request, process: Process) -> Answer:
    process()
    if request.gateway == "apigw":
        return apigw.refuse(apigw.TIMED_OUT, "Request backend timeout")
    return esb.lost(request, "Third-party system interface response time exceeds 30 seconds")


def _job_unreachable(mode: dict, request: Request, process: Process) -> Answer:
    if request.gateway == "apigw":
        return apigw.refuse(apigw.BAD_GATEWAY, "Bad Gateway")
    return esb.lost(request, esb.unreachable("jobv3.service.consul", f"/esb/api/v3/{request.operation}/"))


def _job_refuses_tls(mode: dict, request: Request, process: Process) -> Answer:
    if request.gateway == "apigw":
        return apigw.refuse(apigw.BAD_GATEWAY, "Bad Gateway")
    return esb.refuse(esb.NO_TLS, f"Component request third-party system [JOBV3] interface [{request.operation}] SSL error")


def _job_cut(mode: dict, request: Request, process: Process) -> Answer:
    process()
    if request.gateway == "apigw":
        return apigw.refuse(apigw.BAD_GATEWAY, "Bad Gateway")
    return esb.lost(request, "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))")


def _job_answer(mode: dict, request: Request, process: Process) -> Answer:
    """JOB itself, or a server before it, gives this answer to the gateway."""
    if mode.get("processed"):
        process()
    status, body = mode.get("status", 200), mode.get("body", "")
    if request.gateway == "esb":
        return esb.pass_on_whatever(request, status, body)
    return Answer(status, mode.get("headers", {}), body.encode(errors="surrogateescape"))


def _login_unreachable(mode: dict, request: Request, process: Process) -> Answer:
    """The service that a gateway asks whose token it is; ESB puts the token into the address, and tells it."""
    if request.gateway == "apigw":
        return apigw.refuse(apigw.DENIED, "User authentication failed")
    url = f"/login/accounts/is_login/?bk_token={request.given().get('bk_token', '')}"
    return esb.lost(request, esb.unreachable("paas.service.consul", url), "BK_LOGIN", "is_login")


def _gateway_error(mode: dict, request: Request, process: Process) -> Answer:
    """The gateway breaks, at a point that nobody knows."""
    if mode.get("processed"):
        process()
    if request.gateway == "apigw":
        return as_page(500, "500 Internal Server Error")
    return esb.abnormal(500, "Request is abnormal, please contact the component developer")


def _component_error(mode: dict, request: Request, process: Process) -> Answer:
    """The same as ESB tells it where it catches what broke."""
    if mode.get("processed"):
        process()
    return esb.refuse(esb.DENIED, esb.BROKE) if request.gateway == "esb" else as_page(500, "500 Internal Server Error")


def _refuse(mode: dict, request: Request, process: Process) -> Answer:
    """JOB's refusal, or the gateway's own when the code is a gateway's or an HTTP status is asked for."""
    code, message = mode.get("code", 1240002), mode.get("message", "refused")
    if mode.get("processed"):
        process()
    if "http_status" in mode or str(code).startswith(("1306", "164", "165")):
        return refuse(request, code, message, status=mode.get("http_status"))
    permission = {"permission": mode["permission"]} if "permission" in mode else {}
    return pass_on(request, {**job.envelope(code, message, None), **permission})


def _no_data(mode: dict, request: Request, process: Process) -> Answer:
    answer = process()
    return as_json(answer.status, {**json.loads(answer.body), "data": None}, answer.headers)


def _no_message(mode: dict, request: Request, process: Process) -> Answer:
    answer = process()
    body = {name: value for name, value in json.loads(answer.body).items() if name != "message"}
    return as_json(answer.status, body, answer.headers)


def _large(mode: dict, request: Request, process: Process) -> Answer:
    answer = process()
    return answer._replace(body=b" " * (mode.get("mebibytes", 50) << 20) + answer.body)


def _answer(mode: dict, request: Request, process: Process) -> Answer:
    if mode.get("processed"):
        process()
    return Answer(mode.get("status", 200), mode.get("headers", {}), mode.get("body", "").encode(errors="surrogateescape"))


def _echo_token(mode: dict, request: Request, process: Process) -> Answer:
    given = request.given()
    secrets = {name: given.get(name) for name in ("bk_app_secret", "bk_token", "access_token") if given.get(name)}
    return refuse(request, 1306000 if request.gateway == "esb" else 1640001, f"Authentication failed [given={json.dumps(secrets)}]")


NAMES = {
    "slow": _slow,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "late": _late,
    "lagging_queue": _lagging_queue,
    "cut": _cut,
    "drip": _drip,
    "html": _html,
    "redirect": _redirect,
    "empty_401": _empty_401,
    "bad_gateway": _bad_gateway,
    "bad_gateway_after": _bad_gateway_after,
    "rate_limited": _rate_limited,
    "job_timeout": _job_timeout,
    "job_unreachable": _job_unreachable,
    "job_refuses_tls": _job_refuses_tls,
    "job_cut": _job_cut,
    "job_answer": _job_answer,
    "login_unreachable": _login_unreachable,
    "gateway_error": _gateway_error,
    "component_error": _component_error,
    "refuse": _refuse,
    "no_data": _no_data,
    "no_message": _no_message,
    "large": _large,
    "answer": _answer,
    "echo_token": _echo_token,
}
# what may become of the answer of another mode
MANNERS = [name for name in NAMES if name not in ("late", "lagging_queue")]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two front doors of JOB, ESB and APIGW: which one a path leads to, and what either makes of a request."""

from __future__ import annotations

import apigw
import esb
from exchange import Answer, Request
from store import Store


def door(path: str) -> tuple | None:
    """(gateway, operation) of a path, None where there is no door."""
    if apigw.operation(path) is not None:
        return "apigw", apigw.operation(path)
    return ("esb", esb.operation(path)) if esb.leads_here(path) else None


def enter(store: Store, credentials: dict, request: Request) -> Answer:
    return (esb if request.gateway == "esb" else apigw).enter(store, credentials, request)


def refuse(request: Request, code: int, message: str, status: int | None = None) -> Answer:
    """A refusal by the gateway itself; its status follows from the code unless given: 200 on ESB, digits 3 to 5 on APIGW."""
    return esb.refuse(code, message, status or 200) if request.gateway == "esb" else apigw.refuse(code, message, status)


def pass_on(request: Request, envelope: dict) -> Answer:
    """JOB's own answer, a refusal too, with what the gateway adds."""
    return (esb if request.gateway == "esb" else apigw).pass_on(envelope)

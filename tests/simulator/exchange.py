# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes through a front door: a request, and the answer with the manner of its delivery."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

HTML = "text/html; charset=utf-8"


class Request(NamedTuple):
    """`gateway` is esb or apigw, or login for the page an expired login leads to, where there is no operation.

    `body` is what JSON, or the query, says; None for what is no JSON. `size` is the body's, in bytes. `port` is the client's, the same
    for all requests of a connection.
    """

    gateway: str
    operation: str | None
    method: str
    path: str
    headers: dict
    body: Any
    raw: str
    size: int
    port: int

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def language(self) -> str:
        return self.header("Blueking-Language") or ("zh-cn" if self.gateway == "apigw" else "en")

    def given(self) -> dict:
        """The credentials, good or bad, of whichever place this gateway reads; {} when there are none to read."""
        header = self.header("X-Bkapi-Authorization")
        try:
            found = json.loads(header) if header is not None else self.body if self.gateway == "esb" else {}
        except ValueError:
            found = {}
        return found if isinstance(found, dict) else {}


class Answer(NamedTuple):
    """`manner`: whole, half, dripping (`pause` seconds between bytes), or dropped; `delay` in seconds comes before it."""

    status: int
    headers: dict
    body: bytes
    manner: str = "whole"
    delay: float = 0
    pause: float = 0


def as_json(status: int, value: Any, headers: dict | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode(errors="surrogateescape")
    return Answer(status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, body)


def as_page(status: int, title: str) -> Answer:
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, {"Content-Type": HTML}, body.encode())

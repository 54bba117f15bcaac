# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole simulator behind one method: a received request goes in, an answer comes out."""

from __future__ import annotations

import json
import re
import threading
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import control
import gateways
import modes
from callbacks import Callbacks
from exchange import Answer, Request, as_page
from rate import RateLimit
from store import Store


class Simulator:
    def __init__(self, data: dict) -> None:
        self.credentials = data["credentials"]
        self.store = Store(data)
        self.modes = modes.Modes()
        self.rate_limit = RateLimit(data.get("rate_limit"), self.store.clock)
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self.callbacks = Callbacks(self.store, self._lock)

    def answer(self, method: str, target: str, headers: dict, sent: bytes, port: int) -> Answer:
        """One request at a time; the waiting that a mode asks for is left to whoever delivers the answer."""
        url = urlsplit(re.sub("^/+", "/", target))
        raw = url.query if method == "GET" else sent.decode(errors="replace")
        body = dict(parse_qsl(raw, keep_blank_values=True)) if method == "GET" else _parsed(sent)
        with self._lock:
            self.store.arrive()
            if url.path.startswith(control.PREFIX):
                return control.answer(self, method, url.path, body)
            gateway, operation = gateways.door(url.path) or (None, None)
            if gateway:
                return self._enter(Request(gateway, operation, method, url.path, headers, body, raw, len(sent), port))
            if url.path.startswith(modes.LOGIN_PATH):
                self.requests.append(Request("login", None, method, url.path, headers, body, raw, len(sent), port))
                return as_page(200, "BlueKing Login")
            return as_page(404, "404 Not Found")

    def _enter(self, request: Request) -> Answer:
        self.requests.append(request)
        wait = self.rate_limit.seconds_left()
        mode = self.modes.take(request.operation) if wait is None else {"mode": "rate_limited", "reset": wait}

        def process(lag: float | None = None) -> Answer:
            with self.store.lagging(lag):
                return gateways.enter(self.store, self.credentials, request)

        if mode and mode["mode"] == "late":
            self.store.hold(mode.get("lag", modes.LAG), process)
        return modes.apply(mode, request, process) if mode else process()

    def reset(self) -> None:
        self.store.reset()
        self.modes.switch([])
        self.rate_limit.reset()
        self.requests.clear()
        self.callbacks.sent.clear()


def _parsed(sent: bytes) -> Any:
    try:
        return json.loads(sent.decode())
    except ValueError:
        return None

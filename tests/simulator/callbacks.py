# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callbacks: telling whoever started an instance that it has ended, as JOB does it."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request

from store import Store

TICK = 0.05
TIMEOUT = 15
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Callbacks:
    """Sends each end that falls due, from a thread of its own; `sent` is what was sent, and the status of the answer or None."""

    def __init__(self, store: Store, lock: threading.Lock) -> None:
        self.sent: list[dict] = []
        self._store = store
        self._lock = lock
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(TICK)
            for url, end in self._due():
                threading.Thread(target=self._tell, args=(url, end), daemon=True).start()

    def _due(self) -> list[tuple]:
        with self._lock:
            self._store.arrive()
            due = [(instance.callback_url, end) for instance in self._store.called_back() for end in instance.ends]
            for instance in self._store.called_back():
                instance.ends.clear()
        return due

    def _tell(self, url: str, end: dict) -> None:
        """The same JSON text each time, whatever its label says (CallbackListener, HttpConPoolUtil). New servers label it JSON, and a form the
        second time, after another answer than 200; old ones a form both times, the second after silence too."""
        text = json.dumps(end, separators=(",", ":"))
        if self._store.version.has("json_callbacks"):
            if self._post(url, JSON, text) not in (200, None):
                self._post(url, FORM, text)
        elif self._post(url, FORM, text) != 200:
            self._post(url, FORM, text)

    def _post(self, url: str, kind: str, body: str) -> int | None:
        record = {"url": url, "content_type": kind, "body": body, "status": None}
        self.sent.append(record)
        record["status"] = _status(url, kind, body)
        return record["status"]


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl) -> None:
        """Nowhere else."""


def _status(url: str, kind: str, body: str) -> int | None:
    """Past any proxy of the user's, and without following to another address."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
    try:
        with opener.open(urllib.request.Request(url, body.encode(), {"Content-Type": kind}), timeout=TIMEOUT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return None

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callbacks: telling whoever started an instance that it has ended, as JOB does it."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from store import Store

TICK = 0.05
TIMEOUT = 10


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
        """JSON, and once more as a form if the answer is not 200; silence is not asked again."""
        status = self._post(url, "application/json", json.dumps(end))
        if status not in (200, None):
            form = {**end, "step_instances": json.dumps(end["step_instances"])}
            self._post(url, "application/x-www-form-urlencoded", urllib.parse.urlencode(form))

    def _post(self, url: str, kind: str, body: str) -> int | None:
        record = {"url": url, "content_type": kind, "body": body, "status": None}
        self.sent.append(record)
        record["status"] = _status(url, kind, body)
        return record["status"]


def _status(url: str, kind: str, body: str) -> int | None:
    """Past any proxy of the user's."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, body.encode(), {"Content-Type": kind}), timeout=TIMEOUT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return None

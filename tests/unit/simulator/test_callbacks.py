# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator calls back as JOB does: once, at the end, as JSON, and as a form after an answer that is not 200."""
from __future__ import annotations

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest

from ansible_collections.blueking.job.plugins.modules import execute_job_plan, operate_step_instance


class Receiver(HTTPServer):
    """Whom JOB tells; `told` has (content type, body) of each call, answered with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: Queue = Queue()
        self.status = 200
        self.url = f"http://127.0.0.1:{self.server_port}/done"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.put((self.headers["Content-Type"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def receiver():
    """A receiver that listens."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def start(perform, simulator, connection, clock, receiver):
    """Start a plan, which ends at once, or waits for a person; returns the instance's id."""
    def run(plan: int = 100) -> int:
        options = {**connection, "bk_biz_id": 1, "job_plan_id": plan, "callback_url": receiver.url}
        number = perform(execute_job_plan, options, clock=clock)["job_instance_id"]
        clock.sleep(10)
        return number
    return run


def test_the_end_is_told_as_json(start, receiver):
    number = start()
    kind, body = receiver.told.get(timeout=10)
    told = json.loads(body)
    assert kind == "application/json" and (told["job_instance_id"], told["status"]) == (number, 3)
    assert [step["status"] for step in told["step_instances"]] == [3]


def test_another_answer_than_200_brings_a_form_once(start, receiver, simulator):
    receiver.status = 500
    number = start()
    receiver.told.get(timeout=10)
    kind, body = receiver.told.get(timeout=10)
    form = dict(urllib.parse.parse_qsl(body))
    assert kind == "application/x-www-form-urlencoded" and form["job_instance_id"] == str(number)
    assert json.loads(form["step_instances"])[0]["status"] == 3 and len(simulator.callbacks()) == 2


def test_nothing_is_told_while_a_person_is_waited_for_or_has_ended_the_job(start, receiver, simulator, perform, connection, clock):
    number = start(plan=104)
    options = {**connection, "bk_biz_id": 1, "job_instance_id": number, "operation": "terminate_confirmation"}
    assert perform(operate_step_instance, options, clock=clock)["status"] == "confirmation_terminated"
    last = start()  # whose end would come after
    assert json.loads(receiver.told.get(timeout=10)[1])["job_instance_id"] == last and not receiver.told.qsize()

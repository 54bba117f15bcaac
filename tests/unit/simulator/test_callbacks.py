# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator calls back as JOB does: the same JSON text each time, labelled and repeated as the version does it."""
from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
END_HERE = 9


class Receiver(HTTPServer):
    """Whom JOB tells; `told` has (content type, body) of each call, answered with `status`, or with silence if it is None."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: Queue = Queue()
        self.status: int | None = 200
        self.url = f"http://127.0.0.1:{self.server_port}/done"

    def next(self) -> tuple:
        return self.told.get(timeout=10)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.put((self.headers["Content-Type"], body))
        if self.server.status:
            self.send_response(self.server.status)
            self.send_header("Location", "/elsewhere")
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


def test_the_end_is_told_as_json(job, receiver):
    number = job({}).start(callback_url=receiver.url)
    kind, body = receiver.next()
    told = json.loads(body)
    assert kind == JSON and sorted(told) == ["job_instance_id", "status", "step_instances"]
    assert (told["job_instance_id"], told["status"]) == (number, 3)
    assert [sorted(step) for step in told["step_instances"]] == [["status", "step_instance_id"]] and told["step_instances"][0]["status"] == 3


@pytest.mark.parametrize("version, labels", [("3.10", [FORM, FORM]), ("3.11", [JSON, FORM]), ("3.12", [JSON, FORM])])
@pytest.mark.parametrize("status", [500, 204, 302])
def test_another_answer_than_200_brings_the_same_text_once_more_labelled_as_a_form(job, receiver, version, labels, status):
    receiver.status = status
    server = job({}, version=version)
    server.start(callback_url=receiver.url)
    told = [receiver.next(), receiver.next()]
    assert [kind for kind, _body in told] == labels and told[0][1] == told[1][1] and json.loads(told[1][1])["status"] == 3
    last = server.start(callback_url=receiver.url)
    assert json.loads(receiver.next()[1])["job_instance_id"] == last  # nothing came in between


@pytest.mark.parametrize("version, times", [("3.10", 2), ("3.11", 1)])
def test_silence_is_asked_again_up_to_3_10_only(job, receiver, version, times):
    receiver.status = None
    server = job({}, version=version)
    first = server.start(callback_url=receiver.url)
    told = [receiver.next() for _time in range(times)]
    receiver.status = 200
    server.start(callback_url=receiver.url)
    assert {json.loads(body)["job_instance_id"] for _kind, body in told} == {first}
    assert json.loads(receiver.next()[1])["job_instance_id"] != first


def test_up_to_3_10_a_form_that_is_heard_is_the_only_one(job, receiver):
    server = job({}, version="3.10")
    for _time in range(2):
        number = server.start(callback_url=receiver.url)
        kind, body = receiver.next()
        assert kind == FORM and json.loads(body)["job_instance_id"] == number


def test_nothing_is_told_while_a_person_is_waited_for_or_has_ended_the_job(job, receiver):
    server = job({"type": 3})
    number = server.start(callback_url=receiver.url)
    assert server.states(number) == (7, 7) and server.operate_step(number, END_HERE) == 0 and server.states(number) == (13, 13)
    assert not receiver.told.qsize() and server.simulator.callbacks() == []


@pytest.mark.parametrize("url", ["done", "ftp://example.com/", "http://", "http://user:password@example.com/", "http://exa mple.com/"])
def test_what_is_no_address_is_refused_from_3_10_4_on(job, url):
    for version, code in (("3.10.3", 0), ("3.10.4", 1240003)):
        assert job({}, version=version).code("execute_job_plan", job_plan_id=1, callback_url=url) == code


def test_a_server_may_have_a_whitelist(job):
    server = job({}, callback_whitelist=["https://hooks.example.com/job"])
    codes = [server.code("execute_job_plan", job_plan_id=1, callback_url=f"https://hooks.example.com/{path}") for path in ("job/1", "jobs", "")]
    assert codes == [0, 1240003, 1240003]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the unit tests share: a simulator to talk to, and a task to run against it in this process."""
from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.blueking.job.plugins.module_utils.errors import JobError
from ansible_collections.blueking.job.plugins.module_utils.options import connection as connections
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION
from ansible_collections.blueking.job.plugins.module_utils.task import Task

PROGRAM = Path(__file__).parents[1] / "simulator"
CREDENTIALS = {
    "app_code": "tests", "app_secret": "app-secret-of-the-tests", "token": "user-token-of-the-tests",
    "username": "admin", "access_token": "access-token-of-the-tests",
}
LOGIN = {"bk_app_code": CREDENTIALS["app_code"], "bk_app_secret": CREDENTIALS["app_secret"], "bk_token": CREDENTIALS["token"]}

IMPATIENT = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=lambda _seconds: None, end_if_orphaned=lambda: None, stop=lambda: None)


def until(true, seconds: float = 20) -> None:
    """Wait for what other processes bring about in their own time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


class Simulator:
    """A running simulator, and what it has seen."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.url = process.stdout.readline().split()[-1]
        self.control = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=30)

    def requests(self) -> list[dict]:
        return self._control("GET", "requests")

    def starts(self) -> list[dict]:
        return [request for request in self.requests() if request["operation"] == "execute_job_plan"]

    def instances(self) -> list[dict]:
        return self._control("GET", "instances")

    def statistics(self) -> dict:
        return self._control("GET", "statistics")

    def callbacks(self) -> list[dict]:
        return self._control("GET", "callbacks")

    def misbehave(self, mode: str, operation: str = "execute_job_plan", **parameters: object) -> None:
        self.misbehave_in_turn([{"mode": mode, "operation": operation, **parameters}])

    def misbehave_in_turn(self, modes: list[dict]) -> None:
        self._control("PUT", "modes", modes)

    def advance(self, seconds: float) -> None:
        self._control("POST", "clock", {"advance": seconds})

    def reset(self) -> None:
        self._control("DELETE", "")

    def _control(self, method: str, path: str, content: object = None):
        data = None if content is None else json.dumps(content).encode()
        # One connection for all, because an hour on a controlled clock is some hundred of these.
        self.control.request(method, f"/simulator/{path}".rstrip("/"), data)
        return json.loads(self.control.getresponse().read() or b"null")


class Clock:
    """A clock that moves when somebody sleeps, in whatever thread, and the simulator's with it."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._now = 0.0
        self._lock = threading.RLock()  # several threads may sleep
        self.pauses: list[float] = []
        self.then = lambda: None  # what happens the next time that somebody has slept

    def monotonic(self) -> float:
        return self._now

    def time(self) -> float:
        return time.time() + self._now

    def end_if_orphaned(self) -> None:
        """Whoever runs a test is there."""

    def stop(self) -> None:
        """Whoever runs a test waits for its threads."""

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self._now += seconds
            self._simulator.advance(seconds)
            happen, self.then = self.then, lambda: None
            happen()


@pytest.fixture(scope="session")
def launch(tmp_path_factory):
    """A context: a simulator of its own, with these options, and these sections in place of the usual ones."""
    @contextmanager
    def running(*options: str, **sections: object):
        file = tmp_path_factory.mktemp("simulator") / "data.json"
        file.write_text(json.dumps(sections), encoding="utf-8")
        with subprocess.Popen([sys.executable, str(PROGRAM), "--data", str(file), *options], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield Simulator(process)
            finally:
                process.terminate()
    return running


@pytest.fixture(scope="session")
def _simulator(launch):
    with launch(credentials=CREDENTIALS) as simulator:
        yield simulator


@pytest.fixture
def launch_for_esb(launch):
    """A context: a simulator with these sections, and options that reach it through ESB."""
    @contextmanager
    def running(**sections: object):
        with launch(credentials=CREDENTIALS, **sections) as simulator:
            yield simulator, {"api_url": simulator.url, **LOGIN}
    return running


@pytest.fixture
def launch_plans(launch_for_esb):
    """The same with these plans."""
    return lambda plans, **sections: launch_for_esb(plans=plans, **sections)


@pytest.fixture
def launch_version(launch_for_esb):
    """The same of this version of JOB."""
    return lambda version, **sections: launch_for_esb(version=version, **sections)


@pytest.fixture
def simulator(_simulator):
    """The simulator, as if just started."""
    _simulator.reset()
    return _simulator


@pytest.fixture
def controlled():
    """A clock that moves a simulator's."""
    return Clock


@pytest.fixture
def clock(simulator):
    """A clock that moves the simulator's."""
    return Clock(simulator)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """No test sees the credentials, addresses and proxies of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("BK_", "BKPAAS_")) or name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)


@pytest.fixture(params=["esb", "apigw"])
def gateway(request):
    """Each of the two gateways in turn."""
    return request.param


@pytest.fixture
def connection(simulator, gateway):
    """Options that reach the simulator through the gateway."""
    return {"api_url": simulator.url, "gateway": gateway, **LOGIN}


def validated(spec: dict, options: dict) -> dict:
    """Options as a module's run() gets them, defaults and environment included; the first problem fails the test."""
    outcome = ArgumentSpecValidator(**spec).validate({name: value for name, value in options.items() if value is not None})
    assert not outcome.error_messages, outcome.error_messages
    return outcome.validated_parameters


@pytest.fixture
def connect():
    """What becomes of connection options: the client, its attributes, and the warnings given."""
    def attributes(options: dict) -> SimpleNamespace:
        task = Task(check_mode=False, clock=IMPATIENT)
        client = connections.connect(validated({"argument_spec": CONNECTION}, options), task)
        return SimpleNamespace(**vars(client), warnings=task.warnings, client=client)
    return attributes


@pytest.fixture
def perform_with_task():
    """Run a module in this process; returns its result, and the Task as run() left it."""
    def run(module, options: dict, clock: Clock | None = None, **of_task: object) -> tuple:
        task = Task(**{"check_mode": False, "clock": clock or IMPATIENT, **of_task})
        try:
            return module.run(validated(module.SPEC, options), task), task
        except JobError as error:
            return error.result(module.HAS_OUTCOME), task
    return run


@pytest.fixture
def perform(perform_with_task):
    """Run a module in this process; returns its result."""
    return lambda *arguments, **options: perform_with_task(*arguments, **options)[0]


@pytest.fixture
def perform_with_warnings(perform_with_task):
    """Run a module in this process; returns its result and its warnings."""
    def run(*arguments, **options) -> tuple:
        result, task = perform_with_task(*arguments, **options)
        return result, task.warnings
    return run

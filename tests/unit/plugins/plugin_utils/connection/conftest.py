# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the connection share: a simulator that really runs scripts, and ways to its hosts."""
from __future__ import annotations

import glob
import signal
import time
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.blueking.job.plugins.module_utils.options import connection as connections
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION
from ansible_collections.blueking.job.plugins.module_utils.task import Task
from ansible_collections.blueking.job.plugins.plugin_utils.connection import script
from ansible_collections.blueking.job.plugins.plugin_utils.connection.route import Route, host
from ansible_collections.blueking.job.tests.unit.conftest import until

CREDENTIALS = {"app_code": "tests", "app_secret": "app-secret-of-the-tests", "username": "admin", "token": "t", "access_token": "a"}
LOGIN = {"bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests", "bk_username": "admin", "bk_biz_id": 2}
HOSTS = [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.0.0.{number}"} for number in range(1, 21)]
LONGEST_PAUSE = 0.025  # seconds
SUCCESS = 3  # JOB's status of an instance
TIDYING = 15  # seconds of the system's clock; a script that is terminated needs one, and on a busy machine more
EXECUTING = ("--execute", "--polls-scale", "0")


@pytest.fixture(autouse=True, scope="session")
def interruptible():
    """Neither this process nor a shell ignores SIGINT, as those do that were started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def executing(launch, interruptible):
    """A context: a simulator that runs scripts, with these sections in place of the usual ones, as if just started."""
    with ExitStack() as started:
        kept: dict[str, Any] = {}

        @contextmanager
        def running(**sections: object):
            key = str(sections)
            if key not in kept:
                kept[key] = started.enter_context(launch(*EXECUTING, **{"credentials": CREDENTIALS, "hosts": HOSTS, **sections}))
            kept[key].reset()
            yield kept[key]
        yield running


@pytest.fixture
def hosts(executing):
    """The simulator; afterwards no host has anything left of a command."""
    with executing() as simulator:
        yield simulator
    # Of its own jobs: others may run commands on this machine meanwhile.
    ends = {row["name"].rpartition("[")[2].rstrip("]"): row["status"] for row in simulator.instances()}

    def left() -> list[str]:
        return [mark for mark in (path.removeprefix(script.FOLDER) for path in glob.glob(f"{script.FOLDER}*")) if mark in ends]

    assert not [mark for mark in left() if ends[mark] == SUCCESS]
    until(lambda: not left(), TIDYING)


class Hurried:
    """A clock on which a second takes `scale` seconds."""

    def __init__(self, scale: float = 0.02) -> None:
        self.pauses: list[float] = []
        self._scale = scale

    def monotonic(self) -> float:
        return time.monotonic() / self._scale

    time = staticmethod(time.time)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        time.sleep(seconds * self._scale)

    def end_if_orphaned(self) -> None:
        """Whoever runs a test is there."""


class Skipping(Hurried):
    """A clock that skips most of each pause."""

    def __init__(self) -> None:
        super().__init__(1)
        self._skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        taken = min(seconds, LONGEST_PAUSE)
        super().sleep(taken)
        self._skipped += seconds - taken


def way(simulator, number: int = 1, gateway: str = "esb", clock: object = None, **changes: object) -> Route:
    """A way to a host of the simulator."""
    spec = {"argument_spec": CONNECTION}
    params = ArgumentSpecValidator(**spec).validate(
        {**{name: value for name, value in LOGIN.items() if name != "bk_biz_id"}, "api_url": simulator.url, "gateway": gateway, "request_timeout": 5}
    ).validated_parameters
    client = connections.connect(params, Task(check_mode=False, clock=clock or Hurried()))
    given = {
        "client": client, "scope": {"bk_biz_id": 2}, "host": host(number, 0, None), "account": "root", "name": "ansible: a test on web1", "conceal": True,
        "command_timeout": 60, "quota_timeout": 60, "poll_interval": 0.5, "say": print, "note": print}
    return Route(**{**given, **changes})


@pytest.fixture
def route(hosts, gateway):
    """The way to host 1, through each gateway in turn."""
    return way(hosts, gateway=gateway)


@pytest.fixture
def slowly():
    """A clock on which no minute passes within a second."""
    return Hurried(0.2)


@pytest.fixture
def skipping():
    """Makes clocks on which minutes pass within a second."""
    return Skipping


@pytest.fixture
def to():
    """Makes ways."""
    return way


@pytest.fixture
def sent():
    """What arrived at a simulator, without what is asked about it."""
    return lambda simulator, operation: [request for request in simulator.requests() if request["operation"] == operation]

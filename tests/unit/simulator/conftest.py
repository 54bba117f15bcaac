# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the simulator that knows nothing of the plugins: what it gets is what a server would send."""
from __future__ import annotations

import http.client
import json
import urllib.parse
from contextlib import ExitStack, contextmanager

import pytest

CREDENTIALS = {"app_code": "tests", "app_secret": "secret", "username": "admin", "token": "token", "access_token": "access", "users": ["operator"]}
HOSTS = {"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1, 2, 3]}}


class Job:
    """One simulated JOB, behind ESB unless the gateway is apigw."""

    def __init__(self, simulator, gateway: str = "esb") -> None:
        self._gateway = gateway
        self.simulator = simulator
        self._address = urllib.parse.urlsplit(simulator.url).netloc

    def answer(self, operation: str, user: str = "admin", **fields: object) -> dict | None:
        """The envelope, or None if the connection broke."""
        credentials = {"bk_app_code": "tests", "bk_app_secret": "secret", "bk_username": user}
        body = {**(credentials if self._gateway == "esb" else {}), "bk_biz_id": 1, **fields}
        headers = {"Content-Type": "application/json", **({} if self._gateway == "esb" else {"X-Bkapi-Authorization": json.dumps(credentials)})}
        path = f"/api/c/compapi/v2/jobv3/{operation}/" if self._gateway == "esb" else f"/api/bk-job/prod/api/v3/{operation}"
        connection = http.client.HTTPConnection(self._address, timeout=30)
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            return json.loads(connection.getresponse().read())
        except ConnectionError:
            return None
        finally:
            connection.close()

    def behind_apigw(self) -> Job:
        return Job(self.simulator, "apigw")

    def ask(self, operation: str, **fields: object):
        """The data of a success."""
        answer = self.answer(operation, **fields)
        assert answer["result"] and answer["code"] == 0, answer
        return answer["data"]

    def code(self, operation: str, **fields: object) -> int:
        return self.answer(operation, **fields)["code"]

    def start(self, seconds: float = 0, **fields: object) -> int:
        number = self.ask("execute_job_plan", job_plan_id=1, **fields)["job_instance_id"]
        self.simulator.advance(1 + seconds)
        return number

    def status(self, number: int, **fields: object) -> dict:
        return self.ask("get_job_instance_status", job_instance_id=number, **fields)

    def states(self, number: int) -> tuple:
        """Of the job, then of each step."""
        status = self.status(number)
        return (status["job_instance"]["status"], *(step["status"] for step in status["step_instance_list"]))

    def operate(self, number: int, code: int) -> int:
        return self.code("operate_job_instance", job_instance_id=number, operation_code=code)

    def operate_step(self, number: int, code: int, step: int = 0, user: str = "admin", then: float = 1) -> int:
        """The code of the answer, when it has been acted on."""
        steps = self.status(number)["step_instance_list"]
        fields = {"job_instance_id": number, "step_instance_id": steps[step]["step_instance_id"], "operation_code": code}
        answered = self.code("operate_step_instance", user=user, **fields)
        self.simulator.advance(then)
        return answered

    def runs(self) -> list[int]:
        return [instance["runs"] for instance in self.simulator.instances()]


def plan(*steps: dict, **more: object) -> dict:
    named = [{"name": f"step {number}", "type": 1, "targets": "hosts", **step} for number, step in enumerate(steps, start=1)]
    for step in named:
        if step["type"] == 3:
            del step["targets"]
    return {"bk_biz_id": 1, "id": 1, "name": "A plan", "global_var_list": [HOSTS], "step_list": named, **more}


@pytest.fixture(scope="session")
def launch_job(launch):
    """A context: a JOB of its own, of a simulator with these options and sections."""
    @contextmanager
    def running(*options: str, **sections: object):
        with launch(*options, credentials=CREDENTIALS, **sections) as simulator:
            yield Job(simulator)
    return running


@pytest.fixture(scope="module")
def servers(launch):
    """The simulators of a module's tests, one for each data file."""
    running: dict = {}
    with ExitStack() as stack:
        def run(sections: dict) -> Job:
            key = json.dumps(sections)
            if key not in running:
                running[key] = Job(stack.enter_context(launch(**sections)))
            return running[key]
        yield run


@pytest.fixture
def job(servers):
    """A JOB with one plan of these steps, and whatever else the data file says, as if just started."""
    def run(*steps: dict, version: str = "3.12", of_plan: dict | None = None, **sections: object) -> Job:
        plans = [plan(*steps, **(of_plan or {}))] if steps else []
        server = servers({"credentials": CREDENTIALS, "version": version, "plans": plans, **sections})
        server.simulator.reset()
        return server
    return run

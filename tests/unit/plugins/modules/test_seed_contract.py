# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user's own contract, literally: the seed's example request and response, through both gateways."""
from __future__ import annotations

import json

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plan

REQUEST = json.loads("""
{
    "bk_app_code": "esb_test",
    "bk_app_secret": "xxx",
    "bk_token": "xxx",
    "bk_biz_id": 1,
    "job_plan_id": 100,
    "global_var_list": [
        {
            "id": 436,
            "server": {
                "dynamic_group_list": [
                    {
                        "id": "blo8gojho0skft7pr5q0"
                    }
                ],
                "ip_list": [
                    {
                        "bk_cloud_id": 0,
                        "ip": "10.0.0.1"
                    },
                    {
                        "bk_cloud_id": 0,
                        "ip": "10.0.0.2"
                    }
                ],
                "topo_node_list": [
                    {
                        "id": 1000,
                        "node_type": "module"
                    }
                ]
            }
        },
        {
            "name": "param_name",
            "value": "param_value"
        }
    ]
}
""")
RESPONSE = json.loads("""
{
    "result": true,
    "code": 0,
    "message": "success",
    "data": {
        "job_instance_name": "Test",
        "job_instance_id": 10000
    }
}
""")
CREDENTIALS = ("bk_app_code", "bk_app_secret", "bk_token")


@pytest.fixture
def simulator(launch):
    """A simulator that knows the credentials of the example."""
    with launch(credentials={"app_code": "esb_test", "app_secret": "xxx", "token": "xxx", "username": "admin", "access_token": "unused"}) as simulator:
        yield simulator


@pytest.fixture
def started(simulator, perform, gateway):
    """The result of the seed's request written as a task."""
    return perform(execute_job_plan, {**REQUEST, "api_url": simulator.url, "gateway": gateway})


@pytest.fixture
def received(started, simulator):
    """The one request that arrived."""
    [request] = simulator.starts()
    return request


def test_the_seeds_request_arrives_letter_by_letter(received, gateway):
    credentials = {name: REQUEST[name] for name in CREDENTIALS}
    if gateway == "esb":
        expected = REQUEST
    else:
        expected = {name: value for name, value in REQUEST.items() if name not in CREDENTIALS}
        headers = {name.lower(): value for name, value in received["headers"].items()}
        assert json.loads(headers["x-bkapi-authorization"]) == credentials
    # Compared as text, because 1 and True, or 1 and 1.0, would be equal as values.
    assert json.dumps(received["body"], sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_it_goes_where_each_gateway_has_it(received, gateway):
    assert received["method"] == "POST"
    assert received["path"] == {"esb": "/api/c/compapi/v2/jobv3/execute_job_plan/", "apigw": "/api/bk-job/prod/api/v3/execute_job_plan"}[gateway]


def test_the_seeds_response_is_what_the_task_returns(started):
    data = RESPONSE["data"]
    assert started == {"changed": True, "outcome": "started", "job_plan_id": 100, "job_plan_name": "Test",
                       **data, "ansible_facts": {"blueking_job": data}}
    assert json.dumps(started["job_instance_id"]) == "10000"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's ESB answers as a real one does, which is known from one, and from its source."""
from __future__ import annotations

import http.client
import json
import re
import urllib.parse

import pytest

APP = {"bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests"}
LOGIN = {**APP, "bk_token": "user-token-of-the-tests"}
PLAN = {"bk_biz_id": 1, "job_plan_id": 100}
START = "/api/c/compapi/v2/jobv3/execute_job_plan/"
UNKNOWN_PATH = {"result": False, "data": None, "message": "The content does not exist"}


@pytest.fixture
def send(simulator):
    """Send bytes, and return the answer's status and body: JSON, if it is."""
    def sent(body: bytes = b"", path: str = START, method: str = "POST", at: str = simulator.url, **headers: str) -> tuple:
        named = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(at).netloc, timeout=30)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json", **named})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        return response.status, json.loads(text) if text.startswith("{") else text
    return sent


@pytest.fixture
def post(send):
    """Send JSON, and return what JSON came back."""
    return lambda content, **options: send(json.dumps(content).encode(), **options)[1]


def test_a_success_says_nothing(post):
    answer = post({**LOGIN, **PLAN})
    assert (answer["result"], answer["code"], answer["message"]) == (True, 0, "")
    assert answer["data"]["job_instance_id"] == 10000 and re.fullmatch("[0-9a-f]{32}", answer["request_id"])


@pytest.mark.parametrize("method, path", [
    ("POST", "/api/c/compapi/v2/jobv3/no_such_operation/"), ("POST", "/api/c/compapi/v2/jobv3/"), ("GET", "/api/c/compapi/v2/"), ("POST", "/api/c/"),
    *((method, START) for method in ("PUT", "DELETE", "PATCH", "OPTIONS")),
])
def test_an_unknown_path_has_no_code_and_no_request_id(send, simulator, method, path):
    assert send(json.dumps({**LOGIN, **PLAN}).encode(), path, method) == (404, UNKNOWN_PATH)
    assert not simulator.instances()


def test_head_is_an_unknown_path_too(send):
    assert send(path=START, method="HEAD") == (404, "")


def test_a_get_starts_a_plan_too(send, simulator):
    status, answer = send(path=f"{START}?{urllib.parse.urlencode({**LOGIN, **PLAN})}", method="GET")
    assert (status, answer["result"]) == (200, True) and len(simulator.instances()) == 1


@pytest.mark.parametrize("path", [START.rstrip("/"), START.replace("/", "//"), "/api/c/compapi//v2/jobv3/execute_job_plan"])
def test_slashes_do_not_matter(post, path):
    assert post({**LOGIN, **PLAN}, path=path)["result"] is True


def test_credentials_in_the_header_make_those_in_the_body_count_for_nothing(post):
    assert post({**LOGIN, **PLAN}, X_Bkapi_Authorization="null")["result"] is True
    assert post(PLAN, X_Bkapi_Authorization=json.dumps(LOGIN))["result"] is True
    assert post({**LOGIN, **PLAN}, X_Bkapi_Authorization="{}")["code"] == 1306000
    assert post({**LOGIN, **PLAN}, X_Bkapi_Authorization="[]")["code"] == 1306000


@pytest.mark.parametrize("header", ["", "bk_token=x", "{'bk_token': 'x'}"])
def test_a_header_that_is_no_json_is_refused_before_the_request_has_an_id(post, header):
    answer = post({**LOGIN, **PLAN}, X_Bkapi_Authorization=header)
    assert answer["code"] == 1306406 and "is not a valid JSON format string" in answer["message"] and "request_id" not in answer


def test_a_header_may_hold_any_characters(post):
    answer = post(PLAN, X_Bkapi_Authorization=json.dumps({**LOGIN, "bk_username": "管理员"}, ensure_ascii=False))
    assert answer["result"] is True


def test_an_access_token_counts_in_the_header_only(post):
    assert post(PLAN, X_Bkapi_Authorization='{"access_token": "access-token-of-the-tests"}')["result"] is True
    assert post({**PLAN, "access_token": "access-token-of-the-tests"})["code"] == 1306000


def test_the_old_names_of_credentials_work(post, simulator):
    old = {"app_code": APP["bk_app_code"], "app_secret": APP["bk_app_secret"], "username": "admin"}
    assert post({**old, **PLAN})["result"] is True and simulator.instances()[0]["operator"] == "admin"


def test_a_form_works(send):
    body = urllib.parse.urlencode({**LOGIN, **PLAN}).encode()
    assert send(body, Content_Type="application/x-www-form-urlencoded")[1]["result"] is True
    assert send(body)[1]["code"] == 1306000  # labelled as JSON, it is nothing


@pytest.mark.parametrize("body", [b"", b"[]", b"[1, 2]", b"null"])
def test_a_body_that_is_no_object_counts_as_empty(send, body):
    assert send(body)[1]["code"] == 1306000
    answer = send(body, X_Bkapi_Authorization=json.dumps(LOGIN))[1]
    assert not str(answer["code"]).startswith("1306") and "job_request_id" in answer  # JOB has seen it


@pytest.mark.parametrize("body", [b'{"bk_biz_id": 1,', b'{"bk_biz_id": "\xff"}'])
def test_json_that_cannot_be_read_is_refused_before_the_request_has_an_id(send, body):
    answer = send(body)[1]
    assert answer["code"] == 1306000 and "JSON" in answer["message"] and "request_id" not in answer
    assert send(body, X_Bkapi_Authorization=json.dumps(LOGIN))[1]["code"] == 1306000


@pytest.mark.parametrize("size, status", [(2621440, 200), (2621441, 400)])
def test_the_largest_body(send, size, status):
    start = json.dumps({**LOGIN, **PLAN}).encode()
    answer = send(start + b" " * (size - len(start)))
    assert answer[0] == status and (status == 200 or answer[1] == "<h1>Bad Request (400)</h1>")


def test_a_body_too_large_whose_credentials_are_in_the_header_breaks_the_component(post):
    assert post({**PLAN, "filler": "x" * 2621440}, X_Bkapi_Authorization=json.dumps(LOGIN))["message"].startswith("Component error")


def test_a_name_that_nobody_has_is_jobs_affair(post):
    answer = post({**APP, "bk_username": "nobody", **PLAN})
    assert answer["code"] == 9900403 and answer["permission"]["actions"]


def test_a_name_alone_is_for_apps_that_need_no_login(launch, send):
    known = {"app_code": APP["bk_app_code"], "app_secret": APP["bk_app_secret"], "token": "t", "username": "admin"}
    with launch(credentials={**known, "needs_login": True}) as strict:
        answer = send(json.dumps({**APP, "bk_username": "admin", **PLAN}).encode(), at=strict.url)[1]
        assert answer["code"] == 1306000 and "provide a valid user identity" in answer["message"]
        assert send(json.dumps({**APP, "bk_token": "t", **PLAN}).encode(), at=strict.url)[1]["result"] is True


@pytest.mark.parametrize("in_header", [False, True])
def test_a_name_outside_latin_1_goes_nowhere(post, in_header):
    login = {**APP, "bk_username": "管理员"}
    answer = post(PLAN, X_Bkapi_Authorization=json.dumps(login)) if in_header else post({**login, **PLAN})
    assert answer["code"] == 1306201 and "latin-1" in answer["message"]


def test_there_is_no_test_environment(post):
    assert post({**LOGIN, **PLAN}, X_Use_Test_Env="1")["code"] == 1306206
    assert post({**LOGIN, **PLAN}, X_Use_Test_Env="0")["result"] is True


@pytest.mark.parametrize("mode, code, said", [
    ({"mode": "job_answer", "status": 502, "body": "<html>"}, 1306201, "Status Code: 502"),
    ({"mode": "job_answer", "status": 500}, 1306201, "Status Code: 500"),
    ({"mode": "job_answer", "status": 401}, 1306201, "Status Code: 401"),
    ({"mode": "job_answer", "body": "<html>login</html>"}, 1306201, "not the JSON format"),
    ({"mode": "job_answer", "body": '{"result": tr'}, 1306201, "not the JSON format"),
    ({"mode": "job_cut"}, 1306201, "Connection aborted"),
    ({"mode": "job_unreachable"}, 1306201, "Connection refused"),
    ({"mode": "job_timeout"}, 1306201, "Third-party system interface response time exceeds 30 seconds"),
    ({"mode": "job_refuses_tls"}, 1306203, "SSL error"),
    ({"mode": "login_unreachable"}, 1306201, "[BK_LOGIN]"),
    ({"mode": "rate_limited"}, 1306429, "Access frequency of APP [tests] to component [/v2/jobv3/execute_job_plan/] exceeds the limit"),
])
def test_whatever_goes_wrong_behind_it_has_http_status_200(send, simulator, mode, code, said):
    simulator.misbehave_in_turn([mode])
    status, answer = send(json.dumps({**LOGIN, **PLAN}).encode())
    assert (status, answer["result"], answer["code"]) == (200, False, code) and said in answer["message"] and answer["request_id"]


def test_an_exception_of_its_own_has_no_code(send, simulator):
    simulator.misbehave("gateway_error")
    status, answer = send(json.dumps({**LOGIN, **PLAN}).encode())
    assert status == 500 and answer["message"].startswith("Request is abnormal") and answer.keys() == UNKNOWN_PATH.keys()

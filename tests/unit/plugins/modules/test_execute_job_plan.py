# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What execute_job_plan sends, returns, refuses and reports, against both gateways."""
from __future__ import annotations

import json
import socket

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.blueking.job.plugins.modules import execute_job_plan

PLAN = {"bk_biz_id": 1, "job_plan_id": 100}
SECRETS = ("app-secret-of-the-tests", "user-token-of-the-tests", "access-token-of-the-tests")


@pytest.fixture
def start(perform, connection):
    """Start plan 100 with these options in addition; returns the result."""
    def with_options(check_mode=False, **options):
        return perform(execute_job_plan, {**connection, **PLAN, **options}, check_mode=check_mode)
    return with_options


@pytest.fixture
def body(simulator):
    """What the one request that arrived asked JOB for, without the credentials."""
    def without_credentials():
        [request] = simulator.starts()
        return {name: value for name, value in request["body"].items() if name not in ("bk_app_code", "bk_app_secret", "bk_token", "bk_username")}
    return without_credentials


def test_the_scope_of_newer_servers_replaces_the_business(start, body):
    assert start(bk_biz_id=None, bk_scope_type="biz", bk_scope_id="1")["outcome"] == "started"
    assert body() == {"bk_scope_type": "biz", "bk_scope_id": "1", "job_plan_id": 100}


def test_nothing_is_sent_that_was_not_given(start, body):
    start()
    assert body() == PLAN


def test_every_optional_field_arrives(start, body):
    variables = [{"name": "targets", "server": {"host_id_list": [1]}}, {"name": "param_name", "value": ""}]
    start(global_var_list=variables, callback_url="http://127.0.0.1:9/done?token=1")
    assert body() == {**PLAN, "global_var_list": variables, "callback_url": "http://127.0.0.1:9/done?token=1"}


def test_an_empty_list_of_variables_that_was_given_is_sent(start, body):
    start(global_var_list=[])
    assert body() == {**PLAN, "global_var_list": []}


def test_a_blank_text_for_the_list_is_an_empty_one(start, body):
    start(global_var_list=" ")
    assert body() == {**PLAN, "global_var_list": []}


def test_the_instance_really_runs_with_the_values_given(start, simulator):
    start(global_var_list=[{"name": "param_name", "value": " both ends "}])
    [instance] = simulator.instances()
    assert {variable["name"]: variable.get("value") for variable in instance["global_var_list"]}["param_name"] == " both ends "


def test_the_page_of_the_instance_is_linked_where_its_address_is_known(start):
    assert start(job_web_url="https://job.example.com/")["job_instance_url"] == "https://job.example.com/api_execute/10000"


@pytest.mark.parametrize("names", [["BK_JOB_WEB_URL"], ["BK_JOB_JOB_WEB_URL"], ["BK_JOB_WEB_URL", "BK_JOB_JOB_WEB_URL"]])
def test_the_address_of_the_pages_comes_from_the_environment_by_its_plain_name_first(start, monkeypatch, names):
    for order, name in enumerate(names):
        monkeypatch.setenv(name, f"https://job{order}.example.com")
    assert start()["job_instance_url"] == "https://job0.example.com/api_execute/10000"


def test_language_and_tenant_travel_as_headers(start, simulator):
    start(language="zh-cn", bk_tenant_id="tencent")
    headers = simulator.requests()[0]["headers"]
    assert (headers["Blueking-Language"], headers["X-Bk-Tenant-Id"]) == ("zh-cn", "tencent")


def test_credentials_can_travel_in_a_header_on_esb_and_then_stay_out_of_the_body(simulator, perform):
    options = {"api_url": simulator.url, "bk_app_code": "tests", "bk_app_secret": SECRETS[0], "bk_username": "admin", "credentials_in": "header"}
    assert perform(execute_job_plan, {**options, **PLAN})["outcome"] == "started"
    [request] = simulator.starts()
    assert request["body"] == PLAN
    assert json.loads(request["headers"]["X-Bkapi-Authorization"]) == {
        "bk_app_code": "tests", "bk_app_secret": SECRETS[0], "bk_username": "admin"}


def test_an_access_token_is_enough(simulator, perform, gateway):
    result = perform(execute_job_plan, {"api_url": simulator.url, "gateway": gateway, "access_token": SECRETS[2], **PLAN})
    assert result["outcome"] == "started"


# Refusals: nothing leaves this machine.

@pytest.mark.parametrize("options, told", [
    ({"bk_biz_id": 1, "bk_scope_type": "biz"}, "parameters are mutually exclusive: bk_biz_id|bk_scope_type"),
    ({"bk_biz_id": 1, "bk_scope_id": "1"}, "parameters are mutually exclusive: bk_biz_id|bk_scope_id"),
    ({}, "one of the following is required: bk_biz_id, bk_scope_type"),
    ({"bk_scope_type": "biz"}, "parameters are required together: bk_scope_type, bk_scope_id"),
    ({"bk_biz_id": 1, "access_token": "a", "bk_token": "b"}, "parameters are mutually exclusive: access_token|bk_token"),
    ({"bk_biz_id": 1, "access_token": "a", "bk_username": "b"}, "parameters are mutually exclusive: access_token|bk_username"),
    ({"bk_biz_id": 1, "client_key": "/k"}, "missing parameter(s) required by 'client_key': client_cert"),
    ({"bk_biz_id": 1, "job_plan_id": None}, "one of the following is required: job_plan_id, job_plan_name"),
    ({"bk_biz_id": 1, "job_plan_name": "Test"}, "parameters are mutually exclusive: job_plan_id|job_plan_name"),
    ({"bk_biz_id": 1, "job_template_id": 50}, "missing parameter(s) required by 'job_template_id': job_plan_name"),
])
def test_options_that_do_not_go_together_are_refused(options, told):
    given = {name: value for name, value in {"job_plan_id": 100, **options}.items() if value is not None}
    assert told in ArgumentSpecValidator(**execute_job_plan.SPEC).validate(given).error_messages


@pytest.mark.parametrize("options, told", [
    ({"bk_biz_id": 0}, "bk_biz_id must be a positive integer"),
    ({"bk_biz_id": True}, "bk_biz_id must be a positive integer, not True"),
    ({"job_plan_id": -1}, "job_plan_id must be a positive integer"),
    ({"job_plan_id": 2 ** 63}, "job_plan_id must be a positive integer"),
    ({"bk_biz_id": None, "bk_scope_type": "biz", "bk_scope_id": "one"}, "bk_scope_id must be a positive integer"),
    ({"callback_url": "ftp://example.com"}, "callback_url 'ftp://example.com' is not an address: write http"),
    ({"callback_url": ""}, "callback_url '' is not an address"),
    ({"callback_url": "https://user:pass@example.com/done"}, "callback_url has a user name before the host, which JOB refuses"),
    ({"callback_url": "https://@example.com/done"}, "callback_url has a user name before the host, which JOB refuses"),
    ({"job_web_url": "job"}, "job_web_url (BK_JOB_WEB_URL or BK_JOB_JOB_WEB_URL) 'job' is not an address"),
    ({"global_var_list": [{"name": "v"}]}, "global_var_list[0] ('v') has neither value nor server"),
    ({"bk_app_secret": ""}, "missing: bk_app_secret"),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_wrong_input_is_refused_before_anything_is_sent(start, simulator, options, told, check_mode):
    result = start(check_mode, **options)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "not_started")
    assert told in result["msg"]
    assert simulator.requests() == []


# Answers other than a success: told for what they are, and the request is never repeated.

def failed(result, outcome, **facts):
    assert result["failed"] is True
    assert result["outcome"] == outcome
    assert result["changed"] is (outcome == "unknown")
    assert {name: result[name] for name in facts} == facts
    assert {"code", "request_id", "http_status"} <= result.keys()
    assert ("outcome unknown: the plan may have started" in result["msg"]) is (outcome == "unknown")
    assert not any(secret in json.dumps(result) for secret in SECRETS)
    return result["msg"]


def test_a_server_that_calls_only_certain_addresses_is_named_as_a_likely_cause(launch, perform, gateway):
    with launch(callback_whitelist=["http://eda.example.com/job"]) as simulator:
        user = {"bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin"}
        options = {"api_url": simulator.url, "gateway": gateway, **user, **PLAN}
        told = failed(perform(execute_job_plan, {**options, "callback_url": "http://eda.example.com/jobs/1"}), "not_started", code=1240003)
        assert told.endswith("a likely cause is callback_url: a server may have a whitelist of the addresses that it calls, which JOB's administrator keeps")
        assert perform(execute_job_plan, {**options, "callback_url": "http://eda.example.com/job/1"})["outcome"] == "started"


def test_a_bad_request_without_a_callback_is_not_blamed_on_one(start, simulator):
    simulator.misbehave("refuse", code=1240003)
    assert "callback" not in failed(start(), "not_started", code=1240003)


def test_a_refusal_of_job_is_one_sentence_with_code_and_request_id(start, gateway):
    result = start(job_plan_id=999, check_plan=False)
    told = failed(result, "not_started", code=1244012, http_status=200)
    assert told.startswith("JOB refused execute_job_plan: ")
    assert f"(code 1244012, request id {result['request_id']})" in told
    assert told.endswith("check job_plan_id and the scope (JOB also says this while a part of it is briefly down)")


def test_a_lack_of_permission_lists_what_to_apply_for(start, simulator):
    simulator.misbehave("refuse", code=9900403, message="no permission", permission={"actions": [
        {"id": "launch_job_plan", "name": "Launch Plan"}, {"id": "find_business"}]})
    told = failed(start(), "not_started", code=9900403)
    assert "permissions to apply for: Launch Plan (launch_job_plan), find_business (find_business)" in told


def test_wrong_credentials_are_the_gateways_refusal(start, gateway):
    told = failed(start(bk_app_secret="wrong"), "not_started",
                  **{"esb": {"code": 1306000, "http_status": 200}, "apigw": {"code": 1640001, "http_status": 400}}[gateway])
    assert told.startswith({"esb": "the ESB gateway refused", "apigw": "the API gateway refused"}[gateway])
    assert "check bk_app_code, bk_app_secret and bk_token" in told


@pytest.mark.parametrize("mode, parameters, outcome, told", [
    ("html", {}, "unknown", "an HTML page titled 'BlueKing Login' (HTTP 200)"),
    ("empty_401", {}, "not_started", "an empty HTTP 401"),
    ("redirect", {"location": "https://login.example.com/?c_url=x"}, "not_started", "a redirect to https://login.example.com/ (HTTP 302)"),
    ("bad_gateway", {}, "unknown", "an HTML page titled '502 Bad Gateway' (HTTP 502)"),
    ("answer", {"body": "upstream went away"}, "unknown", "text that is not JOB's JSON (HTTP 200: 'upstream went away')"),
    ("answer", {"body": "[1, 2]"}, "unknown", "text that is not JOB's JSON"),
    ("answer", {"body": "{\"detail\": \"hello\"}"}, "unknown", "text that is not JOB's JSON"),
    ("answer", {"body": ""}, "unknown", "an empty HTTP 200"),
    ("answer", {"status": 400, "body": "<h1>Bad Request (400)</h1>"}, "not_started", "an HTML page titled 'Bad Request (400)' (HTTP 400)"),
])
def test_an_answer_that_is_not_jobs_is_named_for_what_it_is(start, simulator, mode, parameters, outcome, told):
    simulator.misbehave(mode, **parameters)
    assert told in failed(start(), outcome)
    assert len(simulator.starts()) == 1


@pytest.mark.parametrize("mode, runs", [("drop_before", 0), ("drop_after", 1), ("cut", 1)])
def test_a_connection_that_breaks_leaves_the_outcome_unknown_and_is_not_tried_again(start, simulator, mode, runs):
    simulator.misbehave(mode)
    assert "failed before execute_job_plan was answered" in failed(start(), "unknown", http_status=None, code=None)
    assert len(simulator.starts()) == 1
    assert len(simulator.instances()) == runs


def test_no_answer_in_time_leaves_the_outcome_unknown(start, simulator):
    simulator.misbehave("slow", seconds=1)
    assert "gave no complete answer to execute_job_plan within 0.2 s (request_timeout)" in failed(start(request_timeout=0.2), "unknown")
    assert len(simulator.starts()) == 1


def test_a_timeout_between_gateway_and_job_leaves_the_outcome_unknown(start, simulator, gateway):
    simulator.misbehave("job_timeout")
    code, status = {"esb": (1306201, 200), "apigw": (1650401, 504)}[gateway]
    failed(start(), "unknown", code=code, http_status=status)
    assert len(simulator.instances()) == 1


def test_a_gateway_that_cannot_ask_whose_token_it_is_starts_nothing_and_the_token_in_its_text_is_hidden(start, simulator):
    simulator.misbehave("login_unreachable")
    failed(start(), "not_started")
    assert simulator.instances() == []


def test_a_start_that_surely_did_not_get_from_the_gateway_to_job_is_sent_again(simulator, perform):
    options = {"api_url": simulator.url, "bk_app_code": "tests", "bk_app_secret": SECRETS[0], "bk_username": "admin", **PLAN}
    simulator.misbehave("job_unreachable", times=2)
    assert perform(execute_job_plan, options)["outcome"] == "started"
    assert (len(simulator.starts()), len(simulator.instances())) == (3, 1)


def test_a_success_under_an_error_status_is_not_believed(start, simulator):
    simulator.misbehave("answer", status=500, body='{"result": true, "code": 0, "data": {"job_instance_id": 1}}')
    failed(start(), "unknown", http_status=500)


def test_an_internal_error_of_job_leaves_the_outcome_unknown(start, simulator):
    simulator.misbehave("refuse", code=1240002, message="Internal error")
    assert failed(start(), "unknown", code=1240002).startswith("JOB failed at execute_job_plan: Internal error (code 1240002")


@pytest.mark.parametrize("code", [1306201, 1306203, "1306201"])
def test_a_gateway_that_lost_job_on_the_way_leaves_the_outcome_unknown(start, simulator, code):
    simulator.misbehave("answer", body=json.dumps({"result": False, "code": code, "message": "lost"}))
    failed(start(), "unknown", code=int(code))


@pytest.mark.parametrize("body", ['{"code": 0, "data": {"job_instance_id": 7}}', '{"result": false, "code": 0}', '{"result": "true", "code": 0}'])
def test_what_is_neither_a_plain_yes_nor_a_plain_no_leaves_the_outcome_unknown(start, simulator, body):
    simulator.misbehave("answer", body=body, processed=True)
    failed(start(), "unknown")


def test_a_success_may_have_another_status_of_success(start, simulator):
    simulator.misbehave("answer", status=201, body='{"result": true, "data": {"job_instance_id": "7", "job_instance_name": "x"}}')
    assert start()["job_instance_id"] == 7


@pytest.mark.parametrize("headers, body, name", [
    ({}, '{"result": false, "code": 1, "job_request_id": "of-job"}', "of-job"),
    ({"X-Bkapi-Request-Id": "of-apigw"}, '{"result": false, "code": 1}', "of-apigw"),
    ({"X-Bkapi-Request-Id": "of-apigw"}, "<html>", "of-apigw"),
])
def test_the_request_is_named_by_whoever_named_it(start, simulator, headers, body, name):
    simulator.misbehave("answer", headers=headers, body=body, status=400)
    assert start()["request_id"] == name


@pytest.mark.parametrize("permission", ['5', '{"actions": 5}', '{"actions": [5, {}]}'])
def test_an_odd_permission_is_no_crash(start, simulator, permission):
    simulator.misbehave("answer", body='{"result": false, "code": 9900403, "message": "no", "permission": ' + permission + '}')
    failed(start(), "not_started", code=9900403)


@pytest.mark.parametrize("mode, parameters", [
    ("no_data", {}), ("answer", {"body": '{"result": true, "code": 0, "data": {"job_instance_id": null}}', "processed": True}),
    ("answer", {"body": '{"result": true, "code": 0, "data": {"job_instance_id": 0}}', "processed": True}),
    ("answer", {"body": '{"result": true, "code": 0, "data": [10000]}', "processed": True}),
])
def test_a_success_without_an_instance_leaves_the_outcome_unknown(start, simulator, mode, parameters):
    simulator.misbehave(mode, **parameters)
    assert "without a job_instance_id" in failed(start(), "unknown", http_status=200)


def test_too_many_requests_start_nothing(start, simulator, gateway):
    simulator.misbehave("rate_limited")
    failed(start(), "not_started", code={"esb": 1306429, "apigw": 1642902}[gateway])
    assert simulator.instances() == []


def test_a_server_that_repeats_the_secrets_does_not_bring_them_out(start, simulator):
    simulator.misbehave("echo_token")
    assert "********" in failed(start(), "not_started")


def test_a_refusal_without_code_and_message_is_still_a_sentence(start, simulator):
    simulator.misbehave("answer", body='{"result": false}')
    assert failed(start(), "not_started") == "JOB refused execute_job_plan: no reason given (no code)"


def test_a_long_answer_is_quoted_in_part(start, simulator):
    simulator.misbehave("refuse", code=1241002, message="x" * 100_000)
    assert len(failed(start(), "not_started")) < 600


def test_nothing_listening_means_not_started(start):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening: connections are refused
        result = start(api_url=f"http://127.0.0.1:{held.getsockname()[1]}", check_plan=False)
    assert "was not sent, because" in failed(result, "not_started", http_status=None)
    assert "Connection refused" in result["msg"]


def test_a_name_that_does_not_resolve_means_not_started(start):
    assert "was not sent, because" in failed(start(api_url="http://job.invalid", check_plan=False), "not_started")


def test_a_server_that_does_not_speak_tls_means_not_started(start, simulator):
    failed(start(api_url=simulator.url.replace("http:", "https:")), "not_started")
    assert simulator.requests() == []


def test_a_ca_bundle_that_is_not_there_means_not_started(start, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    told = failed(start(api_url="https://127.0.0.1:9"), "not_started")
    assert "/nowhere.pem" in told and "REQUESTS_CA_BUNDLE" in told


# What the user's environment must not do.

def test_no_login_is_taken_from_a_netrc_file(start, simulator, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    start()
    assert "Authorization" not in simulator.requests()[0]["headers"]


def test_a_ca_bundle_of_the_environment_does_not_bring_verification_back(start, simulator, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    result = start(api_url=simulator.url.replace("http:", "https:"), validate_certs=False)
    assert "/nowhere.pem" not in failed(result, "not_started")


@pytest.mark.parametrize("variables, options, verify", [
    ({"REQUESTS_CA_BUNDLE": "/first.pem", "CURL_CA_BUNDLE": "/second.pem"}, {}, "/first.pem"),
    ({"CURL_CA_BUNDLE": "/second.pem"}, {}, "/second.pem"),
    ({"REQUESTS_CA_BUNDLE": "/first.pem"}, {"ca_path": __file__}, __file__),
    ({"REQUESTS_CA_BUNDLE": "/first.pem"}, {"validate_certs": False}, False),
])
def test_certificates_of_the_environment_stand_in_for_those_of_the_options(connect, connection, monkeypatch, variables, options, verify):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert connect({**connection, **options}).client.way.verify == verify


def test_a_server_is_reached_by_the_proxy_of_each_task(start, simulator, monkeypatch):
    assert start()["outcome"] == "started"
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    failed(start(), "not_started")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert start()["outcome"] == "started" and len(simulator.starts()) == 2


def test_an_answers_cookie_is_not_sent_back(connect, connection, simulator):
    client = connect(connection).client
    simulator.misbehave("answer", headers={"Set-Cookie": "bk_token=of-somebody-else"}, body='{"result": true, "data": {}}')
    client.call("execute_job_plan", PLAN)
    client.call("execute_job_plan", PLAN)
    assert "Cookie" not in simulator.requests()[1]["headers"]


def test_a_proxy_that_is_not_there_is_named(start, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert "check HTTP_PROXY and HTTPS_PROXY" in failed(start(api_url="https://paas.example.com"), "not_started")


def test_a_proxy_of_the_environment_is_used(start, simulator, monkeypatch):
    monkeypatch.setenv("http_proxy", simulator.url)
    assert start(api_url="http://paas.example.com")["outcome"] == "started"

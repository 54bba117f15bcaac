# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which credentials, which user and which address count, from options and environment."""
from __future__ import annotations

import itertools
import sys

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.options.connection import missing_requests

USER_ENVIRONMENT = {"bk_token": "BK_TOKEN", "bk_username": "BK_USERNAME", "access_token": "BK_JOB_ACCESS_TOKEN"}
ADDRESS = "https://gateway.example.com"


@pytest.fixture
def connected(connect):
    """The client and task for options added to a bare pair of app credentials and an address."""
    def make(**options):
        return connect({"api_url": ADDRESS, "bk_app_code": "app", "bk_app_secret": "app-secret", **options})
    return make


def refused(connect, **options) -> str:
    with pytest.raises(InputError) as refusal:
        connect(options)
    assert refusal.value.result()["outcome"] == "not_started"
    return str(refusal.value)


@pytest.mark.parametrize("option, names", [
    ("bk_app_code", ["BK_APP_CODE", "BKPAAS_APP_ID"]), ("bk_app_secret", ["BK_APP_SECRET", "BKPAAS_APP_SECRET"])])
def test_the_environment_stands_in_for_app_credentials_in_order(connect, monkeypatch, option, names):
    other = {"bk_app_code": "bk_app_secret", "bk_app_secret": "bk_app_code"}[option]
    options = {"api_url": ADDRESS, other: "given", "bk_username": "admin"}
    monkeypatch.setenv(names[1], "second")
    assert connect(options).identity[option] == "second"
    monkeypatch.setenv(names[0], "first")
    assert connect(options).identity[option] == "first"
    assert connect({**options, option: "own"}).identity[option] == "own"


@pytest.mark.parametrize("gateway, fallback", [("esb", "BK_COMPONENT_API_URL"), ("apigw", "BK_API_URL_TMPL")])
def test_the_environment_stands_in_for_the_address_of_each_gateway(connected, monkeypatch, gateway, fallback):
    other = {"esb": "BK_API_URL_TMPL", "apigw": "BK_COMPONENT_API_URL"}[gateway]
    monkeypatch.setenv(other, "https://of-the-other-gateway.example.com")
    monkeypatch.setenv(fallback, "https://fallback.example.com")
    assert connected(api_url=None, gateway=gateway, bk_token="t").url.startswith("https://fallback.example.com/api/")
    monkeypatch.setenv("BK_JOB_API_URL", "https://first.example.com")
    assert connected(api_url=None, gateway=gateway, bk_token="t").url.startswith("https://first.example.com/api/")
    assert connected(gateway=gateway, bk_token="t").url.startswith(ADDRESS)


@pytest.mark.parametrize("given, left_behind", list(itertools.permutations(USER_ENVIRONMENT, 2)))
def test_the_environments_user_is_never_used_beside_the_tasks(connected, monkeypatch, given, left_behind):
    monkeypatch.setenv(USER_ENVIRONMENT[left_behind], "somebody-else")
    monkeypatch.setenv(USER_ENVIRONMENT[given], "of-the-environment")
    for gateway in ("esb", "apigw"):
        assert "somebody-else" not in connected(gateway=gateway, **{given: "mine"}).identity.values()
        assert connected(gateway=gateway, **{given: "mine"}).identity[given] == "mine"


@pytest.mark.parametrize("option", ["bk_token", "bk_username"])
def test_the_environment_names_the_user_when_the_task_names_none(connected, monkeypatch, option, gateway):
    monkeypatch.setenv(USER_ENVIRONMENT[option], "of-the-environment")
    assert connected(gateway=gateway).identity == {"bk_app_code": "app", "bk_app_secret": "app-secret", option: "of-the-environment"}


def test_token_and_user_name_travel_together_when_both_are_given(connected):
    assert connected(bk_token="t", bk_username="u").identity == {
        "bk_app_code": "app", "bk_app_secret": "app-secret", "bk_token": "t", "bk_username": "u"}


def test_an_access_token_stands_for_app_and_user(connect, monkeypatch, gateway):
    for name in ("BK_APP_CODE", "BK_TOKEN", "BK_USERNAME"):
        monkeypatch.setenv(name, "of-the-environment")
    monkeypatch.setenv("BK_JOB_ACCESS_TOKEN", "access")
    assert connect({"api_url": ADDRESS, "gateway": gateway}).identity == {"access_token": "access"}


@pytest.mark.parametrize("credentials_in", ["body", "header"])
def test_an_access_token_travels_in_the_header_wherever_else_credentials_do(connect, gateway, credentials_in):
    assert connect({"api_url": ADDRESS, "gateway": gateway, "access_token": "t", "credentials_in": credentials_in}).in_header


@pytest.mark.parametrize("option", USER_ENVIRONMENT)
def test_a_user_given_but_empty_is_refused_rather_than_replaced_by_the_environments(connect, monkeypatch, option):
    for name in USER_ENVIRONMENT.values():
        monkeypatch.setenv(name, "of-the-environment")
    assert f"{option} is given, but empty" in refused(connect, gateway="apigw", api_url=ADDRESS, bk_app_code="a", bk_app_secret="s", **{option: ""})


def test_an_empty_variable_counts_as_none(connected, monkeypatch):
    for name in ("BK_TOKEN", "BK_JOB_ACCESS_TOKEN", "BK_JOB_GATEWAY", "BK_JOB_CA_PATH", "BK_JOB_VALIDATE_CERTS", "BK_JOB_REQUEST_TIMEOUT"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("BK_USERNAME", "admin")
    client = connected()
    assert client.identity["bk_username"] == "admin"
    assert (client.way.verify, client.timeout) == (True, 65)


def test_everything_that_is_missing_is_named_with_its_variables_and_the_machine(connect):
    message = refused(connect)
    for part in ("api_url (BK_JOB_API_URL or BK_COMPONENT_API_URL)", "bk_app_code (BK_APP_CODE or BKPAAS_APP_ID)",
                 "bk_app_secret (BK_APP_SECRET or BKPAAS_APP_SECRET)",
                 "one of bk_token (BK_TOKEN), bk_username (BK_USERNAME), access_token (BK_JOB_ACCESS_TOKEN)",
                 "on the machine the task runs on: this one ran on", "delegate_to: localhost", "become: false"):
        assert part in message


def test_what_apigw_misses_is_named_with_its_own_variables(connect):
    message = refused(connect, gateway="apigw")
    assert "api_url (BK_JOB_API_URL or BK_API_URL_TMPL)" in message
    assert "access_token (BK_JOB_ACCESS_TOKEN)" in message


@pytest.mark.parametrize("variable, value, seen", [
    ("BK_JOB_VALIDATE_CERTS", "no", lambda client: client.way.verify is False),
    ("BK_JOB_REQUEST_TIMEOUT", "2.5", lambda client: client.timeout == 2.5),
    ("BK_JOB_LANGUAGE", "zh-cn", lambda client: client.headers["Blueking-Language"] == "zh-cn"),
    ("BK_JOB_TENANT_ID", "t1", lambda client: client.headers["X-Bk-Tenant-Id"] == "t1"),
    ("BK_JOB_BK_TENANT_ID", "t1", lambda client: client.headers["X-Bk-Tenant-Id"] == "t1"),
    ("BK_JOB_CREDENTIALS_IN", "header", lambda client: client.in_header),
    ("BK_JOB_GATEWAY", "apigw", lambda client: "/api/bk-job/prod/" in client.url),
    ("BK_JOB_CA_PATH", __file__, lambda client: client.way.verify == __file__),
    ("BK_JOB_CLIENT_CERT", __file__, lambda client: client.way.cert == __file__),
])
def test_every_other_option_is_read_from_its_variable(connected, monkeypatch, variable, value, seen):
    monkeypatch.setenv(variable, value)
    assert seen(connected(bk_username="admin"))


@pytest.mark.parametrize("options, message", [
    ({"ca_path": "/nowhere.pem"}, "ca_path .BK_JOB_CA_PATH. /nowhere.pem does not exist on"),
    ({"client_cert": "/nowhere.pem"}, "client_cert .BK_JOB_CLIENT_CERT. /nowhere.pem does not exist on"),
    ({"client_cert": __file__, "client_key": "/nowhere.key"}, "client_key .BK_JOB_CLIENT_KEY. /nowhere.key does not exist on"),
    ({"request_timeout": 0}, "request_timeout .BK_JOB_REQUEST_TIMEOUT. must be a number of seconds above 0"),
    ({"request_timeout": "nan"}, "request_timeout .BK_JOB_REQUEST_TIMEOUT. must be a number of seconds above 0"),
    ({"request_timeout": "inf"}, "request_timeout .BK_JOB_REQUEST_TIMEOUT. must be a number of seconds above 0"),
    ({"request_timeout": 1e12}, "at most 86400"),
    ({"bk_tenant_id": "a\nb"}, "bk_tenant_id"),
    ({"job_web_url": "job.example.com"}, "job_web_url"),
    ({"gateway": "apigw", "bk_username": "管理员"}, "bk_username: a header carries plain ASCII only"),
    ({"credentials_in": "header", "bk_username": "josé"}, "bk_username: a header carries plain ASCII only"),
    *(({"credentials_in": place, "bk_username": "管理员"}, "bk_username .BK_USERNAME. 管理员 cannot pass an ESB, .* gateway: apigw with a token")
      for place in ("body", "header")),
])
def test_a_connection_that_cannot_work_is_refused(connected, options, message):
    with pytest.raises(InputError, match=message):
        connected(**{"bk_username": "admin", **options})


def test_plain_http_is_warned_about_unless_it_is_confirmed(connected):
    assert any("plain http" in warning for warning in connected(api_url="http://paas.example.com", bk_username="admin").warnings)
    for options in ({"api_url": "http://paas.example.com", "validate_certs": False}, {"api_url": "http://127.0.0.1:8000"}, {}):
        assert not connected(bk_username="admin", **options).warnings


@pytest.mark.parametrize("login", [{"bk_username": "josé"}, {"bk_username": "管理员", "bk_token": "t"}])
def test_a_name_that_esb_can_hand_on_or_does_not_look_at_is_not_refused(connected, login):
    assert connected(**login).identity["bk_username"] == login["bk_username"]


def test_a_tenant_that_the_gateway_does_not_hand_on_is_warned_about(connected, gateway):
    warnings = connected(gateway=gateway, bk_username="admin", bk_tenant_id="t1").warnings
    message = ["bk_tenant_id (BK_JOB_TENANT_ID or BK_JOB_BK_TENANT_ID) does not pass an ESB" in warning for warning in warnings]
    assert message == {"esb": [True], "apigw": []}[gateway]


def test_secrets_are_known_wherever_they_came_from(connect, monkeypatch):
    monkeypatch.setenv("BK_TOKEN", "token-of-the-environment")
    monkeypatch.setenv("BK_APP_SECRET", "secret-of-the-environment")
    assert connect({"api_url": ADDRESS, "bk_app_code": "app"}).secrets == {"token-of-the-environment", "secret-of-the-environment"}


@pytest.mark.parametrize("on_controller", [True, False])
def test_a_python_without_requests_is_named_with_the_ways_to_install_it_and_another_machine_unless_it_is_the_controller(on_controller):
    message = missing_requests(on_controller)
    assert f"{sys.executable} -m pip install requests" in message and "python3-requests" in message
    assert ("delegate_to: localhost" in message) == (not on_controller)

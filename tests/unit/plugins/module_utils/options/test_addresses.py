# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which forms of an address are accepted, and where requests go with each."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.options.addresses import is_plain_and_remote, operations_url

ESB = "https://paas.example.com/api/c/compapi/v2/jobv3/"
APIGW = "https://bkapi.example.com/api/bk-job/prod/api/v3/"


@pytest.mark.parametrize("gateway, given, url", [
    ("esb", "https://paas.example.com", ESB),
    ("esb", "https://paas.example.com/", ESB),
    ("esb", " https://paas.example.com\n", ESB),
    ("esb", "https://paas.example.com/api/c/compapi", ESB),
    ("esb", "https://paas.example.com/api/c/compapi/", ESB),
    ("esb", "https://paas.example.com/api/c/compapi/v2/jobv3", ESB),
    ("esb", ESB, ESB),
    ("esb", "http://proxy.example.com:8080/bk/api/c/compapi", "http://proxy.example.com:8080/bk/api/c/compapi/v2/jobv3/"),
    ("esb", "http://[::1]:8000", "http://[::1]:8000/api/c/compapi/v2/jobv3/"),
    ("apigw", "https://bkapi.example.com", APIGW),
    ("apigw", "https://bkapi.example.com/api/bk-job", APIGW),
    ("apigw", "https://bkapi.example.com/api/bk-job/prod", APIGW),
    ("apigw", "https://bkapi.example.com/api/bk-job/stag/", "https://bkapi.example.com/api/bk-job/stag/api/v3/"),
    ("apigw", "https://bkapi.example.com/api/bk-job/prod/api/v3", APIGW),
    ("apigw", APIGW, APIGW),
    ("apigw", "https://bkapi.example.com/api/{api_name}", APIGW),
    ("apigw", "https://bkapi.example.com/api/{api_name}/stag", "https://bkapi.example.com/api/bk-job/stag/api/v3/"),
    ("apigw", "https://{api_name}.bkapi.example.com", "https://bk-job.bkapi.example.com/prod/api/v3/"),
    ("apigw", "https://bk-job.bkapi.example.com/prod", "https://bk-job.bkapi.example.com/prod/api/v3/"),
    ("apigw", "https://bk-job.bkapi.example.com/prod/api/v3", "https://bk-job.bkapi.example.com/prod/api/v3/"),
    ("apigw", "https://{api_name}.bkapi.example.com/stag", "https://bk-job.bkapi.example.com/stag/api/v3/"),
])
def test_what_is_missing_of_the_path_is_appended(gateway, given, url):
    assert operations_url(gateway, given) == url


@pytest.mark.parametrize("gateway", ["esb", "apigw"])
@pytest.mark.parametrize("given, message", [
    ("paas.example.com", "not an address: write http"),
    ("ftp://paas.example.com", "not an address: write http"),
    ("https://", "not an address: write http"),
    ("https:///api/c/compapi", "not an address: write http"),
    ("https://paas example.com", "not an address: write http"),
    ("https://paas.example.com:0", "not an address: write http"),
    ("https://paas.example.com:99999", "its host or its port is invalid"),
    ("https://paas..example.com", "its host or its port is invalid"),
    ("https://" + "a" * 64 + ".com", "its host or its port is invalid"),
    ("https://[::1", "its host or its port is invalid"),
    ("https://admin:hunter2@paas.example.com", "a user name before the host"),
    ("https://paas.example.com?bk_token=1", "has a query or a fragment"),
    ("https://paas.example.com/console", "not JOB's behind gateway"),
    ("https://{other}.example.com", "not an address: write http"),
])
def test_a_malformed_address_is_refused(gateway, given, message):
    with pytest.raises(InputError, match=f"^api_url .*{message}") as refusal:
        operations_url(gateway, given)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("gateway, of_the_other, other", [("esb", APIGW, "apigw"), ("apigw", ESB, "esb")])
def test_an_address_of_the_other_gateway_is_recognized(gateway, of_the_other, other):
    with pytest.raises(InputError, match=f"gateway: {other}"):
        operations_url(gateway, of_the_other)


@pytest.mark.parametrize("path", ["/api/bk-cmdb/prod", "/api/v3", "/login/api/v3", "/api/bk-job/prod/api/v2"])
def test_another_apis_address_gets_no_credentials(path):
    with pytest.raises(InputError, match="not JOB's behind gateway apigw"):
        operations_url("apigw", f"https://bkapi.example.com{path}")


@pytest.mark.parametrize("url, plain", [
    ("https://paas.example.com/", False), ("http://paas.example.com/", True), ("http://10.0.0.1/", True), ("http://127.example.com/", True),
    ("http://localhost:8000/", False), ("http://127.0.0.53/", False), ("http://[::1]:80/", False), ("http://job.localhost/", False),
])
def test_plain_http_is_a_risk_only_beyond_this_machine(url, plain):
    assert is_plain_and_remote(url) is plain

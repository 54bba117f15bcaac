# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault table: for every operation and both gateways, how often a request is sent, what is known then, and what is said."""
from __future__ import annotations

import datetime
import ipaddress
import json
import re
import socket
import ssl
import threading
import time

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import JobError
from ansible_collections.blueking.job.plugins.modules import job_instance_wait
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

READS = [
    "get_job_plan_list", "get_job_plan_detail", "get_job_instance_status", "get_job_instance_list", "get_job_instance_global_var_value",
    "batch_get_job_instance_ip_log", "check_script",
]
CHANGES = ["execute_job_plan", "fast_execute_script", "fast_transfer_file", "push_config_file", "operate_job_instance", "operate_step_instance"]
RETRIES = 2
NOT, MAY = "not_started", "unknown"
# What the server does; how often a read is sent then, how often a change; the outcome of a change; a part of the message.
EITHER = [
    ({"mode": "drop_before"}, 3, 1, MAY, "the connection to"),
    ({"mode": "drop_after"}, 3, 1, MAY, "the connection to"),
    ({"mode": "cut"}, 3, 1, MAY, "the connection to"),
    ({"mode": "slow", "seconds": 0.6}, 1, 1, MAY, "gave no complete answer to"),
    ({"mode": "drip", "pause": 0.05}, 1, 1, MAY, "gave no complete answer to"),
    ({"mode": "large"}, 1, 1, MAY, "the answer is larger than 32 MiB"),
    ({"mode": "html"}, 1, 1, MAY, "an HTML page titled 'BlueKing Login' (HTTP 200), not by JOB"),
    ({"mode": "redirect"}, 1, 1, NOT, "a redirect to"),
    ({"mode": "redirect", "location": "http://elsewhere.example.com/login?bk_token=x"}, 1, 1, NOT, "a redirect to http://elsewhere.example.com/login ("),
    ({"mode": "redirect", "location": "http://[::1/login"}, 1, 1, NOT, "a redirect to http://[::1/login ("),
    ({"mode": "redirect", "location": "/login?msg=\xb5\xc7"}, 1, 1, NOT, "a redirect to /login ("),
    ({"mode": "answer", "body": '{"result": ' + "[" * 100_000}, 1, 1, MAY, "text that is not JOB's JSON"),
    ({"mode": "answer", "body": json.dumps({"result": False, "code": "9" * 3000})}, 1, 1, NOT, "no reason given"),
    ({"mode": "empty_401"}, 1, 1, NOT, "an empty HTTP 401, not by JOB"),
    ({"mode": "answer", "status": 400, "body": "<html>Bad Request"}, 1, 1, NOT, "an HTML page (HTTP 400)"),
    ({"mode": "answer", "status": 429, "body": ""}, 3, 3, NOT, "an empty HTTP 429"),
    *(({"mode": "answer", "status": status, "body": "<html>"}, 1, 1, NOT, f"(HTTP {status})") for status in (
        301, 302, 307, 308, 400, 401, 404, 405, 407, 411, 413, 414, 415, 421, 431)),
    *(({"mode": "answer", "status": status, "body": "<html>"}, 1, 1, MAY, f"(HTTP {status})") for status in (
        206, 300, 303, 304, 305, 402, 403, 406, 409, 410, 412, 416, 417, 418, 422, 423, 424, 425, 428, 451, 499, 599)),
    *(({"mode": "answer", "status": status, "body": json.dumps({"result": False, "code": 9900403})}, 1, 1, NOT, f"(code 9900403, HTTP {status})")
      for status in (403, 409, 422)),
    *(({"mode": "answer", "status": 408, "body": body}, 3, 1, MAY, "HTTP 408") for body in ("", "<html>", '{"result": false, "code": 1640800}')),
    ({"mode": "answer", "status": 500, "body": "oops"}, 1, 1, MAY, "text that is not JOB's JSON (HTTP 500: 'oops')"),
    ({"mode": "bad_gateway"}, 3, 1, MAY, "'502 Bad Gateway' (HTTP 502)"),
    ({"mode": "bad_gateway_after"}, 3, 1, MAY, "'502 Bad Gateway' (HTTP 502)"),
    ({"mode": "answer", "status": 503, "body": ""}, 3, 1, MAY, "an empty HTTP 503"),
    ({"mode": "answer", "status": 504, "body": ""}, 3, 1, MAY, "an empty HTTP 504"),
    ({"mode": "answer", "body": ""}, 1, 1, MAY, "an empty HTTP 200"),
    ({"mode": "answer", "body": "[]"}, 1, 1, MAY, "text that is not JOB's JSON"),
    ({"mode": "answer", "body": '{"code": 0}'}, 1, 1, MAY, "no reason given"),
    ({"mode": "answer", "body": '{"result": "true", "code": 0, "data": {}}'}, 1, 1, MAY, "no reason given"),
    ({"mode": "answer", "body": '{"result": false, "message": null}'}, 1, 1, NOT, "no reason given (no code)"),
    ({"mode": "rate_limited", "reset": 1}, 3, 3, NOT, "limit"),
    *(({"mode": "refuse", "code": code}, 1, 1, NOT, f"(code {code}") for code in (
        9900403, 1238001, 1240003, 1241002, 1241003, 1241005, 1241007, 1241010, 1243009, 1243051, 1244002, 1244006, 1244012, 1244021, 1244022,
        1244028, 1244029, 1244030)),
    *(({"mode": "refuse", "code": code}, 1, 1, MAY, "JOB ") for code in (1240002, 1244005)),
    *(({"mode": "refuse", "code": code}, 1, 1, NOT, "JOB before 3.7 does not know host_id_list: give ip_list there") for code in (1244001, 1244009)),
    ({"mode": "refuse", "code": 1244016}, 1, 1, NOT, "the confirmation names who may act on it: one of them has to do it"),
    # Who starts decides for how long to ask again, see test_starting.
    *(({"mode": "refuse", "code": code}, 1, 1, NOT, "nothing ran, start it again") for code in (1244032, 1244033, 1244034)),
    ({"mode": "echo_token"}, 1, 1, NOT, "********"),
]
UNREACHED = "Component request third-party system [{}] interface [{}] error: {}, please try again later"
NO_CONNECTION = "HTTPSConnectionPool(host='job', port=443): Max retries exceeded with url: {} (Caused by {}('<urllib3.connection.HTTPS" \
    "Connection object at 0x7f6f0c1d2e80>: Failed to establish a new connection: [Errno 111] Connection refused'))"
ESB = [
    *(({"mode": "refuse", "code": code}, 1, 1, NOT, f"the ESB gateway refused {{operation}}: refused (code {code}") for code in (
        1306000, 1306206, 1306403, 1306404, 1306405, 1306406)),
    *(({"mode": "refuse", "code": code}, 3, 1, MAY, f"(code {code}") for code in (1306201, 1306203)),
    # What JOB has answered, or whether it was asked at all, these do not tell.
    *(({"mode": "refuse", "code": code}, 1, 1, MAY, f"(code {code}") for code in (1306202, 1306208, 1306221)),
    ({"mode": "component_error"}, 1, 1, MAY, "Component error"),
    ({"mode": "refuse", "code": 1306404}, 1, 1, NOT, "an administrator of the ESB has to install JOB's components"),
    ({"mode": "refuse", "code": 1306405}, 1, 1, NOT, "an administrator of the ESB has switched this API off"),
    ({"mode": "refuse", "code": 1306000, "message": "please provide a valid user identity, such as bk_token, bk_username"}, 1, 1, NOT,
     "bk_username alone is enough only for an app on the ESB's list of apps that need no login"),
    ({"mode": "refuse", "code": 1306000, "message": "APP Code [bk_app_code] cannot be empty"}, 1, 1, NOT,
     "one older than PaaS 2.12.20 (2021) reads them from the body only: leave out credentials_in: header, and access_token"),
    ({"mode": "gateway_error"}, 1, 1, MAY, "{operation}: Request is abnormal, please contact the component developer (HTTP 500)"),
    ({"mode": "answer", "status": 404, "body": '{"result": false, "data": null, "message": "The content does not exist"}'}, 1, 1, NOT,
     "the gateway refused {operation}: The content does not exist (HTTP 404); there is no such path: check api_url and gateway"),
    ({"mode": "answer", "status": 404, "body": "<html><title>404 Not Found</title>"}, 1, 1, NOT, "not by JOB: check api_url and gateway"),
    ({"mode": "answer", "status": 400, "body": "<h1>Bad Request (400)</h1>"}, 1, 1, NOT, "an HTML page titled 'Bad Request (400)' (HTTP 400)"),
    ({"mode": "job_timeout"}, 3, 1, MAY, "response time exceeds 30 seconds"),
    ({"mode": "job_cut"}, 3, 1, MAY, "RemoteDisconnected("),
    ({"mode": "job_refuses_tls"}, 3, 1, MAY, "SSL error"),
    *(({"mode": "job_answer", "status": status}, 3, 1, MAY, f"Status Code: {status}") for status in (302, 401, 404, 500, 502)),
    ({"mode": "job_answer", "body": "<html>"}, 3, 1, MAY, "interface response is not the JSON format"),
    ({"mode": "job_unreachable"}, 3, 3, NOT, "nothing ran: the gateway could not connect to JOB"),
    ({"mode": "job_unreachable"}, 3, 3, NOT, "[Errno 111] Connection refused'))"),  # the cause, at the end of a long text
    ({"mode": "login_unreachable"}, 3, 3, NOT, "nothing ran: the gateway got no answer from BK_LOGIN, which it asks before JOB"),
    ({"mode": "refuse", "code": 1306201, "message": "GET /is_login/?bk_token=user-token-of-the-tests"}, 3, 1, MAY, "?bk_token=********"),
    *(({"mode": "refuse", "code": 1306201, "message": message}, 3, 1, MAY, "(code 1306201") for message in (
        # of none of these is it certain that JOB was not asked
        UNREACHED.format("JOBV3", "execute_job_plan", "Status Code: 503, Error Message: Third-party system interface is abnormal, Connection refused"),
        UNREACHED.format("JOBV3", "execute_job_plan", NO_CONNECTION.format("/login/", "NewConnectionError")),  # where it was sent to by JOB's answer
        *(UNREACHED.format("JOBV3", "execute_job_plan", NO_CONNECTION.format("/esb/api/v3/execute_job_plan/", cause))
          for cause in ("ReadTimeoutError", "ProtocolError", "ResponseError", "SSLError")),  # after which it may have run
        UNREACHED.format("JOBV3", "execute_job_plan", "[BK_LOGIN]"),
        UNREACHED.format("CC", "search_host", "Connection refused"),
        "said JOB: " + UNREACHED.format("BK_LOGIN", "is_login", "Connection refused"))),
    ({"mode": "refuse", "code": 1306429}, 3, 3, NOT, "the ESB gateway refused"),
]
APIGW = [
    *(({"mode": "refuse", "code": code}, 1, 1, NOT, f"the API gateway refused {{operation}}: refused (code {code}") for code in (
        1640001, 1640100, 1640101, 1640102, 1640301, 1640302, 1640303, 1640304, 1640401, 1641301)),
    *(({"mode": "refuse", "code": code}, 3, 3, NOT, f"(code {code}, HTTP 429") for code in (1642901, 1642902, 1642903, 1642904)),
    *(({"mode": "refuse", "code": code}, 3, 1, MAY, f"(code {code}") for code in (1650200, 1650300, 1650401)),
    ({"mode": "job_timeout"}, 3, 1, MAY, "Request backend timeout"),
    *(({"mode": mode}, 3, 1, MAY, "Bad Gateway") for mode in ("job_unreachable", "job_cut", "job_refuses_tls")),
    ({"mode": "gateway_error"}, 1, 1, MAY, "'500 Internal Server Error' (HTTP 500)"),
]
ROWS = [(gateway, *row) for gateway, rows in (("esb", EITHER + ESB), ("apigw", EITHER + APIGW)) for row in rows]


@pytest.fixture
def client(connect, simulator):
    """A client of the simulator through a gateway."""
    def made(gateway: str, **options):
        login = {"bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests", "bk_token": "user-token-of-the-tests"}
        return connect({"api_url": simulator.url, "gateway": gateway, **login, "request_retries": RETRIES, **options}).client
    return made


def patience(fault: dict) -> float:
    """Seconds that a request may take: few where time is to run out, else more than a busy machine needs."""
    return 0.4 if fault["mode"] in ("slow", "drip") else 30


def failure(client, operation: str, in_doubt: str) -> JobError:
    with pytest.raises(JobError) as error:
        client.call(operation, {"bk_biz_id": 1, "job_plan_id": 100}, in_doubt=in_doubt)
    assert "user-token-of-the-tests" not in str(error.value) and "app-secret-of-the-tests" not in str(error.value)
    return error.value


@pytest.mark.parametrize("gateway, fault, sent, _sent, _outcome, said", ROWS)
def test_a_read(client, simulator, gateway, fault, sent, _sent, _outcome, said):
    patient = client(gateway, request_timeout=patience(fault))
    for operation in READS:
        simulator.reset()
        simulator.misbehave_in_turn([fault])
        error = failure(patient, operation, "")
        assert (len(simulator.requests()), error.outcome) == (sent, NOT) and said.format(operation=operation) in str(error), operation
        if fault["mode"] == "large":
            return  # once, for it is fifty million bytes


@pytest.mark.parametrize("gateway, fault, _sent, sent, outcome, said", ROWS)
def test_a_change(client, simulator, gateway, fault, _sent, sent, outcome, said):
    patient = client(gateway, request_timeout=patience(fault))
    for operation in CHANGES:
        simulator.reset()
        simulator.misbehave_in_turn([fault])
        error = failure(patient, operation, "it may have been done")
        assert (len(simulator.requests()), error.outcome) == (sent, outcome) and said.format(operation=operation) in str(error), operation
        assert ("outcome unknown: it may have been done" in str(error)) == (outcome == MAY)
        if fault["mode"] == "large":
            return


@pytest.mark.parametrize("page, said", [
    ("<title>" * 40_000, "an HTML page (HTTP 200)"), ("<title" * 40_000, "an HTML page (HTTP 200)"), ("<TITLE lang=en\n>One\nTwo</Title>", "titled 'One Two'"),
    ("<html>" + " " * 10_000 + "<title>late</title>", "an HTML page (HTTP 200)"), ("<title></title>", "an HTML page (HTTP 200)"),
])
def test_an_html_pages_title_is_found_at_once_or_not_at_all(client, simulator, page, said):
    simulator.misbehave("answer", body=page)
    began = time.process_time()
    assert said in str(failure(client("esb", request_timeout=30), "execute_job_plan", "x"))
    assert time.process_time() - began < 15  # the worst page took a minute


@pytest.mark.parametrize("gateway", ["esb", "apigw"])
@pytest.mark.parametrize("data", [{"job_instance_id": 2 ** 53 + 1}, {"job_instance_id": str(2 ** 63 - 1)}])
def test_ids_of_64_bits_keep_all_digits(client, simulator, gateway, data):
    simulator.misbehave("answer", body=json.dumps({"result": True, "code": 0, "data": data}))
    assert client(gateway).call("execute_job_plan", {}, in_doubt="x", required="job_instance_id") == data


@pytest.mark.parametrize("gateway", ["esb", "apigw"])
@pytest.mark.parametrize("data", [None, {}, [], "10000", *({"job_instance_id": number} for number in (None, 0, True, 1.5))])
def test_a_start_without_a_usable_id_is_unknown(client, simulator, gateway, data):
    simulator.misbehave("answer", body=json.dumps({"result": True, "code": 0, "data": data}))
    with pytest.raises(JobError, match="success, but without a job_instance_id") as error:
        client(gateway).call("execute_job_plan", {}, in_doubt="x", required="job_instance_id")
    assert error.value.outcome == MAY and len(simulator.requests()) == 1


@pytest.mark.parametrize("gateway, limit, said", [
    ("esb", 2621440, r"'Bad Request \(400\)' \(HTTP 400\), not by JOB: the request has {} bytes, and an ESB accepts 2621440 "),
    ("apigw", 40 << 20, r"\(code 1641301, HTTP 413, request id \S+\); the request has {} bytes, which is more than this server accepts; "),
])
def test_a_body_beyond_the_gateways_limit_started_nothing_and_its_size_is_named(client, simulator, gateway, limit, said):
    with pytest.raises(JobError, match="what makes it large is usually a value in global_var_list, a script or a file") as error:
        client(gateway, request_timeout=60).call("execute_job_plan", {"global_var_list": [{"value": "x" * limit}]}, in_doubt="x")
    assert re.search(said.format(simulator.requests()[0]["size"]), str(error.value))
    assert error.value.outcome == NOT and not simulator.instances()


def test_a_web_server_before_the_gateway_may_take_less(client, simulator):
    simulator.misbehave("answer", status=413, body="<html><title>413 Request Entity Too Large</title>")
    with pytest.raises(JobError, match=r"\(HTTP 413\), not by JOB: the request has \d+ bytes, which is more than this server accepts") as error:
        client("esb").call("execute_job_plan", {}, in_doubt="x")
    assert error.value.outcome == NOT


def test_a_body_too_large_for_an_esb_whose_credentials_are_in_the_header_is_named_as_a_likely_cause(client, simulator):
    with pytest.raises(JobError, match="Component error.*the request has .* bytes, and an ESB accepts 2621440") as error:
        client("esb", credentials_in="header").call("execute_job_plan", {"global_var_list": [{"value": "x" * 2621441}]}, in_doubt="x")
    assert error.value.outcome == MAY and not simulator.instances()


def test_a_long_text_is_quoted_from_both_its_ends(client, simulator):
    simulator.misbehave("refuse", code=1241002, message=f"begin {'x' * 100_000} end")
    message = str(failure(client("esb"), "execute_job_plan", "x"))
    assert re.search(r"begin x+ \.\.\. x+ end \(code", message) and len(message) < 600


@pytest.mark.parametrize("gateway", ["esb", "apigw"])
def test_a_name_that_is_not_resolved_and_a_closed_port(client, gateway):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    for address in ("http://no-such-host.invalid", closed):
        for operation in ("get_job_plan_list", "execute_job_plan"):
            error = failure(client(gateway, api_url=address, request_timeout=10), operation, "it may have been done")
            assert error.outcome == NOT and "was not sent, because" in str(error) and "cannot be reached" in str(error)


@pytest.mark.parametrize("gateway", ["esb", "apigw"])
def test_https_where_the_server_speaks_http_only_is_told_as_that(client, simulator, gateway):
    error = failure(client(gateway, api_url=simulator.url.replace("http:", "https:")), "get_job_plan_list", "x")
    assert "does not speak TLS at this port, check whether api_url has to begin with http or https" in str(error)


def test_a_connection_that_is_not_opened_in_time(client):
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):  # which fill the queue, so that no other connection is accepted
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        error = failure(client("esb", api_url=f"http://127.0.0.1:{full.getsockname()[1]}", request_timeout=0.4), "execute_job_plan", "it may have been done")
    assert error.outcome == NOT and "was not sent" in str(error) and "timed out" in str(error)


def certificate(folder, name: str, days: int):
    """Files with a certificate that signs itself, for a host of this name, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = [x509.IPAddress(ipaddress.ip_address(name))] if name[0].isdigit() else [x509.DNSName(name)]
    since, until = now - datetime.timedelta(99), now + datetime.timedelta(days)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), since, until)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), False).add_extension(x509.BasicConstraints(True, None), True)
    signed = builder.sign(key, hashes.SHA256())
    folder.joinpath("cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    folder.joinpath("key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def secured(tmp_path):
    """The address of a server that has this certificate, and the certificate's file."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def greet(context: ssl.SSLContext) -> None:
        while True:
            try:
                connection, _address = listener.accept()
                context.wrap_socket(connection, server_side=True).close()
            except ssl.SSLError:
                continue
            except OSError:
                return

    def run(name: str, days: int) -> tuple:
        files = certificate(tmp_path, name, days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        threads.append(threading.Thread(target=greet, args=(context,)))
        threads[-1].start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}", str(files[0])

    yield run
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("name, days, trusted, said", [
    ("127.0.0.1", 9, False, "certificate verify failed"), ("127.0.0.1", -1, True, "certificate has expired"),
    ("job.example.com", 9, True, "IP address mismatch"),
])
def test_a_certificate_that_is_not_trusted_has_expired_or_is_anothers(client, secured, name, days, trusted, said):
    url, file = secured(name, days)
    options = {"api_url": url, "request_timeout": 10, **({"ca_path": file} if trusted else {})}
    error = failure(client("esb", **options), "execute_job_plan", "it may have been done")
    assert error.outcome == NOT and "was not sent" in str(error) and said in str(error) and "ca_path" in str(error)


def test_a_certificate_that_is_not_trusted_ends_a_wait_at_once(perform, connection, secured, clock):
    url, _file = secured("127.0.0.1", 9)
    waited = perform(job_instance_wait, {**connection, "api_url": url, "bk_biz_id": 1, "job_instance_id": 10000, "wait_timeout": 90}, clock=clock)
    assert waited["failed"] and "certificate verify failed" in waited["msg"] and "ca_path" in waited["msg"] and not clock.pauses


def test_a_key_that_cannot_be_read_ends_a_wait_at_once(perform, connection, secured, tmp_path, clock):
    url, file = secured("127.0.0.1", 9)
    tmp_path.joinpath("bad.pem").write_text("no PEM", encoding="utf-8")
    options = {**connection, "api_url": url, "ca_path": file, "client_cert": file, "client_key": str(tmp_path / "bad.pem"), "wait_timeout": 90}
    waited = perform(job_instance_wait, {**options, "bk_biz_id": 1, "job_instance_id": 10000}, clock=clock)
    assert waited["failed"] and "client_key" in waited["msg"] and not clock.pauses


def test_a_server_that_is_away_or_too_slow_is_waited_for(perform, connection, clock):
    def wait(port: int) -> tuple:
        del clock.pauses[:]
        options = {**connection, "api_url": f"http://127.0.0.1:{port}", "request_timeout": 0.2, "wait_timeout": 2}
        message = perform(job_instance_wait, {**options, "bk_biz_id": 1, "job_instance_id": 10000}, clock=clock)["msg"]
        return message, sum(clock.pauses)

    with socket.create_server(("127.0.0.1", 0)) as listener:  # which never answers
        port = listener.getsockname()[1]
        message, waited = wait(port)
        assert "gave no complete answer" in message and waited == pytest.approx(2)
    message, waited = wait(port)
    assert "refused" in message and waited == pytest.approx(2)


def test_an_unchecked_certificate_causes_no_warning_on_the_screen(client, secured, recwarn):
    url, _file = secured("job.example.com", -1)
    error = failure(client("esb", api_url=url, request_timeout=10, validate_certs=False), "get_job_plan_list", "")
    assert "failed before get_job_plan_list was answered" in str(error) and not recwarn.list

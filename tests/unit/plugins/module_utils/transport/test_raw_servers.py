# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server can send that no server should, byte by byte: every request ends, and no answer is taken for another's."""
from __future__ import annotations

import gzip
import itertools
import json
import socket
import threading
import time
import zlib
from contextlib import suppress

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import JobError

DRIP = 0.02  # seconds between two parts, shorter than any time-out of a single read
SOON = 20  # seconds, on a busy machine, for what would not end otherwise
LOGIN = {"bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests", "bk_token": "user-token-of-the-tests"}
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
PACKED = CHUNKED + b"Content-Encoding: gzip\r\n\r\n"
NAMED = b"\x1f\x8b\x08\x08\0\0\0\0\0\3"  # how a gzip file with a name begins
EMPTY_BLOCK = b"\0\0\0\xff\xff"


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


ENDLESS = {  # what comes first, and what then comes again and again
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "header": (OK + b"X-Long: ", b"x"),
    "body": (OK + b"Content-Length: 1000000\r\n\r\n{", b" "),
    "body without a length": (OK + b"\r\n{", b" "),
    "size of a chunk": (CHUNKED + b"\r\n", b"0"),
    "extension of a chunk": (CHUNKED + b"\r\n1;x=", b"x"),
    "chunks": (CHUNKED + b"\r\n", chunk(b" ")),
    "trailers": (CHUNKED + b"\r\n" + chunk(b"{}") + b"0\r\n", b"A: b\r\n"),
    "name of a packed file": (PACKED + chunk(NAMED), chunk(b"x")),
    "empty blocks": (PACKED + chunk(gzip.compress(b"")[:10]), chunk(EMPTY_BLOCK)),
}
FLOODS = {name: ENDLESS[name] for name in ("interim answers", "body without a length", "trailers")}


def success(number: int) -> bytes:
    body = json.dumps({"result": True, "code": 0, "data": {"job_instance_id": number}}).encode()
    return OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def received(connection: socket.socket) -> bytes:
    """One request whole; empty when there are no more."""
    with connection.makefile("rb") as lines:
        head = b"".join(iter(lines.readline, b"\r\n")) if lines.peek(1) else b""
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        return head + lines.read(length)


@pytest.fixture
def serve():
    """The address of a server that handles each connection by a function of it, in a thread, until the other side hangs up."""
    listeners, connections, threads = [], [], []

    def handle(connection: socket.socket, behave) -> None:
        with connection, suppress(OSError):
            behave(connection)

    def accept(listener: socket.socket, behave) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threads.append(threading.Thread(target=handle, args=(connection, behave)))
            threads[-1].start()

    def run(behave) -> str:
        listeners.append(socket.create_server(("127.0.0.1", 0)))
        threads.append(threading.Thread(target=accept, args=(listeners[-1], behave)))
        threads[-1].start()
        return f"http://127.0.0.1:{listeners[-1].getsockname()[1]}"

    yield run
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for connection in connections:
        with suppress(OSError):  # of one that is closed
            connection.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()


@pytest.fixture
def client(connect):
    """A client that sends nothing twice, through a gateway at an address."""
    return lambda address, **options: connect({"api_url": address, **LOGIN, "request_retries": 0, **options}).client


def failure(client, operation: str = "execute_job_plan") -> JobError:
    with pytest.raises(JobError) as error:
        client.call(operation, {"bk_biz_id": 1, "job_plan_id": 100}, in_doubt="" if operation.startswith("get_") else "it may have started")
    assert "user-token-of-the-tests" not in str(error.value)
    return error.value


def endlessly(first: bytes, again: bytes, pause: float):
    """A server that answers so, and never ends."""
    def behave(connection: socket.socket) -> None:
        received(connection)
        connection.sendall(first)
        while True:
            connection.sendall(again if pause else again * 1000)
            time.sleep(pause)
    return behave


@pytest.mark.parametrize("status", [101, 102, 103])
def test_what_follows_an_interim_answer_is_not_taken_for_that_of_the_next_request(serve, client, gateway, status):
    numbers = itertools.count(1)

    def behave(connection: socket.socket) -> None:
        while received(connection):
            number = next(numbers)
            connection.sendall((b"HTTP/1.1 %d Early Hints\r\nLink: </x>\r\n\r\n" % status if number < 3 else b"") + success(number))

    reached = client(serve(behave), gateway=gateway)
    for operation in ("get_job_plan_detail", "execute_job_plan"):
        error = failure(reached, operation)
        assert f"an interim answer (HTTP {status}) came instead of the answer" in str(error)
        assert error.outcome == ("unknown" if operation == "execute_job_plan" else "not_started")
    for number in (3, 4):
        assert reached.call("get_job_plan_detail", {}) == {"job_instance_id": number}


def test_a_server_that_lets_a_client_continue_has_not_answered_yet(serve, client):
    def behave(connection: socket.socket) -> None:
        received(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" + success(7))

    assert client(serve(behave)).call("execute_job_plan", {}, in_doubt="x") == {"job_instance_id": 7}


@pytest.mark.parametrize("part", ENDLESS)
@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "proxied"])
def test_what_drips_without_an_end_is_not_waited_for_longer_than_the_request_may_take(serve, client, monkeypatch, part, proxied):
    address = serve(endlessly(*ENDLESS[part], DRIP))
    if proxied:
        monkeypatch.setenv("http_proxy", address)
        address = "http://job.example.com"
    began = time.monotonic()
    error = failure(client(address, request_timeout=0.4))
    assert "gave no complete answer to execute_job_plan within 0.4 s (request_timeout)" in str(error)
    assert error.outcome == "unknown" and time.monotonic() - began < SOON


@pytest.mark.parametrize("part", FLOODS)
def test_what_streams_without_an_end_is_not_read_beyond_a_size(serve, client, part):
    error = failure(client(serve(endlessly(*FLOODS[part], 0)), request_timeout=120))
    assert "the answer is larger than 32 MiB" in str(error) and error.outcome == "unknown"


def test_a_server_that_takes_no_more_of_a_request_is_not_waited_for(serve, client):
    done = threading.Event()
    reached = client(serve(lambda _connection: done.wait(60)), request_timeout=2)
    began = time.monotonic()
    with pytest.raises(JobError, match="gave no complete answer to execute_job_plan within 2 s") as error:
        reached.call("execute_job_plan", {"global_var_list": "x" * (16 << 20)}, in_doubt="it may have started")
    taken = time.monotonic() - began
    done.set()
    assert error.value.outcome == "unknown" and taken < SOON


def packed(encoding: bytes, body: bytes) -> bytes:
    return OK + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (encoding, len(body), body)


def answering(*answers: bytes):
    """A server that gives one answer after the other, on as many connections as the client makes: it closes none, for that could meet the next request."""
    left = iter(answers)

    def behave(connection: socket.socket) -> None:
        while received(connection):
            connection.sendall(next(left))
    return behave


ZEROS = gzip.compress(bytes(64 << 20))


@pytest.mark.parametrize("encoding, body, said", [
    (b"gzip", ZEROS, "the answer is larger than 32 MiB"),
    (b"gzip, gzip", gzip.compress(ZEROS), "the answer is packed as 'gzip, gzip', which was not asked for"),
    (b"br", b"{}", "the answer is packed as 'br', which was not asked for"),
    (b"gzip", b"{}", "incorrect header check"),
    (b"gzip", gzip.compress(b'{"result": true}' * 9)[:-9], "the answer is packed, and cut off"),
    (b"gzip", gzip.compress(b"") * 1_000_000, "the answer is packed in more than 100 parts"),
], ids=["zeros", "twice", "otherwise", "not at all", "in part", "in many parts"])
def test_what_cannot_be_unpacked_within_the_limits_is_no_answer(serve, client, encoding, body, said):
    error = failure(client(serve(answering(packed(encoding, body)))))
    assert said in str(error) and error.outcome == "unknown"


def test_a_read_whose_packed_answer_is_damaged_is_sent_again(serve, client):
    damaged = packed(b"gzip", gzip.compress(b'{"result": true}' * 9)[:-9])
    reached = client(serve(answering(damaged, packed(b"gzip", b"{}"), success(7))), request_retries=2)
    assert reached.call("get_job_plan_detail", {}) == {"job_instance_id": 7}


@pytest.mark.parametrize("encoding, pack", [(b"gzip", gzip.compress), (b"GZIP", gzip.compress), (b"deflate", zlib.compress), (b"identity", bytes)])
def test_an_answer_may_be_packed(serve, client, encoding, pack):
    body = json.dumps({"result": True, "code": 0, "data": {"job_instance_id": 7}}).encode()
    reached = client(serve(answering(packed(encoding, pack(body)))))
    assert reached.call("execute_job_plan", {}, in_doubt="x") == {"job_instance_id": 7}


@pytest.mark.parametrize("rest", [b"", gzip.compress(b"  "), bytes(512), b"garbage"], ids=["nothing", "more", "zeros", "garbage"])
def test_an_answer_may_be_packed_in_parts(serve, client, rest):
    body = json.dumps({"result": True, "code": 0, "data": {"job_instance_id": 7}}).encode()
    parts = gzip.compress(body[:20]) + gzip.compress(b"") + gzip.compress(body[20:]) + rest
    reached = client(serve(answering(packed(b"gzip", parts))))
    assert reached.call("execute_job_plan", {}, in_doubt="x") == {"job_instance_id": 7}


def test_packed_parts_have_one_bound_together(serve, client):
    error = failure(client(serve(answering(packed(b"gzip", gzip.compress(bytes(24 << 20)) * 2)))))
    assert "the answer is larger than 32 MiB" in str(error) and error.outcome == "unknown"


def test_a_refusal_without_a_body_is_one_whatever_it_is_packed_as(serve, client):
    def refuse(connection: socket.socket) -> None:
        received(connection)
        connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")

    error = failure(client(serve(refuse)))
    assert "an empty HTTP 401" in str(error) and error.outcome == "not_started"


def test_an_answer_that_promises_to_be_too_large_is_not_read_at_all(serve, client):
    error = failure(client(serve(endlessly(OK + b"Content-Length: 1000000000000\r\n\r\n", b" ", DRIP))))
    assert "the answer is larger than 32 MiB" in str(error) and error.outcome == "unknown"


def test_an_answer_that_is_cut_off_is_none(serve, client):
    def behave(connection: socket.socket) -> None:
        received(connection)
        connection.sendall(success(7)[:-1])

    error = failure(client(serve(behave)))
    assert "failed before execute_job_plan was answered" in str(error) and error.outcome == "unknown"


@pytest.mark.parametrize("proxy", [
    "http://somebody:the-password@", "http://somebody:the-password@proxy:99999", "http://somebody:the-password/1@proxy:3128",
    "somebody:the-password@:3128", "http://somebody:the-password@[::1:3128", "http://somebody:the-password@proxy:0",
], ids=["no host", "port", "slash", "no scheme", "bracket", "port 0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_an_address_is_refused_without_its_password(client, monkeypatch, scheme, proxy):
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy)
    with pytest.raises(JobError, match="the proxy that the environment names for api_url .* is not an address") as error:
        failure(client(f"{scheme}://job.example.com"))
    assert error.value.outcome == "not_started" and "somebody" not in str(error.value) and "the-password" not in str(error.value)


def test_a_proxy_that_is_not_on_the_way_to_job_may_be_anything(serve, client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://somebody:the-password@")
    monkeypatch.setenv("HTTP_PROXY", "http://somebody:the-password@proxy:99999")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    reached = client(serve(lambda connection: received(connection) and connection.sendall(success(7))))
    assert reached.call("execute_job_plan", {}, in_doubt="x") == {"job_instance_id": 7}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_a_proxy_says_of_its_password_is_not_repeated(serve, client, monkeypatch, scheme):
    def refuse(connection: socket.socket) -> None:
        received(connection)
        connection.sendall(b"HTTP/1.1 407 no somebody:the-p%40ssword or the-p@ssword\r\nContent-Length: 12\r\n\r\nthe-p@ssword")

    monkeypatch.setenv(f"{scheme.upper()}_PROXY", serve(refuse).replace("//", "//somebody:the-p%40ssword@"))
    error = failure(client(f"{scheme}://job.example.com"))
    assert error.outcome == "not_started" and "407" in str(error) and "ssword" not in str(error)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator on a port of this machine: HTTP in, HTTP out, in every manner an answer can be delivered."""

from __future__ import annotations

import os
import socket
import socketserver
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from exchange import Answer
from simulator import Simulator

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    # a play with many forks connects all at once
    request_queue_size = 128

    def __init__(self, port: int, simulator: Simulator, verbose: bool) -> None:
        self.simulator = simulator
        self.verbose = verbose
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Without the look-up of the host's name in the parent's, which can take seconds."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up is no error here."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self.simulator.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "BlueKingJobSimulator"
    disable_nagle_algorithm = True
    # buffered, so that an answer is one write: two would cost a kept connection 40 ms each
    wbufsize = -1

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        if len(sent) < length:  # the client has hung up, and no server passes on half a request
            self.close_connection = True
            return
        answer = self.server.simulator.answer(self.command, self.path, dict(self.headers.items()), sent, self.client_address[1])
        time.sleep(answer.delay)
        if answer.manner == "dropped":
            self._drop()
        else:
            self._send_head(answer)
            self._send_body(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _handle

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, answer: Answer) -> None:
        if self.command == "HEAD":
            return
        if answer.manner == "dripping":
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(answer.pause)
        elif answer.manner == "half":
            self.wfile.write(answer.body[:len(answer.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(answer.body)

    def _drop(self) -> None:
        """The client sees a reset, at once; closing the usual way would say good-bye first."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        os.close(self.connection.detach())

    def log_message(self, format, *args) -> None:
        if self.server.verbose:
            super().log_message(format, *args)

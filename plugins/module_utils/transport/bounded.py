# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP with an end, in time and in size, whatever the server does: headers, chunks' sizes and trailers count, too."""
from __future__ import annotations

import http.client
import io
import socket
import time
import zlib
from typing import Any

LARGEST = 32 << 20  # bytes, as received and as unpacked; the status of ten thousand hosts has three million
PACKED = ("gzip", "x-gzip", "deflate")
PART = 1 << 16  # bytes read at once
PARTS = 100  # of a packed answer, each of which costs a copy of what follows it


class Damaged(OSError):
    """An answer that ended before its announced length, or that cannot be unpacked."""


class TooLarge(OSError):
    """The answer is larger than any that JOB sends."""

    def __init__(self) -> None:
        super().__init__(f"the answer is larger than {LARGEST >> 20} MiB")


class _Input(io.RawIOBase):
    """A connection's input, for as long as the connection may take to answer, and no further than the largest answer."""

    def __init__(self, connection: socket.socket, source: io.RawIOBase) -> None:
        super().__init__()
        self._connection, self._source = connection, source
        self._deadline, self._left = time.monotonic() + (connection.gettimeout() or 0), LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise socket.timeout("timed out")
        self._connection.settimeout(seconds)
        count = self._source.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise TooLarge
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read from such an input; http.client itself puts no end to lines that go on and on, nor to their number."""

    def __init__(self, connection: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(connection, *arguments, **options)
        self.fp = io.BufferedReader(_Input(connection, self.fp.detach()))

    def begin(self) -> None:
        super().begin()
        if self.status < 200:
            # http.client takes it for the answer, which is still to come, and then for that of the next request.
            raise ConnectionError(f"an interim answer (HTTP {self.status}) came instead of the answer")
        if (self.length or 0) > LARGEST:  # for which memory would be taken at once
            raise TooLarge


def adapter(of: Any) -> Any:
    """An adapter for sessions of requests, whose HTTPAdapter is given, that reads answers so, through proxies too."""
    class Bounded(of):  # type: ignore[misc]  # a base class that is given, because requests may not be there
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            _bound(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            return _bound(super().proxy_manager_for(*arguments, **options))
    return Bounded()


def content(raw: Any, encoding: str) -> bytes:
    """The body of one of urllib3's responses. It is unpacked here, because older versions of urllib3 unpack without bounds.

    Raises an OSError, or urllib3's HTTPError, if it cannot be read to its end.
    """
    parts = []
    while part := raw.read(PART, decode_content=False):
        parts.append(part)
    if raw.length_remaining:  # which older versions of urllib3 take for an end
        raise Damaged("the answer is cut off")
    return unpacked(b"".join(parts), encoding.strip().lower())


def unpacked(content: bytes, encoding: str) -> bytes:
    """What an answer says, in one of the encodings that were asked for; Damaged for others, one of which can hold terabytes in a kilobyte."""
    if encoding in ("", "identity"):
        return content
    if encoding not in PACKED:
        raise Damaged(f"the answer is packed as {encoding!r}, which was not asked for")
    texts: list[bytes] = []
    left, room = content, LARGEST
    while left.strip(b"\0"):  # parts may follow each other, and zeros the last one; an answer without a body may have this header, too
        if len(texts) == PARTS:
            raise Damaged(f"the answer is packed in more than {PARTS} parts")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as its header says
        try:
            texts.append(unpack.decompress(left, room + 1))
        except zlib.error as error:
            if texts:
                break  # what follows is no part of the answer
            raise Damaged(f"the answer cannot be unpacked: {error}") from None
        room -= len(texts[-1])
        if room < 0:
            raise TooLarge
        if not unpack.eof:
            raise Damaged("the answer is packed, and cut off")
        left = unpack.unused_data
    return b"".join(texts)


def _bound(manager: Any) -> Any:
    """One of urllib3's managers of connection pools, whose connections read answers so."""
    manager.pool_classes_by_scheme = {scheme: _pool(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}
    return manager


def _pool(pool: Any) -> Any:
    connection = pool.ConnectionCls
    if connection.response_class is _Response:
        return pool
    return type(pool.__name__, (pool,), {"ConnectionCls": type(connection.__name__, (connection,), {"response_class": _Response})})

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command as the script that runs it, and its result as the frame in the log."""
from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from . import conceal, script
from .conceal import Seal

LARGEST_DIGITS = 15  # of a size in bytes


class Incomplete(Exception):
    """The log does not contain the whole frame."""


class NotRun(Exception):
    """The script ended before the command was run; says why in one word."""


class NotKept(Exception):
    """The command ran, but the host could not keep its output."""


class StartedTwice(Exception):
    """The script found the folder of its command, which may be running: only the first of two may run it."""


class Frame(NamedTuple):
    """The result of a command. rc: its exit code. size: of the output's text. text: empty if it waits on the host. digest: of line and text."""

    line: bytes
    rc: int
    stdout_size: int
    stderr_size: int
    packed: bool
    size: int
    text: bytes
    digest: str


def written(seal: Seal, command: str, stdin: bytes) -> str:
    """The script that runs a command."""
    lines = command.encode(errors="surrogateescape").split(b"\n")
    data = conceal.close(seal, b"%d\n%s\n%s" % (len(lines), b"\n".join(lines), stdin))
    return script.render(seal.mark, data, conceal.digest(seal, f"{data}\n".encode()), bool(seal.cipher))


def read(seal: Seal, log: str) -> Frame:
    """The frame in a log; Incomplete, NotRun, NotKept, StartedTwice without one."""
    begin = re.search(rf"^{seal.mark} begin (\d+) (\d+) (\d+) ([01]) (\d+)\r?\n", log, re.MULTILINE)
    end = re.search(rf"^{seal.mark} end ([0-9a-f]{{64}})\r?$", log, re.MULTILINE)
    failed = re.search(rf"^{seal.mark} failed (\w+)\r?$", log, re.MULTILINE)
    if failed and not end:
        raise {"output": NotKept, "twice": StartedTwice}.get(failed[1]) or NotRun(failed[1])
    if not begin or not end or any(len(number) > LARGEST_DIGITS for number in begin.groups()):
        raise Incomplete
    rc, stdout_size, stderr_size, packed, size = map(int, begin.groups())
    lines = log[begin.end():end.start()].replace("\r", "").strip("\n")
    text = f"{lines}\n".encode(errors="replace") if lines else b""
    return Frame(begin[0].rstrip("\r\n").encode(), rc, stdout_size, stderr_size, bool(packed), size, text, end[1])


def opened(seal: Seal, frame: Frame, text: bytes) -> tuple[bytes, bytes]:
    """Stdout and stderr, byte for byte; Incomplete if the text is not what the host has written."""
    if len(text) != frame.size or conceal.digest(seal, b"%s\n%s" % (frame.line, text)) != frame.digest:
        raise Incomplete
    content = conceal.disclose(seal, text)
    size = frame.stdout_size + frame.stderr_size
    try:
        content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, size + 1) if frame.packed else content
    except zlib.error:
        raise Incomplete from None
    if len(content) != size:
        raise Incomplete
    return content[:frame.stdout_size], content[frame.stdout_size:]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One command on one host, from its text to its exit code, stdout and stderr."""
from __future__ import annotations

import math
from typing import NamedTuple

from ansible.errors import AnsibleError

from . import command, conceal, result, script, start, wait
from .command import Frame, Incomplete
from .conceal import Seal
from .interruption import Running, lasting, terminated
from .route import Route

PIECE = 360_000  # bytes of a larger output that one job reads: below script.LARGEST when sealed again, even where nothing can be compressed


class Output(NamedTuple):
    """What a command has given back."""

    rc: int
    stdout: bytes
    stderr: bytes


def execute(route: Route, text: str, stdin: bytes = b"") -> Output:
    """Run it once. AnsibleConnectionFailure if it certainly did not run, AnsibleError if its outcome or its output is not known."""
    if "\0" in text:
        raise AnsibleError("a command cannot contain the character NUL")
    seal = conceal.fresh(route.conceal)
    route.client.secrets.update(filter(None, (seal.cipher, seal.digest)))
    job = Running(start.name(route, seal))
    with terminated(route, job):
        job.number = start.begin(route, command.written(seal, text, stdin), seal)
        route.note(f"job {job.number} {job.name!r}")
        instance = wait.ended(route, job.number)
        job.ended = True
        frame = result.frame(route, seal, instance)
    kept = frame.text or (_pieces(route, seal, frame) if frame.size else b"")
    try:
        return Output(frame.rc, *command.opened(seal, frame, kept))
    except (Incomplete, ValueError):
        raise AnsibleError(f"job {job.number} ran the command, but its output is not what the host has sent: JOB, or the agent, has changed it") from None


def _pieces(route: Route, seal: Seal, frame: Frame) -> bytes:
    """An output that was too large for a log; the last job that reads of it also removes it."""
    folder = script.FOLDER + seal.mark
    # When it is gone, somebody else may have made one of its name.
    own = f"[ -O {folder} ] && [ ! -L {folder} ] || exit"
    remove = f"{own}; g=$(cat {folder}/{script.GUARD}); kill -TERM -$g || kill -TERM $g; rm -f {folder}/?; rmdir {folder}"
    count = math.ceil(frame.size / PIECE)
    touch = f"{own}; touch {folder}/{script.READ}"
    reads = [f"{touch}; dd if={folder}/{script.KEPT} bs={PIECE} skip={number} count=1 2>/dev/null" for number in range(count)]
    pieces: list[bytes] = []
    try:
        for text in (*reads[:-1], f"{reads[-1]}; {remove}"):
            piece = execute(route, text).stdout
            if not piece:
                raise AnsibleError("it is on the host no more")
            pieces.append(piece)
    except BaseException as error:
        tidy(route, remove, f"an output stays on the host for {script.WAITS} s")
        if not isinstance(error, AnsibleError):
            raise
        # AnsibleConnectionFailure, too, would say of the command itself that it did not run; from ansible-core 2.19 on also as the cause of an error.
        raise AnsibleError(f"the command ran, but only {len(pieces)} of {count} pieces of its output could be read: {error}") from None
    return b"".join(pieces)


def tidy(route: Route, text: str, otherwise: str) -> None:
    """Remove by this command what a failure has left, also where Ansible's process has ended. otherwise: what is so if that fails."""
    try:
        execute(lasting(route), text)
    except AnsibleError as error:
        route.say(f"{otherwise}: {error}")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to and from a host, by commands: in pieces, checked, and moved into place when they are whole."""
from __future__ import annotations

import hashlib
import os
import posixpath
import secrets
from collections.abc import Iterator
from shlex import quote

from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound

from .execution import Output, execute, tidy
from .route import Route
from .script import FOLDER

PIECE = 1_000_000  # bytes; base64 twice makes 1.8 MB of it, and ESB accepts 2.6 MB
SHA256 = "{ if command -v sha256sum >/dev/null; then sha256sum; else openssl dgst -sha256; fi; }"
# Arguments: the temporary file, its size before this piece, its umask.
APPEND = """t={t}; trap 'rm -f -- "$t"' EXIT; trap 'exit 1' TERM INT HUP; umask {umask}
[ {offset} = 0 ] || [ $(($(wc -c <"$t"))) = {offset} ] || {{ echo 'a piece is missing' >&2; exit 1; }}
cat >>"$t" || exit 1
"""
KEEP = "trap - EXIT"
CHECK = """case "$({sha256} <"$t")" in *{digest}*) ;; *) echo 'the file is not what was sent' >&2; exit 1;; esac
[ ! -d {path} ] || {{ echo 'is a directory' >&2; exit 1; }}
mv -f -- "$t" {path}"""


def put(route: Route, source: str, path: str) -> None:
    """A file of the controller to this path of the host. What was there is replaced by the whole file, or stays."""
    if not os.path.isfile(source):
        raise AnsibleFileNotFound(f"there is no file {source} on the controller")
    try:
        with open(source, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
            file.seek(0)
            _send(route, iter(lambda: file.read(PIECE), b""), digest, path, "022")
    except OSError as error:
        raise AnsibleError(f"cannot read {source} on the controller: {error}") from error


def executed_with_input(route: Route, text: str, content: bytes) -> Output:
    """Run a command with an input that is too large for one job: out of a file that only its user can read, and that it removes first."""
    path, sent = f"{FOLDER}{secrets.token_hex(15)}.in", False
    try:
        _send(route, (content[start:start + PIECE] for start in range(0, len(content), PIECE)), hashlib.sha256(content).hexdigest(), path, "077")
        sent = True
        # eval, because a shell reads all of its text before it runs any of it, and what it cannot read must not leave the file.
        return execute(route, f"exec <{path} && rm -f {path} && eval {quote(text)}")
    except BaseException as error:
        if sent or not isinstance(error, AnsibleConnectionFailure):
            _remove(route, path)
        raise


def fetch(route: Route, path: str, target: str) -> None:
    """A file of the host to this path of the controller, in the same way."""
    output = execute(route, f"cat <{quote(path)}")
    if output.rc:
        raise AnsibleError(f"cannot read {path}: {_reason(output)}")
    part = os.path.join(os.path.dirname(target), f".ansible-job-{secrets.token_hex(15)}")  # the target's own name may be as long as names can be
    try:
        with open(part, "wb") as file:
            file.write(output.stdout)
        os.replace(part, target)
    except OSError as error:
        raise AnsibleError(f"cannot write {target} on the controller: {error}") from error
    finally:
        if os.path.exists(part):
            os.unlink(part)


def _send(route: Route, pieces: Iterator[bytes], digest: str, path: str, umask: str) -> None:
    part = posixpath.join(posixpath.dirname(path), f".ansible-job-{secrets.token_hex(15)}")
    offset, whole = 0, False
    try:
        piece = next(pieces, b"")
        while not whole:
            following = next(pieces, b"")
            whole = not following
            last = CHECK.format(sha256=SHA256, digest=digest, path=quote(path)) if whole else ""
            text = APPEND.format(t=quote(part), offset=offset, umask=umask) + (last or KEEP)
            _done(execute(route, text, piece), path)
            offset, piece = offset + len(piece), following
    except BaseException as error:
        # A single command removes it itself; of several the last may not have run, and the first may have left it.
        if offset or not (whole or isinstance(error, AnsibleConnectionFailure)):
            _remove(route, part)
        raise


def _done(output: Output, path: str) -> None:
    if output.rc:
        raise AnsibleError(f"cannot write {path}: {_reason(output)}")


def _remove(route: Route, part: str) -> None:
    tidy(route, f"rm -f -- {quote(part)}", f"{part} may be left on the host")


def _reason(output: Output) -> str:
    return output.stderr.decode(errors="replace").strip()[-300:] or f"exit code {output.rc}"

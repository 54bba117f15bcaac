# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in a terminal of 80 columns, with modes of the simulator switched on, and passes on all that the terminal got."""
from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
import urllib.request
from pathlib import Path

COLUMNS, ROWS = 80, 40
CONFIG = str(Path(__file__).parent / "playbooks/ansible.cfg")
# Settings of whoever runs this would show in the picture.
FOREIGN = [name for name in os.environ if name == "NO_COLOR" or (name.startswith("ANSIBLE_") and name != "ANSIBLE_COLLECTIONS_PATH")]


def switch(modes: str) -> None:
    request = urllib.request.Request(f"{os.environ['BK_JOB_SIMULATOR']}/simulator/modes", data=modes.encode(), method="PUT")
    urllib.request.urlopen(request, timeout=60).close()


def received(descriptor: int) -> bytes:
    """What a terminal gets until the command ends, which Linux tells by an error."""
    parts = []
    try:
        while part := os.read(descriptor, 1 << 16):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


def main(modes: str, *command: str) -> None:
    switch(modes)
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    child, descriptor = pty.fork()
    if not child:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        os.execve(command[0], command, {**kept, "TERM": "xterm-256color", "ANSIBLE_CONFIG": CONFIG})
    sys.stdout.buffer.write(received(descriptor))
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

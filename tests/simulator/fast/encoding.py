# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""base64 as JOB reads it: what does not belong there is skipped over (commons-codec, by Base64Util)."""

from __future__ import annotations

import base64
import re

FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")


def decode(text: str) -> bytes:
    """The URL-safe letters count as well, and what comes after the padding does not."""
    letters = FOREIGN.sub("", text.replace("-", "+").replace("_", "/")).partition("=")[0]
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def length(text: str) -> int:
    """In bytes, as JOB reckons it without decoding."""
    padding = len(text[-2:]) - len(text[-2:].rstrip("="))
    return max(0, len(text) * 3 // 4 - padding)

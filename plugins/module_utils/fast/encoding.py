# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text and bytes in the form in which JOB receives them."""
from __future__ import annotations

import base64


def encoded(content: str | bytes) -> str:
    """In base64; text as UTF-8."""
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()

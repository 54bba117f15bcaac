# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts without the secrets in them."""
from __future__ import annotations

import re

MASK = "********"
SHORT = 4  # characters; what is shorter is replaced only where it stands alone, else hardly a word would stay whole


def without_secrets(text: str, secrets: set) -> str:
    """A text with every secret in it replaced."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        pattern = re.escape(secret) if len(secret) >= SHORT else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(pattern, MASK, text)
    return text

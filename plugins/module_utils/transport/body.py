# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a request, which tells whether any of it may have left this machine."""
from __future__ import annotations

import io
from collections.abc import Callable


class Body(io.BytesIO):
    """A request's body: a stream, because its position tells afterwards whether any of it can have left this machine."""

    def __init__(self, content: bytes, last_look: Callable[[], None]) -> None:
        super().__init__(content)
        self._last_look = last_look

    def read(self, size: int | None = -1) -> bytes:
        self._last_look()
        return super().read(size)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a request, whose position shows whether any of it may have been sent."""
from __future__ import annotations

import io
from collections.abc import Callable


class Body(io.BytesIO):
    """A request's body: a stream, so that its position shows afterwards whether any of it may have been sent."""

    def __init__(self, content: bytes, before_read: Callable[[], None]) -> None:
        super().__init__(content)
        self._before_read = before_read

    def read(self, size: int | None = -1) -> bytes:
        self._before_read()
        return super().read(size)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings that are ignored while any thread does what they warn of on purpose."""
from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_lock = threading.Lock()
_filters = ExitStack()  # holds the process's filters as they were before the first of these threads
_users = 0


@contextmanager
def ignored(warning: type[Warning]) -> Iterator[None]:
    """The filters belong to the whole process, so the first thread changes them, and the last one restores them."""
    global _users
    with _lock:
        if not _users:
            _filters.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore", warning)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                _filters.close()

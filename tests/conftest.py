# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How pytest runs under ansible-test: in one process for all tests, with its files in this checkout, and measuring coverage where tests/run asks for it."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "tests/output"  # ansible-test's, which git ignores
COVERAGE = OUTPUT / "measured"  # made by tests/run, for ansible-test hands no variables on


def measure():
    """Coverage that has begun; here, because the next conftest.py imports what is measured."""
    from coverage import Coverage
    # `coverage combine` looks for files of this name only.
    coverage = Coverage(config_file=str(ROOT / ".coveragerc"), data_file=str(COVERAGE / ".coverage"), data_suffix=True)
    coverage.start()
    return coverage


def pytest_configure(config):
    """No fork for each test, which ansible-test does: each would start a simulator of its own, and coverage would write a file for each."""
    config.addinivalue_line("markers", "unmeasured: goes the same ways hundreds of times, which takes twice as long when it is measured")
    forking = config.pluginmanager.get_plugin("ansible_forked")
    if forking:
        config.pluginmanager.unregister(forking)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """What a test marked as unmeasured runs does not count, for the others go these ways, too."""
    pauses = measured and item.get_closest_marker("unmeasured")
    if pauses:
        measured.stop()
    yield
    if pauses:
        measured.start()


def pytest_sessionfinish():
    """Each of pytest-xdist's processes writes what it has measured."""
    if measured:
        measured.stop()
        measured.save()


# Otherwise pytest leaves its folders in the system's.
OUTPUT.mkdir(exist_ok=True)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(OUTPUT))
measured = measure() if COVERAGE.is_dir() else None

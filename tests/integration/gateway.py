# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints which of JOB's two gateways a target runs behind: what they differ in does not depend on ansible-core, so the versions that are tested share them."""
from __future__ import annotations

from ansible.release import __version__

print(("esb", "apigw")[int(__version__.split(".")[1]) % 2])

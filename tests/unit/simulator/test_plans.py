# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan shows of itself."""
from __future__ import annotations


def test_an_empty_cipher_is_masked_like_any_other(job):
    ciphers = [{"id": 5, "name": "set", "type": 4, "value": "hidden"}, {"id": 6, "name": "empty", "type": 4}]
    server = job({"targets": None}, of_plan={"global_var_list": ciphers})
    shown = server.ask("get_job_plan_detail", job_plan_id=1)["global_var_list"]
    assert [variable["value"] for variable in shown] == ["******", "******"]

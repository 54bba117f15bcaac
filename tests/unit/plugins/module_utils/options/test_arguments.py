# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the options that are given would be ignored, because another one is missing."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import ignored as ignored_with
from ansible_collections.blueking.job.plugins.modules import execute_job_plan, job_instance_info

WAITS = ["wait_timeout", "wait_interval", "on_confirmation", "on_timeout", "fail_on_ignored_errors", "progress"]
REPORTS = ["max_failed_hosts", "log_hosts", "log_lines", "return_global_vars"]


def ignored(module, given: dict) -> dict:
    return ignored_with(module.SPEC, module.COUNTS_WITH, given)


@pytest.mark.parametrize("wait", [None, False, "no", "false", 0])
def test_what_counts_in_a_wait_only_is_ignored_without_one(wait):
    given = {"job_plan_id": 1, "wait": wait, "exactly_once": True, **dict.fromkeys(WAITS + REPORTS, "any")}
    assert ignored(execute_job_plan, given) == {"wait: true": WAITS + REPORTS}


@pytest.mark.parametrize("wait", [True, "yes", 1, "no boolean", [1]])  # Ansible refuses the last two
def test_with_a_wait_nothing_is_ignored(wait):
    assert ignored(execute_job_plan, {"wait": wait, "wait_timeout": 5}) == {}


def test_an_option_that_is_null_was_not_given():
    assert ignored(execute_job_plan, {"wait_timeout": None}) == {}


@pytest.mark.parametrize("given, found", [
    ({"hosts": "all", "log_hosts": 3, "status": "failed"}, {"job_instance_id": ["hosts", "log_hosts"]}),
    ({"logs": True}, {"job_instance_id": ["logs"]}),
    ({"job_instance_id": 1, "hosts": "all", "log_lines": 3}, {}),
    ({"job_instance_id": 1, "logs": False, "log_lines": 3, "max_failed_hosts": 3}, {"logs: true": ["log_lines"]}),
])
def test_what_belongs_to_one_instance_is_ignored_in_a_list_of_them(given, found):
    assert ignored(job_instance_info, given) == found

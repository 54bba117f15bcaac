# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a task's arguments that a module could not receive as they were given."""
from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION
from ansible_collections.blueking.job.plugins.plugin_utils.arguments import as_json, problem

OPTIONS = {**CONNECTION, "job_plan_id": {"type": "int"}, "global_var_list": {"type": "raw"}, "job_instance_id": {"type": "int"}}


@pytest.mark.parametrize(("args", "said"), [
    ({"global_var_list": [{"name": "day", "value": date(2026, 1, 2)}]}, "global_var_list[0].value is a date"),
    ({"global_var_list": [{"name": "set", "value": {1, 2}}]}, "global_var_list[0].value is a set"),
    ({"global_var_list": [{date(2026, 1, 2): "x"}]}, "has a date as a name: quote it"),
    ({"job_plan_id": [1]}, "job_plan_id is a list, and must be one value"),
    ({"bk_username": None}, "bk_username is given, but empty"),
    ({"job_instance_id": ""}, "was the plan started, and its result registered?"),
])
def test_arguments_that_would_arrive_as_something_else_are_refused(args, said):
    assert said in problem(args, OPTIONS)


def test_arguments_that_json_can_hold_are_accepted_as_they_are():
    args = {"job_plan_id": 100, "global_var_list": [{"name": "version", "value": "1.10", "id": None}, {"name": "on", "value": True}]}
    assert problem(args, OPTIONS) is None
    assert as_json(args) == args


def test_a_list_within_itself_is_refused_without_a_traceback():
    endless: list = []
    endless.append(endless)
    assert "wrong type" in problem({"global_var_list": endless}, OPTIONS)

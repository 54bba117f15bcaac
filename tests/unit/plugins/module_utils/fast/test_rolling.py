# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""rolling_config: what is refused before JOB stores an instance that could run without it, and what JOB then makes of the rest."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.fast import rolling
from ansible_collections.blueking.job.plugins.modules import fast_execute_script
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GROUP = {"dynamic_group_list": [{"id": "x"}]}


def hosts(number: int) -> dict:
    return {"host_id_list": list(range(1, number + 1))}


def refusal(config: object, server: dict | None = None) -> str:
    with pytest.raises(InputError) as error:
        rolling.read(config, server or GROUP)
    return str(error.value)


@pytest.mark.parametrize("expression, read", [
    ("1", "1"), ("10%", "10%"), ("1 +2", "1 +2"), ("1 *2", "1 *2"), ("1 5 10% *2 +3", "1 5 10% *2 +3"), ("  1   10%\t", "1 10%"), (5, "5"), ("100%", "100%")])
def test_what_job_takes_is_read_with_one_blank_between_its_parts(expression, read):
    # JOB splits at each single blank, and takes what is between two of them for an empty part (RollingExpr).
    assert rolling.read({"expression": expression}, GROUP) == {"expression": read, "mode": 1}


@pytest.mark.parametrize("mode, number", [("pause_on_failure", 1), ("ignore_failure", 2), ("confirm", 3)])
def test_modes_are_words(mode, number):
    assert rolling.read({"expression": "1", "mode": mode}, GROUP)["mode"] == number


def test_it_may_be_json():
    assert rolling.read('{"expression": "10%", "mode": "confirm"}', GROUP) == {"expression": "10%", "mode": 3}


@pytest.mark.parametrize("expression, part", [
    ("x", "'x'"), ("1,2", "'1,2'"), ("10 %", "'%'"), ("-1", "'-1'"), ("+10%", "'+10%'"), ("*", "'*'"), ("1.5", "'1.5'"), ("１", "'１'"), ("1 2 three",
                                                                                                                                        "'three'")])
def test_a_part_that_job_does_not_know_is_named(expression, part):
    assert f"rolling_config.expression has the part {part}, which JOB does not know: give parts with blanks between them" in refusal({"expression": expression})


@pytest.mark.parametrize("expression, most", [("0", 1000000), ("0%", 100), ("101%", 100), ("+0", 1000000), ("*0", 10000), ("*10001", 10000),
                                              ("9" * 30, 1000000)])
def test_a_number_that_job_would_fail_at_is_refused(expression, most):
    assert f"its number must be from 1 to {most}" in refusal({"expression": expression})


@pytest.mark.parametrize("config, told", [
    ({}, "rolling_config lacks expression"), ({"expression": ""}, "rolling_config.expression must be a string that is not empty"),
    ({"expression": " "}, "must be a string that is not empty"), ({"expression": ["1"]}, "must be a string"),
    ({"expression": "1", "mode": 1}, "rolling_config.mode must be one of pause_on_failure, ignore_failure, confirm, not 1"),
    ({"expression": "1", "mode": []}, "rolling_config.mode must be one of"),
    ({"expression": "+2"}, "begins with +, at which JOB 3.6 fails"), ({"expression": "*2 5"}, "begins with *, at which JOB 3.6 fails"),
    ({"expression": "1", "type": 2}, "rolling_config has no field 'type'"), ("10%", "rolling_config is a string, but not JSON"), ([], "must be a dict"),
])
def test_what_is_no_configuration_is_refused(config, told):
    assert told in refusal(config)


@pytest.mark.parametrize("expression, number, fits", [
    ("1", 500, True), ("1", 501, False), ("2", 1000, True), ("2", 1001, False), ("1%", 100000, True), ("1 1000", 5000, True), ("1 +1", 100000,
                                                                                                                               True), ("1 *1", 501, False),
    ("1 *2", 100000, True), ("1 *10000", 100000, True)])
def test_more_batches_than_job_makes_are_refused_where_the_hosts_are_known(expression, number, fits):
    if fits:
        assert rolling.read({"expression": expression}, hosts(number))
    else:
        assert f"makes more than 500 batches of {number} hosts, which JOB refuses" in refusal({"expression": expression}, hosts(number))


def test_hosts_count_once():
    assert rolling.read({"expression": "1"}, {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}] * 600})


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=st.text(st.sampled_from("0159+*% "), max_size=12))
def test_nothing_is_ever_stored_without_being_started_in_batches(perform, simulator, connection, clock, expression):
    simulator.reset()
    options = {**connection, "bk_biz_id": 1, "script_content": "echo", "target_server": {"host_id_list": [1, 2, 3, 4, 5]}, "account_alias": "root"}
    result = perform(fast_execute_script, {**options, "rolling_config": {"expression": expression}, "wait": False}, clock=clock)
    assert result["outcome"] == ("started" if simulator.instances() else "not_started")
    assert not simulator.requests() or result["outcome"] == "started"

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs of hosts: whole as far as they fit, shortened fairly, without secrets, and with a warning where an agent may have cut one."""
from __future__ import annotations

import json
import time

import pytest
from ansible_collections.blueking.job.plugins.module_utils.ending import output
from ansible_collections.blueking.job.plugins.modules import fast_execute_script

MEGABYTE = 1_000_000


@pytest.fixture
def run(launch_for_esb, perform_with_task, controlled):
    """Run a script that prints this on each of its hosts; returns the result, its warnings, and how many hosts each request for logs named."""
    def run(logs: dict[int, str], **options: object) -> tuple:
        hosts = [{"bk_host_id": number, "bk_cloud_id": 0, "ip": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"} for number in logs]
        results = [{"hosts": [number], "status": 9, "log": log} for number, log in logs.items()]
        with launch_for_esb(hosts=hosts, fast=[{"results": results}]) as (simulator, connection):
            given = {"bk_biz_id": 1, "script_content": "x", "account_alias": "root", "target_server": {"host_id_list": list(logs)}, **options}
            result, task = perform_with_task(fast_execute_script, {**connection, **given}, clock=controlled(simulator))
            batches = [len(request["body"]["host_id_list"]) for request in simulator.requests() if request["operation"] == "batch_get_job_instance_ip_log"]
        return result, task.warnings, batches
    return run


def sizes(result: dict) -> list[int]:
    return [len(row["stdout"].encode()) for row in result["hosts"]]


@pytest.mark.parametrize("log, largest, kept", [
    ("x" * 100, 100, "x" * 100), ("x" * 101, 100, "x" * 100), ("蓝鲸", 6, "蓝鲸"), ("蓝鲸", 5, "蓝"), ("蓝鲸", 2, ""), ("x", 0, ""), ("", 0, "")])
def test_a_text_is_cut_after_so_many_bytes(log, largest, kept):
    assert output._kept(log, largest, set()) == (kept, kept != log)


def test_an_output_is_returned_as_it_is_or_cut_and_says_so(run):
    log = "\x1b[31mred\x1b[0m\r\n\ttab\x00 \u202e蓝鲸 trailing  \n\n"
    result, _warnings, _batches = run({1: log, 2: "x" * 101}, max_output=100)
    assert [(row["stdout"], row["truncated"]) for row in result["hosts"]] == [(log, False), ("x" * 100, True)]


def test_all_together_are_bounded_over_all_batches_and_the_longest_are_cut_first(run):
    logs = {1: "a" * 100, **dict.fromkeys(range(2, 501), "b" * 17_000), 501: "c" * 18_000}
    result, _warnings, batches = run(logs)
    assert batches == [500, 1] and sizes(result) == [100, *[(output.ALL - 100) // 500] * 500]
    assert [row["truncated"] for row in result["hosts"]] == [False, *[True] * 500]


def test_ten_thousand_hosts_are_read_in_batches_and_quickly(run):
    began = time.process_time()
    result, warnings, batches = run({number: f"host {number}" for number in range(1, 10_001)})
    assert time.process_time() - began < 60  # 5 s on an idle machine
    assert batches == [500] * 20 and not warnings and [row["stdout"] for row in result["hosts"][::5000]] == ["host 1", "host 5001"]


def test_an_answer_that_would_be_too_large_is_asked_for_in_parts(run):
    result, warnings, batches = run(dict.fromkeys(range(1, 9), "x" * 5 * MEGABYTE), max_output=10)
    assert batches == [8, 4, 4] and sizes(result) == [10] * 8
    assert "the output of 8 hosts may be incomplete" in warnings[0]


def test_an_answer_of_one_host_that_is_too_large_is_not_asked_for_again(run):
    result, warnings, batches = run({1: "x" * 34 * MEGABYTE})
    assert batches == [1] and result["hosts"][0]["stdout"] is None and "the answer is larger than 32 MiB" in warnings[0]


@pytest.mark.parametrize("log, told", [
    ("x" * MEGABYTE, True), ("x" * 2 ** 20, True), ("x" * (2 ** 20 - 80), True), ("x" * 2 * 2 ** 20, True), ("x" * 5 * MEGABYTE,
                                                                                                             True), ("x" * 6 * MEGABYTE, True),
    ("x\n" * 20_480, True), ("x\n" * 20_479 + "x", True), ("蓝" * 349_525, True), ("x" * 900_000, False), ("x" * 1_500_000, False), ("x\n" * 20_000,
                                                                                                                                    False), ("", False)])
def test_an_agent_may_have_cut_an_output_that_is_as_long_as_agents_keep(log, told):
    assert output._may_be_cut(log) is told


def test_where_an_agent_may_have_cut_an_output_there_is_a_warning(run):
    _result, warnings, _batches = run({1: "x\n" * 20_480, 2: "x"})
    assert warnings == ["the output of 1 hosts may be incomplete, because an agent keeps 1, 2 or 5 MB or 20480 lines of it, by its version, "
                        "and says nothing of the rest: 10.0.0.1"]


def test_a_secret_is_masked_where_the_output_is_cut_too(run):
    secret = "letmein-4711-letmein"
    result, _warnings, _batches = run({place: "x" * place + secret + "y" * 2000 for place in range(70, 105)}, max_output=100, secret_script_param=secret)
    assert "letm" not in json.dumps(result) and "x********" in json.dumps(result)


def test_a_secret_that_is_printed_ten_thousand_times_is_masked_in_seconds(run):
    began = time.process_time()
    result, _warnings, _batches = run({1: "no secret here, or letmein-4711 \n" * 10_000}, secret_script_param="letmein-4711")
    assert "letmein" not in result["stdout"] and time.process_time() - began < 30


def test_the_level_fits_and_wastes_nothing():
    assert output._level([], 10) == 10 and output._level([5, 20], 10) == 10
    level = output._level([output.ALL] * 3, output.ALL)
    assert output.ALL - 3 < 3 * level <= output.ALL

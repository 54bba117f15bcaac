# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An older JOB is made by its version, and answers as that one does."""
from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.blueking.job.tests.unit.conftest import PROGRAM

MISSING = {"job_plan_id": 4711}


@pytest.mark.parametrize("version, answer", [("3.3", (0, None)), ("3.8.2", (0, None)), ("3.8.3", (1243009, None)), ("3.12", (1243009, None))])
def test_a_plan_that_is_not_there_is_a_success_without_data_up_to_3_8_2(job, version, answer):
    told = job(version=version).answer("get_job_plan_detail", **MISSING)
    assert (told["code"], told["data"]) == answer


@pytest.mark.parametrize("version, started, code", [("3.10.2", 3, 1241002), ("3.10.3", 1, 0), ("3.11", 1, 0)])
def test_a_job_is_created_without_a_start_from_3_10_3_on(job, version, started, code):
    server = job({}, version=version)
    number = server.start(start_task=False)
    assert server.states(number)[0] == started and server.operate(number, 2) == code


@pytest.mark.parametrize("version, code", [("3.10.2", 1241002), ("3.10.3", 1244006)])
def test_a_start_of_no_instance_tells_whether_starts_are_known(job, version, code):
    assert job(version=version).operate(4711, 2) == code


@pytest.mark.parametrize("version, told", [("3.10", False), ("3.11", True)])
def test_whether_a_plan_is_behind_its_template_is_in_lists_from_3_11_only_and_never_in_a_detail(job, version, told):
    server = job({}, version=version, of_plan={"need_update": True})
    row = server.ask("get_job_plan_list")["data"][0]
    assert row.get("need_update") == (True if told else None) and ("need_update" in row) == told
    assert "need_update" not in server.ask("get_job_plan_detail", job_plan_id=1)


@pytest.mark.parametrize("version, code, states", [("3.5", 1241003, (7, 7)), ("3.6", 0, (10, 7)), ("3.12", 0, (10, 7))])
def test_a_job_that_waits_for_a_person_can_be_terminated_from_3_6_on(job, version, code, states):
    server = job({"type": 3}, version=version)
    number = server.start()
    assert server.operate(number, 1) == code
    server.simulator.advance(3600)
    assert server.states(number) == states


@pytest.mark.parametrize("version, kept", [("3.5", False), ("3.6", True)])
def test_a_retry_keeps_the_start_and_the_hosts_that_succeeded_from_3_6_on(job, version, kept):
    server = job({"fail_hosts": [3], "seconds": 5}, version=version)
    number = server.start(seconds=5)
    before = server.status(number)["step_instance_list"][0]
    server.operate_step(number, 2)
    after = server.status(number, return_ip_result=True)["step_instance_list"][0]
    assert (after["start_time"] == before["start_time"]) == kept and (before["execute_count"], after["execute_count"]) == (0, 1)
    assert [host["status"] for host in after["step_ip_result_list"]] == [9 if kept else 3] * 2 + [7]


@pytest.mark.parametrize("version, codes", [("3.5", (1241003, 0)), ("3.6", (0, 0))])
def test_a_stopped_step_is_retried_for_its_failed_hosts_from_3_6_on(job, version, codes):
    server = job({"seconds": 100}, version=version)
    for code, answered in zip((2, 8), codes):
        number = server.start()
        server.operate(number, 1)
        server.simulator.advance(10)
        assert server.states(number) == (11, 11) and server.operate_step(number, code) == answered


@pytest.mark.parametrize("version, told", [
    ("3.2", "there is no version 3.2, there are 3.3 to 3.12"), ("3.13", "there is no version 3.13"), ("newest", "there is no version newest")])
def test_a_version_that_never_was_is_refused(tmp_path, version, told):
    file = tmp_path / "data.json"
    file.write_text(f'{{"version": "{version}"}}', encoding="utf-8")
    run = subprocess.run([sys.executable, str(PROGRAM), "--data", str(file)], stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode and told in run.stderr


def test_the_help_names_the_version_and_what_older_ones_lack():
    told = subprocess.run([sys.executable, str(PROGRAM), "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "It is JOB 3.12" in told and "3.10.3  start_task, operation 2 and 1241015" in told

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance tells of itself: its scope, its values, its hosts' logs, and who may confirm."""
from __future__ import annotations

import pytest

CONFIRM, END_HERE = 6, 9
NOT_A_CONFIRMER = 1244016


@pytest.mark.parametrize("said", [True, "true", "True", "TRUE", 1, "1"])
def test_hosts_are_told_however_yes_is_written(job, said):
    server = job({})
    number = server.start()
    assert len(server.status(number, return_ip_result=said)["step_instance_list"][0]["step_ip_result_list"]) == 3


@pytest.mark.parametrize("said", [False, "false", "False", 0, "", None])
def test_hosts_are_not_told_however_no_is_written(job, said):
    server = job({})
    number = server.start()
    assert "step_ip_result_list" not in server.status(number, return_ip_result=said)["step_instance_list"][0]


def test_a_status_names_the_scope_in_both_ways(job):
    server = job({})
    told = server.status(server.start())["job_instance"]
    assert (told["bk_biz_id"], told["bk_scope_type"], told["bk_scope_id"]) == (1, "biz", "1")


@pytest.mark.parametrize("operation, fields, code", [
    ("get_job_instance_status", {}, 1241007), ("get_job_instance_status", {"job_instance_id": 4711}, 1244006),
    ("get_job_instance_global_var_value", {"job_instance_id": 4711}, 1244006),
    ("operate_job_instance", {"operation_code": 1}, 1241002), ("operate_job_instance", {"job_instance_id": 10000, "operation_code": 9}, 1241002),
    ("operate_job_instance", {"job_instance_id": 10000}, 1241002),
    ("operate_step_instance", {"job_instance_id": 10000, "step_instance_id": 1, "operation_code": 2}, 1244007),
    ("operate_step_instance", {"job_instance_id": 10000, "step_instance_id": 1, "operation_code": 7}, 1241002),
    ("get_job_instance_ip_log", {"job_instance_id": 10000, "step_instance_id": 1, "bk_host_id": 1}, 1244006),
    ("get_job_instance_ip_log", {"job_instance_id": 10000, "step_instance_id": 20001}, 1241007),
    ("get_job_instance_ip_log", {"job_instance_id": 10000, "step_instance_id": 20001, "ip": "10.0.0.1"}, 1241007),
    ("batch_get_job_instance_ip_log", {"job_instance_id": 10000, "step_instance_id": 20001}, 1241007),
    ("batch_get_job_instance_ip_log", {"job_instance_id": 10000, "step_instance_id": 20001, "host_id_list": [*range(1, 502)]}, 1241007)])
def test_what_is_missing_or_is_not_there_is_refused_by_its_code(job, operation, fields, code):
    server = job({})
    server.start()
    assert server.code(operation, **fields) == code


def values(server, number: int) -> list:
    rows = server.ask("get_job_instance_global_var_value", job_instance_id=number)["step_instance_var_list"]
    return [{variable["name"]: variable["value"] for variable in row["global_var_list"]} for row in rows]


def test_values_are_those_of_script_steps_and_of_those_to_come_too(job):
    variables = [{"id": 1, "name": "hosts", "type": 3, "server": {"host_id_list": [1]}}, {"id": 2, "name": "release", "type": 1, "value": "1.0"}]
    server = job({"sets": {"release": "1.1"}}, {"type": 2}, {"type": 3}, {"sets": {"release": "2.0"}}, of_plan={"global_var_list": variables})
    number = server.start()
    assert server.states(number)[3] == 7 and values(server, number) == [{"release": "1.1"}, {"release": "1.1"}]
    server.operate_step(number, CONFIRM, step=2)
    assert values(server, number) == [{"release": "1.1"}, {"release": "2.0"}]


def test_a_plan_without_variables_has_no_values(job):
    server = job({"targets": None}, of_plan={"global_var_list": []})
    assert values(server, server.start()) == []


class TestLogs:
    @staticmethod
    def one(server, number: int, **host: object) -> dict:
        step = server.status(number)["step_instance_list"][0]["step_instance_id"]
        return server.ask("get_job_instance_ip_log", job_instance_id=number, step_instance_id=step, **host)

    @staticmethod
    def many(server, number: int, **hosts: object) -> dict:
        step = server.status(number)["step_instance_list"][0]["step_instance_id"]
        return server.ask("batch_get_job_instance_ip_log", job_instance_id=number, step_instance_id=step, **hosts)

    def test_an_unknown_host_has_a_log_without_content(self, job):
        server = job({})
        assert self.one(server, server.start(), bk_host_id=4711) == {
            "log_type": 1, "bk_host_id": 4711, "bk_cloud_id": None, "ip": None, "log_content": None, "file_logs": None}

    def test_a_host_asked_for_by_its_address_gets_its_id(self, job):
        server = job({"log": "hello from {ip}"})
        told = self.one(server, server.start(), bk_cloud_id=0, ip="10.0.0.2")
        assert (told["bk_host_id"], told["log_content"]) == (2, "hello from 10.0.0.2")

    def test_a_blank_log_is_left_out_of_one_and_hosts_without_output_have_no_row_in_many(self, job):
        server = job({"log": " "})
        number = server.start()
        assert self.one(server, number, bk_host_id=1)["log_content"] is None
        server = job({"results": [{"hosts": [1], "log": ""}]})
        logs = self.many(server, server.start(), host_id_list=[1, 2, 4711])
        assert [row["bk_host_id"] for row in logs["script_task_logs"]] == [2] and logs["file_task_logs"] is None

    def test_many_logs_of_none_are_null(self, job):
        server = job({})
        assert self.many(server, server.start(), host_id_list=[4711])["script_task_logs"] is None

    def test_after_a_retry_many_logs_are_those_of_the_hosts_that_ran_again(self, job):
        server = job({"fail_hosts": [3]})
        number = server.start()
        server.operate_step(number, 2)
        assert [row["bk_host_id"] for row in self.many(server, number, host_id_list=[1, 2, 3])["script_task_logs"]] == [3]
        assert self.one(server, number, bk_host_id=1)["log_content"] == "ok"

    def test_a_file_s_log_has_paths_and_a_status_of_its_own_and_in_many_how_much_and_how_fast(self, job):
        server = job({"type": 2, "fail_hosts": [3]})
        number = server.start()
        rows = self.many(server, number, host_id_list=[1, 3])["file_task_logs"]
        logs = [row["file_logs"][0] for row in rows]
        assert [log["status"] for log in logs] == [4, 5] and all(log["src_path"] and log["dest_path"] and log["size"] and log["speed"] for log in logs)
        down, up = self.one(server, number, bk_host_id=1)["file_logs"]
        assert (down["mode"], down["dest_ip"]["ip"], down["size"], up["mode"], up["dest_ip"]) == (1, "10.0.0.1", None, 0, None)


class TestConfirmation:
    @pytest.mark.parametrize("version, people, user, code", [
        ("3.12", {}, "operator", 0), ("3.12", {"confirm_users": ["admin"]}, "operator", 0), ("3.5", {"confirm_users": ["admin"]}, "operator", NOT_A_CONFIRMER),
        ("3.5", {"confirm_users": ["admin"]}, "admin", 0), ("3.12", {"confirm_roles": ["admin"]}, "operator", NOT_A_CONFIRMER),
        ("3.12", {"confirm_roles": ["admin"]}, "admin", 0), ("3.12", {"confirm_roles": ["admin"], "confirm_users": ["operator"]}, "operator", 0)])
    @pytest.mark.parametrize("operation", [CONFIRM, END_HERE])
    def test_who_has_no_role_that_it_names_may_not_confirm(self, job, version, people, user, code, operation):
        server = job({"type": 3, **people}, version=version)
        assert server.operate_step(server.start(), operation, user=user) == code

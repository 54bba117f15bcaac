# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever JOB or a gateway says, and wherever it says it: no secret, no terminal's code and no megabyte of it comes out."""
from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    execute_job_plans,
    fast_execute_script,
    fast_transfer_file,
    job_instance_info,
    job_instance_wait,
    job_plan_info,
    operate_job_instance,
    operate_step_instance,
    push_config_file,
)

CIPHER, OF_ENVIRONMENT, OTHER_SECRET = "hunter2-of-the-plan", "token-of-the-environment", "app-secret-of-the-environment"
SECRETS = (CIPHER, OF_ENVIRONMENT, OTHER_SECRET, "app-secret-of-the-tests", "user-token-of-the-tests")
TEXT = (f"\x1b[31mred\x1b]0;title\x07 {' '.join(SECRETS)} {CIPHER[:5]}\x1b[1m{CIPHER[5:]} {base64.b64encode(b'x:' + CIPHER.encode()).decode()} "
        f"\u202e{CIPHER.encode().hex()}\x9b2J ") + "x" * 21_000
DEEP: object = "x"
for _level in range(400):
    DEEP = [DEEP]
ODD = [TEXT, DEEP, {TEXT: TEXT}, 10 ** 4000, None]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("BK_JOB_ACCESS_TOKEN", OF_ENVIRONMENT)
    monkeypatch.setenv("BKPAAS_APP_SECRET", OTHER_SECRET)


def plan(odd: object) -> dict:
    # JOB goes by a variable's name, so it has to be one.
    name = odd if isinstance(odd, str) else "other"
    return {
        "id": 1, "job_template_id": odd, "name": odd, "creator": odd, "last_modify_user": odd, "create_time": odd, "last_modify_time": odd, "need_update": odd,
        "global_var_list": [
            {"id": 11, "name": "password", "type": 4, "required": 1, "value": "******", "description": odd},
            {"id": 12, "name": name, "type": 1, "required": odd, "used": odd, "value": odd, "description": odd},
            {"id": 13, "name": "hosts", "type": 3, "value": odd, "server": {
                "ip_list": [{"bk_cloud_id": odd, "ip": odd}, odd], "topo_node_list": [{"id": odd, "node_type": odd}], "dynamic_group_list": [{"id": odd}],
                "host_id_list": [odd], "other": odd}},
            {"id": 14, "name": "server", "type": 3, "server": odd}],
        "step_list": [{"id": odd, "name": odd, "type": odd}, odd],
    }


def status(odd: object, code: int = 4) -> dict:
    host = {"bk_host_id": odd, "bk_cloud_id": odd, "ip": odd, "status": 104, "exit_code": odd, "error_code": odd, "tag": odd, "start_time": odd}
    step = {"step_instance_id": 5, "name": odd, "type": odd, "status": code, "execute_count": odd, "start_time": odd, "total_time": odd}
    return {"finished": code == 4, "job_instance": {"job_instance_id": 7, "name": odd, "status": code, "create_time": odd, "end_time": odd, "total_time": odd},
            "step_instance_list": [{**step, "step_ip_result_list": [host, odd]}, odd]}


def answers(odd: object) -> list[dict]:
    """An answer to every operation, with this wherever a text might be."""
    row = {"job_instance_id": 7, "name": odd, "status": 4, "type": odd, "job_plan_id": odd, "operator": odd, "create_time": odd, "launch_mode": odd}
    data = {
        "get_job_plan_detail": plan(odd),
        "get_job_plan_list": {"data": [plan(odd), {**plan(odd), "id": 2, "name": "Wanted"}], "total": 2},
        **{operation: {"job_instance_id": 7, "job_instance_name": odd, "step_instance_id": odd} for operation in (
            "execute_job_plan", "fast_execute_script", "fast_transfer_file", "push_config_file")},
        "check_script": [{"line": odd, "level": odd, "description": odd, "line_content": odd, "match_content": odd}, odd],
        "get_job_instance_status": status(odd),
        "get_job_instance_list": {"data": [row], "total": 1},
        "get_job_instance_global_var_value": {"step_instance_var_list": [{"global_var_list": [{"name": odd, "value": odd}, {"name": "x", "value": odd}]}, odd]},
        "batch_get_job_instance_ip_log": {"script_task_logs": [{"bk_host_id": odd, "bk_cloud_id": odd, "ip": odd, "log_content": odd}, odd]},
        "operate_job_instance": {"job_instance_id": odd}, "operate_step_instance": {"step_instance_id": odd},
    }
    return [{"mode": "answer", "operation": operation, "body": json.dumps({"result": True, "code": 0, "message": odd, "request_id": odd, "data": content})}
            for operation, content in data.items()]


TARGETS = {"target_server": {"host_id_list": [1]}, "account_alias": "root"}
SOURCE = {"file_list": ["/b"], "server": TARGETS["target_server"], "account": {"alias": "root"}}
RUNS = {
    "start": (execute_job_plan, {"job_plan_id": 1, "wait": True, "return_global_vars": True}),
    "start by a name": (execute_job_plan, {"job_plan_name": "Wanted"}),
    "start by another name": (execute_job_plan, {"job_plan_name": "Wnted"}),
    "start with what does not fit": (execute_job_plan, {"job_plan_id": 1, "global_var_list": [{"name": "othr", "value": "1"}, {"id": 99, "value": "1"}]}),
    "script": (fast_execute_script, {**TARGETS, "script_content": "echo", "secret_script_param": CIPHER}),
    "push": (push_config_file, {**TARGETS, "file_list": [{"file_name": "a", "content": CIPHER}], "file_target_path": "/a"}),
    "transfer": (fast_transfer_file, {**TARGETS, "file_source_list": [SOURCE], "file_target_path": "/a"}),
    "start many": (execute_job_plans, {"plans": [{"job_plan_id": 1, "label": TEXT}, {"job_plan_name": "Wanted"}], "wait": True}),
    "start many by another name": (execute_job_plans, {"plans": [{"job_plan_name": "Wnted"}]}),
    "start many with what does not fit": (execute_job_plans, {"plans": [{"job_plan_id": 1, "global_var_list": [{"id": 99, "value": ""}]}]}),
    "one plan": (job_plan_info, {"job_plan_id": 1}),
    "plans": (job_plan_info, {}),
    "one instance": (job_instance_info, {"job_instance_id": 7, "hosts": "all", "return_global_vars": True}),
    "instances": (job_instance_info, {}),
    "wait": (job_instance_wait, {"job_instance_id": 7}),
    "wait for many": (job_instance_wait, {"job_instance_ids": [7, {"job_instance_id": None, "outcome": TEXT, "msg": TEXT, "label": TEXT}]}),
    "terminate": (operate_job_instance, {"job_instance_id": 7, "operation": "terminate"}),
    "confirm": (operate_step_instance, {"job_instance_id": 7, "operation": "confirm"}),
}


def has_no_secret(told: object) -> None:
    said = json.dumps(told, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in said or base64.b64encode(b"x:" + secret.encode()).decode()[4:-4] in said]


def is_fit(told: object) -> None:
    has_no_secret(told)
    said = json.dumps(told, ensure_ascii=False)
    assert CIPHER.encode().hex() not in said and "\\u001b" not in said and "\\u009b" not in said and "\x9b" not in said and "\u202e" not in said
    assert len(said) < 20_000


@pytest.mark.unmeasured
@pytest.mark.parametrize("answered", [answers(odd) for odd in ODD], ids=["text", "deep", "dict", "number", "null"])
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("module, options", RUNS.values(), ids=RUNS)
def test_whatever_job_says_where_a_text_is_expected(perform_with_task, connection, simulator, module, options, check_mode, answered):
    options = {**connection, "bk_biz_id": 1, **options}
    starts = module in (execute_job_plan, execute_job_plans)
    if starts:
        options["global_var_list"] = [{"name": "password", "value": CIPHER}, *options.get("global_var_list", [])]
    simulator.misbehave_in_turn(answered)
    lines: list[str] = []
    secrets = set() if starts else {CIPHER}  # of which other modules cannot know
    result, task = perform_with_task(module, options, check_mode=check_mode, diff=True, say=lines.append, secrets=secrets)
    # Default values are values, so they are as long as they are.
    for one in result.get("plans", ()):
        one["global_var_list"] = [{**variable, "value": None} for variable in one.get("global_var_list", ())]
    result.get("global_vars", {}).clear()
    # So are outputs, and as they were printed.
    outputs = [one.pop(name, None) for one in (result, *(result.get("hosts") or ())) for name in ("stdout", "stdout_lines")]
    has_no_secret(outputs)
    assert CIPHER.encode().hex() not in json.dumps(outputs)
    is_fit([result, task.warnings, task.shown, lines])


@pytest.mark.parametrize("odd", ODD, ids=["text", "deep", "dict", "number", "null"])
@pytest.mark.parametrize("permission", [False, True])
def test_whatever_a_refusal_says(perform_with_task, connection, simulator, odd, permission):
    actions = {"permission": {"actions": [{"id": odd, "name": odd}, odd] * 50}} if permission else {}
    refusal = {"result": False, "code": 1241002, "message": odd, "request_id": odd, "job_request_id": odd, "data": odd, **actions}
    simulator.misbehave("answer", body=json.dumps(refusal))
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 101, "global_var_list": [
        {"name": "web_hosts", "server": {"host_id_list": [1]}}, {"name": "version", "value": "1"}, {"name": "db_password", "value": CIPHER}]}
    result, task = perform_with_task(execute_job_plan, options)
    assert result["outcome"] == "not_started" and result["code"] == 1241002
    assert len(result["msg"]) < 3000 and isinstance(result["request_id"], (str, type(None)))
    is_fit([result, task.warnings, task.shown])


def test_values_are_whole_but_for_the_secrets_in_them(perform, connection, simulator):
    value = "first line\n  second line  \n" + "x" * 30_000
    simulator.misbehave_in_turn(answers(value + "user-token-of-the-tests"))
    [one] = perform(job_plan_info, {**connection, "bk_biz_id": 1, "job_plan_id": 1})["plans"]
    assert one["global_var_list"][1]["value"] == value + "********"


def test_a_plan_is_found_by_the_name_that_job_has_whatever_is_shown_of_it(perform, connection, simulator):
    name = "Two  spaces user-token-of-the-tests"
    simulator.misbehave_in_turn([{"mode": "answer", "operation": "get_job_plan_list", "body": json.dumps(
        {"result": True, "code": 0, "data": {"data": [{"id": 5, "name": name}, {"id": 6, "name": f"{name}!"}], "total": 2}})}])
    [one] = perform(job_plan_info, {**connection, "bk_biz_id": 1, "name": name})["plans"]
    assert (one["job_plan_id"], one["name"]) == (5, "Two  spaces ********")
    result = perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_name": name, "check_plan": False}, check_mode=True)
    assert (result["job_plan_id"], result["job_plan_name"]) == (5, "Two  spaces ********")


def test_a_short_secret_leaves_hosts_ids_counts_and_times_as_they_are(perform, connection, simulator):
    told = {
        "get_job_plan_detail": {"id": 1, "name": "x", "step_list": [], "global_var_list": [
            {"id": 1, "name": "password", "type": 4, "value": "******"},
            {"id": 11, "name": "hosts", "type": 3, "server": {"ip_list": [{"bk_cloud_id": 1, "ip": "1.1.1.1"}]}}]},
        "execute_job_plan": {"job_instance_id": 1, "job_instance_name": "1"},
        "get_job_instance_status": {"finished": True, "job_instance": {"name": "1", "status": 4, "create_time": 1000}, "step_instance_list": [
            {"step_instance_id": 1, "name": "1", "type": 1, "status": 4, "total_time": 1000, "step_ip_result_list": [
                {"bk_host_id": 1, "bk_cloud_id": 1, "ip": "1.1.1.1", "status": 104, "exit_code": 1, "tag": "1"}]}]}}
    simulator.misbehave_in_turn([{"mode": "answer", "operation": operation, "body": json.dumps({"result": True, "code": 0, "data": data})}
                                 for operation, data in told.items()])
    options = {**connection, "bk_biz_id": 1, "job_plan_id": 1, "wait": True, "global_var_list": [{"name": "password", "value": "1"}]}
    result = perform(execute_job_plan, options, diff=True)
    [host], [step] = result["failed_hosts"], result["steps"]
    assert (host["bk_host_id"], host["bk_cloud_id"], host["ip"], host["exit_code"], host["tag"]) == (1, 1, "1.1.1.1", 1, "********")
    assert (step["duration"], step["hosts"]["failed"], result["job_instance_id"], result["created_at"]) == (1.0, 1, 1, "1970-01-01T00:00:01Z")
    assert '"1:1.1.1.1"' in result["diff"]["before"] and "1:1.1.1.1" in result["msg"]

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fast_execute_script sends, refuses, checks and returns, against both gateways."""
from __future__ import annotations

import base64
import json
import re

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.blueking.job.plugins.module_utils.task import Task, run_here
from ansible_collections.blueking.job.plugins.modules import (
    execute_job_plan,
    fast_execute_script,
    job_instance_info,
    job_instance_wait,
    operate_job_instance,
    operate_step_instance,
)

ONE = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}
THREE = {"host_id_list": [1, 2, 3]}
USUAL = {"bk_biz_id": 1, "script_content": "echo hello", "target_server": ONE, "account_alias": "root"}
LARGEST_IN_HEADER = 1_965_888  # bytes, if the credentials are not in the body
LOGIN_FIELDS = ("bk_app_code", "bk_app_secret", "bk_token", "bk_username")


@pytest.fixture
def run(perform_with_task, connection, clock):
    """Run a script with these options in addition; returns the result, with the warnings in it."""
    def with_options(check_mode=False, **options):
        given = {name: value for name, value in {**connection, **USUAL, **options}.items() if value is not None}
        result, task = perform_with_task(fast_execute_script, given, clock=clock, check_mode=check_mode)
        return {**result, "warnings": task.warnings, "invocation": task.shown}
    return with_options


@pytest.fixture
def body(simulator):
    """What the one start asked JOB for, without the credentials."""
    def without_credentials():
        [request] = [request for request in simulator.requests() if request["operation"] == "fast_execute_script"]
        return {name: value for name, value in request["body"].items() if name not in LOGIN_FIELDS}
    return without_credentials


@pytest.fixture
def launch_fast(launch_for_esb, perform_with_task, controlled):
    """Run a script on a simulator with these sections; returns the result, with the warnings in it, and the simulator."""
    def run(options: dict, **sections: object) -> dict:
        with launch_for_esb(**sections) as (simulator, connection):
            result, task = perform_with_task(fast_execute_script, {**connection, **USUAL, **options}, clock=controlled(simulator))
            return {**result, "warnings": task.warnings, "requests": [request["operation"] for request in simulator.requests()]}
    return run


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# What is sent.

def test_the_script_arrives_as_base64_with_a_name_of_its_own(run, body):
    assert run(wait=False)["outcome"] == "started"
    sent = body()
    name = sent.pop("task_name")
    assert re.fullmatch("Ansible fast_execute_script [0-9]{15}", name)
    assert sent == {"bk_biz_id": 1, "script_content": encoded("echo hello"), "script_language": 1, "target_server": ONE, "account_alias": "root"}


def test_every_optional_field_arrives(run, body):
    rolling = {"expression": "1 10%", "mode": "confirm"}
    run(task_name="Disk", script_param="-a 'b c'", account_alias=None, account_id=1, timeout=60, rolling_config=rolling,
        callback_url="http://127.0.0.1:9/x", wait=False)
    assert body() == {
        "bk_biz_id": 1, "script_content": encoded("echo hello"), "script_language": 1, "script_param": encoded("-a 'b c'"),
        "target_server": ONE, "account_id": 1,
        "task_name": "Disk", "timeout": 60, "rolling_config": {"expression": "1 10%", "mode": 3}, "callback_url": "http://127.0.0.1:9/x"}


def test_a_secret_parameter_is_sent_as_sensitive(run, body):
    run(secret_script_param="hunter2", wait=False)
    assert (body()["script_param"], body()["is_param_sensitive"]) == (encoded("hunter2"), 1)


@pytest.mark.parametrize("given, sent", [({"script_id": "kept"}, {"script_id": "kept"}), ({"script_version_id": 11}, {"script_version_id": 11})])
def test_a_script_of_jobs_own_is_named(launch_for_esb, perform, controlled, given, sent):
    scripts = [{"bk_biz_id": 1, "script_id": "kept", "versions": [{"script_version_id": 11, "content": "echo new", "status": 1}]}]
    with launch_for_esb(scripts=scripts) as (simulator, connection):
        options = {**connection, **USUAL, **given}
        del options["script_content"]
        assert perform(fast_execute_script, options, clock=controlled(simulator))["outcome"] == "started"
        [request] = [request["body"] for request in simulator.requests() if request["operation"] == "fast_execute_script"]
    assert sent.items() <= request.items() and not {"script_content", "script_language"} & set(request)


def test_a_script_is_as_patient_with_the_quota_as_a_plan(launch_for_esb, perform, controlled):
    plans = [{"bk_biz_id": 1, "id": 1, "name": "Long", "global_var_list": [], "step_list": [{"name": "x", "type": 1, "seconds": 60}]}]
    with launch_for_esb(plans=plans, quota={"resource_scope": 1}) as (simulator, connection):
        clock = controlled(simulator)
        perform(execute_job_plan, {**connection, "bk_biz_id": 1, "job_plan_id": 1}, clock=clock)
        refused = perform(fast_execute_script, {**connection, **USUAL, "quota_timeout": 20}, clock=clock)
        assert refused["outcome"] == "not_started" and "asked for 20 s (quota_timeout)" in refused["msg"] and len(simulator.instances()) == 1
        assert perform(fast_execute_script, {**connection, **USUAL, "quota_timeout": 60}, clock=clock)["outcome"] == "started"


@pytest.mark.parametrize("first_line, number", [
    ("#!/bin/sh", 1), ("#!/bin/bash -e", 1), ("#! /usr/bin/env bash", 1), ("echo", 1), ("#!/usr/bin/python3", 4), ("#!/usr/bin/env python3.11", 4),
    ("#!/usr/bin/env -S python3 -u", 4), ("#!/usr/bin/env PYTHONHASHSEED=0 python3", 4), ("#!/opt/py/bin/python", 4), ("#!/usr/bin/perl -w", 3),
    ("#!/usr/bin/env pwsh", 5), ("#!/usr/bin/ruby", 1), ("#!", 1), ("# python", 1), ("\n#!/usr/bin/python3", 1)])
def test_the_first_line_tells_the_language(run, body, first_line, number):
    run(script_content=f"{first_line}\nx", wait=False)
    assert body()["script_language"] == number


@pytest.mark.parametrize("language, number", [("shell", 1), ("bat", 2), ("perl", 3), ("python", 4), ("powershell", 5)])
def test_a_language_that_is_given_counts(run, body, language, number):
    run(script_content="#!/usr/bin/env python3\nx", script_language=language, wait=False)
    assert body()["script_language"] == number


@pytest.mark.parametrize("language", ["perl", "python"])
def test_a_language_without_a_line_for_its_interpreter_is_warned_about(run, language):
    [warning] = run(script_language=language)["warnings"]
    assert f"script_language is {language}, but script_content does not begin with #!" in warning


def test_a_macro_in_a_parameter_is_warned_about(run):
    assert run(script_param="[DATEFMT:%Y]", wait=False)["warnings"] == ["JOB replaces [DATEFMT:...] in a script's parameter by a date"]


@pytest.mark.parametrize("content", ["echo 蓝鲸 🐳\n", "a\tb\x7f", " leading", "x" * 1_000_000, "echo\r", "\ufeffecho", "echo {{ x }} '\"\\$"])
def test_any_text_arrives_whole(run, body, content):
    run(script_content=content, wait=False)
    assert base64.b64decode(body()["script_content"]).decode() == content


@pytest.mark.parametrize("content", ["#!/usr/bin/env python3\nprint('a\r\n')", "echo\r", "#!/usr/bin/perl\n__END__\r\n"])
def test_line_ends_of_windows_may_be_where_they_do_no_harm(run, content):
    assert run(script_content=content, wait=False)["outcome"] == "started"


@pytest.mark.parametrize("language", ["bat", "powershell"])
def test_scripts_for_windows_may_have_its_line_ends(run, body, language):
    run(script_content="dir\r\n", script_language=language, wait=False)
    assert body()["script_content"] == encoded("dir\r\n")


# What is refused, before anything is sent.

@pytest.mark.parametrize("options, told", [
    ({"script_content": ""}, "script_content must be a string that is not empty"),
    ({"script_content": " \n"}, "script_content must be a string that is not empty"),
    ({"script_content": "echo\0"}, "script_content has a NUL character in it, and a script is text"),
    ({"script_content": "echo\r\nls\r\n"}, "script_content: \"{{ lookup('ansible.builtin.file', 'NAME').splitlines() | join('\\n') }}\""),
    ({"script_content": "#!/usr/bin/env python3\r\nx"}, "script_content has line ends of Windows (\\r\\n), with which a host cannot run it"),
    ({"script_content": "x" * 16_777_216}, "script_content has 16777216 bytes, and JOB stores 16777215 at most"),
    ({"script_content": "蓝" * 5_592_406}, "script_content has 16777218 bytes"),
    ({"script_param": "x\0"}, "script_param has a NUL character in it"),
    ({"script_param": "蓝" * 22_000}, "script_param has 66000 bytes, and JOB stores 65535 at most"),
    ({"secret_script_param": "x" * 48_129}, "secret_script_param has 48129 bytes, and JOB stores 48128 at most"),
    ({"target_server": {}}, "target_server has no hosts in it, and there would be nothing to run on: fill one of"),
    ({"target_server": {"host_id_list": []}}, "target_server has no hosts in it"),
    ({"target_server": "10.0.0.1"}, "target_server is a string, but not JSON"),
    ({"target_server": {"hosts": [1]}}, "target_server has no field 'hosts'"),
    ({"target_server": {"ip_list": [{"bk_cloud_id": 0, "ip": "::1"}]}}, "target_server.ip_list[0].ip '::1' is not an IPv4 address"),
    ({"account_alias": " "}, "account_alias must be a string that is not empty"),
    ({"account_alias": None, "account_id": 0}, "account_id must be a positive integer"),
    ({"script_content": None, "script_version_id": 0}, "script_version_id must be a positive integer"),
    ({"script_content": None, "script_id": ""}, "script_id must be a string that is not empty"),
    ({"task_name": "x" * 513}, "task_name has 513 characters, and JOB stores 512 at most"),
    ({"task_name": ""}, "task_name must be a string that is not empty"),
    ({"timeout": 0}, "timeout must be from 1 to 259200 seconds (86400 with JOB before 3.7), not 0"),
    ({"timeout": 259_201}, "timeout must be from 1 to 259200 seconds"),
    ({"rolling_config": {"expression": "ten"}}, "rolling_config.expression has the part 'ten'"),
    ({"callback_url": "https://u:p@example.com/"}, "callback_url has a user name before the host, which JOB refuses"),
    ({"max_output": -1}, "max_output must be 0 or more, not -1"),
    ({"wait_timeout": -1}, "wait_timeout must be a number of seconds"),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_wrong_input_is_refused_before_anything_is_sent(run, simulator, options, told, check_mode):
    result = run(check_mode, **options)
    assert (result["failed"], result["changed"], result["outcome"]) == (True, False, "not_started") and told in result["msg"]
    assert simulator.requests() == []


@pytest.mark.parametrize("options, told", [
    ({"script_id": "x"}, "parameters are mutually exclusive: script_content|script_id|script_version_id"),
    ({"script_content": None}, "one of the following is required: script_content, script_id, script_version_id"),
    ({"account_id": 1}, "parameters are mutually exclusive: account_alias|account_id"),
    ({"account_alias": None}, "one of the following is required: account_alias, account_id"),
    ({"script_param": "a", "secret_script_param": "b"}, "parameters are mutually exclusive: script_param|secret_script_param"),
    ({"script_content": None, "script_id": "x", "script_language": "perl"}, "missing parameter(s) required by 'script_language': script_content"),
    ({"target_server": None}, "missing required arguments: target_server"),
])
def test_options_that_do_not_go_together_are_refused(options, told):
    given = {name: value for name, value in {**USUAL, **options}.items() if value is not None}
    assert told in ArgumentSpecValidator(**fast_execute_script.SPEC).validate(given).error_messages


@pytest.mark.parametrize("option", ["target_server", "script_content", "account_alias"])
def test_what_is_null_in_a_playbook_is_refused(connection, simulator, option):
    result = run_here("blueking.job.module", fast_execute_script.SPEC, fast_execute_script.run, {**connection, **USUAL, option: None}, Task(check_mode=False))
    assert result["failed"] and result["outcome"] == "not_started" and option in result["msg"] and not simulator.requests()


@pytest.mark.parametrize("credentials_in", ["body", "header"])
def test_a_script_beyond_the_gateways_limit_is_refused_with_both_sizes(perform, simulator, credentials_in):
    login = {"api_url": simulator.url, "bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests", "bk_username": "admin",
             "credentials_in": credentials_in}
    result = perform(fast_execute_script, {**login, **USUAL, "script_content": "x" * 1_966_000})
    assert "script_content: the request would have 26" in result["msg"] and "and this gateway accepts 2621440" in result["msg"]
    assert "or use gateway: apigw" in result["msg"] and not simulator.requests()


@pytest.mark.parametrize("credentials_in, outcome", [("body", "not_started"), ("header", "started")])
def test_credentials_in_a_header_leave_room_for_a_script(perform, simulator, credentials_in, outcome):
    login = {"api_url": simulator.url, "bk_app_code": "tests", "bk_app_secret": "app-secret-of-the-tests", "bk_username": "admin",
             "credentials_in": credentials_in}
    assert perform(fast_execute_script, {**login, **USUAL, "script_content": "x" * LARGEST_IN_HEADER, "wait": False})["outcome"] == outcome


def test_the_largest_script_that_is_not_refused_passes_the_gateway(run, gateway):
    size = {"esb": 1_965_400, "apigw": 16_777_215}[gateway]
    assert run(script_content="x" * size, wait=False, task_name="n" * 512, exactly_once=True)["outcome"] == "started"


# What JOB refuses.

@pytest.mark.parametrize("options, sections, code, told", [
    ({"account_alias": "nobody"}, {}, 1244003, "check account_alias or account_id: an account belongs to a business"),
    ({"target_server": {"host_id_list": [99]}}, {}, 1244030, "check that the hosts belong to the scope"),
    ({"target_server": {"dynamic_group_list": [{"id": "none"}]}}, {"dynamic_groups": {"none": []}}, 1244028,
        "give target_server, or every host variable of a plan, hosts"),
    ({"script_content": "rm -rf /"}, {"dangerous_scripts": [{"expression": "rm -rf"}]}, 1244019, "an administrator's rule forbids this script"),
    ({"timeout": 100_000}, {"version": "3.6"}, 1240003, "JOB before 3.7 takes 86400 s at most"),
])
def test_a_refusal_of_job_says_what_to_do(launch_fast, options, sections, code, told):
    result = launch_fast(options, **sections)
    assert (result["outcome"], result["changed"], result["code"]) == ("not_started", False, code) and told in result["msg"]


@pytest.mark.parametrize("blank", ["    ", " "])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_refusal_that_quotes_a_line_of_the_script_does_not_show_it(run, simulator, check_mode, blank):
    line = "mysql    -u    root    -pS3cretPass9    -h    db"
    said = f"[content:{blank.join(line.split())}]"
    simulator.misbehave("refuse", code=1244019 if not check_mode else 1240003, message=said, operation="check_script" if check_mode else "fast_execute_script")
    result = run(check_mode, script_content=f"#!/bin/sh\n{line}\n")
    assert result["failed"] and "S3cretPass9" not in json.dumps(result) and "********" in result["msg"]


def test_a_script_that_job_does_not_have_is_refused(run):
    result = run(script_content=None, script_id="none")
    assert result["code"] == 1243001 and "check script_id and script_version_id" in result["msg"] and result["outcome"] == "not_started"


@pytest.mark.parametrize("code, told", [
    (1244026, "JOB has stored an instance that is not started: do not start it"), (1244027, "it would run on all hosts at once"),
    (1243001, "check script_id and script_version_id"), (1244018, "have the version of the script put online")])
def test_other_refusals_do_too(run, simulator, code, told):
    simulator.misbehave("refuse", operation="fast_execute_script", code=code)
    assert told in run()["msg"]


def test_the_line_of_the_script_that_a_rule_forbids_is_not_shown(launch_fast):
    result = launch_fast({"script_content": "mysql -pletmein-4711\n"}, dangerous_scripts=[{"expression": "mysql", "description": "no clients here"}])
    assert "[line:1][content:********] - no clients here" in result["msg"] and "letmein" not in json.dumps(result)


# What comes back.

def test_a_script_on_one_host_reads_like_a_command(launch_fast):
    result = launch_fast({}, fast=[{"log": "one\ntwo\n"}])
    assert (result["stdout"], result["stdout_lines"], result["rc"]) == ("one\ntwo\n", ["one", "two"], 0)
    assert result["hosts"] == [{"bk_host_id": 1, "bk_cloud_id": 0, "ip": "10.0.0.1", "status": "success", "status_code": 9, "exit_code": 0, "tag": "",
                                "stdout": "one\ntwo\n", "truncated": False}]
    assert (result["status"], result["changed"], result["outcome"], result["warnings"]) == ("success", True, "started", [])
    assert result["ansible_facts"]["blueking_job"]["job_instance_id"] == result["job_instance_id"]


def test_a_script_that_fails_fails_the_task_with_exit_code_and_output(launch_fast):
    result = launch_fast({"target_server": THREE}, fast=[{"log": "fine",
                                                          "results": [{"hosts": [2], "status": 104, "exit_code": 7, "tag": "disk", "log": "no space"}]}])
    assert result["failed"] and result["changed"] and result["outcome"] == "started" and "rc" not in result and "stdout" not in result
    assert "1 host nonzero_exit, exit code 7, tag disk: 10.0.0.2\n    | no space" in result["msg"]
    assert [(row["ip"], row["exit_code"], row["tag"], row["stdout"]) for row in result["hosts"]] == [
        ("10.0.0.1", 0, "", "fine"), ("10.0.0.2", 7, "disk", "no space"), ("10.0.0.3", 0, "", "fine")]


@pytest.mark.parametrize("status, exit_code, rc", [(104, 7, 7), (9, 0, 0), (310, 0, None), (102, 0, None), (101, 0, None)])
def test_an_exit_code_is_told_only_where_it_counts(launch_fast, status, exit_code, rc):
    result = launch_fast({}, fast=[{"results": [{"hosts": [1], "status": status, "exit_code": exit_code}]}])
    assert result["rc"] == rc and result["hosts"][0]["status_code"] == status


@pytest.mark.parametrize("output, ips, fetched", [("all", ["10.0.0.1", "10.0.0.2", "10.0.0.3"], 2), ("failed", ["10.0.0.2"], 2), ("none", [], 1)])
def test_the_output_of_all_of_the_failed_or_of_no_hosts_is_returned(launch_fast, output, ips, fetched):
    result = launch_fast({"target_server": THREE, "output": output}, fast=[{"fail_hosts": [2]}])
    assert [row["ip"] for row in result["hosts"]] == ips
    assert result["requests"].count("batch_get_job_instance_ip_log") == fetched  # one of these is the digest's


def test_without_its_output_a_script_on_one_host_still_has_its_exit_code(launch_fast):
    result = launch_fast({"output": "none"}, fast=[{}])
    assert result["rc"] == 0 and result["hosts"] == [] and "stdout" not in result


def test_a_host_that_printed_nothing_has_an_empty_text(launch_fast):
    result = launch_fast({}, fast=[{"results": [{"hosts": [1], "no_log": True}]}])
    assert (result["stdout"], result["stdout_lines"], result["hosts"][0]["truncated"]) == ("", [], False)


def test_without_waiting_there_is_the_id_only(run, simulator):
    result = run(wait=False)
    assert result["job_instance_id"] == 10000 and not {"hosts", "stdout", "rc", "status"} & set(result)
    assert [request["operation"] for request in simulator.requests()] == ["fast_execute_script"]


def test_output_that_cannot_be_read_is_null_and_no_failure(run, simulator):
    simulator.misbehave("refuse", operation="batch_get_job_instance_ip_log", code=9900403)
    result = run()
    assert not result.get("failed") and result["hosts"][0]["stdout"] is None and result["rc"] == 0 and "stdout" not in result
    assert "the output of 1 hosts could not be read: JOB refused batch_get_job_instance_ip_log" in result["warnings"][0]


def test_hosts_that_cannot_be_read_are_null(run, simulator):
    simulator.misbehave_in_turn([{"mode": "refuse", "operation": "get_job_instance_status", "code": 9900403}])
    result = run()
    assert result["failed"] and result["changed"] and result["hosts"] is None and result["outcome"] == "started" and "but the wait failed" in result["msg"]


def test_a_script_that_does_not_end_in_time_has_told_what_it_printed_so_far(launch_fast):
    result = launch_fast({"wait_timeout": 5}, fast=[{"seconds": 60, "log": "begun"}])
    assert result["failed"] and "not ended within 5 s (wait_timeout)" in result["msg"] and result["hosts"][0]["status"] == "running"


def test_it_is_waited_for_read_and_operated_like_any_other_job(launch_for_esb, perform, controlled):
    with launch_for_esb(fast=[{"seconds": 30, "fail_hosts": [1]}]) as (simulator, connection):
        clock, where = controlled(simulator), {**connection, "bk_biz_id": 1}
        started = perform(fast_execute_script, {**connection, **USUAL, "wait": False, "task_name": "Disk"}, clock=clock)["job_instance_id"]
        assert perform(job_instance_wait, {**where, "job_instance_id": started}, clock=clock)["status"] == "failed"
        assert "1 host nonzero_exit" in perform(job_instance_info, {**where, "job_instance_id": started}, clock=clock)["digest"]
        assert perform(operate_step_instance, {**where, "job_instance_id": started, "operation": "retry_failed"}, clock=clock)["changed"]
        clock.sleep(2)
        assert perform(operate_job_instance, {**where, "job_instance_id": started, "operation": "terminate"}, clock=clock)["status"] == "stopped"
        listed = perform(job_instance_info, {**where, "name_contains": "Disk"}, clock=clock)["instances"]
        assert [row["job_instance_id"] for row in listed] == [started]


# Check mode.

def test_check_mode_asks_jobs_check_and_returns_what_would_be_sent(run, simulator):
    result = run(True, script_param="a b", task_name="Disk")
    assert (result["outcome"], result["changed"], result["verified"], result["script_check"], result["warnings"]) == (None, True, True, [], [])
    assert result["request"] == {"bk_biz_id": 1, "script_content": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "script_language": 1, "script_param": encoded("a b"),
                                 "target_server": ONE, "account_alias": "root", "task_name": "Disk"}
    assert (result["job_instance_id"], result["job_instance_name"], result["status"]) == (None, None, None)
    assert [request["operation"] for request in simulator.requests()] == ["check_script"] and not simulator.instances()


def test_what_jobs_check_finds_is_told_without_what_the_script_says(launch_for_esb, perform_with_task):
    rules = [{"expression": "rm", "description": "it removes"}, {"expression": "ls", "level": 1, "description": "it lists letmein-4711"}]
    with launch_for_esb(dangerous_scripts=rules) as (_simulator, connection):
        content = {"script_content": "letmein-4711\nls /\n# rm\nrm -rf letmein-4711"}
        result, task = perform_with_task(fast_execute_script, {**connection, **USUAL, **content}, check_mode=True)
    assert result["script_check"] == [{"line": 2, "level": "warning", "description": "it lists ********"},
                                      {"line": 4, "level": "fatal", "description": "it removes"}]
    assert task.warnings == ["JOB's check of script_content found: line 2 (warning): it lists ********; line 4 (fatal): it removes; "
                             "JOB may refuse to run it (1244019)"]


@pytest.mark.parametrize("fault", [
    {"mode": "refuse", "code": 9900403}, {"mode": "refuse", "code": {"esb": 1306404, "apigw": 1640401}}, {"mode": "refuse", "code": 1238001},
    {"mode": "answer", "status": 404, "body": '{"result": false, "message": "none"}'}])
def test_where_jobs_check_may_not_or_cannot_be_asked_nothing_is_verified(run, simulator, gateway, fault):
    code = fault.get("code")
    simulator.misbehave(**{**fault, "operation": "check_script", **({"code": code[gateway]} if isinstance(code, dict) else {})})
    result = run(True)
    assert result["verified"] is False and "script_check" not in result and not result.get("failed")
    assert "not verified that JOB would run script_content, because it cannot be asked (check_script needs JOB 3.8)" in result["warnings"][0]


@pytest.mark.parametrize("fault", [{"mode": "drop_before"}, {"mode": "refuse", "code": 1306000}, {"mode": "refuse", "code": 1240003}])
def test_a_check_that_got_no_answer_is_no_success(run, simulator, fault):
    simulator.misbehave(operation="check_script", **fault)
    result = run(True)
    assert result["failed"] and result["outcome"] == "not_started"


def test_of_a_script_of_jobs_own_nothing_is_verified(run, simulator):
    result = run(True, script_content=None, script_id="kept", wait=False)
    assert result["verified"] is False and "check mode asks JOB about script_content only" in result["warnings"][0] and not simulator.requests()
    assert result["request"]["script_id"] == "kept" and "status" not in result


# Secrets.

SECRET = "--user=admin --password='hunter2 4711' letmein-4711"


def test_a_secret_parameter_is_masked_in_what_the_script_prints(launch_fast):
    printed = f"whole {SECRET}\nword letmein-4711\nvalue hunter2 4711\nbase64 {encoded('xletmein-4711y')}\nshort -a rest"
    result = launch_fast({"secret_script_param": SECRET, "script_content": "echo $*"}, fast=[{"log": printed}])
    text = json.dumps(result)
    assert "hunter2" not in text and "letmein" not in text and encoded("letmein-4711")[:12] not in text
    assert result["stdout_lines"][1:3] == ["word ********", "value ********"] and result["stdout_lines"][-1] == "short -a rest"


@pytest.mark.parametrize("secret, masked, kept", [
    ("a b it", [], ["a", "b", "it"]), ("--password letmein", ["letmein"], ["--password"]), ("'unfinished quote", ["'unfinished"], []),
    ("x=y=letmein", ["y=letmein"], ["x"]), ("-pletmein", ["letmein"], []), ('{"password": "letmein"}', ["letmein"], []), ("user:letmein", ["letmein"], [])])
def test_words_of_a_secret_parameter_are_masked_unless_they_are_short_or_names_of_options(launch_fast, secret, masked, kept):
    result = launch_fast({"secret_script_param": secret}, fast=[{"log": "\n".join([*masked, *kept])}])
    assert result["stdout_lines"] == ["********"] * len(masked) + kept


def test_neither_script_nor_secret_parameter_is_shown(run):
    for check_mode in (True, False):
        result = run(check_mode, script_content="echo marker-of-the-script", secret_script_param="marker-of-the-secret", task_name="marker-of-the-secret",
                     callback_url="http://127.0.0.1:9/marker-of-the-secret")
        assert "marker" not in json.dumps(result)
        assert result["invocation"] == {"script_content": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "secret_script_param": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
                                        "task_name": "********", "callback_url": "http://127.0.0.1:9/********"}


@pytest.mark.parametrize("options", [{"timeout": 0}, {"bk_app_secret": ""}])
def test_nothing_is_shown_of_what_may_be_secret_when_a_task_is_refused(run, options):
    result = run(script_content="marker", script_param="marker", secret_script_param=None, task_name="marker", callback_url="marker://x", **options)
    assert "marker" not in json.dumps(result["invocation"])

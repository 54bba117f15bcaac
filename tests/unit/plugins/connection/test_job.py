# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection as Ansible loads it: what its options mean, and what it refuses before anything is sent."""
from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import become_loader
from ansible_collections.blueking.job.plugins.connection import job
from ansible_collections.blueking.job.plugins.doc_fragments.arguments import ModuleDocFragment
from ansible_collections.blueking.job.plugins.module_utils.options.arguments import CONNECTION, SCOPE
from ansible_collections.blueking.job.plugins.module_utils.options.environment import ADDRESS_VARIABLES, variables

VARIABLES = {
    "ansible_job_api_url": "http://127.0.0.1:9", "ansible_job_bk_app_code": "tests", "ansible_job_bk_app_secret": "hidden", "ansible_job_bk_username": "admin",
    "ansible_job_bk_biz_id": 2, "bk_host_id": 1, "inventory_hostname": "web1"}


OPTIONS = yaml.safe_load(job.DOCUMENTATION)["options"]
NAME = "blueking.job.job"


@pytest.fixture(scope="session", autouse=True)
def _documented():
    """Ansible's loader, which reads the options out of the documentation, finds collections in a process of its own only."""
    shared = {**yaml.safe_load(ModuleDocFragment.CONNECTION)["options"], **yaml.safe_load(ModuleDocFragment.SCOPE)["options"]}
    constants.config.initialize_plugin_configuration_definitions(
        "connection", NAME, {option: {**shared.get(option, {}), **told} for option, told in OPTIONS.items()})


def connection(task: dict | None = None, **variables: object):
    """A connection with these variables in place of the usual ones; None leaves one out."""
    made = job.Connection(PlayContext(), io.StringIO())
    made._load_name = NAME
    given = {**VARIABLES, **variables}
    made.set_options(task_keys=task or {"name": "Install", "action": "ansible.builtin.dnf"},
                     var_options={name: value for name, value in given.items() if value is not None})
    return made


def route(task: dict | None = None, **variables: object):
    return connection(task, **variables)._usable()


def refusal(**variables: object) -> str:
    with pytest.raises(AnsibleError) as caught:
        connection(**variables).exec_command("true")
    return str(caught.value)


def test_a_host_is_named_by_its_id_or_by_its_address():
    assert route().host["bk_host_id"] == 1
    named = route(bk_host_id=None, ansible_host="10.0.0.7", bk_cloud_id=3).host
    assert (named["bk_host_id"], named["bk_cloud_id"], named["ip"]) == (None, 3, "10.0.0.7")
    assert route(ansible_job_bk_host_id=5).host["bk_host_id"] == 5


def test_the_account_is_the_one_given_then_the_user_then_root():
    assert (route().account, route(ansible_user="app").account, route(ansible_user="app", ansible_job_account="db").account) == ("root", "app", "db")
    assert route({"remote_user": "web"}).account == "web"


def test_ansible_takes_the_account_for_its_user():
    assert connection(ansible_user="app", ansible_job_account="db").get_option("remote_user") == "db"


def test_a_jobs_name_tells_task_and_host():
    assert route().name == "ansible: Install on web1"
    assert route({"name": "", "action": "ping"}).name == "ansible: ping on web1"
    assert route(ansible_job_task_name="Nightly").name == "Nightly"


def test_the_environment_counts_as_for_the_modules(monkeypatch):
    monkeypatch.setenv("BK_USERNAME", "from-the-environment")
    monkeypatch.setenv("BK_JOB_LANGUAGE", "zh-cn")
    monkeypatch.setenv("BKPAAS_APP_ID", "second")
    monkeypatch.setenv("BK_APP_CODE", "first")
    monkeypatch.setenv("BK_JOB_REQUEST_RETRIES", "7")
    client = route(ansible_job_bk_username=None, ansible_job_bk_app_code=None).client
    assert (client.identity["bk_username"], client.identity["bk_app_code"]) == ("from-the-environment", "first")
    assert (client.headers["Blueking-Language"], client.retries) == ("zh-cn", 7)


@pytest.mark.parametrize("name", sorted({row["name"] for told in OPTIONS.values() for row in told.get("env", ()) if row["name"].startswith("BK")}))
def test_an_empty_variable_of_the_environment_counts_as_none(monkeypatch, name):
    expected = route()
    monkeypatch.setenv(name, "")
    found = route()
    assert vars(found.client) == {**vars(expected.client), "clock": found.client.clock}
    assert found._replace(client=None, say=None, note=None) == expected._replace(client=None, say=None, note=None)


def test_a_user_is_never_mixed_of_variables_and_environment(monkeypatch):
    monkeypatch.setenv("BK_TOKEN", "somebody-elses")
    assert "bk_token" not in route().client.identity


def test_the_scope_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("BK_JOB_BK_BIZ_ID", "5")
    assert route(ansible_job_bk_biz_id=None).scope == {"bk_biz_id": 5}


def test_a_scope_is_never_mixed_of_variables_and_environment(monkeypatch):
    monkeypatch.setenv("BK_JOB_BK_BIZ_ID", "5")
    found = route(ansible_job_bk_biz_id=None, ansible_job_bk_scope_type="biz_set", ansible_job_bk_scope_id="9")
    assert found.scope == {"bk_scope_type": "biz_set", "bk_scope_id": "9"}


@pytest.mark.parametrize("variables, told", [
    ({"bk_host_id": None}, "bk_host_id is not given, and ansible_host 'web1' is not an IPv4 address"),
    ({"bk_host_id": None, "ansible_host": "web1.example.com"}, "ansible_host 'web1.example.com' is not an IPv4 address"),
    ({"ansible_job_bk_biz_id": None}, "bk_biz_id"),
    ({"ansible_job_bk_app_secret": None}, "bk_app_secret"),
    ({"ansible_job_gateway": "soap"}, "soap"),
    ({"ansible_job_command_timeout": 0}, "command_timeout must be from 1 to 259200"),
    ({"ansible_job_poll_interval": -1}, "poll_interval must be from 0.01"),
    ({"ansible_job_poll_interval": 0}, "poll_interval must be from 0.01"),
    ({"ansible_job_quota_timeout": -1}, "quota_timeout must be from 0 "),
])
def test_what_cannot_work_is_refused_before_anything_is_sent(variables, told):
    assert told in refusal(**variables)


@pytest.mark.parametrize("option", ["conceal", "validate_certs", "pipelining"])
def test_a_misspelt_boolean_is_refused_and_not_taken_for_false(monkeypatch, option):
    told = rf"{option} \({{}}\) must be true or false, not 'ture'"
    with pytest.raises(AnsibleError, match=told.format(f"ansible_job_{option}")):
        connection(**{f"ansible_job_{option}": "ture"})
    monkeypatch.setenv(f"BK_JOB_{option.upper()}", "ture")
    with pytest.raises(AnsibleError, match=told.format(f"BK_JOB_{option.upper()}")):
        connection()


def test_what_is_missing_is_said_with_the_ways_in_which_a_connection_gets_it():
    told = refusal(ansible_job_bk_app_secret=None)
    assert "ansible_job_<option>" in told and "job_connection" in told and "delegate_to" not in told


def test_no_refusal_shows_a_credential():
    assert "hidden" not in refusal(bk_host_id=None)


def test_become_with_a_password_is_refused_with_the_advice_to_use_the_account():
    made = connection()
    sudo = become_loader.get("sudo")
    sudo.set_options(direct={"become_pass": "hidden"})
    sudo.build_become_command("true", made._shell)
    made.become = sudo
    with pytest.raises(AnsibleError, match="ansible_job_account"):
        made.exec_command("true")


def test_a_become_password_is_refused_before_the_files_that_precede_its_command_are_sent():
    made = connection()
    made.become = become_loader.get("sudo")
    made.become.set_options(direct={"become_pass": "hidden"})
    with pytest.raises(AnsibleError, match="ansible_job_account"):
        made.put_file(__file__, "/nowhere")


def test_windows_hosts_are_refused():
    made = connection()
    made._shell = SimpleNamespace(_IS_WINDOWS=True, SHELL_FAMILY="powershell")
    for use in (lambda: made.exec_command("dir"), lambda: made.put_file("a", "b"), lambda: made.fetch_file("a", "b")):
        with pytest.raises(AnsibleError, match="Windows"):
            use()


def test_every_option_has_a_variable_and_those_of_the_modules_their_environment():
    for option in (*CONNECTION, *SCOPE):
        assert [row["name"] for row in OPTIONS[option]["vars"]] == [f"ansible_job_{option}"]
        expected = ADDRESS_VARIABLES["esb"] + ADDRESS_VARIABLES["apigw"][1:] if option == "api_url" else variables(option)
        assert [row["name"] for row in OPTIONS[option]["env"]] == expected
        assert OPTIONS[option]["ini"] == [{"section": "job_connection", "key": option}]
    assert {"account", "bk_host_id", "bk_cloud_id", "command_timeout", "conceal", "pipelining", "poll_interval", "quota_timeout", "task_name"} <= OPTIONS.keys()

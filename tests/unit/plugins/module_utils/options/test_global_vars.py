# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook may write in global_var_list, and what JOB gets of it."""
from __future__ import annotations

import datetime

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.options.global_vars import read


def sent(given):
    return [entry.wire() for entry in read(given)]


SERVER = {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}


@pytest.mark.parametrize("written, travels", [
    ("", ""), ("  both ends ", "  both ends "), ("0", "0"), ("中文", "中文"), ("a\nb\x00c", "a\nb\x00c"), ("x" * 1_000_000, "x" * 1_000_000),
    (0, "0"), (-7, "-7"), (2 ** 70, str(2 ** 70)), (True, "true"), (False, "false"),
])
def test_a_value_travels_as_the_string_that_the_user_wrote(written, travels):
    assert sent([{"name": "v", "value": written}]) == [{"name": "v", "value": travels}]


@pytest.mark.parametrize("written, message", [
    (1.1, "a floating-point number.*quote it"),
    (datetime.date(2026, 1, 2), "a date.*quote it"),
    (datetime.datetime(2026, 1, 2, 3, 4), "a date.*quote it"),
    ([1, 2], r"a list.*'\(a b c\)'"),
    ({"k": "v"}, r"a dict.*'\(\[key\]=value\)'"),
])
def test_a_value_whose_spelling_is_lost_is_refused_with_the_way_to_write_it(written, message):
    with pytest.raises(InputError, match=rf"global_var_list\[0\] \('v'\)\.value is {message}"):
        read([{"name": "v", "value": written}])


def test_a_refusal_does_not_repeat_the_value_which_may_be_a_secret():
    with pytest.raises(InputError) as refusal:
        read([{"name": "v", "value": ["hunter2"]}])
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_text_is_an_empty_list_as_surveys_give_it(blank):
    assert read(blank) == []


@pytest.mark.parametrize("given, form", [
    ({"param_name": "hunter2"}, "[{name: 'param_name', value: ...}]"), ('{"param_name": "hunter2"}', "[{name: 'param_name', value: ...}]"),
    ({"b": 1, "a": "hunter2"}, "[{name: 'b', value: ...}, ...]"), ({"x" * 500: 1}, "xxx', value: ...}]"), ({7: 1}, "[{name: '7', value: ...}]"),
    ({"name": "v", "value": "hunter2"}, "[{name: ..., value: ...}]"), ({"id": 7, "server": {}}, "[{id: ..., server: ...}]"), ({}, "[] for none")])
def test_a_dict_of_values_is_refused_with_the_form_to_write(given, form):
    with pytest.raises(InputError) as refusal:
        read(given)
    message = str(refusal.value)
    assert message.startswith("global_var_list must be a list of variables, not a dict: ") and form in message
    assert "hunter2" not in message and len(message) < 200


def test_json_text_is_taken_for_the_list_it_spells():
    assert sent('[{"name": "v", "value": "1.10"}, {"id": 7, "value": true}]') == [
        {"name": "v", "value": "1.10"}, {"id": 7, "value": "true"}]


@pytest.mark.parametrize("text, message", [
    ("version=1", "not a JSON array"), ('{"name": "v"}', "must be a list of variables, not a dict"), ("7", "must be a list"),
])
def test_other_text_is_refused(text, message):
    with pytest.raises(InputError, match=f"global_var_list .*{message}"):
        read(text)


def test_an_empty_list_stays_one():
    assert sent([]) == []


def test_ids_are_integers_even_where_a_template_made_them_texts():
    server = {"host_id_list": ["5", 6], "topo_node_list": [{"id": "1000", "node_type": "module"}], "ip_list": [{"bk_cloud_id": "0", "ip": "10.0.0.1"}]}
    assert sent([{"id": "436", "server": server}]) == [{"id": 436, "server": {
        "host_id_list": [5, 6], "topo_node_list": [{"id": 1000, "node_type": "module"}], "ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}}]


def test_only_the_id_is_sent_where_both_are_given_because_job_goes_by_it_alone():
    assert sent([{"id": 436, "name": "v", "value": "x"}]) == [{"id": 436, "value": "x"}]


def test_null_counts_as_not_given():
    assert sent([{"id": None, "name": "v", "value": None, "server": SERVER}]) == [{"name": "v", "server": SERVER}]


@pytest.mark.parametrize("entry, message", [
    ("v", r"\[0\] must be a dict of id, name, value, secret_value, server, not a string"),
    ({"value": "x"}, "neither id nor name"),
    ({"name": "v"}, "neither value nor server"),
    ({"name": "v", "value": None}, "neither value nor server"),
    ({"name": "v", "value": "x", "server": SERVER}, "both value and server"),
    ({"name": "v", "value": "x", "secret_value": "y"}, "both value and secret_value"),
    ({"name": "v", "secret_value": "x", "server": SERVER}, "both secret_value and server"),
    ({"name": "v", "vaule": "x"}, "has no field 'vaule'"),
    ({"name": "", "value": "x"}, "name must be a string that is not empty"),
    ({"name": 7, "value": "x"}, "name must be a string"),
    ({"id": 0, "value": "x"}, "id must be a positive integer"),
    ({"id": -1, "value": "x"}, "id must be a positive integer"),
    ({"id": True, "value": "x"}, "id must be a positive integer"),
    ({"id": 1.5, "value": "x"}, "id must be a positive integer"),
    ({"id": "7a", "value": "x"}, "id must be a positive integer"),
    ({"id": 2 ** 63, "value": "x"}, "id must be a positive integer"),
])
def test_an_entry_that_job_would_misread_is_refused(entry, message):
    with pytest.raises(InputError, match=message):
        read([entry])


@pytest.mark.parametrize("server, message", [
    ({}, "server has no hosts in it"),
    ({"ip_list": [], "host_id_list": []}, "server has no hosts in it"),
    ([], "server must be a dict"),
    ({"ips": ["10.0.0.1"]}, "server has no field 'ips'"),
    ({"ip_list": "10.0.0.1"}, "ip_list must be a list, not a string"),
    ({"ip_list": ["10.0.0.1"]}, r"ip_list\[0\] must be a dict of bk_cloud_id, ip"),
    ({"ip_list": [{"ip": "10.0.0.1"}]}, r"ip_list\[0\] lacks bk_cloud_id"),
    ({"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.256"}]}, r"ip '10.0.0.256' is not an IPv4 address"),
    ({"ip_list": [{"bk_cloud_id": 0, "ip": "::1"}]}, "is not an IPv4 address"),
    ({"ip_list": [{"bk_cloud_id": 0, "ip": 167772161}]}, "ip must be a string"),
    ({"ip_list": [{"bk_cloud_id": -1, "ip": "10.0.0.1"}]}, "bk_cloud_id must be an integer, 0 for"),
    ({"ip_list": [{"bk_cloud_id": False, "ip": "10.0.0.1"}]}, "bk_cloud_id must be an integer"),
    ({"dynamic_group_list": [{"id": 7}]}, "id must be a string"),
    ({"topo_node_list": [{"id": 1000}]}, "lacks node_type"),
    ({"topo_node_list": [{"id": 0, "node_type": "set"}]}, "id must be a positive integer"),
    ({"host_id_list": [0]}, r"host_id_list\[0\] must be a positive integer"),
])
def test_a_server_that_is_not_one_is_refused(server, message):
    with pytest.raises(InputError, match=message):
        read([{"name": "targets", "server": server}])


def test_an_empty_list_beside_a_full_one_is_sent_as_given():
    server = {"ip_list": [], "host_id_list": [1]}
    assert sent([{"name": "targets", "server": server}]) == [{"name": "targets", "server": {"host_id_list": [1], "ip_list": []}}]


def test_every_entry_with_a_problem_is_named_at_once():
    with pytest.raises(InputError, match=r"\[0\].*neither.*; .*\[2\].*1\.10"):
        read([{"name": "a"}, {"name": "b", "value": "fine"}, {"name": "c", "value": 1.1}])

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What job_server makes of inventory hosts, addresses and host ids."""
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.blueking.job.plugins.filter.job_server import job_server
from ansible_collections.blueking.job.plugins.module_utils.options.global_vars import read

ONE = {"bk_cloud_id": 0, "ip": "10.0.0.1"}
OTHER = {"bk_cloud_id": 2, "ip": "10.0.0.1"}


@pytest.mark.parametrize("hosts, server", [
    (["10.0.0.1", "2:10.0.0.1"], {"ip_list": [ONE, OTHER]}),
    ([7, "8"], {"host_id_list": [7, 8]}),
    ([{"ansible_host": "10.0.0.1", "inventory_hostname": "web1"}], {"ip_list": [ONE]}),
    ([{"ansible_host": "10.0.0.1", "bk_cloud_id": "2"}], {"ip_list": [OTHER]}),
    ([{"inventory_hostname": "10.0.0.1"}], {"ip_list": [ONE]}),
    ([{"ansible_host": "web1.example.com", "bk_host_id": 7}], {"host_id_list": [7]}),
    ([{"ansible_host": "10.0.0.1", "bk_host_id": 7}], {"host_id_list": [7], "ip_list": [ONE]}),
    ([{"ansible_host": "10.0.0.1", "bk_host_id": 7}, "2:10.0.0.1"], {"ip_list": [ONE, OTHER]}),
    ([{"ansible_host": "10.0.0.1", "bk_host_id": 7}, 8], {"host_id_list": [7, 8]}),
    ([{"bk_host_id": 7, "bk_cloud_id": 0, "ip": "10.0.0.1", "step": "Restart", "status": "script_failed", "exit_code": 1}],
     {"host_id_list": [7], "ip_list": [ONE]}),
    (["2:10.0.0.1", "10.0.0.1", "2:10.0.0.1"], {"ip_list": [OTHER, ONE]}),
    ([7, "7", 3], {"host_id_list": [7, 3]}),
    (iter(["10.0.0.1"]), {"ip_list": [ONE]}),
])
def test_hosts_become_a_server_in_order_and_once(hosts, server):
    assert job_server(hosts) == server
    assert read([{"name": "targets", "server": server}])[0].server == server


def test_the_host_variables_can_have_other_names():
    host = {"ansible_host": "10.0.0.1", "cloud": 2, "cmdb_id": 7}
    assert job_server([host], cloud_id_var="cloud", host_id_var="cmdb_id") == {"host_id_list": [7], "ip_list": [OTHER]}
    assert job_server(["10.0.0.1"], default_cloud_id=2) == {"ip_list": [OTHER]}


@pytest.mark.parametrize("hosts, message", [
    ([], "there are no hosts"),
    ("10.0.0.1", "takes a list of hosts, not a string"),
    ({"ansible_host": "10.0.0.1"}, "takes a list of hosts, not a dict"),
    (None, "takes a list of hosts, not null"),
    ([{"inventory_hostname": "web1", "ansible_host": "web1.example.com"}], r"host 0 \(web1\): ansible_host 'web1.example.com' is not an IPv4 address"),
    ([{"inventory_hostname": "web1"}], r"host 0 \(web1\): inventory_hostname 'web1' is not an IPv4 address"),
    (["10.0.0.256"], "host 0 '10.0.0.256' is not an address such as 10.0.0.1 or 2:10.0.0.1"),
    (["x:10.0.0.1"], "host 0 'x:10.0.0.1' is not an address"),
    ([{"ansible_host": "10.0.0.1", "bk_host_id": "seven"}], "bk_host_id must be a positive integer"),
    (["web1"], r"For a host's name give its variables, with map\('extract', hostvars\)"),
    ([0], "host 0 must be a positive integer"),
    ([1.5], "host 0 is a floating-point number"),
    ([7, "10.0.0.1"], r"host 0 \(7\) is known by its id alone, and host 1 \(10.0.0.1\) by its address alone"),
])
def test_what_is_no_host_is_refused(hosts, message):
    with pytest.raises(AnsibleFilterError, match=message):
        job_server(hosts)


@pytest.mark.parametrize("hosts", [
    [10 ** 5000], [-10 ** 5000], [{"ansible_host": "10.0.0.1", "bk_host_id": 10 ** 5000}], [{"bk_host_id": 10 ** 5000}],
    [{"ansible_host": "10.0.0.1", "bk_cloud_id": 10 ** 5000}], [{"ansible_host": 10 ** 5000}], [{"inventory_hostname": [10 ** 5000]}],
    ["x" * 100_000], ["1" * 100_000 + ":10.0.0.1"], [{"inventory_hostname": "x" * 100_000}], [{"ansible_host": ["10.0.0.1"]}], [{"bk_host_id": ["7"]}], [["7"]],
])
def test_what_is_no_host_is_refused_on_one_line_whatever_its_size(hosts):
    with pytest.raises(AnsibleFilterError) as refusal:
        job_server(hosts)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("option", ["cloud_id_var", "host_id_var", "default_cloud_id"])
@pytest.mark.parametrize("value", [["bk_cloud_id"], {}, None, "", 1.5, 10 ** 5000], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("host", ["10.0.0.1", {"ansible_host": "10.0.0.1"}])
def test_an_option_with_a_wrong_value_is_refused_by_its_name(option, value, host):
    with pytest.raises(AnsibleFilterError, match=f"job_server: {option} must be "):
        job_server([host], **{option: value})

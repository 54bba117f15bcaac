# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory hosts, addresses and host ids -> the value of a JOB host variable, and the targets of a fast job."""
from __future__ import annotations

DOCUMENTATION = r"""
name: job_server
short_description: Turn inventory hosts into the targets of a job of BlueKing JOB
version_added: 0.1.0
description:
  - Makes the C(server) of an entry in the C(global_var_list) of M(blueking.job.execute_job_plan), or the C(target_server) of
    M(blueking.job.fast_execute_script), M(blueking.job.push_config_file) and M(blueking.job.fast_transfer_file), from hosts of Ansible's
    inventory, from other rows of C(bk_host_id), C(bk_cloud_id) and C(ip), such as the C(failed_hosts) of a job, from addresses and from host IDs.
  - The order is kept, and a host that is named twice is taken once.
  - If the address of every host is known, they go into C(ip_list). If the ID of every host is known, they go into
    C(host_id_list), which JOB knows from 3.7 on, and which wins there. If both are known for all, both lists are made, so
    that every version of JOB finds the same hosts.
positional: _input
options:
  _input:
    description:
      - A list of hosts. Each is a dict of host variables, a text C(10.0.0.1) or C(2:10.0.0.1) (with the cloud area's ID
        before the colon), or the ID of a host (C(bk_host_id)).
      - Of a dict the address is C(ansible_host), else C(ip), else C(inventory_hostname). It must be an IPv4 address.
    type: list
    elements: raw
    required: true
  cloud_id_var:
    description:
      - The host variable with the ID of the cloud area.
    type: str
    default: bk_cloud_id
  default_cloud_id:
    description:
      - The cloud area of hosts that do not have that variable, and of addresses without one.
    type: int
    default: 0
  host_id_var:
    description:
      - The host variable with the host's ID in CMDB.
    type: str
    default: bk_host_id
author:
  - blueking.job contributors (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Run a plan on the hosts of a group
  blueking.job.execute_job_plan:
    bk_biz_id: 1
    job_plan_id: 100
    global_var_list:
      - name: targets
        server: "{{ groups['web'] | map('extract', hostvars) | blueking.job.job_server }}"
  delegate_to: localhost
  become: false
  run_once: true
  register: started

- name: Run a script on the hosts on which another one failed
  blueking.job.fast_execute_script:
    bk_biz_id: 1
    script_content: systemctl restart app
    target_server: "{{ job.failed_hosts | blueking.job.job_server }}"
    account_alias: root
  delegate_to: localhost
  become: false
  run_once: true

# {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_cloud_id": 2, "ip": "10.0.0.1"}]}
- name: Show the server that addresses make
  ansible.builtin.debug:
    msg: "{{ ['10.0.0.1', '2:10.0.0.1'] | blueking.job.job_server }}"
"""

RETURN = r"""
_value:
  description: The C(server) of a host variable, or the C(target_server) of a script or a file.
  type: dict
  sample: {"ip_list": [{"bk_cloud_id": 0, "ip": "10.0.0.1"}]}
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible.errors import AnsibleFilterError
from ansible_collections.blueking.job.plugins.module_utils.errors import InputError
from ansible_collections.blueking.job.plugins.module_utils.options.readers import cloud_id, ipv4, positive, text
from ansible_collections.blueking.job.plugins.module_utils.text.sentences import kind, shown
from ansible_collections.blueking.job.plugins.module_utils.wire.fields import integer

ADDRESS_VARS = ("ansible_host", "ip", "inventory_hostname")


class Host(NamedTuple):
    """A host by its id, by its row of ip_list, or both. name: for messages."""

    id: int | None
    row: dict[str, Any] | None
    name: str


def job_server(hosts: object, cloud_id_var: str = "bk_cloud_id", default_cloud_id: int = 0, host_id_var: str = "bk_host_id") -> dict[str, Any]:
    """The server that names all hosts; AnsibleFilterError for anything that is not a host, and for hosts that do not fit into one list."""
    if isinstance(hosts, (str, Mapping)) or not hasattr(hosts, "__iter__"):
        raise AnsibleFilterError(f"job_server takes a list of hosts, not {kind(hosts)}")
    try:
        for option, name in (("cloud_id_var", cloud_id_var), ("host_id_var", host_id_var)):
            text(option, name)
        cloud_id("default_cloud_id", default_cloud_id)
        return _server([_host(f"host {number}", host, cloud_id_var, default_cloud_id, host_id_var) for number, host in enumerate(hosts)])
    except InputError as problem:
        raise AnsibleFilterError(f"job_server: {problem}") from None


def _host(where: str, host: object, cloud_id_var: str, default_cloud_id: int, host_id_var: str) -> Host:
    if isinstance(host, Mapping):
        name = f"{where} ({shown(host.get('inventory_hostname') or host.get('ip') or host.get(host_id_var), str)})"
        number = None if host.get(host_id_var) is None else positive(f"{name}: {host_id_var}", host[host_id_var])
        return Host(number, _row_of_vars(name, host, cloud_id_var, default_cloud_id, number), name)
    if integer(host) is not None:
        return Host(positive(where, host), None, f"{where} ({host})")
    if not isinstance(host, str):
        raise InputError(f"{where} is {kind(host)}: give host variables, an address such as 10.0.0.1 or 2:10.0.0.1, or a host's ID")
    cloud, _colon, address = host.rpartition(":")
    try:
        row = {"bk_cloud_id": cloud_id(where, cloud or default_cloud_id), "ip": ipv4(where, address)}
    except InputError:
        raise InputError(f"{where} {shown(host)} is not an address such as 10.0.0.1 or 2:10.0.0.1. "
                         "For a host's name give its variables, with map('extract', hostvars)") from None
    return Host(None, row, f"{where} ({host})")


def _row_of_vars(name: str, host: Mapping[str, Any], cloud_id_var: str, default_cloud_id: int, number: int | None) -> dict[str, Any] | None:
    option, address = next(((var, host[var]) for var in ADDRESS_VARS if host.get(var)), ("ansible_host", None))
    cloud = cloud_id(f"{name}: {cloud_id_var}", default_cloud_id if host.get(cloud_id_var) is None else host[cloud_id_var])
    try:
        return {"bk_cloud_id": cloud, "ip": ipv4(f"{name}: {option}", address)}
    except InputError:
        if number is None:
            raise
        return None  # the id names the host


def _server(hosts: list[Host]) -> dict[str, Any]:
    """Only complete lists, because JOB takes one of them and ignores the other."""
    if not hosts:
        raise InputError("there are no hosts, and a job needs some")
    ids = [host.id for host in hosts if host.id is not None]
    rows = [host.row for host in hosts if host.row is not None]
    complete: dict[str, Any] = {}
    if len(ids) == len(hosts):
        complete["host_id_list"] = list(dict.fromkeys(ids))
    if len(rows) == len(hosts):
        complete["ip_list"] = list({(row["bk_cloud_id"], row["ip"]): row for row in rows}.values())
    if not complete:
        by_id = next(host.name for host in hosts if host.row is None)
        by_address = next(host.name for host in hosts if host.id is None)
        raise InputError(f"{by_id} is known by its id alone, and {by_address} by its address alone, but JOB takes one list or the other: "
                         "give all addresses, or all ids")
    return complete


class FilterModule:
    """The class that Ansible looks for in a filter file."""

    def filters(self) -> dict[str, Any]:
        return {"job_server": job_server}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pretend CMDB: which hosts there are, and which of them a `server` value means."""

from __future__ import annotations

from refusal import Refusal


class Cmdb:
    def __init__(self, data: dict) -> None:
        self._by_id = {host["bk_host_id"]: host for host in data["hosts"]}
        self._by_ip = {(host["bk_cloud_id"], host["ip"]): host for host in data["hosts"]}
        self._groups = data["dynamic_groups"]
        self._nodes = {(node["node_type"], node["id"]): node["bk_host_id"] for node in data["topo_nodes"]}

    def hosts(self, server: dict | None) -> list[dict]:
        """Each host once; a group or node that does not exist has no hosts."""
        server = server or {}
        found = self.named(server.get("host_id_list"), server.get("ip_list"))
        for group in server.get("dynamic_group_list", []):
            found += self.named(self._groups.get(group["id"]), None)
        for node in server.get("topo_node_list", []):
            found += self.named(self._nodes.get((node["node_type"], node["id"])), None)
        return list({host["bk_host_id"]: host for host in found}.values())

    def named(self, host_ids: list | None, ips: list | None) -> list[dict]:
        """Host ids win over addresses."""
        if host_ids:
            return [_known(self._by_id.get(number), number) for number in host_ids]
        return [_known(self._by_ip.get((ip["bk_cloud_id"], ip["ip"])), ip["ip"]) for ip in ips or []]


def _known(host: dict | None, given: object) -> dict:
    if host is None:
        raise Refusal(1244002, str(given))
    return host

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pretend CMDB: which hosts there are, and which of them a `server` value means."""

from __future__ import annotations

from refusal import Refusal
from versions import Version

UNKNOWN_HOST, NOT_IN_SCOPE, UNKNOWN_GROUP = 1244030, 1244002, 1211003


class Cmdb:
    def __init__(self, data: dict, version: Version) -> None:
        self._by_id = {host["bk_host_id"]: host for host in data["hosts"]}
        self._by_ip = {(host["bk_cloud_id"], host["ip"]): host for host in data["hosts"]}
        self._groups = data["dynamic_groups"]
        self._nodes = {(node["node_type"], node["id"]): node["bk_host_id"] for node in data["topo_nodes"]}
        self._version = version

    def hosts(self, server: dict | None, scope: tuple) -> list[dict]:
        """Each host once; a node that does not exist has no hosts."""
        server = server or {}
        found = self._named(server.get("host_id_list"), server.get("ip_list"))
        for group in server.get("dynamic_group_list", []):
            found += self._named(self._group(group["id"]), None)
        for node in server.get("topo_node_list", []):
            found += self._named(self._nodes.get((node["node_type"], node["id"])), None)
        for host in found:
            if scope[0] == "biz" and host.get("bk_biz_id", scope[1]) not in (scope[1], int(scope[1])):
                raise Refusal(NOT_IN_SCOPE, host["ip"])
        return list({host["bk_host_id"]: host for host in found}.values())

    def known(self, host_ids: list | None, ips: list | None) -> list[dict]:
        """Those of them that there are; host ids win over addresses."""
        by_address = (self._by_ip.get((ip["bk_cloud_id"], ip["ip"])) for ip in ips or [])
        hosts = map(self._by_id.get, host_ids) if host_ids else by_address
        return [{name: host[name] for name in ("bk_host_id", "bk_cloud_id", "ip")} for host in hosts if host]

    def first(self) -> dict:
        return self.known([next(iter(self._by_id), 0)], None)[0]

    def _named(self, host_ids: list | None, ips: list | None) -> list[dict]:
        if host_ids:
            return [self._host(self._by_id.get(number), number) for number in host_ids]
        return [self._host(self._by_ip.get((ip["bk_cloud_id"], ip["ip"])), ip["ip"]) for ip in ips or []]

    def _host(self, host: dict | None, given: object) -> dict:
        if host is None:
            raise Refusal(UNKNOWN_HOST if self._version.has("tells_unknown_hosts") else NOT_IN_SCOPE, str(given))
        return host

    def _group(self, number: str) -> list | None:
        if number not in self._groups and self._version.has("refuses_unknown_group"):
            raise Refusal(UNKNOWN_GROUP, number)
        return self._groups.get(number)

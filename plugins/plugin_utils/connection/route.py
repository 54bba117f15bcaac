# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a connection goes by: JOB, the host, the account, and the limits."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...module_utils.instance.types import Host
from ...module_utils.options import readers
from ...module_utils.wire.client import Client


class Route(NamedTuple):
    """The way to one host.

    scope: the part of each request that names it. host: as JOB's lists of hosts have it. account: alias of JOB's account. name: what JOB's history
    calls a command's job, before its mark. command_timeout, quota_timeout, poll_interval: seconds. say: shows a line to whoever runs the playbook;
    note: with -v only.
    """

    client: Client
    scope: dict[str, Any]
    host: Host
    account: str
    name: str
    conceal: bool
    command_timeout: int
    quota_timeout: float
    poll_interval: float
    say: Callable[[str], None]
    note: Callable[[str], None]


def host(bk_host_id: object, bk_cloud_id: object, address: object) -> Host:
    """The host that these options name; InputError if they name none."""
    by_id = bk_host_id not in (None, "")
    return {
        "bk_host_id": readers.positive("bk_host_id", bk_host_id) if by_id else None,
        "bk_cloud_id": None if by_id else readers.cloud_id("bk_cloud_id", bk_cloud_id),
        "ip": None if by_id else readers.ipv4("bk_host_id is not given, and ansible_host", address),
        "step": None, "status": None, "status_code": None, "exit_code": None, "tag": "",
    }


def target_server(row: Host) -> dict[str, Any]:
    """The host as the target of a request."""
    if row["bk_host_id"]:
        return {"host_id_list": [row["bk_host_id"]]}
    return {"ip_list": [{"bk_cloud_id": row["bk_cloud_id"], "ip": row["ip"]}]}

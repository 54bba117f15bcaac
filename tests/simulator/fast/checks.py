# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job without a plan is looked at for before anything is stored, whatever it runs."""

from __future__ import annotations

from contract import Call
from plans import check_callback
from refusal import Refusal
from store import Store

NO_TARGETS_GIVEN, TARGETS_MISSING, BAD_REQUEST = 1244001, 1241004, 1240003
NO_TARGETS, NO_SOURCE_HOSTS = 1244028, 1244029
WAYS = ("ip_list", "host_id_list", "dynamic_group_list", "topo_node_list")
LONGEST_TIMEOUT, LONGEST_TIMEOUT_OF_OLD, DEFAULT_TIMEOUT = 259200, 86400, 7200
ROLLING_MODES = (1, 2, 3)


def check_options(store: Store, call: Call) -> None:
    """What is looked at before anything else, as annotations of the request say it."""
    check_callback(store, call.body.get("callback_url"))
    longest = _longest(store)
    if store.version.has("checks_timeouts") and not 1 <= call.body.get("timeout", 1) <= longest:
        raise Refusal(BAD_REQUEST, f"timeout must be from 1 to {longest}")
    config = call.body.get("rolling_config")
    if config is not None and store.version.has("checks_rolling") and (config.get("mode", 1) not in ROLLING_MODES or not config.get("expression", "").strip()):
        raise Refusal(BAD_REQUEST, "rolling_config is invalid")


def _longest(store: Store) -> int:
    return LONGEST_TIMEOUT if store.version.has("long_timeouts") else LONGEST_TIMEOUT_OF_OLD


def target_problem(body: dict) -> int:
    """The code of what is wrong with the targets, 0 for nothing."""
    if "target_server" not in body:
        return TARGETS_MISSING
    return 0 if names_hosts(body["target_server"]) else NO_TARGETS_GIVEN


def names_hosts(server: dict | None) -> bool:
    return any((server or {}).get(way) for way in WAYS)


def hosts_of(store: Store, server: dict | None, scope: tuple, missing: int) -> list[dict]:
    """A group or a node may have none."""
    found = store.cmdb.hosts(server, scope)
    if not found:
        raise Refusal(missing if store.version.has("host_ids") else NO_TARGETS_GIVEN)
    return found


def timeout_of(store: Store, body: dict) -> int:
    seconds, longest = body.get("timeout", DEFAULT_TIMEOUT), _longest(store)
    return seconds if 1 <= seconds <= longest else longest

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all fast jobs have in a request (targets, account, name...), and their start."""
from __future__ import annotations

import json
from secrets import randbelow
from typing import Any

from ..errors import InputError, JobError
from ..instance.quota import Patience
from ..instance.starting import BAD_REQUEST, Start, starting
from ..options import targets
from ..options.addresses import callback
from ..options.arguments import ACCOUNT, check_given, check_ids
from ..options.readers import from_json, text
from ..text.masking import label
from ..wire import pages
from ..wire.client import Client
from ..wire.polling import carried_out
from . import rolling

LONGEST_NAME = 512  # characters; JOB fails at a longer one only when it stores the instance
LONGEST_TIMEOUT = 259_200  # seconds, with JOB 3.7 and newer
UNVERIFIED = "not verified that JOB can be reached, and that hosts and account exist, because there is nothing to ask JOB for"
ADDED = 100  # bytes: the name and start_task, which a start adds to a request
INTERNAL_ERROR = 1240002
DAY = 86_400  # seconds: the longest timeout of older versions


def read(params: dict[str, Any]) -> dict[str, Any]:
    """The part of a request that every fast job has, without a name that was not given; InputError for what JOB or a host would misread."""
    request = {"target_server": _target_server(params["target_server"]), **_account(params)}
    if params["task_name"] is not None:
        request["task_name"] = _name(params["task_name"])
    if params["callback_url"] is not None:
        request["callback_url"] = callback(params["callback_url"])
    return request


def read_execution(params: dict[str, Any], target_server: dict[str, Any]) -> dict[str, Any]:
    """The part that scripts and transfers have beside it: `timeout` and `rolling_config`."""
    request: dict[str, Any] = {}
    if params["timeout"] is not None:
        if not 1 <= params["timeout"] <= LONGEST_TIMEOUT:
            raise InputError(f"timeout must be from 1 to {LONGEST_TIMEOUT} seconds ({DAY} with JOB before 3.7), not {params['timeout']}")
        request["timeout"] = params["timeout"]
    if params["rolling_config"] is not None:
        request["rolling_config"] = rolling.read(params["rolling_config"], target_server)
    return request


def check_size(client: Client, request: dict[str, Any], cause: str) -> None:
    """InputError for a request that the gateway would refuse for its size. cause: the option that makes it large."""
    size = len(json.dumps({**({} if client.in_header else client.identity), **request})) + ADDED
    largest = client.largest_body()
    if size > largest:
        smaller = "" if client.gateway == "apigw" else ", or use gateway: apigw"
        raise InputError(f"{cause}: the request would have {size} bytes, and this gateway accepts {largest}. Text grows by a third on its way, as base64. "
                         f"Hand out what is large with fast_transfer_file{smaller}")


def checked(request: dict[str, Any], shown: dict[str, Any], verified: bool, wait: bool) -> dict[str, Any]:
    """The result in check mode. shown: what is shown of the request in place of parts that may contain secrets."""
    return {
        "changed": True,
        "outcome": None,
        "verified": verified,
        "request": {**request, **{name: value for name, value in shown.items() if name in request}},
        "job_instance_id": None,
        "job_instance_name": None,
        **({"status": None} if wait else {}),
    }


def start_fast(
    client: Client, operation: str, request: dict[str, Any], scope: dict[str, Any], exactly_once: bool, patience: Patience,
) -> dict[str, Any]:
    """Start it, by a name that is its own if none was given; the new instance's id and name."""
    name = request.get("task_name") or f"Ansible {operation} {randbelow(10 ** 15):015}"
    in_doubt = f"it may have started. Look for an instance named {label(name, client.secrets)!r} in JOB's execution history before you start it again"
    try:
        start = Start(operation, {**request, "task_name": name}, scope, in_doubt, None, {"name": pages.name_filter(name)})
        return carried_out(starting(client, start, exactly_once, patience), client.clock)
    except JobError as error:
        if error.code == BAD_REQUEST and "timeout" in request:
            error.add(f"a likely cause is timeout: a business may have a lower limit, and JOB before 3.7 takes {DAY} s at most")
        if error.code == INTERNAL_ERROR and any("file_source_code" in source for source in request.get("file_source_list", ())):
            error.add("JOB also says this where it knows no file source with this file_source_code, and then nothing ran")
        raise


def _target_server(given: object) -> dict[str, Any]:
    check = {} if given is None else from_json("target_server", given)
    return targets.read("target_server", check, "there would be nothing to run on")


def _account(params: dict[str, Any]) -> dict[str, Any]:
    check_given(params, *ACCOUNT)
    check_ids(params, "account_id")
    if params["account_id"] is not None:
        return {"account_id": params["account_id"]}
    return {"account_alias": text("account_alias", params["account_alias"])}


def _name(given: object) -> str:
    name = text("task_name", given)
    if len(name) > LONGEST_NAME:
        raise InputError(f"task_name has {len(name)} characters, and JOB stores {LONGEST_NAME} at most")
    return name

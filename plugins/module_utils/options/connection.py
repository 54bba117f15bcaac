# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""connect(): a client from options and environment, with its address, user, certificates and limits."""
from __future__ import annotations

import os
import platform
import sys
from typing import Any

from ..errors import InputError
from ..text.sentences import shown
from ..transport import exchange, proxies
from ..wire.client import Client
from ..wire.pace import Pace
from . import credentials, environment
from .addresses import is_plain_and_remote, operations_url, web_url
from .environment import with_variables

MAX_RETRIES = 10  # after which the pauses have grown to minutes
MAX_TIMEOUT = 86400  # seconds; beyond some years the functions of the system's clock fail


def connect(params: dict[str, Any], task: Any, threads: bool = False, remedy: str = "") -> Client:
    """A client; nothing is sent yet. InputError if it could not work.

    task: as Task. Its secrets get those among the credentials, its warnings what is unsafe or without effect. threads: whether several of them use it.
    remedy: how to give what is missing, if not as a module's options.
    """
    if not exchange.HAS_REQUESTS:
        raise InputError(missing_requests(task.clock.on_controller))
    gateway = params["gateway"]
    address = params["api_url"] or environment.first_set(environment.ADDRESS_VARIABLES[gateway]) or ""
    identity = credentials.identity(params)
    task.secrets.update(credentials.secret(identity) | environment.secrets() | proxies.secrets())
    _require_all(gateway, address, identity, remedy or _as_options())
    url = operations_url(gateway, address)
    if params["job_web_url"]:
        web_url(with_variables("job_web_url"), params["job_web_url"])
    task.warnings.extend(_warnings(params, url))
    way = exchange.way(url, _verify(params), _cert(params))
    proxies.check(way.proxy)
    return Client(
        gateway, url, identity, in_header=credentials.in_header(params, identity), headers=_headers(params),
        timeout=_timeout(params), retries=_retries(params), secrets=task.secrets, clock=task.clock, way=way,
        pace=Pace(task.clock) if threads else None)


def instance_url(params: dict[str, Any], job_instance_id: int) -> dict[str, str]:
    """The result's `job_instance_url`, if the address of JOB's pages is known."""
    if not params["job_web_url"]:
        return {}
    return {"job_instance_url": f"{params['job_web_url'].rstrip('/')}/api_execute/{job_instance_id}"}


def missing_requests(on_controller: bool) -> str:
    """What to do where requests is not installed; no other machine is suggested to a task that runs on the controller."""
    elsewhere = "" if on_controller else ", or run the task on the controller, with delegate_to: localhost, if requests is installed there"
    return (f"{sys.executable} on {platform.node()} has no Python library requests: install it with {sys.executable} -m pip install requests, "
            f"or, if this Python belongs to the operating system, with the system's package python3-requests{elsewhere}")


def _require_all(gateway: str, address: str, identity: dict[str, str], remedy: str) -> None:
    """InputError that names everything that is missing, and the variables that were read."""
    missing = [] if address else [f"api_url ({' or '.join(environment.ADDRESS_VARIABLES[gateway])})"]
    missing += credentials.missing(identity)
    if missing:
        raise InputError(f"missing: {'; '.join(missing)}. {remedy}")


def _as_options() -> str:
    return ("Give them as options (for all tasks: module_defaults, group/blueking.job.job) or as the "
            f"environment variables in brackets, on the machine the task runs on: this one ran on {platform.node()}, "
            "and most plays want delegate_to: localhost and become: false")


def _warnings(params: dict[str, Any], url: str) -> list[str]:
    found = []
    if params["validate_certs"] and is_plain_and_remote(url):
        found.append("api_url is plain http: everything that is sent, credentials included, can be read on the network. "
                     "Use https, or confirm plain http with validate_certs: false")
    if params["bk_tenant_id"] and params["gateway"] == "esb":
        found.append(f"{with_variables('bk_tenant_id')} does not pass an ESB, so JOB does not receive it: use gateway: apigw where there are tenants")
    return found


def _headers(params: dict[str, Any]) -> dict[str, str]:
    tenant = params["bk_tenant_id"]
    if tenant and not (tenant.isascii() and tenant.isprintable() and tenant == tenant.strip()):
        raise InputError(f"{with_variables('bk_tenant_id')} {shown(tenant)} is not a tenant's id: it has letters, digits, - and _ only")
    named = {"Blueking-Language": params["language"], "X-Bk-Tenant-Id": tenant}
    return {name: value for name, value in named.items() if value}


def _timeout(params: dict[str, Any]) -> float:
    timeout: float = params["request_timeout"]
    if not 0 < timeout <= MAX_TIMEOUT:
        raise InputError(f"{with_variables('request_timeout')} must be a number of seconds above 0 and at most {MAX_TIMEOUT}, not {timeout}")
    return timeout


def _retries(params: dict[str, Any]) -> int:
    retries: int = params["request_retries"]
    if not 0 <= retries <= MAX_RETRIES:
        raise InputError(f"{with_variables('request_retries')} must be from 0 to {MAX_RETRIES}, not {retries}")
    return retries


def _path(params: dict[str, Any], option: str) -> str | None:
    path: str | None = params[option]
    if path and not os.path.exists(path):
        raise InputError(f"{with_variables(option)} {shown(path, str)} does not exist on {platform.node()}")
    return path


def _verify(params: dict[str, Any]) -> bool | str:
    ca_path = _path(params, "ca_path")
    return (ca_path or True) if params["validate_certs"] else False


def _cert(params: dict[str, Any]) -> str | tuple[str, str] | None:
    cert, key = _path(params, "client_cert"), _path(params, "client_key")
    return (cert, key) if cert and key else cert

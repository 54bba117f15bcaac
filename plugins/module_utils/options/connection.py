# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options and environment to a client: which address, which user, which certificates."""
from __future__ import annotations

import os
import platform
from typing import Any

from ..errors import InputError
from ..text.sentences import shown
from ..wire.client import Client
from ..wire.gateways import is_plain_and_remote, operations_url, web_url
from .arguments import ADDRESS_ENVIRONMENT, environment, first_set

USER = ("bk_token", "bk_username", "access_token")
APP = ("bk_app_code", "bk_app_secret")
PUBLIC = ("bk_app_code", "bk_username")
SECRET = ("bk_app_secret", "bk_token", "access_token")
MOST_RETRIES = 10  # after which the pauses have grown to minutes
LONGEST_TIMEOUT = 86400  # seconds; beyond some years the system's clock functions give up


def connect(params: dict[str, Any], task: Any) -> Client:
    """A client for what params and the environment describe; nothing is sent yet. InputError when something is amiss.

    The secrets among the credentials join task.secrets, a doubt about safety joins task.warnings.
    """
    gateway = params["gateway"]
    address = params["api_url"] or first_set(ADDRESS_ENVIRONMENT[gateway])
    identity = _identity(params)
    task.secrets.update(value for option, value in identity.items() if option not in PUBLIC)
    task.secrets.update(_in_environment())
    _require_all(gateway, address, identity)
    url = operations_url(gateway, str(address))
    if params["job_web_url"]:
        web_url(_named("job_web_url"), params["job_web_url"])
    if params["validate_certs"] and is_plain_and_remote(url):
        task.warnings.append("api_url is plain http: what is sent, credentials included, can be read on its way. "
                             "Use https, or say that this is meant with validate_certs: false")
    if params["bk_tenant_id"] and gateway == "esb":
        task.warnings.append(f"{_named('bk_tenant_id')} does not pass an ESB, so JOB does not see it: use gateway: apigw where there are tenants")
    return Client(
        gateway, url, identity, in_header=_in_header(params, identity), headers=_headers(params),
        timeout=_timeout(params), retries=_retries(params), secrets=task.secrets, clock=task.clock, verify=_verify(params), cert=_cert(params))


def instance_url(params: dict[str, Any], job_instance_id: int) -> dict[str, Any]:
    """The result's `job_instance_url`, if the address of JOB's pages is known."""
    if not params["job_web_url"]:
        return {}
    return {"job_instance_url": f"{params['job_web_url'].rstrip('/')}/api_execute/{job_instance_id}"}


def _identity(params: dict[str, Any]) -> dict[str, Any]:
    """App and user under the gateways' names, as far as they are given."""
    user = _user(params)
    if "access_token" in user:
        return {"access_token": user["access_token"]}
    app = {option: params[option] for option in APP if params[option]}
    return {**app, **user}


def _in_environment() -> set[str]:
    """Secrets that this task may have no use for, but whatever else runs here has, and servers may be told."""
    return {os.environ[name] for option in SECRET for name in environment(option) if os.environ.get(name)}


def _user(params: dict[str, Any]) -> dict[str, Any]:
    """Who is meant. The environment counts only where the task names nobody: no other user may slip in beside the task's."""
    given = {option: params[option] for option in USER if params[option] is not None}
    for option, value in given.items():
        if not value:
            raise InputError(empty(option))
    if given:
        return given
    found = {option: first_set(environment(option)) for option in USER}
    if found["access_token"]:
        return {"access_token": found["access_token"]}
    return {option: found[option] for option in ("bk_token", "bk_username") if found[option]}


def empty(option: str) -> str:
    """Why a user that is given, but empty or null, is refused: whose name should count then is anybody's guess."""
    return f"{option} is given, but empty: fill it, or leave it out ({option}: \"{{{{ ... | default(omit, true) }}}}\")"


def _require_all(gateway: str, address: str | None, identity: dict[str, Any]) -> None:
    """InputError that names everything that is missing, and where it would have been looked for."""
    missing = [] if address else [f"api_url ({' or '.join(ADDRESS_ENVIRONMENT[gateway])})"]
    if "access_token" not in identity:
        missing += [_named(option) for option in APP if option not in identity]
        if not set(USER) & set(identity):
            missing.append("one of " + ", ".join(map(_named, USER)))
    if missing:
        raise InputError(
            f"missing: {'; '.join(missing)}. Give them as options (for all tasks: module_defaults, group/blueking.job.job) or as the "
            f"environment variables in brackets, on the machine the task runs on: this one ran on {platform.node()}, "
            "and most plays want delegate_to: localhost and become: false")


def _named(option: str) -> str:
    """An option with the variables that stand in for it, because it may never have been written."""
    return f"{option} ({' or '.join(environment(option))})"


def _in_header(params: dict[str, Any], identity: dict[str, Any]) -> bool:
    if params["gateway"] == "esb":
        _check_name(identity)
        if params["credentials_in"] == "body" and "access_token" not in identity:  # which ESB looks for in the header only
            return False
    beyond = [option for option, value in identity.items() if not value.isascii()]
    if beyond:
        raise InputError(f"{', '.join(beyond)}: a header carries plain ASCII only; use credentials_in: body (gateway: esb), or a token")
    return True


def _check_name(identity: dict[str, Any]) -> None:
    """ESB tells JOB in a header who the user is, and breaks at a name beyond latin-1, wherever it came from."""
    name = identity.get("bk_username", "")
    if "bk_token" not in identity and any(ord(character) > 0xff for character in name):
        raise InputError(f"{_named('bk_username')} {shown(name, str)} cannot pass an ESB, whose headers have no such letters: give the bk_token of a user "
                         "whose name has none, or use gateway: apigw with a token")


def _headers(params: dict[str, Any]) -> dict[str, Any]:
    tenant = params["bk_tenant_id"]
    if tenant and not (tenant.isascii() and tenant.isprintable() and tenant == tenant.strip()):
        raise InputError(f"{_named('bk_tenant_id')} {shown(tenant)} is no tenant's id: letters, digits, - and _ only")
    named = {"Blueking-Language": params["language"], "X-Bk-Tenant-Id": tenant}
    return {name: value for name, value in named.items() if value}


def _timeout(params: dict[str, Any]) -> float:
    if not 0 < params["request_timeout"] <= LONGEST_TIMEOUT:
        raise InputError(f"{_named('request_timeout')} must be a number of seconds above 0 and at most {LONGEST_TIMEOUT}, "
                         f"not {params['request_timeout']}")
    return float(params["request_timeout"])


def _retries(params: dict[str, Any]) -> int:
    if not 0 <= params["request_retries"] <= MOST_RETRIES:
        raise InputError(f"{_named('request_retries')} must be from 0 to {MOST_RETRIES}, not {params['request_retries']}")
    return int(params["request_retries"])


def _path(params: dict[str, Any], option: str) -> str | None:
    path: str | None = params[option]
    if path and not os.path.exists(path):
        raise InputError(f"{_named(option)} {shown(path, str)} does not exist on {platform.node()}")
    return path


def _verify(params: dict[str, Any]) -> bool | str:
    ca_path = _path(params, "ca_path")
    return params["validate_certs"] and (ca_path or True)


def _cert(params: dict[str, Any]) -> str | tuple[str, str] | None:
    cert, key = _path(params, "client_cert"), _path(params, "client_key")
    return (cert, key) if cert and key else cert

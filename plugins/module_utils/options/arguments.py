# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that modules share: the connection to JOB, the scope, how to wait, and what to tell of an instance."""
from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.errors import AnsibleFallbackNotFound
from ansible.module_utils.parsing.convert_bool import boolean

from ..errors import InputError
from ..text.sentences import shown
from .readers import positive

# Names that other BlueKing tools use, and those that BK_JOB_<OPTION>, which stands for every other option of the connection, would make clumsy.
ENVIRONMENT = {
    "bk_app_code": ["BK_APP_CODE", "BKPAAS_APP_ID"],
    "bk_app_secret": ["BK_APP_SECRET", "BKPAAS_APP_SECRET"],
    "bk_token": ["BK_TOKEN"],
    "bk_username": ["BK_USERNAME"],
    "access_token": ["BK_JOB_ACCESS_TOKEN"],
    "bk_tenant_id": ["BK_JOB_TENANT_ID", "BK_JOB_BK_TENANT_ID"],
    "job_web_url": ["BK_JOB_WEB_URL", "BK_JOB_JOB_WEB_URL"],
}
ADDRESS_ENVIRONMENT = {
    "esb": ["BK_JOB_API_URL", "BK_COMPONENT_API_URL"],
    "apigw": ["BK_JOB_API_URL", "BK_API_URL_TMPL"],
}


def first_set(names: list[str] | tuple[str, ...]) -> str | None:
    """The value of the first variable that has one; an empty one counts as none, for AWX injects those for blank fields."""
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def environment(option: str) -> list[str]:
    """The variables that stand in for an option of the connection, the first one first."""
    return ENVIRONMENT.get(option, [f"BK_JOB_{option.upper()}"])


def _fallback(*names: str) -> str:
    """first_set() in the form that an argument spec takes."""
    value = first_set(names)
    if value is None:
        raise AnsibleFallbackNotFound
    return value


def _from_environment(option: str, **spec: Any) -> dict[str, Any]:
    return dict(spec, fallback=(_fallback, environment(option)))


# api_url and who the user is have no fallback of their own: which variables count depends on other options (see connection.py).
CONNECTION = {
    "api_url": {"type": "str"},
    "gateway": _from_environment("gateway", type="str", choices=["esb", "apigw"], default="esb"),
    "bk_app_code": _from_environment("bk_app_code", type="str"),
    "bk_app_secret": _from_environment("bk_app_secret", type="str", no_log=True),
    "bk_token": {"type": "str", "no_log": True},
    "bk_username": {"type": "str"},
    "access_token": {"type": "str", "no_log": True},
    "credentials_in": _from_environment("credentials_in", type="str", choices=["body", "header"], default="body"),
    "validate_certs": _from_environment("validate_certs", type="bool", default=True),
    "ca_path": _from_environment("ca_path", type="path"),
    "client_cert": _from_environment("client_cert", type="path"),
    "client_key": _from_environment("client_key", type="path", no_log=False),
    "request_timeout": _from_environment("request_timeout", type="float", default=65),
    "request_retries": _from_environment("request_retries", type="int", default=3),
    "language": _from_environment("language", type="str", choices=["en", "zh-cn"]),
    "bk_tenant_id": _from_environment("bk_tenant_id", type="str"),
    "job_web_url": _from_environment("job_web_url", type="str"),
}
SCOPE = {
    "bk_biz_id": {"type": "int"},
    "bk_scope_type": {"type": "str", "choices": ["biz", "biz_set", "tenant_set"]},
    "bk_scope_id": {"type": "str"},
}
WAIT = {
    "wait_timeout": {"type": "float", "default": 3600},
    "wait_interval": {"type": "float", "default": 5},
    "on_confirmation": {"type": "str", "choices": ["wait", "fail", "return"], "default": "wait"},
    "on_timeout": {"type": "str", "choices": ["fail", "terminate"], "default": "fail"},
    "fail_on_ignored_errors": {"type": "bool", "default": False},
    "progress": _from_environment("progress", type="bool", default=True),
}
REPORT = {
    "max_failed_hosts": {"type": "int", "default": 100},
    "log_hosts": {"type": "int", "default": 10},
    "log_lines": {"type": "int", "default": 5},
    "return_global_vars": {"type": "bool", "default": False},
}
LONGEST_WAIT = 10 * 365 * 86400  # seconds; infinity and what is no number fail the comparison too
# What every module's SPEC says beside its options.
CONSTRAINTS: dict[str, Any] = {
    "mutually_exclusive": [
        ["access_token", "bk_token"], ["access_token", "bk_username"],
        ["bk_biz_id", "bk_scope_type"], ["bk_biz_id", "bk_scope_id"],
    ],
    "required_one_of": [["bk_biz_id", "bk_scope_type"]],
    "required_together": [["bk_scope_type", "bk_scope_id"]],
    "required_by": {"client_key": ["client_cert"]},
}


def check_ids(params: dict[str, Any], *options: str) -> None:
    """InputError for an option that is given, and no id."""
    for option in options:
        if params[option] is not None:
            positive(option, params[option])


def check_given(params: dict[str, Any], *options: str) -> None:
    """InputError when all of these are null: for Ansible, an option that is null in a playbook has been given."""
    if all(params[option] is None for option in options):
        raise InputError(f"one of the following is required, and null is none of them: {', '.join(options)}")


def scope(params: dict[str, Any]) -> dict[str, Any]:
    """The scope as JOB's request names it: exactly what was given."""
    check_given(params, "bk_biz_id", "bk_scope_type")
    if params["bk_biz_id"] is not None:
        return {"bk_biz_id": positive("bk_biz_id", params["bk_biz_id"])}
    return {"bk_scope_type": params["bk_scope_type"], "bk_scope_id": str(positive("bk_scope_id", params["bk_scope_id"]))}


def ignored(spec: dict[str, Any], counts_with: dict[str, Any], given: dict[str, Any]) -> dict[str, list[str]]:
    """Options that are given in vain, by the words for what they count with. counts_with: an option -> those that count only where it is set."""
    found = {}
    for option, others in counts_with.items():
        argument = spec["argument_spec"][option]
        in_vain = [other for other in others if given.get(other) is not None]
        if in_vain and not _is_set(argument, given.get(option)):
            found[f"{option}: true" if argument["type"] == "bool" else option] = in_vain
    return found


def warn_of_ignored(spec: dict[str, Any], counts_with: dict[str, Any], params: dict[str, Any], task: Any) -> None:
    """Warnings of options that have another value than their default, and are ignored; the action refuses them, where it is what runs the task."""
    arguments = spec["argument_spec"]
    given = {option: value for option, value in params.items() if value != arguments[option].get("default") and "fallback" not in arguments[option]}
    for condition, options in ignored(spec, counts_with, given).items():
        task.warnings.append(f"without {condition} these are ignored: {', '.join(options)}")


def _is_set(argument: dict[str, Any], value: object) -> bool:
    value = argument.get("default") if value is None else value
    if argument["type"] != "bool":
        return value not in (None, "")
    try:
        return bool(boolean(value))
    except TypeError:
        return True  # what is no boolean is refused as such


def check_bounds(params: dict[str, Any]) -> None:
    """InputError for a bound of WAIT or REPORT, as far as the module has them, that cannot be meant."""
    for option in ("wait_timeout", "wait_interval"):
        if not 0 <= params.get(option, 0) <= LONGEST_WAIT:
            raise InputError(f"{option} must be a number of seconds, 0 or more, not {shown(params[option])}")
    for option in REPORT:
        if params.get(option, 0) < 0:
            raise InputError(f"{option} must be 0 or more, not {shown(params[option])}")

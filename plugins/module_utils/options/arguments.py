# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that modules share (connection, scope, waiting, report, fast jobs), and checks of their values."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ..errors import InputError
from ..text.masking import HIDDEN, without_secrets
from ..text.sentences import shown
from .environment import fallback
from .readers import positive

# api_url and the user have no fallback of their own: which variables count depends on other options (see connection.py, credentials.py).
CONNECTION: dict[str, dict[str, Any]] = {
    "api_url": {"type": "str"},
    "gateway": {"type": "str", "choices": ["esb", "apigw"], "default": "esb", **fallback("gateway")},
    "bk_app_code": {"type": "str", **fallback("bk_app_code")},
    "bk_app_secret": {"type": "str", "no_log": True, **fallback("bk_app_secret")},
    "bk_token": {"type": "str", "no_log": True},
    "bk_username": {"type": "str"},
    "access_token": {"type": "str", "no_log": True},
    "credentials_in": {"type": "str", "choices": ["body", "header"], "default": "body", **fallback("credentials_in")},
    "validate_certs": {"type": "bool", "default": True, **fallback("validate_certs")},
    "ca_path": {"type": "path", **fallback("ca_path")},
    "client_cert": {"type": "path", **fallback("client_cert")},
    "client_key": {"type": "path", "no_log": False, **fallback("client_key")},
    "request_timeout": {"type": "float", "default": 65, **fallback("request_timeout")},
    "request_retries": {"type": "int", "default": 3, **fallback("request_retries")},
    "language": {"type": "str", "choices": ["en", "zh-cn"], **fallback("language")},
    "bk_tenant_id": {"type": "str", **fallback("bk_tenant_id")},
    "job_web_url": {"type": "str", **fallback("job_web_url")},
}
SCOPE: dict[str, dict[str, Any]] = {
    "bk_biz_id": {"type": "int"},
    "bk_scope_type": {"type": "str", "choices": ["biz", "biz_set", "tenant_set"]},
    "bk_scope_id": {"type": "str"},
}
START: dict[str, dict[str, Any]] = {
    "job_plan_id": {"type": "int"},
    "job_plan_name": {"type": "str"},
    "job_template_id": {"type": "int"},
    # no_log keeps them out of syslog, where AnsibleModule writes all other arguments before the plan is read, which says what is secret.
    "global_var_list": {"type": "raw", "no_log": True},
    "callback_url": {"type": "str", "no_log": True},
    "check_plan": {"type": "bool", "default": True},
    "exactly_once": {"type": "bool", "default": False},
    "quota_timeout": {"type": "float", "default": 0},
}
WAIT: dict[str, dict[str, Any]] = {
    "wait_timeout": {"type": "float", "default": 3600},
    "wait_interval": {"type": "float", "default": 5},
    "on_confirmation": {"type": "str", "choices": ["wait", "fail", "return"], "default": "wait"},
    "on_timeout": {"type": "str", "choices": ["fail", "terminate"], "default": "fail"},
    "fail_on_ignored_errors": {"type": "bool", "default": False},
    "progress": {"type": "bool", "default": True, **fallback("progress")},
}
REPORT: dict[str, dict[str, Any]] = {
    "max_failed_hosts": {"type": "int", "default": 100},
    "log_hosts": {"type": "int", "default": 10},
    "log_lines": {"type": "int", "default": 5},
    "return_global_vars": {"type": "bool", "default": False},
}
FAST: dict[str, dict[str, Any]] = {
    "target_server": {"type": "raw", "required": True},
    "account_alias": {"type": "str"},
    "account_id": {"type": "int"},
    "task_name": {"type": "str"},
    "callback_url": {"type": "str", "no_log": True},
    "quota_timeout": {"type": "float", "default": 0},
    "wait": {"type": "bool", "default": True},
}
EXECUTION: dict[str, dict[str, Any]] = {
    "timeout": {"type": "int"},
    "rolling_config": {"type": "raw"},
    "exactly_once": {"type": "bool", "default": False},
}
MANY: dict[str, dict[str, Any]] = {
    "parallel": {"type": "int", "default": 10},
    "on_failure": {"type": "str", "choices": ["continue", "stop", "terminate"], "default": "continue"},
}
MAX_PARALLEL = 50  # requests at once, and so threads
MAX_WAIT = 10 * 365 * 86400  # seconds; infinity and NaN fail the comparison, too
ACCOUNT = ["account_alias", "account_id"]  # of FAST, exactly one
# In every module's SPEC beside its options.
CONSTRAINTS: dict[str, Any] = {
    "mutually_exclusive": [
        ["access_token", "bk_token"], ["access_token", "bk_username"],
        ["bk_biz_id", "bk_scope_type"], ["bk_biz_id", "bk_scope_id"],
    ],
    "required_one_of": [["bk_biz_id", "bk_scope_type"]],
    "required_together": [["bk_scope_type", "bk_scope_id"]],
    "required_by": {"client_key": ["client_cert"]},
}
# The same with START, where each task names one plan, and with FAST.
START_CONSTRAINTS: dict[str, Any] = {
    **CONSTRAINTS,
    "mutually_exclusive": [*CONSTRAINTS["mutually_exclusive"], ["job_plan_id", "job_plan_name"]],
    "required_one_of": [*CONSTRAINTS["required_one_of"], ["job_plan_id", "job_plan_name"]],
    "required_by": {**CONSTRAINTS["required_by"], "job_template_id": ["job_plan_name"]},
}
FAST_CONSTRAINTS: dict[str, Any] = {
    **CONSTRAINTS,
    "mutually_exclusive": [*CONSTRAINTS["mutually_exclusive"], ACCOUNT],
    "required_one_of": [*CONSTRAINTS["required_one_of"], ACCOUNT],
}


def hidden(params: dict[str, Any], *options: str) -> dict[str, Any]:
    """What is shown instead of options that may contain secrets, until these are known."""
    return {option: HIDDEN for option in options if params[option] is not None}


def masked(params: dict[str, Any], secrets: set[str], *options: str) -> dict[str, Any]:
    """The same once they are."""
    return {option: without_secrets(params[option], secrets) for option in options if params[option] is not None}


def check_ids(params: dict[str, Any], *options: str) -> None:
    """InputError for an option that is given, and not an id."""
    for option in options:
        if params[option] is not None:
            positive(option, params[option])


def check_given(params: dict[str, Any], *options: str) -> None:
    """InputError if all of these are null, because Ansible counts an option that is null in a playbook as given."""
    if all(params[option] is None for option in options):
        raise InputError(f"one of the following is required, and must not be null: {', '.join(options)}")


def scope(params: dict[str, Any]) -> dict[str, Any]:
    """The part of a request that names the scope."""
    check_given(params, "bk_biz_id", "bk_scope_type")
    if params["bk_biz_id"] is not None:
        return {"bk_biz_id": positive("bk_biz_id", params["bk_biz_id"])}
    return {"bk_scope_type": params["bk_scope_type"], "bk_scope_id": str(positive("bk_scope_id", params["bk_scope_id"]))}


def ignored(spec: dict[str, Any], counts_with: Mapping[str, Sequence[str]], given: dict[str, Any]) -> dict[str, list[str]]:
    """Options that are given without effect, by the condition under which they have one. counts_with: an option -> those that count only with it."""
    found = {}
    for option, others in counts_with.items():
        argument = spec["argument_spec"][option]
        without_effect = [other for other in others if given.get(other) is not None]
        if without_effect and not _is_set(argument, given.get(option)):
            found[f"{option}: true" if argument["type"] == "bool" else option] = without_effect
    return found


def warn_of_ignored(spec: dict[str, Any], counts_with: Mapping[str, Sequence[str]], params: dict[str, Any], task: Any) -> None:
    """Warns of options without effect that differ from their default. The action plugin refuses them before, where it runs; task: as Task."""
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
        return True  # Ansible refuses what is not a boolean


def check_bounds(params: dict[str, Any]) -> None:
    """InputError for a number that is out of range; a module may have only some of these options."""
    for option in ("quota_timeout", "wait_timeout", "wait_interval"):
        if not 0 <= params.get(option, 0) <= MAX_WAIT:
            raise InputError(f"{option} must be a number of seconds, 0 or more, not {shown(params[option])}")
    for option in (*REPORT, "max_output"):
        if params.get(option, 0) < 0:
            raise InputError(f"{option} must be 0 or more, not {shown(params[option])}")
    if not 1 <= params.get("parallel", 1) <= MAX_PARALLEL:
        raise InputError(f"parallel must be from 1 to {MAX_PARALLEL}, not {shown(params['parallel'])}")

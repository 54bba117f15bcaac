# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables that replace options of the connection, and the secrets among them."""
from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from ansible.module_utils.errors import AnsibleFallbackNotFound

# Names that other BlueKing tools use, and two where BK_JOB_<OPTION>, the name for every other option of the connection, would be clumsy.
VARIABLES = {
    "bk_app_code": ["BK_APP_CODE", "BKPAAS_APP_ID"],
    "bk_app_secret": ["BK_APP_SECRET", "BKPAAS_APP_SECRET"],
    "bk_token": ["BK_TOKEN"],
    "bk_username": ["BK_USERNAME"],
    "access_token": ["BK_JOB_ACCESS_TOKEN"],
    "bk_tenant_id": ["BK_JOB_TENANT_ID", "BK_JOB_BK_TENANT_ID"],
    "job_web_url": ["BK_JOB_WEB_URL", "BK_JOB_JOB_WEB_URL"],
}
ADDRESS_VARIABLES = {
    "esb": ["BK_JOB_API_URL", "BK_COMPONENT_API_URL"],
    "apigw": ["BK_JOB_API_URL", "BK_API_URL_TMPL"],
}
SECRET = ("bk_app_secret", "bk_token", "access_token")


def variables(option: str) -> list[str]:
    """The variables that replace an option of the connection; the first one that is set counts."""
    return VARIABLES.get(option, [f"BK_JOB_{option.upper()}"])


def first_set(names: Iterable[str]) -> str | None:
    """The value of the first variable that is set and not empty: AWX sets variables for blank fields, too."""
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def fallback(option: str) -> dict[str, Any]:
    """The part of an argument spec that reads the option's variables."""
    return {"fallback": (_fallback, variables(option))}


def _fallback(*names: str) -> str:
    value = first_set(names)
    if value is None:
        raise AnsibleFallbackNotFound
    return value


def with_variables(option: str) -> str:
    """An option's name for a message, with the variables from which its value may be."""
    return f"{option} ({' or '.join(variables(option))})"


def secrets() -> set[str]:
    """Credentials in the environment, also those that this task does not use, because a server's text may contain them."""
    return {os.environ[name] for option in SECRET for name in variables(option) if os.environ.get(name)}

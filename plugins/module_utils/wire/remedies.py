# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a refusal of JOB or of a gateway, by its error number."""
from __future__ import annotations

from . import esb

CREDENTIALS = "check bk_app_code, bk_app_secret and bk_token, bk_username or access_token"
NOT_GRANTED = "have this API granted to the app in BlueKing's developer centre"
HOSTS = "check that the hosts belong to the scope"
NO_TARGETS = "give target_server, or every host variable of a plan, hosts"
NO_TARGETS_BEFORE_3_7 = f"{NO_TARGETS}; JOB before 3.7 does not know host_id_list: give ip_list there"
QUOTA = "nothing ran, start it again when fewer jobs are running"
STORED = "nothing ran, but JOB has stored an instance that is not started: do not start it, because it would run on all hosts at once"
REMEDIES = {
    1306000: CREDENTIALS, 1640001: CREDENTIALS, 1640100: CREDENTIALS, 1640101: CREDENTIALS, 1640102: CREDENTIALS,
    1306403: NOT_GRANTED, 1640301: NOT_GRANTED, 1640302: NOT_GRANTED, 1640303: NOT_GRANTED, 1640304: NOT_GRANTED,
    1306206: "the ESB has no address of JOB, or a proxy adds the header X-Use-Test-Env, which selects a test environment: ask the ESB's administrator",
    1306404: "the ESB has no code for this API: an administrator of the ESB has to install JOB's components",
    1306405: "an administrator of the ESB has switched this API off (its channel is inactive), and can switch it on",
    1640401: "check api_url and the stage in it",
    1243051: "check bk_biz_id, or bk_scope_type and bk_scope_id",
    1243009: "check job_plan_id and the scope",
    1244012: "check job_plan_id and the scope (JOB also says this while a part of it is briefly down)",
    1244002: HOSTS, 1244030: HOSTS, 1244028: NO_TARGETS, 1244029: NO_TARGETS, 1244001: NO_TARGETS_BEFORE_3_7, 1244009: NO_TARGETS_BEFORE_3_7,
    1243001: "check script_id and script_version_id, and that the script has an online version in this scope",
    1244003: "check account_alias or account_id: an account belongs to a business",
    1244018: "have the version of the script put online, or give another one",
    1244019: "an administrator's rule forbids this script: change the line, or ask JOB's administrator for the rules",
    1244026: STORED, 1244027: STORED,
    1244016: "the confirmation names who may act on it: one of them has to do it, on the job's page or as the user of this task",
    1244032: QUOTA, 1244033: QUOTA, 1244034: QUOTA,
}


def remedy(status: int, code: int | None, message: str) -> str:
    """What to do; "" if nothing is known."""
    if code is None and status == 404:
        return "there is no such path: check api_url and gateway"
    return "" if esb.failed(code, message) else esb.remedy(code, message) or REMEDIES.get(code or 0, "")

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contestant without Ansible: starts plan 100 as often as told, with requests alone."""
from __future__ import annotations

import os
import sys

import requests

BODY = {"bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1, "job_plan_id": 100}

with requests.Session() as session:
    for _start in range(int(sys.argv[1])):
        session.post(os.environ["BK_JOB_API_URL"] + "/api/c/compapi/v2/jobv3/execute_job_plan/", json=BODY, timeout=60).raise_for_status()

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields that the operations on fast jobs read (EsbFastExecuteScriptV3Request and its neighbours)."""

from __future__ import annotations

from contract import SCOPE, SERVER, STEP

START = {
    **SCOPE,
    "task_name": ("string", False),
    "account_alias": ("string", False),
    "account_id": ("long", False),
    "target_server": (SERVER, False),
    "callback_url": ("string", False),
}
ROLLING = {"type": ("long", False), "mode": ("long", False), "expression": ("string", False)}
OPTIONAL_START = {"timeout": ("long", False), "rolling_config": (ROLLING, False), "start_task": ("boolean", False)}
FILE_SOURCE = {
    "file_list": (["string"], False),
    "file_type": ("long", False),
    "account": ({"id": ("long", False), "alias": ("string", False)}, False),
    "server": (SERVER, False),
    "file_source_id": ("long", False),
    "file_source_code": ("string", False),
}
REQUESTS = {
    "fast_execute_script": {
        **START,
        **OPTIONAL_START,
        "script_content": ("string", False),
        "script_id": ("string", False),
        "script_version_id": ("long", False),
        "script_language": ("long", False),
        "script_param": ("string", False),
        "is_param_sensitive": ("long", False),
        "windows_interpreter": ("string", False),
    },
    "fast_transfer_file": {
        **START,
        **OPTIONAL_START,
        "file_source_list": ([FILE_SOURCE], False),
        "file_target_path": ("string", False),
        "file_target_name": ("string", False),
        "transfer_mode": ("long", False),
        "upload_speed_limit": ("long", False),
        "download_speed_limit": ("long", False),
    },
    "push_config_file": {
        **START,
        "file_target_path": ("string", False),
        "file_list": ([{"file_name": ("string", False), "content": ("string", False)}], False),
    },
    "get_step_instance_detail": STEP,
    "check_script": {"content": ("string", False), "script_language": ("long", False)},
}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages of scripts, by JOB's numbers (ScriptTypeEnum), how their files are called, and how their comments begin."""

SHELL, BAT, PERL, PYTHON, POWERSHELL, SQL = range(1, 7)
LANGUAGES = {SHELL: ".sh", BAT: ".bat", PERL: ".pl", PYTHON: ".py", POWERSHELL: ".ps1", SQL: ".sql"}
COMMENTS = {SHELL: "#", BAT: "REM", PERL: "#", PYTHON: "#", POWERSHELL: "#"}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks one after the other like the nodes of an AWX workflow: with ansible-runner, AWX's injection of credentials, and the values of set_stats.

The fields of the credential come from the environment. It needs ansible-core, ansible-runner and awx_plugins.interfaces.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import ansible_runner
import yaml
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

HERE = Path(__file__).parent
FIELD = re.compile(r"\{\{ (\w+) \}\}")
CONTAINER = "/runner/"  # where a container of AWX's has the private data
# As the demo inventory of AWX has it.
INVENTORY = {"all": {"hosts": {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}}}}


def credential(injectors: dict) -> dict:
    """The fields, from the variables that they will be injected as, which are taken out of this environment."""
    variables = {variable: FIELD.fullmatch(template) for variable, template in injectors["env"].items()}
    found = {field[1]: os.environ.pop(variable, "") for variable, field in variables.items() if field}
    return {name: value for name, value in found.items() if value}


def injected(folder: Path, fields: dict, kind: SimpleNamespace) -> dict:
    """The environment variables that AWX would set, whose files lie in the folder."""
    variables: dict = {}
    inject_credential(kind, Credential(fields), variables, {}, [], str(folder))
    return {name: value.replace(CONTAINER, f"{folder}/") for name, value in variables.items()}


def run(playbook: Path, fields: dict, kind: SimpleNamespace, extra_vars: dict, options: argparse.Namespace) -> ansible_runner.Runner:
    """One job, in a private data folder of its own."""
    folder = options.folder / playbook.stem
    for part in ("env", "project", "inventory"):
        (folder / part).mkdir(parents=True)
    shutil.copy(playbook, folder / "project")
    (folder / "inventory/hosts.json").write_text(json.dumps(INVENTORY), "utf-8")
    (folder / "env/extravars").touch(mode=0o600)
    (folder / "env/extravars").write_text(json.dumps(extra_vars), "utf-8")
    return ansible_runner.run(
        private_data_dir=str(folder), playbook=playbook.name, ident="job", envvars=injected(folder, fields, kind), cmdline=options.cmdline,
        suppress_env_files=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("playbooks", nargs="+", type=Path)
    parser.add_argument("--extra-vars", "-e", type=json.loads, default={}, help="JSON, what a survey would have asked for")
    parser.add_argument("--cmdline", help="more options of ansible-playbook")
    parser.add_argument("--folder", type=Path, help="where private data and artifacts are to lie; default: a temporary folder, removed in the end")
    options = parser.parse_args()
    if options.folder and options.folder.exists():
        parser.error(f"--folder {options.folder} exists already: name a new one")
    with tempfile.TemporaryDirectory() as temporary:
        options.folder = (options.folder or Path(temporary)).resolve()
        inputs, injectors = (yaml.safe_load((HERE / f"credential_{part}.yml").read_text("utf-8")) for part in ("inputs", "injectors"))
        fields = credential(injectors)
        extra_vars = options.extra_vars
        for playbook in options.playbooks:
            job = run(playbook, fields, SimpleNamespace(inputs=inputs, injectors=injectors), extra_vars, options)
            if job.rc:
                return job.rc
            handed_on = next((event["event_data"].get("artifact_data", {}) for event in job.events if event["event"] == "playbook_on_stats"), {})
            extra_vars = {**extra_vars, **handed_on}
            print(f"{playbook.name} hands on:", *(f"{name}={value}" for name, value in handed_on.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

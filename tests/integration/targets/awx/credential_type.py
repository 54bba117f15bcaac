# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential type is one that AWX accepts, has a secret field for each secret, and injects what the README says that the modules read."""
from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT = Path(sys.argv[1])
FOLDER = ROOT / "docs/awx"
KEYS = {"id", "type", "label", "help_text", "choices", "default", "multiline", "secret"}
SECRETS = {"bk_app_secret", "bk_token", "access_token"}
# As AWX checks a credential type: a template may name nothing but fields, and files of the type.
EXAMPLE = SimpleNamespace(filename=SimpleNamespace(ca="EXAMPLE"))
SURVEY_TYPES = {"text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float"}


def check_inputs(inputs: dict) -> list[str]:
    fields = inputs["fields"]
    names = [field["id"] for field in fields]
    assert inputs.keys() <= {"fields", "required"} and set(inputs["required"]) <= set(names) and len(set(names)) == len(names)
    for field in fields:
        assert field.keys() <= KEYS and field["type"] in ("string", "boolean") and re.fullmatch(r"[a-zA-Z_]\w*", field["id"]), field
        assert field["type"] == "string" or not field.keys() & {"choices", "multiline", "secret"}, field
        assert isinstance(field.get("default", ""), str) and all(isinstance(choice, str) for choice in field.get("choices", [])), field
        assert (field["id"] in SECRETS) == bool(field.get("secret")), field
    return names


def check_injectors(injectors: dict, names: list[str]) -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("| option | environment variable |")[2].partition("\n\n")[0]
    known = set(re.findall(r"`(BK\w+)`", table))
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    assert injectors.keys() == {"file", "env"} and injectors["file"].keys() == {"template.ca"}
    assert injectors["env"].keys() <= known, injectors["env"].keys() - known
    templates = [*injectors["env"].values(), *injectors["file"].values()]
    for template in templates:
        assert template.isascii() and strict.from_string(template).render(dict.fromkeys(names, "EXAMPLE"), tower=EXAMPLE)
    unused = [name for name in names if not any(name in template for template in templates)]
    assert not unused, unused


def check_survey(survey: dict) -> None:
    """Its questions are the variables of the playbook."""
    assert survey.keys() == {"name", "description", "spec"}
    asked = {question["variable"] for question in survey["spec"] if question["type"] in SURVEY_TYPES}
    playbook = (FOLDER / "start_plan.yml").read_text("utf-8")
    assert asked == set(re.findall(r"^ +\w+: \"\{\{ (\w+)(?: \||\ \}\})", playbook, re.MULTILINE)), asked


def read(name: str) -> dict:
    """A file of YAML, or of JSON, which is YAML too."""
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


check_injectors(read("credential_injectors.yml"), check_inputs(read("credential_inputs.yml")))
check_survey(read("survey.json"))

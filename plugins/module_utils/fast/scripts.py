# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A script and its parameter: from the options of a playbook to the fields of JOB's request."""
from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from ..errors import InputError
from ..options.arguments import check_given, check_ids
from ..options.readers import text
from .encoding import encoded

LANGUAGES = {"shell": 1, "bat": 2, "perl": 3, "python": 4, "powershell": 5}
SHEBANG = re.compile(r"#!\s*(?:\S*/)?(?:env(?:\s+-\S+|\s+\w+=\S*)*\s+(?:\S*/)?)?(perl|python|pwsh|powershell)?")
LARGEST = 16_777_215  # bytes of a script, in JOB's database (MEDIUMTEXT)
LARGEST_PARAM, LARGEST_SECRET_PARAM = 65_535, 48_128  # bytes; a secret one grows when JOB encrypts it (MySQLTextDataType)
SEARCHED = 1 << 20  # characters of a script or a file that are looked for in what JOB says; more would take a second and 100 MB for each MB
SHORT = 4  # characters: a shorter word of a secret parameter would mask too much of what a script prints
SOURCES = ("script_content", "script_id", "script_version_id")
JOIN = "splitlines() | join('\\n')"


def read(params: dict[str, Any]) -> dict[str, Any]:
    """The fields of the request that name the script and its parameter; InputError for what JOB or a host would misread."""
    check_given(params, *SOURCES)
    return {**_source(params), **_param(params)}


def language(content: str) -> str:
    """What the script's first line says of its language; a shell script is all that says nothing else."""
    found = SHEBANG.match(content)
    program = found[1] if found else None
    return "powershell" if program == "pwsh" else program or "shell"


def warnings(params: dict[str, Any]) -> Iterator[str]:
    """What is likely not meant."""
    content, name = params["script_content"] or "", params["script_language"]
    if name in ("perl", "python") and not content.startswith("#!"):
        yield (f"script_language is {name}, but script_content does not begin with #!, and on Linux a host runs a script by that line: "
               f"begin it with #!/usr/bin/env {name}, or another interpreter that the hosts have")
    if "[DATEFMT:" in (params["script_param"] or params["secret_script_param"] or ""):
        yield "JOB replaces [DATEFMT:...] in a script's parameter by a date"


def secrets(params: dict[str, Any]) -> set[str]:
    """secret_script_param, and each word of it, as a script receives and may print it."""
    secret = params["secret_script_param"]
    if not secret:
        return set()
    words = [*secret.split(), *_shell_words(secret)]
    values = [word.partition("=")[2] for word in words if "=" in word]
    values += [word[2:] for word in words if re.match("-[A-Za-z]", word)]  # -pPASSWORD
    values += re.findall(r"""[^\s"'{}\[\],:;=]+""", secret)  # in JSON, or user:password
    return {secret, *(word for word in (*words, *values) if len(word) >= SHORT and not (word.startswith("--") and "=" not in word))}


def quoted(content: str | None) -> set[str]:
    """The script as JOB may quote its lines: as it is, and with one blank for many."""
    beginning = (content or "")[:SEARCHED]
    return {beginning, " ".join(beginning.split())}


def _shell_words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # a quote without its end, which is the script's own matter
        return []


def _source(params: dict[str, Any]) -> dict[str, Any]:
    check_ids(params, "script_version_id")
    if params["script_version_id"] is not None:
        return {"script_version_id": params["script_version_id"]}
    if params["script_id"] is not None:
        return {"script_id": text("script_id", params["script_id"])}
    content = text("script_content", params["script_content"])
    name = params["script_language"] or language(content)
    _check_content(content, name)
    return {"script_content": encoded(content), "script_language": LANGUAGES[name]}


def _check_content(content: str, name: str) -> None:
    """InputError for a text that JOB would cut or refuse, or a host could not run."""
    if "\0" in content:
        raise InputError("script_content has a NUL character in it, and a script is text: put bytes into it as base64, and decode them in the script")
    if len(content.encode()) > LARGEST:
        raise InputError(f"script_content has {len(content.encode())} bytes, and JOB stores {LARGEST} at most: hand out what is large with fast_transfer_file")
    checked = content if name == "shell" else content.partition("\n")[0] + "\n" if content.startswith("#!") else ""
    if "\r\n" in checked:
        raise InputError("script_content has line ends of Windows (\\r\\n), with which a host cannot run it. "
                         f"Strip them: script_content: \"{{{{ lookup('ansible.builtin.file', 'NAME').{JOIN} }}}}\"")


def _param(params: dict[str, Any]) -> dict[str, Any]:
    given = [option for option in ("script_param", "secret_script_param") if params[option]]
    if not given:
        return {}
    [option] = given
    secret = option == "secret_script_param"
    size, largest = len(params[option].encode()), LARGEST_SECRET_PARAM if secret else LARGEST_PARAM
    if "\0" in params[option]:
        raise InputError(f"{option} has a NUL character in it, which no command line can have")
    if size > largest:
        raise InputError(f"{option} has {size} bytes, and JOB stores {largest} at most: hand out what is large as a file, with push_config_file")
    return {"script_param": encoded(params[option]), **({"is_param_sensitive": 1} if secret else {})}

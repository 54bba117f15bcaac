# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan's own values beside those that a start will use, for diff mode."""
from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from ..options.global_vars import Entry
from ..options.targets import addresses
from ..text.masking import VALUE, clean, data
from .check import Pairs

SHOWN = 100  # variables in a diff, and hosts of each
LONG = 1000  # characters of a value


def diff(pairs: Pairs, plan: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """In the form of Ansible's `diff`; of secrets only whether they are replaced."""
    given = {variable["name"]: entry for entry, variable in pairs if variable}
    variables = sorted(plan["global_var_list"], key=lambda variable: variable["name"] not in given)
    rest = {"...": f"and {len(variables) - SHOWN} more"} if len(variables) > SHOWN else {}
    before = {variable["shown"]: _default(variable, secrets) for variable in variables[:SHOWN]}
    after = {variable["shown"]: _override(given[variable["name"]], secrets) for variable in variables[:SHOWN] if variable["name"] in given}
    return {
        "before_header": f"plan {plan['job_plan_id']} {plan['shown']}",
        "after_header": f"plan {plan['job_plan_id']} {plan['shown']} as it will run",
        "before": _text({**before, **rest}),
        "after": _text({**before, **after, **rest}),
    }


def _text(values: dict[str, Any]) -> str:
    """JSON, because Ansible would print the Chinese characters of a dict as escapes."""
    return json.dumps(values, ensure_ascii=False, indent=4, sort_keys=True) + "\n"


def _default(variable: dict[str, Any], secrets: set[str]) -> str | list[str]:
    if variable["type"] == "host":
        server = data(variable["server"], secrets)
        return _hosts(server if isinstance(server, dict) else None)
    return "(secret)" if variable["type"] == "cipher" else _value(variable["value"] or "", secrets)


def _override(entry: Entry, secrets: set[str]) -> str | list[str]:
    if entry.secret:
        return "(secret, replaced)"
    return _value(entry.value or "", secrets) if entry.server is None else _hosts(entry.server)


def _value(text: str, secrets: set[str]) -> str:
    """Of a long value the beginning, and a hash that distinguishes it from others with the same beginning."""
    masked = clean(text, secrets, VALUE) or ""
    digest = sha256(masked.encode(errors="replace")).hexdigest()[:12]
    return masked if len(masked) <= LONG else f"{masked[:LONG]}... ({len(text)} characters, SHA-256 {digest}...)"


def _hosts(server: dict[str, Any] | None) -> list[str]:
    hosts = addresses(server)
    more = [f"and {len(hosts) - SHOWN} more"] if len(hosts) > SHOWN else []
    return hosts[:SHOWN] + more

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two files of results are the same, apart from the times and the requests' ids in them."""
from __future__ import annotations

import json
import re
import sys
from pathlib import Path

TIMES = {"created_at", "started_at", "ended_at", "duration"}
REQUEST_ID = re.compile("[0-9a-f]{32}")


def comparable(value: object) -> object:
    if isinstance(value, dict):
        return {name: "some time" if name in TIMES and part is not None else comparable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    return REQUEST_ID.sub("some id", value) if isinstance(value, str) else value


def main() -> None:
    here, shipped = (comparable(json.loads(Path(path).read_text(encoding="utf-8"))) for path in sys.argv[1:])
    for case in here:
        for key in sorted({*here[case], *shipped[case]}):
            first, second = here[case].get(key, "nothing"), shipped[case].get(key, "nothing")
            if first != second:
                sys.exit(f"{case}: {key} is {first!r} in Ansible's own process, and {second!r} as a module")


if __name__ == "__main__":
    main()

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether any file of a folder has one of the secrets, however it may be written."""
from __future__ import annotations

import base64
import json
import sys
import urllib.parse
from pathlib import Path


def spellings(secret: str) -> set[bytes]:
    """Plain, in URLs, in JSON, and in base64, where it may begin at any of three places of a group."""
    encoded = [base64.b64encode(b"x" * shift + secret.encode())[4:-4] for shift in range(3)]
    return {secret.encode(), urllib.parse.quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode(), *encoded}


def main() -> None:
    folder, *secrets = sys.argv[1:]
    for file in filter(Path.is_file, Path(folder).rglob("*")):
        content = file.read_bytes()
        for secret in secrets:
            if any(spelling in content for spelling in spellings(secret)):
                sys.exit(f"{file} has the secret {secret}")


if __name__ == "__main__":
    main()

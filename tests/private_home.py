"""Makes the home folder in which ansible-test works, with pip's settings, a stand-in for a script it would download, and a link to $TMPDIR."""

from __future__ import annotations

import ast
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import ansible_test
import pip

STAND_IN = """
import pathlib
import shutil
import sysconfig

for folder in pathlib.Path({source!r}).glob("pip*"):
    shutil.copytree(folder, pathlib.Path(sysconfig.get_path("purelib"), folder.name))
"""


def pip_settings() -> dict[str, str]:
    """All that pip takes from files and from variables, which ansible-test drops."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True).stdout
    settings = {"quiet": "2", "disable-pip-version-check": "1"}
    for variable, name in (("SSL_CERT_FILE", "cert"), ("REQUESTS_CA_BUNDLE", "cert"), ("HTTPS_PROXY", "proxy"), ("https_proxy", "proxy")):
        if os.environ.get(variable):
            settings[name] = os.environ[variable]
    # Variables come first in pip's list, and prevail.
    for line in reversed(listed.splitlines()):
        key, value = line.split("=", 1)
        settings[key.split(".", 1)[1]] = ast.literal_eval(value)
    return settings


def write(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def main(home: pathlib.Path) -> None:
    lines = [f"{name} = {value}".replace("\n", " ") for name, value in pip_settings().items()]
    write(home / ".config/pip/pip.conf", "\n".join(["[global]", *lines, ""]))
    home.joinpath("tmp").unlink(missing_ok=True)
    home.joinpath("tmp").symlink_to(tempfile.gettempdir())

    # ansible-test gives pip to its virtual environments with a script from a host that not everybody can reach.
    source = pathlib.Path(ansible_test.__file__).parent.joinpath("_internal/python_requirements.py").read_text(encoding="utf-8")
    for version in re.findall(r"pip='([0-9.]+)'", source):
        stand_in = STAND_IN.format(source=str(pathlib.Path(pip.__file__).parents[1]))
        write(home / ".ansible/test/cache" / f"get_pip_{version.replace('.', '_')}.py", stand_in)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

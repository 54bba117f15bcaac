# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links: absolute in README, which Galaxy and Automation Hub show alone, and everywhere to files and headings that exist."""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import yaml
from pages import Link, Page

ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
ON_MAIN = re.compile(r"https://[^/]+/[^/]+/(?P<name>[^/]+)/(?:blob/|tree/|raw/)?main/(?P<path>.+)")


def problems(root: Path) -> list[str]:
    repository = yaml.safe_load((root / "galaxy.yml").read_text("utf-8"))["repository"]
    return [f"{file.relative_to(root)}:{link.line}: {link.target} {problem}"
            for file in files(root) for link in _page(file).links() if (problem := _problem(root, repository, file, link))]


def files(root: Path) -> Iterator[Path]:
    """All pages but those that git ignores."""
    folders = [path for path in root.iterdir() if path.is_dir() and path.name not in (".git", ".work")]
    return iter(sorted([*root.glob("*.md"), *(file for folder in folders for file in folder.rglob("*.md"))]))


@cache
def _page(file: Path) -> Page:
    return Page(file)


def _problem(root: Path, repository: str, file: Path, link: Link) -> str:
    of_repository = ON_MAIN.match(link.target)
    if of_repository and of_repository["name"] == repository.rpartition("/")[2]:
        if not link.target.startswith(_places(repository, link)):
            return f"is not where galaxy.yml says that the repository is: write {_absolute(repository, link, of_repository['path'])}"
        return _missing(root, file, root, of_repository["path"])
    if ABSOLUTE.match(link.target):
        return ""
    if file == root / "README.md":
        path = f"README.md{link.target}" if link.target.startswith("#") else link.target
        return f"is relative, and README is shown alone: write {_absolute(repository, link, path)}"
    return _missing(root, file, file.parent, link.target)


def _absolute(repository: str, link: Link, path: str) -> str:
    return _places(repository, link)[0] + path


def _places(repository: str, link: Link) -> tuple[str, ...]:
    if link.is_picture:
        return (repository.replace("https://github.com/", "https://raw.githubusercontent.com/") + "/main/",)
    return f"{repository}/blob/main/", f"{repository}/tree/main/"


def _missing(root: Path, file: Path, folder: Path, target: str) -> str:
    path, _hash, anchor = unquote(target).partition("#")
    found = (folder / path).resolve() if path else file
    if not (found.exists() and found.is_relative_to(root)):
        return "leads to no file"
    return "leads to no heading" if anchor and found.suffix == ".md" and anchor not in _page(found).anchors() else ""

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""file_source_list of fast_transfer_file: which files come from where, and whether two of them would land on the same path."""
from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from ..errors import InputError
from ..options import targets
from ..options.readers import elements, fields, from_json, positive, rows, text
from ..text.sentences import enumerated, shown
from .paths import OF_SOURCE, absolute, last_part, trimmed, unreplaced

FIELDS = ("file_list", "server", "account", "file_source_id", "file_source_code")
SERVER, FILE_SOURCE = 1, 3  # JOB's file_type
OF_HOSTS = ("server", "account")
PATTERNS = ("REGEX:", "*", "?")  # a name with one of these stands for any files


class _Origin(NamedTuple):
    """Where a file comes from. host: a host id, an address, or a text for hosts that only JOB knows. store: which file source it is on."""

    host: Any
    store: Any = None


def read(given: object) -> list[dict[str, Any]]:
    """The sources as JOB receives them; InputError with the first problem of every source.

    given: a list of dicts as the module documents them, or the same as JSON.
    """
    sources, problems = rows("file_source_list", from_json("file_source_list", given, "sources"), _source)
    if problems:
        raise InputError(enumerated(problems, "; "))
    if not sources:
        raise InputError("file_source_list has no sources in it")
    return sources


def check_landing(sources: list[dict[str, Any]], file_target_path: str) -> None:
    """InputError if two files would land on the same path, where JOB keeps the last one without a word."""
    apart = OF_SOURCE in file_target_path
    landing: dict[tuple[str, Any], dict[tuple[str, _Origin], str]] = {}
    for option, path, origin in _files(sources):
        name = last_part(path)
        if name and not any(pattern in name for pattern in PATTERNS):
            landing.setdefault((name, origin.host if apart else None), {})[path, origin] = f"{option} {shown(path)}"
    problems = [_same(name, files) for (name, _host), files in landing.items() if len(files) > 1]
    if problems:
        remedy = "" if apart else f", or put {OF_SOURCE} into file_target_path, which JOB replaces by each source host's cloud area and address"
        raise InputError(f"{enumerated(problems, '; ')}: transfer them to different directories{remedy}")


def warnings(sources: list[dict[str, Any]], file_target_path: str) -> Iterator[str]:
    """What is likely not meant."""
    yield from unreplaced("file_target_path", file_target_path, replaces=True, of_source=True)
    for number, source in enumerate(sources):
        option = f"file_source_list[{number}]"
        yield from chain.from_iterable(unreplaced(f"{option}.file_list", path, replaces=False, of_source=False) for path in source["file_list"])
        if OF_SOURCE not in file_target_path and _is_dynamic(source.get("server", {})):
            yield f"{option}.server may name several hosts, whose files of one name would replace each other: put {OF_SOURCE} into file_target_path then"


def _source(option: str, given: object) -> dict[str, Any]:
    found = fields(option, given, FIELDS)
    kinds = [name for name in ("server", "file_source_id", "file_source_code") if name in found]
    if len(kinds) != 1:
        raise InputError(f"{option} must have one of server, file_source_id and file_source_code, not {' and '.join(kinds) or 'none of them'}")
    if "account" in found and kinds != ["server"]:
        raise InputError(f"{option}.account counts with server only: leave it out")
    paths = elements(f"{option}.file_list", found.get("file_list", []))
    if not paths:
        raise InputError(f"{option}.file_list has no paths in it")
    read_path = absolute if kinds == ["server"] else trimmed
    files = [read_path(f"{option}.file_list[{number}]", path) for number, path in enumerate(paths)]
    patterns = [path for path in files if "\\" in path.partition("REGEX:")[2]]
    if patterns:
        raise InputError(f"{option}.file_list has {shown(patterns[0])}, in whose pattern JOB takes \\ for a separator: write [0-9] for \\d, and [.] for \\.")
    return {"file_list": files, **_fields_of_origin(option, found)}


def _fields_of_origin(option: str, found: dict[str, Any]) -> dict[str, Any]:
    """Where the files come from."""
    if "server" in found:
        server = targets.read(f"{option}.server", found["server"], "there would be no files")
        return {"file_type": SERVER, "account": _account(f"{option}.account", found.get("account")), "server": server}
    if "file_source_id" in found:
        return {"file_type": FILE_SOURCE, "file_source_id": positive(f"{option}.file_source_id", found["file_source_id"])}
    return {"file_type": FILE_SOURCE, "file_source_code": text(f"{option}.file_source_code", found["file_source_code"])}


def _account(option: str, given: object) -> dict[str, str]:
    if isinstance(given, dict) and given.get("id") is not None:
        raise InputError(f"{option}.id is refused, because JOB looks for that account among the target's: give {option}.alias")
    found = fields(option, {} if given is None else given, ("alias",))
    if "alias" not in found:
        raise InputError(f"{option} lacks alias: the account, such as root, that reads the files on their hosts")
    return {"alias": text(f"{option}.alias", found["alias"])}


def _files(sources: list[dict[str, Any]]) -> Iterator[tuple[str, str, _Origin]]:
    """Each path with its place in the options and each of its origins."""
    for number, source in enumerate(sources):
        origins = _origins(source, number)
        for place, path in enumerate(source["file_list"]):
            yield from ((f"file_source_list[{number}].file_list[{place}]", path, origin) for origin in origins)


def _origins(source: dict[str, Any], number: int) -> list[_Origin]:
    """The hosts of a source, as far as they are known; files of all file sources come from the same machines of JOB."""
    if "server" not in source:
        return [_Origin("file source", (source.get("file_source_id"), source.get("file_source_code")))]
    server = source["server"]
    if _is_dynamic(server):
        return [_Origin(f"source {number}")]
    return [_Origin(host) for host in server.get("host_id_list") or ((row["bk_cloud_id"], row["ip"]) for row in server["ip_list"])]


def _is_dynamic(server: dict[str, Any]) -> bool:
    """Whether only JOB knows all hosts."""
    return bool(server.get("dynamic_group_list") or server.get("topo_node_list"))


def _same(name: str, files: dict[tuple[str, _Origin], str]) -> str:
    places = list(dict.fromkeys(files.values()))
    from_hosts = f"of {len(files)} hosts " if len(places) == 1 else ""
    return f"{enumerated(places, ' and ', 3)} {from_hosts}would land on the same path, as {shown(name)}"

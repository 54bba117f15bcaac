# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to and from a host that JOB reaches: whole, checked, whatever they are named, and nothing half-way under the real name."""
from __future__ import annotations

import glob
import os
import random
import signal

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound
from ansible_collections.blueking.job.plugins.plugin_utils.connection import files, script

START = "fast_execute_script"
NAMES = ["plain", "two words", "it's \"quoted\" `here` $HOME", "汉语.txt", "line\nfeed", "-n", "--", "*?[a]", "back\\slash", " ", "x" * 255]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture
def remote(tmp_path):
    """A folder that is the host's."""
    folder = tmp_path / "remote"
    folder.mkdir()
    return folder


@pytest.fixture
def local(tmp_path):
    """A file of the controller with this content."""
    def make(what: bytes):
        file = tmp_path / "local"
        file.write_bytes(what)
        return str(file)
    return make


@pytest.mark.parametrize("name", NAMES)
def test_a_file_goes_there_and_comes_back_whatever_its_name(hosts, to, remote, local, tmp_path, name):
    files.put(to(hosts), local(b"\0\r\n\xff"), f"{remote}/{name}")
    files.fetch(to(hosts), f"{remote}/{name}", str(tmp_path / "back"))
    assert [path.name for path in remote.iterdir()] == [name]
    assert (tmp_path / "back").read_bytes() == (remote / name).read_bytes() == b"\0\r\n\xff"


@pytest.mark.parametrize("size", [0, 1, files.PIECE, files.PIECE + 1, 3 * files.PIECE])
def test_a_file_of_any_size_arrives_byte_for_byte(hosts, to, remote, local, tmp_path, size):
    files.put(to(hosts), local(content(size)), f"{remote}/file")
    files.fetch(to(hosts), f"{remote}/file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == (remote / "file").read_bytes() == content(size)
    assert sorted(path.name for path in remote.iterdir()) == ["file"] and (remote / "file").stat().st_mode & 0o777 == 0o644


def test_no_request_is_larger_than_esb_takes(hosts, to, remote, local, sent):
    files.put(to(hosts), local(content(2 * files.PIECE)), f"{remote}/file")
    assert max(len(str(request["body"])) for request in sent(hosts, START)) < 2_621_440


@pytest.mark.parametrize("piece", [0, 1, 2])
@pytest.mark.parametrize("fault", [{"mode": "refuse", "code": 1238001}, {"mode": "gateway_error"}])
def test_a_failure_half_way_leaves_nothing_under_the_real_name(hosts, to, remote, local, piece, fault):
    (remote / "file").write_text("as it was")
    hosts.misbehave_in_turn([{"mode": "slow", "operation": START, "times": piece}, {**fault, "operation": START, "times": 1},
                             *([{"mode": "refuse", "code": 1238001, "operation": START, "times": 1}] if fault["mode"] == "gateway_error" else [])])
    with pytest.raises(AnsibleError):
        files.put(to(hosts), local(content(2 * files.PIECE + 5)), f"{remote}/file")
    assert [(path.name, path.read_text()) for path in remote.iterdir()] == [("file", "as it was")]


def test_a_file_that_cannot_be_written_is_told_with_the_reason(hosts, to, local, tmp_path):
    with pytest.raises(AnsibleError, match=r"cannot write .*/none/file: .*(No such|nonexistent)"):
        files.put(to(hosts), local(b"x"), f"{tmp_path}/none/file")
    with pytest.raises(AnsibleError, match=r"is a directory"):
        files.put(to(hosts), local(b"x"), str(tmp_path))


def test_a_file_that_is_not_there_is_told_with_the_reason(hosts, to, tmp_path):
    with pytest.raises(AnsibleError, match=r"cannot read .*/none: .*No such file"):
        files.fetch(to(hosts), f"{tmp_path}/none", str(tmp_path / "back"))
    with pytest.raises(AnsibleFileNotFound, match="on the controller"):
        files.put(to(hosts), f"{tmp_path}/none", f"{tmp_path}/file")
    assert not list(tmp_path.glob("back*"))


def test_a_fetch_that_fails_leaves_the_old_file_as_it_was(hosts, to, remote, tmp_path):
    (tmp_path / "back").write_text("as it was")
    (remote / "file").write_bytes(content(2_000_000))
    hosts.misbehave("log_cap", bytes=1000)
    with pytest.raises(AnsibleError):
        files.fetch(to(hosts), f"{remote}/file", str(tmp_path / "back"))
    assert [path.read_text() for path in tmp_path.glob("back*")] == ["as it was"]


def test_input_that_is_too_large_for_one_job_goes_through_a_file_that_only_its_user_reads(hosts, to, tmp_path):
    what, text = content(2_500_000), f"cat; stat -Lc %a /proc/self/fd/0 >{tmp_path}/mode; ls -l /proc/self/fd/0 >{tmp_path}/stdin; exit 5"
    assert files.executed_with_input(to(hosts), text, what) == (5, what, b"")
    assert "deleted" in (tmp_path / "stdin").read_text() and (tmp_path / "mode").read_text() == "600\n"


def test_input_does_not_stay_on_the_host_when_its_command_is_none(hosts, to):
    before = set(glob.glob(f"{script.FOLDER}*.in"))
    assert files.executed_with_input(to(hosts), "cat (", content(files.PIECE + 1)).rc
    assert not set(glob.glob(f"{script.FOLDER}*.in")) - before


def test_input_does_not_stay_on_the_host_when_its_command_does_not_run(hosts, to):
    hosts.misbehave_in_turn([{"mode": "slow", "operation": START, "times": 2}, {"mode": "refuse", "code": 1238001, "operation": START, "times": 1}])
    before = set(glob.glob(f"{script.FOLDER}*.in"))
    with pytest.raises(AnsibleConnectionFailure):
        files.executed_with_input(to(hosts), "cat", content(2 * files.PIECE))
    assert not set(glob.glob(f"{script.FOLDER}*.in")) - before


def test_a_first_piece_whose_result_is_lost_does_not_stay_on_the_host(hosts, to, remote, local):
    hosts.misbehave_in_turn([{"mode": "refuse", "code": 1, "operation": "batch_get_job_instance_ip_log", "times": 1}])
    with pytest.raises(AnsibleError, match="its log cannot be read"):
        files.put(to(hosts), local(content(2 * files.PIECE)), f"{remote}/file")
    assert not list(remote.iterdir())


def test_a_signal_while_a_result_is_read_leaves_nothing_of_a_file_on_the_host(hosts, to, remote, local, sent):
    hosts.misbehave("late_logs", lag=0.3, bytes=0)
    route, told = to(hosts), []
    pause = route.client.clock.sleep

    def sleep(seconds):
        if sent(hosts, "batch_get_job_instance_ip_log") and not told:
            told.append(seconds)
            os.kill(os.getpid(), signal.SIGTERM)
        pause(seconds)
    route.client.clock.sleep = sleep
    before = signal.signal(signal.SIGTERM, lambda *_signal: None)
    try:
        with pytest.raises(SystemExit, match="interrupted"):
            files.put(route, local(content(2 * files.PIECE)), f"{remote}/file")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not list(remote.iterdir())


def test_a_file_of_the_longest_name_is_fetched(hosts, to, remote, tmp_path):
    (remote / "file").write_text("a")
    files.fetch(to(hosts), f"{remote}/file", str(tmp_path / ("x" * 255)))
    assert (tmp_path / ("x" * 255)).read_text() == "a"


def test_what_the_controller_cannot_read_or_write_is_told(hosts, to, remote):
    with pytest.raises(AnsibleError, match=r"cannot read /proc/self/mem on the controller: "):
        files.put(to(hosts), "/proc/self/mem", f"{remote}/file")
    (remote / "file").write_text("a")
    with pytest.raises(AnsibleError, match=r"cannot write .*/none/file on the controller: "):
        files.fetch(to(hosts), f"{remote}/file", f"{remote}/none/file")


def test_nothing_ran_is_said_of_a_file_of_one_piece(hosts, to, remote, local):
    hosts.misbehave("refuse", START, code=1238001)
    with pytest.raises(AnsibleConnectionFailure):
        files.put(to(hosts), local(b"x"), f"{remote}/file")

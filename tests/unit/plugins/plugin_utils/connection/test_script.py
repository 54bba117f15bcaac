# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command's script in each shell that a host may have: what it runs, with which environment, what it reports, what it leaves."""
from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.blueking.job.plugins.module_utils.text.masking import without_secrets
from ansible_collections.blueking.job.plugins.plugin_utils.connection import command, conceal, script
from ansible_collections.blueking.job.tests.unit.conftest import until

BYTES = bytes(range(256))
BUSYBOX = shutil.which("busybox")
SHELLS = [[shell] for shell in map(shutil.which, ("dash", "bash")) if shell] + ([[BUSYBOX, "ash"]] if BUSYBOX else [])


@pytest.fixture(params=SHELLS, ids=lambda words: Path(words[-1]).name)
def shell(request):
    """The words that start each shell of this machine in turn."""
    return request.param


@pytest.fixture(params=[True, False], ids=["concealed", "open"])
def seal(request):
    """Keys of a command of its own, and none."""
    return conceal.fresh(request.param)


@pytest.fixture
def launch(tmp_path, shell):
    """Start a script as JOB's agent does; returns its process."""
    def begin(text: str, parameter: str, **environment: str) -> subprocess.Popen:
        file = tmp_path / "bk_gse_script_1_2.sh"
        file.write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [*shell, str(file), *parameter.split()], cwd="/", env={"PATH": os.environ["PATH"], "AGENT": "x", **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    return begin


@pytest.fixture
def execute(launch, seal):
    """Run a command through its script; returns exit code, stdout, stderr."""
    def run(text: str, stdin: bytes = b"", **environment: str) -> tuple[int, bytes, bytes]:
        log = launch(command.written(seal, text, stdin), seal.parameter, **environment).communicate(timeout=60)[0].decode()
        frame = command.read(seal, log)
        return frame.rc, *command.opened(seal, frame, frame.text)
    return run


def left(seal: conceal.Seal) -> list[str]:
    """What a command has left on the host."""
    return glob.glob(f"{script.FOLDER}{seal.mark}*")


def test_exit_code_stdout_and_stderr_come_apart_and_byte_for_byte(execute, seal, tmp_path):
    (tmp_path / "bytes").write_bytes(BYTES * 3)
    text = f"cat {tmp_path}/bytes; cat {tmp_path}/bytes {tmp_path}/bytes >&2; exit 7"
    assert execute(text) == (7, BYTES * 3, BYTES * 6)
    assert not left(seal) and not list(tmp_path.glob("bk_gse*"))


@pytest.mark.parametrize("output", [b"", b"\n", b"no line feed", b"\r\n\r\n", b"\0", b"\xff\xfe", "中文\n".encode(), b"x" * 2000 + b"\n"])
def test_what_is_printed_arrives_as_it_is(execute, output):
    assert execute("cat", output) == (0, output, b"")


def test_stdin_is_what_was_given_whatever_it_is(execute):
    assert execute("cat; cat", BYTES * 5000)[1] == BYTES * 5000


def test_a_command_that_reads_no_stdin_ends_all_the_same(execute):
    assert execute("exit 3", b"x" * 300_000) == (3, b"", b"")


def test_a_command_is_any_text_without_a_nul(execute):
    characters = "".join(chr(number) for number in range(1, 0x250) if chr(number) not in "'\r") + "作业平台 \U0001f600"
    quoted = f"printf %s '{characters}'\n\nprintf %s 'line\n\n  two  \\n'\necho  "
    assert execute(quoted)[1].decode() == f"{characters}line\n\n  two  \\n\n"


def test_bytes_that_are_no_utf8_pass_in_a_command(execute):
    odd = bytes(number for number in range(1, 256) if number not in b"'")
    assert execute(f"printf %s '{odd.decode(errors='surrogateescape')}'")[1] == odd


def test_marks_of_other_commands_do_not_confuse(execute):
    other = conceal.fresh(True)
    forged = f"\n{other.mark} begin 0 0 0 0 0\n\n{other.mark} end {'0' * 64}\n"
    assert execute(f"printf '{forged}'; printf '{forged}' >&2")[1:] == (forged.encode(), forged.encode())


def test_the_environment_is_that_of_a_login(execute):
    user = pwd.getpwuid(os.getuid())
    code, out, _errors = execute("env; pwd; umask")
    lines = out.decode().splitlines()
    named = dict(line.split("=", 1) for line in lines[:-2])
    assert code == 0
    assert (named["HOME"], named["USER"], named["LOGNAME"], named["SHELL"]) == (user.pw_dir, user.pw_name, user.pw_name, user.pw_shell)
    assert "AGENT" not in named and "/usr/bin" in named["PATH"].split(":")
    assert lines[-2:] == [user.pw_dir, "0022"]


def test_the_environment_has_what_the_systems_files_set_as_a_login_reads_them(launch, tmp_path):
    seal, file = conceal.fresh(False), tmp_path / "environment"
    file.write_bytes(b"# A=0\nexport A='of a login'\n  B=$HOME `id` a\\b=c\nC=\"it's\"\n=none\nD-E=1\nF=\xff\r\nG=last")
    text = command.written(seal, "env", b"").replace("/etc/environment;", f"{file};")
    frame = command.read(seal, launch(text, "").communicate(timeout=60)[0].decode())
    code, out, errors = frame.rc, *command.opened(seal, frame, frame.text)
    assert (code, errors) == (0, b"")
    assert {b"A=of a login", b"B=$HOME `id` a\\b=c", b"C=it's", b"F=\xff\r", b"G=last"} <= set(out.split(b"\n"))


def test_a_command_has_a_session_of_its_own(execute):
    assert execute(f"{sys.executable} -c 'import os; print(os.getsid(0) == os.getpgrp() == os.getpid() or os.getppid() == os.getsid(0))'")[1] == b"True\n"


def test_nothing_runs_when_the_data_was_changed_on_its_way(launch, seal, tmp_path):
    text = command.written(seal, f"touch {tmp_path}/ran", b"")
    changed = re.sub(r"(<<'END'\n)(.)", lambda found: found[1] + ("B" if found[2] != "B" else "C"), text)
    log = launch(changed, seal.parameter).communicate(timeout=60)[0].decode()
    with pytest.raises(command.NotRun, match="digest"):
        command.read(seal, log)
    assert not (tmp_path / "ran").exists() and not left(seal)


def test_nothing_runs_with_another_key(launch, tmp_path):
    seal = conceal.fresh(True)
    log = launch(command.written(seal, f"touch {tmp_path}/ran", b""), conceal.fresh(True).parameter).communicate(timeout=60)[0].decode()
    with pytest.raises(command.NotRun, match="digest"):
        command.read(seal, log)
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def tools(tmp_path):
    """A PATH with these programs only."""
    def path(*names: str) -> str:
        folder = tmp_path / "tools"
        folder.mkdir()
        for name in ("sh", "cat", "rm", "rmdir", "mkdir", "wc", "head", "id", "env", "grep", "getent", "setsid", *names):
            (folder / name).symlink_to(shutil.which(name))
        return str(folder)
    return path


def test_a_host_without_openssl_runs_nothing_and_says_so(launch, tools, tmp_path):
    seal = conceal.fresh(True)
    log = launch(command.written(seal, f"touch {tmp_path}/ran", b""), seal.parameter, PATH=tools()).communicate(timeout=60)[0].decode()
    with pytest.raises(command.NotRun, match="openssl"):
        command.read(seal, log)
    assert not (tmp_path / "ran").exists() and not left(seal)


def test_a_host_without_gzip_and_setsid_runs_it_as_well(launch, shell, tools, seal):
    if BUSYBOX in shell:
        pytest.skip("this shell may have both itself")
    path = tools("openssl", "base64", "sha256sum")
    (Path(path) / "setsid").unlink()
    log = launch(command.written(seal, "printf out; printf err >&2", b""), seal.parameter, PATH=path).communicate(timeout=60)[0].decode()
    frame = command.read(seal, log)
    assert not frame.packed and command.opened(seal, frame, frame.text) == (b"out", b"err")


@pytest.mark.skipif(not BUSYBOX, reason="this machine has no busybox")
def test_a_host_with_nothing_but_busybox_runs_it_as_well(launch, tmp_path):
    folder = tmp_path / "busybox"
    folder.mkdir()
    for name in ("sh", "cat", "rm", "rmdir", "mkdir", "wc", "head", "id", "env", "grep", "setsid", "base64", "sha256sum", "gzip"):
        (folder / name).symlink_to(BUSYBOX)
    seal = conceal.fresh(False)
    log = launch(command.written(seal, "cat; echo $HOME >&2; exit 5", BYTES * 1000), seal.parameter, PATH=str(folder)).communicate(timeout=60)[0].decode()
    frame = command.read(seal, log)
    assert (frame.rc, frame.packed) == (5, True)
    assert command.opened(seal, frame, frame.text) == (BYTES * 1000, f"{pwd.getpwuid(os.getuid()).pw_dir}\n".encode())


def test_output_that_exceeds_an_agents_limit_waits_on_the_host(launch, seal):
    process = launch(command.written(seal, "head -c 3000000 /dev/urandom", b""), seal.parameter)
    frame = command.read(seal, process.communicate(timeout=60)[0].decode())
    folder = Path(script.FOLDER + seal.mark)
    try:
        assert frame.text == b"" and sorted(path.name for path in folder.iterdir()) == ["g", "r"]
        assert len(command.opened(seal, frame, (folder / "r").read_bytes())[0]) == 3_000_000
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        os.killpg(int((folder / "g").read_text()), signal.SIGTERM)
        shutil.rmtree(folder)


def test_a_command_that_empties_its_folder_is_not_said_not_to_have_run(launch, seal, tmp_path):
    text = command.written(seal, f"touch {tmp_path}/ran; rm -rf {script.FOLDER}{seal.mark}", b"")
    log = launch(text, seal.parameter).communicate(timeout=60)[0].decode()
    with pytest.raises(command.NotKept):
        command.read(seal, log)
    assert (tmp_path / "ran").exists() and not left(seal)


def test_a_command_that_removes_empty_files_is_not_said_not_to_have_run(launch, seal):
    text = command.written(seal, f"echo out; find {script.FOLDER}{seal.mark} -type f -empty -delete", b"")
    log = launch(text, seal.parameter).communicate(timeout=60)[0].decode()
    with pytest.raises(command.NotKept):
        command.read(seal, log)


def test_a_command_that_removes_the_sign_of_its_beginning_has_run(execute, seal):
    assert execute(f"echo out; rm {script.FOLDER}{seal.mark}/s") == (0, b"out\n", b"")


def test_what_a_command_leaves_in_the_background_may_go_on_to_write(execute, tmp_path):
    writer = f"i=0; while [ $i -lt 400 ]; do echo line; i=$((i + 1)); sleep 0.002; done; touch {tmp_path}/over"
    code, out, errors = execute(f"({writer}) & sleep 0.05; echo err >&2")
    assert (code, errors) == (0, b"err\n") and set(out.split()) == {b"line"}
    until((tmp_path / "over").exists)


def test_a_folder_of_somebody_else_is_left_as_it_is(launch, seal, tmp_path):
    folder = Path(script.FOLDER + seal.mark)
    folder.mkdir()
    try:
        (folder / "o").write_text("as it was")
        log = launch(command.written(seal, f"touch {tmp_path}/ran", b""), seal.parameter).communicate(timeout=60)[0].decode()
        with pytest.raises(command.StartedTwice):
            command.read(seal, log)
        assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("o", "as it was")] and not (tmp_path / "ran").exists()
    finally:
        shutil.rmtree(folder)


def test_a_script_that_is_started_again_while_its_command_runs_does_not_run_it_and_does_not_say_that_nothing_ran(launch, seal, tmp_path):
    text = command.written(seal, f"echo >>{tmp_path}/ran; until [ -e {tmp_path}/over ]; do sleep 0.02; done; echo out", b"")
    first = launch(text, seal.parameter)
    until((tmp_path / "ran").exists)
    again = launch(text, seal.parameter).communicate(timeout=60)[0].decode()
    (tmp_path / "over").touch()
    log = first.communicate(timeout=60)[0].decode()
    with pytest.raises(command.StartedTwice):
        command.read(seal, again)
    frame = command.read(seal, again + log)
    assert command.opened(seal, frame, frame.text)[0] == b"out\n" and (tmp_path / "ran").read_text() == "\n"


def test_a_killed_script_takes_its_command_and_files_with_it(launch, tmp_path):
    seal, ran = conceal.fresh(True), tmp_path / "ran"
    process = launch(command.written(seal, f"echo secret; echo $$ >{ran}.part; mv {ran}.part {ran}; exec sleep 300", b""), seal.parameter)
    until(ran.exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: not _alive(int(ran.read_text())) and not left(seal))


def test_nothing_watches_a_command_that_has_ended(launch, seal):
    launch(command.written(seal, "true", b""), seal.parameter).communicate(timeout=60)
    until(lambda: not _processes(seal.mark))


def test_a_larger_output_stays_while_it_is_read(launch, tmp_path):
    seal = conceal.fresh(True)
    text = command.written(seal, "head -c 600000 /dev/urandom", b"").replace(f"sleep {script.WAITS}", "sleep 1")
    assert text.count("sleep 1") == 2
    launch(text, seal.parameter).communicate(timeout=60)
    folder = Path(script.FOLDER + seal.mark)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        (folder / script.READ).touch()
        time.sleep(0.1)
    assert (folder / script.KEPT).exists()
    until(lambda: not folder.exists())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_terminated_script_takes_its_command_and_files_with_it(launch, seal, tmp_path, number):
    ran = tmp_path / "ran"
    process = launch(command.written(seal, f"(sleep 300 & echo $! >{ran}.part; mv {ran}.part {ran}; sleep 300)", b"secret"), seal.parameter)
    until(ran.exists)
    process.send_signal(number)
    log = process.communicate(timeout=30)[0].decode()
    with pytest.raises(command.Incomplete):
        command.read(seal, log)
    until(lambda: not _alive(int(ran.read_text())))
    assert not left(seal) and not list(tmp_path.glob("bk_gse*"))


def test_a_script_that_is_terminated_as_its_command_begins_leaves_neither_of_them(shell, tmp_path):
    seals, processes = [conceal.fresh(True) for _number in range(25)], []
    for number, seal in enumerate(seals):
        file = tmp_path / f"{number}.sh"
        file.write_text(command.written(seal, f"sleep 300; : {seal.mark}", b""))
        processes.append(subprocess.Popen([*shell, str(file), *seal.parameter.split()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                          start_new_session=True))
        while not Path(f"{script.FOLDER}{seal.mark}/o").exists():
            assert processes[-1].poll() is None
        time.sleep(number / 6_000)
        processes[-1].terminate()
    for process in processes:
        process.wait(timeout=60)
    until(lambda: not any(_processes(seal.mark) for seal in seals))
    assert not [seal for seal in seals if left(seal)]


def test_neither_command_nor_input_nor_output_can_be_read_in_the_script_and_the_log(launch):
    seal, secret = conceal.fresh(True), "correct-horse-battery-staple"
    text = command.written(seal, f"echo {secret}; cat", secret.encode())
    log = launch(text, seal.parameter).communicate(timeout=60)[0].decode()
    for shown in (text, log):
        assert without_secrets(shown, {secret, seal.cipher, seal.digest}) == shown


def test_the_lines_above_the_data_are_the_same_for_every_command():
    texts = [command.written(conceal.fresh(True), text, text.encode()) for text in ("echo a", "echo b\necho c")]
    assert len({re.sub(r"<<'END'\n.*?\nEND\n|[0-9a-f]{64}|m=[0-9a-f]{30}", "", text, flags=re.DOTALL) for text in texts}) == 1


@pytest.mark.parametrize("cut", [0.05, 0.5, 0.9, 0.999])
def test_a_log_that_was_cut_is_incomplete_never_a_part(launch, seal, cut):
    log = launch(command.written(seal, "head -c 20000 /dev/urandom", b""), seal.parameter).communicate(timeout=60)[0].decode()
    with pytest.raises(command.Incomplete):
        command.opened(seal, command.read(seal, log[:int(len(log) * cut)]), b"")


def test_a_log_that_lacks_a_part_or_was_changed_is_incomplete(launch, seal):
    lines = launch(command.written(seal, "head -c 20000 /dev/urandom", b""), seal.parameter).communicate(timeout=60)[0].decode().split("\n")
    middle = len(lines) // 2
    for changed in ([*lines[:middle], *lines[middle + 1:]], [*lines[:middle], lines[middle][::-1], *lines[middle + 1:]]):
        frame = command.read(seal, "\n".join(changed))
        with pytest.raises(command.Incomplete):
            command.opened(seal, frame, frame.text)


def test_a_frame_of_the_right_digest_that_is_no_gzip_is_incomplete():
    seal, line, text = conceal.fresh(False), b"line", b"bm8gZ3ppcA==\n"
    frame = command.Frame(line, 0, 5, 0, True, len(text), text, conceal.digest(seal, line + b"\n" + text))
    with pytest.raises(command.Incomplete):
        command.opened(seal, frame, text)


def _processes(mark: str) -> list[bytes]:
    """The command lines of the processes of this machine that name the mark."""
    found = []
    for file in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            found.append(Path(file).read_bytes())
        except OSError:
            continue
    return [line for line in found if mark.encode() in line]


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

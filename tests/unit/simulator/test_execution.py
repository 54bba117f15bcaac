# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With --execute scripts really run, files really arrive, and JOB sees it when it looks."""
from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.blueking.job.tests.unit.conftest import PROGRAM, until

RUNNING, SUCCESS, FAILED, STOPPED = 2, 3, 4, 11
TERMINATE = 1


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class Hosts:
    """A JOB whose hosts are folders."""

    def __init__(self, job, root: Path) -> None:
        self.job = job
        self.root = root

    def start(self, text: str, hosts: tuple = (1,), **fields: object) -> int:
        script = {"script_content": encoded(text), "script_language": 1, "account_alias": "root", "target_server": {"host_id_list": list(hosts)}}
        self.number = self.job.ask("fast_execute_script", **{**script, **fields})["job_instance_id"]
        return self.number

    def states(self) -> tuple:
        return self.job.states(self.number)

    def over(self) -> list[dict]:
        """The hosts' results when it has ended."""
        until(lambda: self.job.status(self.number)["finished"])
        return self.rows()

    def rows(self) -> list[dict]:
        return self.job.status(self.number, return_ip_result=True)["step_instance_list"][0]["step_ip_result_list"]

    def said(self, host: int = 1) -> str | None:
        step = self.job.status(self.number)["step_instance_list"][0]["step_instance_id"]
        return self.job.ask("get_job_instance_ip_log", job_instance_id=self.number, step_instance_id=step, bk_host_id=host)["log_content"]

    def run(self, text: str, **fields: object) -> str | None:
        self.start(text, **fields)
        self.over()
        return self.said()

    def file(self, path: str, host: int = 1) -> Path:
        return self.root / str(host) / path


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    return tmp_path_factory.mktemp("hosts"), tmp_path_factory.mktemp("slow")


@pytest.fixture(scope="module")
def _executing(launch_job, roots):
    with launch_job("--execute", "--polls-scale", "0", "--hosts-root", str(roots[0])) as job:
        yield Hosts(job, roots[0])


@pytest.fixture(scope="module")
def _polling(launch_job, roots):
    with launch_job("--execute", "--polls-scale", "1000", "--hosts-root", str(roots[1])) as job:
        yield Hosts(job, roots[1])


@pytest.fixture
def hosts(_executing):
    """JOB looks at once."""
    _executing.job.simulator.reset()
    return _executing


@pytest.fixture
def polled(_polling):
    """JOB looks after a thousand times the usual."""
    _polling.job.simulator.reset()
    return _polling


def test_each_host_runs_the_script_and_says_what_came_of_it(hosts):
    hosts.start('echo "on $(basename "$PWD")"; [ "$(basename "$PWD")" != 2 ] || exit 7', hosts=(1, 2, 3))
    assert [(row["status"], row["exit_code"]) for row in hosts.over()] == [(9, 0), (104, 7), (9, 0)]
    assert (hosts.states(), hosts.said(3)) == ((FAILED, FAILED), "on 3\n")


def test_both_streams_come_as_one_and_there_is_nothing_to_read(hosts):
    assert hosts.run("echo one; echo two >&2; cat; echo three") == "one\ntwo\nthree\n"


def test_the_environment_is_bare(hosts):
    said = hosts.run("env | grep -v '^PWD=\\|^SHLVL=\\|^_=\\|^OLDPWD='")
    assert sorted(line.partition("=")[0] for line in said.splitlines()) == ["BK_JOB_SIMULATOR_HOST", "PATH"]


def test_the_first_line_says_what_runs_it(hosts):
    assert hosts.run("#!/usr/bin/env python3\nimport sys\nprint(sys.argv[1:])", script_language=4, script_param=encoded("a 'b c'")) == "['a', 'b c']\n"


def test_the_script_stays_in_its_file_as_it_was_sent(hosts):
    hosts.run("echo x\r\n# 中文")
    (script,) = hosts.file("tmp/bkjob/root").glob("bk_gse_script_*.sh")
    assert script.read_bytes() == "echo x\r\n# 中文".encode()


def test_what_cannot_be_started_fails_and_says_why(hosts):
    hosts.start("echo x", script_param=encoded("a\0b"))
    assert [row["status"] for row in hosts.over()] == [12] and "null byte" in hosts.said()


def test_nothing_runs_where_the_agent_is_dead(launch_job, tmp_path):
    states = [{"bk_host_id": 1, "bk_cloud_id": 0, "ip": "10.0.0.1"}, {"bk_host_id": 2, "bk_cloud_id": 0, "ip": "10.0.0.2", "agent": "dead"}]
    with launch_job("--execute", "--polls-scale", "0", "--hosts-root", str(tmp_path), hosts=states) as job:
        hosts = Hosts(job, tmp_path)
        hosts.start("touch ran", hosts=(1, 2))
        assert [row["status"] for row in hosts.over()] == [9, 310] and "10.0.0.2" in hosts.said(2)
        assert (tmp_path / "1" / "ran").exists() and not (tmp_path / "2").exists()


def test_what_is_no_text_is_garbled(hosts):
    assert hosts.run(r"printf 'a\377b'") == "a\ufffdb"


def test_a_tag_comes_from_the_last_line_of_job_s_template(hosts):
    hosts.run('echo "[2026-01-01 00:00:00][PID:1] job_success:[all is well]"')
    assert hosts.rows()[0]["tag"] == "all is well"


def test_a_time_limit_ends_the_script_and_all_that_it_started(hosts):
    hosts.start("sleep 1000 & echo $! > child; echo before; wait", timeout=60)
    until(lambda: hosts.file("child").is_file() and hosts.file("child").read_text())
    hosts.job.simulator.advance(60)
    assert [row["status"] for row in hosts.over()] == [102] and hosts.said() == "before\n"
    until(lambda: gone(int(hosts.file("child").read_text())))


def test_a_script_that_is_terminated_may_clean_up(hosts):
    hosts.start("trap 'rm mine; exit 1' TERM; touch mine; while :; do sleep 0.1; done")
    until(hosts.file("mine").exists)
    assert hosts.states() == (RUNNING, RUNNING) and hosts.job.operate(hosts.number, TERMINATE) == 0
    assert [row["status"] for row in hosts.over()] == [403]
    assert hosts.states() == (STOPPED, STOPPED) and not hosts.file("mine").exists()


def test_who_does_not_listen_is_killed(hosts):
    hosts.start("trap '' TERM; echo $$ > shell; while :; do sleep 0.1; done")
    until(lambda: hosts.file("shell").is_file() and hosts.file("shell").read_text())
    hosts.job.operate(hosts.number, TERMINATE)
    hosts.over()
    assert gone(int(hosts.file("shell").read_text()))


def test_what_goes_on_in_the_background_keeps_nobody_waiting(hosts):
    assert hosts.run("sleep 1000 & echo done") == "done\n"


def test_a_retry_runs_only_where_it_failed(hosts):
    hosts.start("echo x >> runs; [ $(wc -l < runs) = 2 ] || [ $(basename $PWD) != 2 ]", hosts=(1, 2))
    hosts.over()
    assert hosts.job.operate_step(hosts.number, 2) == 0
    until(lambda: hosts.states() == (SUCCESS, SUCCESS))
    assert [hosts.file("runs", host).read_text() for host in (1, 2)] == ["x\n", "x\nx\n"]


def test_batches_roll_one_after_the_other(hosts):
    hosts.start("echo $(basename $PWD) >> ../order", hosts=(1, 2, 3), rolling_config={"expression": "1", "mode": 1})
    hosts.over()
    assert (hosts.root / "order").read_text() == "1\n2\n3\n"
    (hosts.root / "order").unlink()


def test_job_sees_an_end_only_when_it_looks(polled):
    polled.start("echo x; touch ended")
    until(polled.file("ended").exists)
    time.sleep(0.1)
    assert polled.states() == (RUNNING, RUNNING) and polled.said() is None
    polled.job.simulator.advance(990)
    assert polled.states() == (RUNNING, RUNNING)
    polled.job.simulator.advance(20)
    assert polled.states() == (SUCCESS, SUCCESS) and polled.said() == "x\n"


def test_while_a_script_runs_job_shows_what_it_had_said_when_it_looked(polled):
    polled.start("echo one; touch said; while [ ! -e go ]; do sleep 0.05; done; echo two; touch ended")
    until(polled.file("said").exists)
    polled.job.simulator.advance(1010)
    assert polled.states() == (RUNNING, RUNNING) and polled.said() == "one\n"
    polled.file("go").touch()
    until(polled.file("ended").exists)
    time.sleep(0.1)
    assert polled.said() == "one\n"
    polled.job.simulator.advance(1000)
    assert polled.states() == (SUCCESS, SUCCESS) and polled.said() == "one\ntwo\n"


def test_an_agent_hands_on_only_so_much_and_job_is_green_all_the_same(hosts):
    hosts.job.simulator.misbehave_in_turn([{"mode": "log_cap", "bytes": 10}])
    assert hosts.run("seq 100") == "1\n2\n3\n4\n5\n" and hosts.states() == (SUCCESS, SUCCESS)
    hosts.job.simulator.misbehave_in_turn([{"mode": "log_cap", "lines": 3}])
    assert hosts.run("seq 100") == "1\n2\n3\n"


def test_more_than_any_agent_hands_on_is_dropped(hosts):
    assert len(hosts.run("head -c 9000000 /dev/zero | tr '\\0' x")) == 5 * 1024 * 1024


def test_a_log_may_come_later_than_the_end(hosts):
    hosts.job.simulator.misbehave_in_turn([{"mode": "late_logs", "lag": 30, "bytes": 4}])
    assert hosts.run("echo hello") == "hell"
    hosts.job.simulator.advance(30)
    assert hosts.said() == "hello\n"


def push(hosts, content: bytes, *targets: int, name: str = "a.bin", path: str = "/etc/app") -> None:
    fields = {"file_list": [{"file_name": name, "content": encoded(content)}], "file_target_path": path, "account_alias": "root"}
    hosts.number = hosts.job.ask("push_config_file", **fields, target_server={"host_id_list": list(targets)})["job_instance_id"]
    hosts.over()


def transfer(hosts, paths: list, source: int = 1, **fields: object) -> list[int]:
    """The status of host 2."""
    files = {"file_list": paths, "account": {"alias": "root"}, "server": {"host_id_list": [source]}}
    usual = {"file_source_list": [files], "file_target_path": "/in", "account_alias": "root", "target_server": {"host_id_list": [2]}}
    hosts.number = hosts.job.ask("fast_transfer_file", **{**usual, **fields})["job_instance_id"]
    return [row["status"] for row in hosts.over()]


def test_a_pushed_file_arrives_byte_for_byte(hosts):
    push(hosts, b"\0\xff\r\n", 1, 2)
    assert [hosts.file("etc/app/a.bin", host).read_bytes() for host in (1, 2)] == [b"\0\xff\r\n"] * 2


def test_no_path_leads_out_of_a_host_s_folder(hosts):
    push(hosts, b"x", 1, path="/../../out")
    assert hosts.file("out/a.bin").read_bytes() == b"x"


def test_files_directories_and_patterns_are_transferred(hosts):
    for name in ("x.log", "y.log", "z.txt"):
        push(hosts, name.encode(), 1, name=name, path="/data")
    assert transfer(hosts, ["/data/", "/data/REGEX:.*[.]log"], file_target_path="/in/[FILESRCIP]") == [9]
    arrived = hosts.file("in/0_10.0.0.1", 2)
    assert sorted(path.name for path in arrived.iterdir()) == ["data", "x.log", "y.log"]
    assert (arrived / "data" / "z.txt").read_text() == "z.txt"


def test_a_file_that_is_not_there_fails(hosts):
    assert transfer(hosts, ["/data/none"]) == [203] and hosts.states() == (FAILED, FAILED)


def test_a_strict_transfer_makes_no_directory(hosts):
    push(hosts, b"x", 1)
    assert transfer(hosts, ["/etc/app/a.bin"], file_target_path="/new", transfer_mode=1) == [202]
    assert transfer(hosts, ["/etc/app/a.bin"], file_target_path="/new", file_target_name="b.bin") == [9]
    assert hosts.file("new/b.bin", 2).read_bytes() == b"x"


def test_a_file_of_a_file_source_arrives(launch_job, tmp_path):
    sources = [{"id": 7, "code": "share", "files": {"bucket/a.txt": "text"}}]
    with launch_job("--execute", "--polls-scale", "0", "--hosts-root", str(tmp_path), file_sources=sources) as job:
        files = [{"file_type": 3, "file_source_code": "share", "file_list": ["bucket/a.txt"]}]
        transfer(Hosts(job, tmp_path), [], file_source_list=files)
        assert (tmp_path / "2" / "in" / "a.txt").read_text() == "text"


def test_no_more_run_at_once_than_is_allowed(launch_job, tmp_path):
    with launch_job("--execute", "--polls-scale", "0", "--hosts-root", str(tmp_path), "--max-processes", "2") as job:
        hosts = Hosts(job, tmp_path)
        hosts.start("touch ../run-$$; ls .. | grep -c run; sleep 0.1; rm ../run-$$", hosts=(1, 2, 3, 4, 5))
        hosts.over()
        assert {hosts.said(number).strip() for number in range(1, 6)} <= {"1", "2"}


def test_nothing_is_left_when_the_simulator_ends(launch_job):
    script = "python3 -c 'import os, time; os.setsid(); time.sleep(1000)' & echo $! $PWD; sleep 1000"
    with launch_job("--execute", "--polls-scale", "0") as job:
        hosts = Hosts(job, Path())
        hosts.start(script)
        until(hosts.said)
        child, folder = hosts.said().split()[-2:]
        process = job.simulator.process
        assert Path(folder).is_dir() and not gone(int(child))
    process.wait(30)
    assert gone(int(child)) and not Path(folder).exists() and not Path(folder).parent.exists()


def test_a_reset_ends_what_runs_and_empties_temporary_folders(launch_job):
    with launch_job("--execute", "--polls-scale", "0") as job:
        hosts = Hosts(job, Path())
        hosts.start("echo $$ $PWD; exec sleep 1000")
        until(hosts.said)
        child, folder = hosts.said().split()
        job.simulator.reset()
        assert gone(int(child)) and not Path(folder).exists()


def test_the_command_is_told_where_the_hosts_are_while_there_are_any():
    command = [sys.executable, str(PROGRAM), "--execute", "--", "sh", "-c", 'ls -d "$BK_JOB_SIMULATOR_HOSTS"']
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    assert shown and not Path(shown).exists()


def test_without_it_nothing_runs(launch_job, tmp_path):
    with launch_job() as job:
        hosts = Hosts(job, tmp_path)
        hosts.start(f"touch {tmp_path}/ran")
        hosts.over()
        assert hosts.said() == "ok" and not (tmp_path / "ran").exists()


def gone(process: int) -> bool:
    """A zombie counts as gone."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True

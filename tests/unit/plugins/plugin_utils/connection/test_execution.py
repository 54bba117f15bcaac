# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command on a host that JOB reaches: exactly once, its result exact, and told apart whether it ran."""
from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible_collections.blueking.job.plugins.module_utils.instance.starting_named import find
from ansible_collections.blueking.job.plugins.plugin_utils.connection import script, wait
from ansible_collections.blueking.job.plugins.plugin_utils.connection.execution import execute
from ansible_collections.blueking.job.tests.unit.conftest import until

START = "fast_execute_script"
RUNNING, STOPPED = 2, 11  # JOB's states of an instance
LAG = 0.05  # seconds by which a request comes late, or a queue lags
LOST = ("drop_after", "cut", "html", "bad_gateway", "bad_gateway_after", "job_timeout", "job_cut", "gateway_error", "component_error", "no_data", "redirect")


def ran(folder, server=None) -> int:
    """How often a command that appends a line to a file has run, when all that this server has started is over."""
    while server and any(row["status"] == RUNNING for row in server.instances()):
        time.sleep(0.05)
    file = folder / "ran"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_command_gives_its_exit_code_stdout_and_stderr_apart(route):
    assert execute(route, "cat; printf err >&2; exit 3", b"in\0\xff") == (3, b"in\0\xff", b"err")


def test_a_command_takes_four_requests_when_it_ends_within_the_first_poll(hosts, to):
    execute(to(hosts, poll_interval=20), "true")
    assert [request["operation"] for request in hosts.requests()] == [
        START, "operate_job_instance", "get_job_instance_status", "batch_get_job_instance_ip_log"]


def test_an_old_server_takes_one_request_more(executing, to):
    with executing(version="3.9") as server:
        execute(to(server, poll_interval=20), "true")
        assert len(server.requests()) == 5


def test_the_first_look_comes_a_moment_after_that_of_job_and_the_next_every_half_second(hosts, to):
    route = to(hosts)
    execute(route, "sleep 0.1")
    assert route.client.clock.pauses[:2] == [1.2, 0.5]
    assert [wait.pause(waited, 0.5) for waited in (0, 9, 10, 59, 60, 324, 325, 3600)] == [0.5, 0.5, 1, 1, 2.5, 2.5, 5, 5]


def test_an_old_server_that_starts_what_it_creates_runs_it_once(executing, to, tmp_path):
    with executing(version="3.9") as old:
        assert execute(to(old), f"echo >>{tmp_path}/ran; echo out").stdout == b"out\n"
        assert ran(tmp_path) == 1 and len(old.instances()) == 1


@pytest.mark.parametrize("size", [100_000, 600_000, 3_000_000])
def test_output_of_any_size_arrives_byte_for_byte(hosts, to, tmp_path, size):
    content = random.Random(size).randbytes(size)
    (tmp_path / "file").write_bytes(content)
    assert execute(to(hosts), f"cat {tmp_path}/file; exit 4") == (4, content, b"")


@pytest.mark.parametrize("conceal", [True, False])
def test_no_log_has_more_than_an_agent_hands_on(hosts, to, conceal):
    execute(to(hosts, conceal=conceal), "head -c 2000000 /dev/urandom; head -c 100000 /dev/zero >&2")
    logs = [request for request in hosts.requests() if request["operation"] == "batch_get_job_instance_ip_log"]
    assert len(logs) > 5


@pytest.mark.parametrize("mode", LOST)
@pytest.mark.parametrize("version", ["3.12", "3.9"])
def test_a_start_without_an_answer_runs_at_most_once_and_is_found_if_it_ran(executing, to, tmp_path, mode, version):
    with executing(version=version) as server:
        server.misbehave(mode, START, times=1)
        try:
            output = execute(to(server), f"echo >>{tmp_path}/ran; echo out")
        except AnsibleConnectionFailure as error:
            assert ran(tmp_path, server) == 0, error
        except AnsibleError as error:
            assert "unknown" in str(error) and "ansible: a test on web1 [" in str(error) and ran(tmp_path, server) == 0
        else:
            assert (output.stdout, ran(tmp_path, server)) == (b"out\n", 1)


@pytest.mark.parametrize("mode", ["job_unreachable", "rate_limited"])
@pytest.mark.parametrize("version, unreachable", [("3.9", False), ("3.12", True)])
def test_what_an_old_server_starts_when_it_creates_it_is_never_said_not_to_have_run(executing, to, tmp_path, mode, version, unreachable):
    with executing(version=version) as server:
        server.misbehave_in_turn([{"mode": mode, "operation": "operate_job_instance", "times": 4},
                                  {"mode": mode, "operation": "get_job_instance_status", "times": 10}])
        with pytest.raises(AnsibleError) as caught:
            execute(to(server), f"echo >>{tmp_path}/ran")
        assert isinstance(caught.value, AnsibleConnectionFailure) == unreachable and ran(tmp_path, server) == (version == "3.9"), caught.value


@pytest.mark.parametrize("name", ["ansible: 检查服务状态" + "一二三四五六七八九十" * 10, "ansible: " + "a long name " * 40, "a\\b 100%_", "x  y"])
def test_a_job_is_found_again_whatever_its_name(executing, to, tmp_path, name):
    with executing(version="3.9") as server:
        server.misbehave("drop_after", START, times=1)
        assert execute(to(server, name=name), f"echo >>{tmp_path}/ran; echo out").stdout == b"out\n"
        assert ran(tmp_path, server) == 1


def test_a_secret_in_a_jobs_name_is_masked_and_the_job_is_found_again(executing, to):
    with executing(version="3.9") as server:
        server.misbehave("drop_after", START, times=1)
        route = to(server, name="with app-secret-of-the-tests in it")
        assert execute(route, "echo out").stdout == b"out\n"
        assert [row["name"].partition(" [")[0] for row in server.instances()] == ["with ******** in it"]


def test_a_creation_whose_answer_was_lost_is_looked_for_before_it_is_repeated(hosts, to):
    hosts.misbehave("drop_after", START, times=1)
    assert execute(to(hosts), "echo out").stdout == b"out\n"
    assert len(hosts.instances()) == 1


def test_of_two_jobs_of_one_name_the_started_one_is_found(hosts, to):
    hosts.misbehave_in_turn([{"mode": "drop_after", "operation": START, "times": 1}, {"mode": "refuse", "code": 1, "operation": "get_job_instance_list"}])
    route, since = to(hosts), time.time()
    execute(route, "true")
    hosts.misbehave_in_turn([])
    created, started = sorted(hosts.instances(), key=lambda row: row["status"])
    assert created["status"] == 1 and created["name"] == started["name"]
    assert find(route.client, route.scope, created["name"], since) == started["job_instance_id"]


@pytest.mark.parametrize("operation", ["operate_job_instance", "get_job_instance_status", "batch_get_job_instance_ip_log"])
@pytest.mark.parametrize("mode", ["drop_before", "drop_after", "cut", "bad_gateway_after", "job_timeout", "rate_limited", "slow"])
def test_a_fault_on_the_way_to_the_result_changes_nothing(hosts, to, tmp_path, operation, mode):
    hosts.misbehave(mode, operation, times=2)
    assert execute(to(hosts), f"echo >>{tmp_path}/ran; echo out").stdout == b"out\n"
    assert ran(tmp_path) == 1


@pytest.mark.parametrize("code, told", [
    (1244003, "ansible_job_account"), (1238001, "permission"), (1244019, "dangerous"), (1244002, "scope"), (1244030, "scope")])
def test_a_refusal_means_that_nothing_ran(hosts, to, tmp_path, code, told):
    hosts.misbehave("refuse", START, code=code, message="" if code == 1244003 else told)
    with pytest.raises(AnsibleConnectionFailure, match=told):
        execute(to(hosts), f"echo >>{tmp_path}/ran")
    assert not ran(tmp_path) and len(hosts.requests()) == 1


@pytest.mark.parametrize("agent, unreachable, told", [
    ("missing", True, "did not run .* has no agent"),
    # GSE says the same of an agent that was lost while the command ran.
    ("dead", False, r"may have run the command.*the agent was not reachable, before the command or during it"),
])
def test_a_host_without_an_agent_is_unreachable_and_one_whose_agent_is_lost_may_have_run_it(executing, to, agent, unreachable, told):
    rows = [{"bk_host_id": 1, "bk_cloud_id": 0, "ip": "10.0.0.1", "agent": agent}]
    with executing(hosts=rows) as server, pytest.raises(AnsibleError, match=told) as caught:
        execute(to(server), "true")
    assert isinstance(caught.value, AnsibleConnectionFailure) == unreachable


@pytest.mark.parametrize("operation, fault", [
    (START, {"mode": "refuse", "code": 1244003}), (START, {"mode": "drop_after"}), ("get_job_instance_status", {"mode": "refuse", "code": 1}),
    ("batch_get_job_instance_ip_log", {"mode": "drop_before"})])
def test_an_error_carries_no_other_one_whose_text_was_not_masked(executing, to, operation, fault):
    with executing(version="3.9") as server:
        server.misbehave_in_turn([{**fault, "operation": operation}, {"mode": "drop_before", "operation": "get_job_instance_list"}])
        with pytest.raises(AnsibleError) as caught:
            execute(to(server), "true")
    # ansible-core from 2.19 on adds the texts of the causes to the message.
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_host_without_an_agent_is_not_said_to_have_run_a_command_when_its_log_cannot_be_read(executing, to):
    rows = [{"bk_host_id": 1, "bk_cloud_id": 0, "ip": "10.0.0.1", "agent": "missing"}]
    with executing(hosts=rows) as server:
        server.misbehave("refuse", "batch_get_job_instance_ip_log", code=1)
        with pytest.raises(AnsibleError, match="has ended, but its log cannot be read, so the command's outcome is unknown"):
            execute(to(server), "true")


def test_an_output_that_is_on_the_host_no_more_is_told(hosts, to):
    def note(line):
        notes.append(line)
        if len(notes) == 2:  # the command, its first piece
            shutil.rmtree(script.FOLDER + notes[0].rpartition("[")[2].rstrip("]'"))
    notes: list[str] = []
    with pytest.raises(AnsibleError, match=r"ran, but only [01] of 8 pieces of its output could be read: it is on the host no more"):
        execute(to(hosts, note=note), "head -c 2000000 /dev/urandom")


def test_a_command_whose_output_cannot_be_read_further_is_not_unreachable_to_any_ansible(hosts, to):
    hosts.misbehave_in_turn([{"mode": "slow", "operation": START, "times": 2}, {"mode": "refuse", "code": 1238001, "operation": START, "times": 1}])
    with pytest.raises(AnsibleError, match="the command ran, but only 1 of 8 pieces of its output could be read: the command was not run") as caught:
        execute(to(hosts), "head -c 2000000 /dev/urandom")
    error = caught.value
    while error:  # ansible-core from 2.19 on takes a task for unreachable by a cause of its error, too
        assert not isinstance(error, AnsibleConnectionFailure)
        error = error.__cause__


def test_what_somebody_else_puts_in_the_place_of_an_output_is_left_as_it_is(hosts, to, tmp_path):
    def note(line):
        notes.append(line)
        if len(notes) == 2:  # the command, its first piece
            shutil.rmtree(folder())
            folder().symlink_to(tmp_path)

    def folder():
        return Path(script.FOLDER + notes[0].rpartition("[")[2].rstrip("]'"))
    notes: list[str] = []
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        (tmp_path / script.GUARD).write_text(f"{process.pid}\n")
        with pytest.raises(AnsibleError, match="pieces of its output could be read"):
            execute(to(hosts, note=note), "head -c 2000000 /dev/urandom")
        folder().unlink()
        assert process.poll() is None and [file.name for file in tmp_path.iterdir()] == [script.GUARD]
        process.kill()


def test_a_command_with_a_nul_is_refused_before_anything_is_sent(hosts, to):
    with pytest.raises(AnsibleError, match="NUL"):
        execute(to(hosts), "echo a\0b")
    assert not hosts.requests()


def test_an_output_whose_reading_is_interrupted_does_not_stay_on_the_host(hosts, to):
    def note(line):
        notes.append(line)
        if len(notes) == 3:  # the command, its first piece, its second
            raise KeyboardInterrupt
    notes: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        execute(to(hosts, note=note), "head -c 2000000 /dev/urandom")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_terminates_the_job_and_names_it(hosts, to, number):
    def note(_line):
        signal.raise_signal(number)
    said: list[str] = []
    with pytest.raises(SystemExit):
        execute(to(hosts, note=note, say=said.append), "sleep 60")
    assert said[0].startswith("interrupted, terminating job 10000 'ansible: a test on web1")
    until(lambda: hosts.instances()[0]["status"] == STOPPED)


def test_a_signal_that_is_ignored_goes_on_to_be(hosts, to):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert execute(to(hosts, note=lambda _line: signal.raise_signal(signal.SIGHUP)), "echo out").stdout == b"out\n"
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_command_that_takes_too_long_is_ended_by_job_and_said_to_have_run(hosts, to, slowly, tmp_path):
    with pytest.raises(AnsibleError, match=r"job \d+ ran the command, but it ended without a result.*script_timed_out") as caught:
        execute(to(hosts, command_timeout=1, clock=slowly), f"echo >>{tmp_path}/ran; sleep 60")
    assert not isinstance(caught.value, AnsibleConnectionFailure) and ran(tmp_path) == 1


def test_a_quota_of_running_jobs_is_waited_for(executing, to, tmp_path):
    with executing(quota={"system": 5}) as server, ThreadPoolExecutor(20) as pool:
        outputs = list(pool.map(lambda number: execute(to(server, number, quota_timeout=3600), f"sleep 0.2; echo >>{tmp_path}/ran; echo {number}"),
                                range(1, 21)))
    assert [output.stdout for output in outputs] == [b"%d\n" % number for number in range(1, 21)] and ran(tmp_path) == 20


def test_a_quota_that_stays_full_is_told_with_the_time(hosts, to):
    hosts.misbehave("refuse", START, code=1244034, message="too many")
    with pytest.raises(AnsibleConnectionFailure, match=r"too many.*asked for 1\d s \(quota_timeout\)"):
        execute(to(hosts, quota_timeout=10), "true")


def test_a_job_in_the_history_tells_the_task_and_has_a_mark_of_its_own(hosts, to):
    route = to(hosts)
    execute(route, "echo secret-of-the-command", b"secret-of-the-input")
    execute(route, "true")
    names = [row["name"] for row in hosts.instances()]
    assert len(set(names)) == 2 and all(name.startswith("ansible: a test on web1 [") for name in names)
    assert "secret-of" not in str(hosts.instances())


def test_the_key_is_a_sensitive_parameter(hosts, to, sent):
    execute(to(hosts), "true")
    [start] = sent(hosts, START)
    assert start["body"]["is_param_sensitive"] == 1 and start["body"]["script_param"]


CUT = r"job \d+ ran the command, but the log that JOB has of it contains (only a part|nothing) of its result"


@pytest.mark.parametrize("cap", [{"bytes": 0}, {"bytes": 20}, {"bytes": 150}, {"bytes": 4000}, {"bytes": 100_000}, {"lines": 1}, {"lines": 3}, {"lines": 100}])
def test_a_log_that_the_agent_has_cut_is_an_error_that_says_so(hosts, to, tmp_path, cap):
    hosts.misbehave("log_cap", **cap)
    with pytest.raises(AnsibleError, match=CUT) as caught:
        execute(to(hosts), f"echo >>{tmp_path}/ran; head -c 100000 /dev/urandom")
    assert not isinstance(caught.value, AnsibleConnectionFailure) and ran(tmp_path) == 1


@pytest.mark.parametrize("cap", [{"bytes": 1 << 20}, {"bytes": 5 << 20}, {"lines": 20_480}])
@pytest.mark.parametrize("size", [390_000, 400_000, 1_200_000])
def test_no_cap_that_agents_have_cuts_anything(hosts, to, cap, size):
    hosts.misbehave("log_cap", **cap)
    assert execute(to(hosts), f"head -c {size} /dev/zero | openssl enc -aes-256-ctr -K 00 -iv 00 2>/dev/null").stdout[1:2]


@pytest.mark.parametrize("late", [{"bytes": 0}, {"bytes": 100}, {"lines": 4}])
def test_a_log_that_comes_late_is_read_again(hosts, to, slowly, late):
    hosts.misbehave("late_logs", lag=0.3, **late)
    output = execute(to(hosts, clock=slowly), "head -c 5000 /dev/urandom | tee /dev/stderr")
    assert len(output.stdout) == 5000 and output.stdout == output.stderr


SEEDS = 250
RAN, DID_NOT_RUN, UNKNOWN = "ran", "did not run", "unknown"
POSSIBLE = {RAN: (1,), DID_NOT_RUN: (0,), UNKNOWN: (0, 1)}  # how often a command has run of which this is said
FAULTS = ["drop_before", "drop_after", "late", "lagging_queue", "cut", "html", "redirect", "empty_401", "bad_gateway", "bad_gateway_after", "rate_limited",
          "job_timeout", "job_unreachable", "job_cut", "gateway_error", "component_error", "no_data", "no_message", "slow"]
OPERATIONS = [START, "operate_job_instance", "get_job_instance_status", "batch_get_job_instance_ip_log", "get_job_instance_list"]


@pytest.mark.unmeasured
@pytest.mark.parametrize("version", ["3.12", "3.9"])
def test_whatever_fails_a_command_runs_at_most_once_and_what_is_said_is_true(executing, to, skipping, tmp_path, version):
    told: dict[int, str] = {}
    with executing(version=version) as server:
        for seed in range(SEEDS):
            chance = random.Random(seed)
            (tmp_path / str(seed)).mkdir()
            server.misbehave_in_turn([
                {"mode": chance.choice(FAULTS), "operation": chance.choice(OPERATIONS), "times": chance.randint(1, 3), "lag": LAG,
                 **({"processed": True} if chance.random() < 0.5 else {})} for _fault in range(chance.randint(1, 4))])
            try:
                route = to(server, gateway=chance.choice(["esb", "apigw"]), clock=skipping(), conceal=seed % 10 == 0)  # openssl takes half of the time
                assert execute(route, f"echo >>{tmp_path}/{seed}/ran; echo out").stdout == b"out\n", seed
                told[seed] = RAN
            except AnsibleConnectionFailure:
                told[seed] = DID_NOT_RUN
            except AnsibleError as error:
                assert "unknown" in str(error) or "job 1" in str(error), (seed, error)
                told[seed] = UNKNOWN
        time.sleep(2 * LAG)
        times = {seed: ran(tmp_path / str(seed), server) for seed in told}
    assert not {seed: (said, times[seed]) for seed, said in told.items() if times[seed] not in POSSIBLE[said]}
    assert list(told.values()).count(RAN) > SEEDS / 3, told

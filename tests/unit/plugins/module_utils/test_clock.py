# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task ends because its Ansible process has ended, and that it then sends nothing that changes anything."""
from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from ansible_collections.blueking.job.plugins.module_utils.clock import Clock

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def pipe():
    """A pipe's two ends, of which a test may close either."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with contextlib.suppress(OSError):
            os.close(end)


@pytest.fixture
def controller():
    """A process that waits to be killed."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def ends(clock: Clock) -> bool:
    try:
        clock.end_if_orphaned()
    except SystemExit:
        return True
    return False


def test_a_worker_notices_that_its_parent_was_killed_even_before_it_looked_first(pipe):
    """As pytest's workers, Ansible's are forked by multiprocessing; here one is whose parent ends at once."""
    read_end, write_end = pipe

    def work(parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(0.01)
        os.write(write_end, b"ends" if ends(Clock()) else b"goes on")

    def hire() -> None:
        FORK.Process(target=work, args=(os.getpid(),)).start()
        os._exit(0)  # without waiting for it

    parent = FORK.Process(target=hire)
    parent.start()
    parent.join()
    assert os.read(read_end, 9) == b"ends"


def test_a_task_goes_on_while_its_parent_is_there(pipe):
    read_end, write_end = pipe
    worker = FORK.Process(target=lambda: os.write(write_end, b"ends" if ends(Clock()) else b"goes on"))
    worker.start()
    worker.join()
    assert os.read(read_end, 9) == b"goes on" and not ends(Clock())


def test_a_module_ends_when_the_controller_has_even_before_its_parent_has_noticed_that(controller):
    clock = Clock(controller=controller.pid)
    assert not ends(clock)
    controller.kill()
    os.waitid(os.P_PID, controller.pid, os.WEXITED | os.WNOWAIT)
    assert ends(clock)  # though its parent, which this is, has not asked for it yet
    controller.wait()
    assert ends(clock)
    with pytest.raises(SystemExit):
        clock.sleep(0)


def test_the_process_of_somebody_else_is_there():
    assert not ends(Clock(controller=1))


def test_a_module_ends_when_its_result_has_no_reader_any_more(pipe):
    reader, writer = pipe
    clock = Clock(output=writer)
    assert not ends(clock)
    os.write(writer, b"x" * 9000)
    assert not ends(clock)
    os.close(reader)
    assert ends(clock)


def test_a_terminal_that_hung_up_reads_nothing():
    master, terminal = os.openpty()
    clock = Clock(output=terminal)
    assert not ends(clock)
    os.close(master)
    assert ends(clock)
    os.close(terminal)


def test_a_result_may_go_to_a_file(tmp_path):
    with open(tmp_path / "result", "wb") as file, open(os.devnull, "wb") as nowhere:
        assert not ends(Clock(output=file.fileno())) and not ends(Clock(output=nowhere.fileno()))


def over() -> None:
    raise SystemExit


@pytest.mark.parametrize("operation, options", [
    ("execute_job_plan", {"in_doubt": "x"}), ("execute_job_plan", {"idempotent": True}),
    ("operate_job_instance", {}), ("operate_step_instance", {"in_doubt": "x"}),
])
def test_an_orphan_sends_nothing_that_changes_anything(connect, simulator, connection, operation, options):
    client = connect(connection).client
    client.clock = SimpleNamespace(monotonic=time.monotonic, sleep=time.sleep, end_if_orphaned=over)
    with pytest.raises(SystemExit):
        client.call(operation, {"bk_biz_id": 1, "job_plan_id": 100}, **options)
    assert not simulator.requests()


def test_an_orphan_may_read(connect, simulator, connection):
    client = connect(connection).client
    client.clock = SimpleNamespace(monotonic=time.monotonic, sleep=time.sleep, end_if_orphaned=over)
    assert client.call("get_job_plan_detail", {"bk_biz_id": 1, "job_plan_id": 100})["name"] == "Test"


def test_a_request_is_not_sent_whole_where_the_parent_goes_while_the_connection_is_made(connect, simulator, connection):
    looks = iter((lambda: None, over))

    def look() -> None:
        next(looks)()

    client = connect(connection).client
    client.clock = SimpleNamespace(monotonic=time.monotonic, sleep=time.sleep, end_if_orphaned=look)
    with pytest.raises(SystemExit):
        client.call("execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 100}, in_doubt="x")
    assert not simulator.requests() and not simulator.instances()


def test_a_change_looks_each_time_that_it_is_sent_again(connect, simulator, connection):
    simulator.misbehave("rate_limited", times=2)
    looks = []
    client = connect(connection).client
    client.clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: None, end_if_orphaned=lambda: looks.append(len(simulator.requests())))
    client.call("execute_job_plan", {"bk_biz_id": 1, "job_plan_id": 100}, in_doubt="x")
    assert {0, 1, 2} <= set(looks)

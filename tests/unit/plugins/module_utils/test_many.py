# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of many plans in one task that need no server: bounds, patience, progress, threads."""
from __future__ import annotations

import json
import threading
import warnings
from types import SimpleNamespace

import pytest
from ansible_collections.blueking.job.plugins.module_utils.errors import JobError
from ansible_collections.blueking.job.plugins.module_utils.instance.quota import Patience
from ansible_collections.blueking.job.plugins.module_utils.many.job import Job
from ansible_collections.blueking.job.plugins.module_utils.many.message import message
from ansible_collections.blueking.job.plugins.module_utils.many.progress import position
from ansible_collections.blueking.job.plugins.module_utils.many.results import ALL, ROWS, bounded, outcome, result
from ansible_collections.blueking.job.plugins.module_utils.many.side_by_side import Work, all_of, carry_out
from ansible_collections.blueking.job.plugins.module_utils.plan.request import Request
from ansible_collections.blueking.job.plugins.module_utils.task import Task
from ansible_collections.blueking.job.plugins.module_utils.transport.quiet import ignored

QUOTA, OTHER = JobError("x", code=1244032), JobError("x", code=1241002)
WELL = {"status": "success", "finished": True, "duration": 1.0}


def failed(status: str = "failed", finished: bool = True, hosts: list | None = None) -> dict:
    return {"status": status, "finished": finished, "failed": True, "msg": f"{status}\nmore", "failed_hosts": hosts or [], "duration": 1.0}


def job(number: int, outcome_: str | None = "started", report: dict | None = None, error: JobError | None = None, **more) -> Job:
    return Job(number, "", {"bk_biz_id": 1}, job_instance_id=10000 + number, outcome=outcome_, report=report or {}, error=error, **more)


@pytest.mark.parametrize("timeout, retries, asked, now, error, pause", [
    (0, 3, 0, 0, QUOTA, 0.5), (0, 3, 2, 0, QUOTA, 2), (0, 3, 3, 0, QUOTA, None), (0, 0, 0, 0, QUOTA, None), (0, 3, 0, 0, OTHER, None),
    (60, 0, 0, 0, OTHER, None),
    (60, 0, 0, 0, QUOTA, 0.5), (60, 0, 9, 0, QUOTA, 5), (60, 0, 10 ** 6, 0, QUOTA, 5), (60, 0, 9, 58, QUOTA, 2), (60, 0, 9, 60, QUOTA, None),
])
def test_how_long_a_start_that_the_quota_refused_pauses(timeout, retries, asked, now, error, pause):
    assert Patience(timeout, retries, since=0).pause(error, asked, now) == pause


def test_patience_begins_anew_when_a_start_is_accepted_and_says_so_once():
    lines: list[str] = []
    patience = Patience(10, 0, lines.append)
    assert patience.pause(QUOTA, 0, 100) and patience.pause(QUOTA, 1, 109) and patience.pause(QUOTA, 2, 110) is None
    patience.accepted()
    assert patience.pause(QUOTA, 0, 200) and len(lines) == 2 and "for up to 10 s (quota_timeout)" in lines[0]


def test_of_each_row_the_longest_form_is_taken_for_which_there_is_room():
    bare, named, whole = {"id": 1}, {"id": 1, "name": "x" * 100}, {"id": 1, "report": "x" * (ROWS // 3)}
    assert bounded([(bare, named)] * 3, ALL) == [named] * 3 and bounded([(bare, named, whole)], ALL) == [whole]
    assert bounded([(bare, named, whole)] * 20, ALL) == [whole] * 4 + [named] * 16
    assert bounded([(named, whole)] * 1000, ALL)[-1] == named and bounded([(bare, named, whole)] * 3, 150) == [named, bare, bare]


@pytest.mark.parametrize("status", ["failed", "confirmation_terminated"])
@pytest.mark.parametrize("name", ["x", "蓝", "\U0001f680"])
def test_the_result_about_a_thousand_jobs_stays_within_its_bounds_as_it_is_printed(status, name):
    hosts = [{"step": name * 60, "status": "nonzero_exit", "exit_code": number, "tag": name * 60, "ip": "10.0.0.1"} for number in range(20)]
    report = {**failed(status, hosts=hosts), "msg": f"{name * 100}\n" * 20, "failed_host_count": 20}
    request = Request({"exactly_once": True}, {}, [], plan={"job_plan_id": 10 ** 10, "name": name * 60})
    for count in (1, 30, 1000):
        jobs = [Job(number, name * 60, {}, request, 2 * 10 ** 10 + number, name * 60, "started", report={**report, "status_code": number})
                for number in range(count)]
        for number, lost in enumerate(jobs[:50]):
            lost.outcome, lost.report, lost.error = "unknown", {}, JobError(f"{name * 300} {'abcde'[number % 5]}", in_doubt="it may have started")
            lost.error.extra["candidates"] = [{"job_instance_id": 10 ** 10 + number, "job_instance_name": name * 60}] * 20
        task = Task(check_mode=False, warnings=["x" * 600] * 11, shown={"plans": "x" * 8000 if count < 100 else "hidden"})
        told = result(jobs, {"wait": True, "job_web_url": None}, task)
        assert len(json.dumps([told, task.warnings, task.shown])) < 126 << 10 and len(told["results"]) == count
        assert len(told["job_instance_ids"]) == count and told["msg"].startswith(f"{count} of {count} jobs went wrong: ")


@pytest.mark.parametrize("outcomes, together", [
    (["started", "started"], "started"), (["started", "not_started"], "started"), (["not_started", "not_started"], "not_started"),
    (["started", "unknown", "not_started"], "unknown"), (["unknown", "not_started"], "unknown"),
])
def test_the_outcome_of_all_together(outcomes, together):
    assert outcome([job(number, word) for number, word in enumerate(outcomes)]) == together


def test_jobs_that_failed_in_the_same_way_are_told_together():
    row = {"step": "install", "status": "nonzero_exit", "exit_code": 1, "tag": ""}
    jobs = [
        job(0, report=WELL), job(1, report=failed(hosts=[row])),
        job(2, report=failed(hosts=[{**row, "exit_code": 2}])), job(3, report=failed(hosts=[row, row])),
        *(job(number, "not_started", error=JobError(f"refused, request {number}", code=7)) for number in (4, 5, 6)), job(7, report=failed("running", False))]
    assert message(jobs, {"wait": True}).splitlines() == [
        "7 of 8 jobs went wrong: 3 failed, 3 not started, 1 not ended", "3 jobs: 10004, 10005, 10006", "    refused, request 4",
        "2 jobs: 10001, 10003", "    failed", "    more", "1 job: 10002", "    failed", "    more", "1 job: 10007", "    running", "    more"]


def test_a_message_about_many_causes_is_bounded():
    jobs = [job(number, report={**failed(), "msg": "line\n" * 1000, "status": f"state {number}"}) for number in range(100)]
    told = message(jobs, {"wait": True})
    assert "and 95 more causes in 95 jobs" in told and told.count("...") == 5 and len(told) < 5000


def test_the_line_for_all_counts_what_there_is():
    jobs = [job(0, report=WELL), job(1, report=failed()), job(2, needs_person=True), job(3), job(4, None), job(5, None)]
    assert position(jobs, 2, False) == "2 of 6 ended, 1 failed, 1 running, 1 waiting for a person, 2 to start"
    assert position(jobs[:1], 0, True) == "1 of 1 ended (JOB's quota of running jobs is used up, waiting for a place)"
    line = "4 of 6 started, 1 failed, 2 to start (JOB's quota of running jobs is used up, waiting for a place)"
    assert position(jobs[:2] + jobs[3:] + jobs[3:4], 2, True, wait=False) == line


class Time:
    """A clock that nobody waits for."""

    def __init__(self) -> None:
        self.now, self.stopped = 0.0, False

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def end_if_orphaned(self) -> None:
        if self.stopped:
            raise SystemExit("ended")

    def stop(self) -> None:
        self.stopped = True


@pytest.mark.parametrize("parallel", [1, 3, 20])
def test_no_more_is_done_at_once_than_may_and_all_of_it_in_threads_of_its_own(parallel):
    lock, now, most, threads = threading.Lock(), [0], [0], set()

    def work() -> str:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
            threads.add(threading.get_ident())
        threading.Event().wait(0.01)
        with lock:
            now[0] -= 1
        return "done"

    assert all_of([work] * 20, parallel, Time()) == ["done"] * 20
    assert most[0] <= parallel and threading.get_ident() not in threads


def test_pauses_are_slept_where_nothing_is_under_way():
    clock, todo = Time(), [5.0, Work(lambda: 1, lambda _one: None), 7.0]
    carry_out(lambda _now: todo.pop(0) if todo else None, 1, clock)
    assert clock.now == 12


def test_whatever_ends_the_task_ends_its_threads():
    clock, held = Time(), threading.Event()

    def interrupted() -> None:
        raise KeyboardInterrupt

    def slow() -> None:
        held.wait(10)
        clock.end_if_orphaned()

    works = iter([Work(slow, print), Work(interrupted, print)])
    with pytest.raises(KeyboardInterrupt):
        carry_out(lambda _now: next(works, None), 2, clock)
    held.set()
    assert clock.stopped


def test_where_the_system_gives_too_few_threads_nothing_is_done():
    before, done = threading.stack_size(1 << 46), []  # more than a process can have
    try:
        with pytest.raises(JobError, match="the system has no 10 threads for this process: give a lower value of `parallel`"):
            all_of([lambda: done.append(1)] * 30, 10, Time())
    finally:
        threading.stack_size(before)
    assert not done


def test_a_warning_is_ignored_while_any_thread_wants_that_and_no_longer():
    before = list(warnings.filters)
    inside, done = threading.Barrier(3), threading.Event()

    def use() -> None:
        with ignored(ResourceWarning):
            inside.wait(10)
            done.wait(10)

    threads = [threading.Thread(target=use) for _thread in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    assert SimpleNamespace(action=warnings.filters[0][0], of=warnings.filters[0][2]) == SimpleNamespace(action="ignore", of=ResourceWarning)
    done.set()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before

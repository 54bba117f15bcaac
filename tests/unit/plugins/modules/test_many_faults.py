# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many starts under faults, side by side: never two runs of an entry, and what the result says of each is what has happened."""
from __future__ import annotations

import random
import threading

import pytest
from ansible_collections.blueking.job.plugins.modules import execute_job_plans
from ansible_collections.blueking.job.tests.unit.conftest import Clock

from .test_starting import DELAYS, FAULTS, LAG

OPERATIONS = ["execute_job_plan", "operate_job_instance", "get_job_instance_status", "get_job_instance_list", "get_job_plan_detail"]
ENDS = {"success": 3, "failed": 4, "stopped": 11}
QUOTA = [{"mode": mode, "status": status, "body": '{"result": false, "code": 1244034, "message": "x"}', "processed": processed}
         for mode, status, processed in (("answer", 500, True), ("job_answer", 503, True), ("answer", 504, False))]
STEP = {"name": "x", "type": 1, "seconds": 5}
PLAN = {"bk_biz_id": 1, "id": 1, "name": "Many", "global_var_list": [{"id": 1, "name": "entry", "type": 1, "value": ""}], "step_list": [STEP]}


@pytest.fixture(scope="module")
def servers(launch):
    """A new JOB, and one that knows no created instances; the new one has a quota."""
    with launch(plans=[PLAN], quota={"resource_scope": 8}) as new, launch(plans=[PLAN], version="3.10") as old:
        yield new, old


def faults(chance: random.Random, count: int) -> list[dict]:
    """Each operation meets as many as there are entries at most, and then none."""
    known = FAULTS + QUOTA + 3 * DELAYS
    most = {"get_job_plan_detail": 2}
    return [{**chance.choice(known), "operation": operation, "times": 1}
            for operation in OPERATIONS for _fault in range(chance.choice([0, 0, 1, chance.randint(0, most.get(operation, count))]))]


def entry(chance: random.Random, number: int, new: bool) -> dict:
    own = {"exactly_once": chance.random() < 0.5} if new and chance.random() < 0.5 else {}
    return {"global_var_list": [{"name": "entry", "value": str(number)}], **own}


def waiting(chance: random.Random, count: int) -> dict:
    """Options of the wait, and what becomes of the others after a failure."""
    if chance.random() < 0.6:
        return {"on_failure": chance.choice(["continue", "continue", "stop"])}
    return {
        "wait": True, "on_failure": chance.choice(["continue", "stop", "terminate"]), "on_timeout": chance.choice(["fail", "terminate"]),
        "max_running": chance.choice([None, 1, chance.randint(1, count)]), "wait_timeout": chance.choice([3600, 3600, 3, 60])}


def ran(simulator, count: int) -> list[list]:
    """For each entry the id of each instance that ran for it, once for each time that it did."""
    runs: list[list] = [[] for _entry in range(count)]
    for instance in simulator.instances():
        runs[int(instance["global_var_list"][0]["value"])] += [instance["job_instance_id"]] * instance["runs"]
    return runs


def check(result: dict, runs: list[list], seed: int) -> None:
    """That the result is true."""
    rows = result.get("results") or [{"outcome": result["outcome"]}] * len(runs)
    assert len(rows) == len(runs), f"seed {seed}: {result['msg']}"
    for row, ids in zip(rows, runs):
        assert len(ids) <= 1, f"seed {seed}: {len(ids)} runs of an entry"
        if row["outcome"] == "started":
            assert ids == [row["job_instance_id"]], f"seed {seed}: started, and {ids} ran"
        elif row["outcome"] == "not_started":
            assert not ids and row.get("failed", True), f"seed {seed}: not started, and {ids} ran"
        else:
            assert row["outcome"] == "unknown" and row["failed"], f"seed {seed}: {row['outcome']}"
    outcomes = {row["outcome"] for row in rows}
    assert result["outcome"] == next(word for word in ("unknown", "started", "not_started") if word in outcomes), seed
    assert bool(result.get("failed")) == (outcomes != {"started"}) or (result["failed"] and "status" in str(rows)), seed


def check_ends(result: dict, options: dict, simulator, seed: int) -> None:
    """That each job has ended as the result says, and that no more ran than may, but for those that no answer told of."""
    states = {row["job_instance_id"]: row["status"] for row in simulator.instances()}
    rows = result.get("results", []) if options.get("wait") else []
    for row in rows:
        assert row.get("status") not in ENDS or states[row["job_instance_id"]] == ENDS[row["status"]], f"seed {seed}: {row}"
    assert {row["job_instance_id"] for row in rows if row.get("failed") and row["outcome"] == "started"} <= {
        *result.get("failed_job_instance_ids", []), *result.get("unfinished_job_instance_ids", [])}, seed
    told_of = all(row["outcome"] != "unknown" and row.get("status", "success") == "success" for row in rows)
    if options.get("max_running") and rows and told_of and "exactly_once" not in str(options["plans"]):
        assert simulator.statistics()["most_at_once"] <= options["max_running"], f"seed {seed}: {simulator.statistics()}"


@pytest.mark.unmeasured
@pytest.mark.parametrize("first", range(0, 500, 50))
def test_whatever_happens_each_entry_runs_once_at_most_and_its_outcome_is_true(servers, perform, controlled, first):
    for seed in range(first, first + 50):
        chance = random.Random(seed)
        new = chance.random() < 0.7
        simulator, count = servers[0 if new else 1], chance.randint(1, chance.choice([3, 8, 20]))
        simulator.reset()
        simulator.misbehave_in_turn(faults(chance, count))
        clock = controlled(simulator)
        options = {
            "api_url": simulator.url, "bk_app_code": "simulator", "bk_app_secret": "simulator-app-secret", "bk_username": "admin", "bk_biz_id": 1,
            "job_plan_id": 1, "plans": [entry(chance, number, new) for number in range(count)], "parallel": chance.randint(1, 20),
            "request_retries": chance.randint(0, 3), "check_plan": chance.random() < 0.7, "quota_timeout": chance.choice([0, 120]),
            **waiting(chance, count)}
        result = perform(execute_job_plans, options, clock=clock)
        clock.sleep(2 * LAG)
        check(result, ran(simulator, count), seed)
        check_ends(result, options, simulator, seed)


class Breaking(Clock):
    """A clock that fails like a computer without memory, or interrupts the task once there is an instance."""

    def __init__(self, simulator) -> None:
        super().__init__(simulator)
        self.times = 0
        self.breaks_at_time = self.breaks_later = self.is_interrupted = False

    def time(self) -> float:
        self.times += 1
        if self.breaks_at_time and self.times == 3:
            raise MemoryError("no room for app-secret-of-the-tests")
        return super().time()

    def monotonic(self) -> float:
        now = super().monotonic()
        if self.breaks_later and now and threading.current_thread() is not threading.main_thread():
            self.breaks_later = False
            raise OSError(28, "No space left on device")
        return now

    def end_if_orphaned(self) -> None:
        if self.is_interrupted and threading.current_thread() is threading.main_thread() and self._simulator.instances():
            raise KeyboardInterrupt


def test_an_error_that_nobody_foresaw_while_one_is_started_loses_none_of_the_others(simulator, connection, perform):
    clock = Breaking(simulator)
    clock.breaks_at_time = True
    result = perform(execute_job_plans, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "plans": [{}] * 5, "parallel": 1}, clock=clock)
    assert [row["outcome"] for row in result["results"]] == ["started", "started", "unknown", "started", "started"]
    assert len(result["job_instance_ids"]) == len(simulator.instances()) == 4 and result["outcome"] == "unknown" and result["failed"]
    assert "unexpected MemoryError (test_many_faults.py, line " in result["msg"] and "outcome unknown: the plan may have started" in result["msg"]
    assert "app-secret-of-the-tests" not in str(result)


def test_an_error_that_nobody_foresaw_while_one_is_waited_for_loses_none_of_the_others(simulator, connection, perform):
    clock = Breaking(simulator)
    clock.breaks_later = True
    result = perform(execute_job_plans, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "plans": [{}] * 5, "wait": True}, clock=clock)
    assert result["counts"] == {"outcome": {"started": 5}, "status": {"success": 4}} and len(result["unfinished_job_instance_ids"]) == 1
    assert "but the wait failed: unexpected OSError" in result["msg"] and "No space left on device" in result["msg"]


def test_an_interrupt_leaves_the_id_of_an_instance_that_was_created_and_is_being_started_on_the_screen(simulator, connection, perform):
    simulator.misbehave_in_turn([{"mode": "slow", "operation": "operate_job_instance", "times": 1, "seconds": seconds} for seconds in (0, 3)])
    clock, lines = Breaking(simulator), []
    clock.is_interrupted = True
    with pytest.raises(KeyboardInterrupt):
        perform(execute_job_plans, {**connection, "bk_biz_id": 1, "job_plan_id": 100, "plans": [{"exactly_once": True}]}, clock=clock, say=lines.append)
    [instance] = simulator.instances()
    assert lines == [f"created: {instance['job_instance_id']} (Test)"]

"""Interrupt a playbook: its processes end, nothing is started or stopped any more, and a job that it waits for goes on, its id on the screen."""
from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

SIMULATOR = os.environ["BK_JOB_SIMULATOR"]
NOT_STARTED, WAITING = 1, 7  # JOB's status of an instance, which waits for a person in the end
PATIENCE = 60  # seconds for what takes one or two
SEEDS = 6
MOMENT = 1  # second in which a request that had left when the playbook was killed arrives
MANY, AT_ONCE = 60, 4  # plans to start, and requests at once
SLOW = 3  # seconds that an answer takes while the playbook is interrupted
# What is slow; what must not be sent any more; options; the statuses of instances in the end.
STAGES = {
    "start": ("get_job_plan_detail", "execute_job_plan", {}, []),
    "start_of_created": ("execute_job_plan", "operate_job_instance", {"exactly_once": True}, [NOT_STARTED]),
    "termination": ("get_job_instance_status", "operate_job_instance", {"wait_timeout": 1, "on_timeout": "terminate"}, [WAITING]),
}


def ask(what: str, content: object = None) -> list[dict]:
    """instances, requests, or modes to switch on."""
    body, method = (None, "GET") if content is None else (json.dumps(content).encode(), "PUT")
    with urllib.request.urlopen(urllib.request.Request(f"{SIMULATOR}/simulator/{what}", body, method=method)) as answer:
        return json.load(answer)


def living() -> dict[int, int]:
    """All processes, and their parents, from Linux's /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if state not in ("Z", "X"):
                parents[int(stat.parent.name)] = int(parent)
    return parents


def descendants(ancestor: int) -> set[int]:
    """The process and all that came of it."""
    parents, family = living(), {ancestor}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def eventually(state) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not (reached := state()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(reached)


def listen() -> None:
    """For Ctrl-C, which shells have commands in the background ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def playing(log: str, shipped: bool, playbook: str = "interrupt.yml", **options: object):
    """A playbook that runs, and what it has shown; at the end nothing is left of it."""
    variables = json.dumps({"ship": {"A_PROCESS": "of its own"} if shipped else {}, **options})
    with open(log, "w", encoding="utf-8") as screen:
        command = ["ansible-playbook", playbook, "-e", variables]
        process = subprocess.Popen(command, stdout=screen, stderr=screen, start_new_session=True, preexec_fn=listen)

    def shown() -> str:
        with open(log, encoding="utf-8") as screen:
            return screen.read()

    try:
        yield process, shown
    finally:
        for number in descendants(process.pid) & living().keys():
            os.kill(number, signal.SIGKILL)


def end(playbook: subprocess.Popen, number: signal.Signals) -> None:
    """Interrupt it, and wait until nothing of it is left."""
    family = descendants(playbook.pid)
    try:
        # Ctrl-C in a terminal reaches all processes that run in it.
        os.killpg(playbook.pid, number) if number == signal.SIGINT else os.kill(playbook.pid, number)
        assert playbook.wait(PATIENCE) != 0
        assert eventually(lambda: not family & living().keys()), f"{number.name} leaves {family & living().keys()}"
    finally:
        for process in family & living().keys():
            os.kill(process, signal.SIGKILL)


def interrupt_a_wait(number: signal.Signals, way: str, log: str) -> None:
    """way: "here" or "shipped", while it waits for the job; "limited", while it waits for a rate limit."""
    limited = way == "limited"
    ask("modes", [{"mode": "rate_limited", "operation": "execute_job_plan", "times": 2}] if limited else [])
    known = len(ask("instances"))
    with playing(log, way == "shipped") as (playbook, shown):
        if limited:
            assert eventually(lambda: "execute_job_plan" in [request["operation"] for request in ask("requests")[-1:]]), shown()
        else:
            assert eventually(lambda: len(ask("instances")) > known), shown()
        if way == "here":
            assert eventually(lambda: f"job {ask('instances')[-1]['job_instance_id']} 'Roll out with approval' started" in shown()), shown()
        end(playbook, number)
    assert [row["status"] for row in ask("instances")[known:]] == ([] if limited else [WAITING])


def interrupt_before_a_change(number: signal.Signals, way: str, stage: str, log: str) -> None:
    """way: "here" or "shipped"; stage: what it waits for an answer to, of STAGES."""
    slow, change, options, status = STAGES[stage]
    ask("modes", [{"mode": "slow", "operation": slow, "seconds": SLOW, "times": 1}])
    known = len(ask("instances"))

    def sent(operation: str) -> int:
        return [request["operation"] for request in ask("requests")].count(operation)

    asked = sent(slow)
    with playing(log, way == "shipped", **options) as (playbook, shown):
        assert eventually(lambda: sent(slow) > asked), shown()
        changes = sent(change)
        end(playbook, number)
        time.sleep(SLOW)  # as long as an answer is on its way, somebody may wait for it who is not seen here
    assert sent(change) == changes, f"{number.name} while {slow} was waited for, {way}: {change} was sent all the same"
    assert [row["status"] for row in ask("instances")[known:]] == status


def interrupt_at_random(seed: int, log: str) -> None:
    """A start that is killed at any moment, while each answer takes its time, sends nothing after that, and runs once at most."""
    chance = random.Random(seed)
    ask("modes", [{"mode": "slow", "seconds": 0.3}])
    known, arrived = len(ask("instances")), len(ask("requests"))

    def changes() -> int:
        return len([request for request in ask("requests") if not request["operation"].startswith(("get_", "batch_get_"))])

    with playing(log, chance.random() < 0.5, exactly_once=chance.random() < 0.5, wait_timeout=0, on_timeout="terminate") as (playbook, shown):
        assert eventually(lambda: len(ask("requests")) > arrived), shown()
        time.sleep(chance.uniform(0, 2))
        family = descendants(playbook.pid)
        os.kill(playbook.pid, signal.SIGKILL)
        playbook.wait(PATIENCE)
        time.sleep(MOMENT)
        sent = changes()
        assert eventually(lambda: not family & living().keys()), f"seed {seed} leaves {family & living().keys()}"
    assert changes() == sent, f"seed {seed}: something was changed for a playbook that was gone"
    ask("modes", [])
    assert sum(row["runs"] for row in ask("instances")[known:]) <= 1, f"seed {seed}"


def interrupt_many_starts(number: signal.Signals, way: str, log: str) -> None:
    """All ids that were answered are on the screen, and no more plans are started than those whose requests had left."""
    ask("modes", [{"mode": "slow", "operation": "execute_job_plan", "seconds": 0.5}])
    known = len(ask("instances"))
    with playing(log, way == "shipped", playbook="interrupt_many.yml", count=MANY, parallel=AT_ONCE) as (playbook, shown):
        assert eventually(lambda: len(ask("instances")) > known + 2 * AT_ONCE), shown()
        end(playbook, number)
        screen = shown()
        time.sleep(1)
    ask("modes", [])
    started = [row["job_instance_id"] for row in ask("instances")[known:]]
    assert len(started) < MANY and all(row["runs"] <= 1 for row in ask("instances")[known:])
    if way == "here":
        unknown = [instance for instance in started if f"{instance} (Roll out with approval)" not in screen]
        assert len(unknown) <= 2 * AT_ONCE, f"{number.name}: of {started} {unknown} are not on the screen:\n{screen}"


def leave_behind(log: str) -> None:
    """An `async` task that nobody polls outlives its playbook, and starts what it was asked to, later."""
    ask("modes", [{"mode": "slow", "operation": "get_job_plan_detail", "seconds": SLOW, "times": 1}])
    known, results = len(ask("instances")), Path(os.environ["ANSIBLE_ASYNC_DIR"])
    with playing(log, shipped=False, limit=PATIENCE, wait_timeout=1) as (playbook, shown):
        assert playbook.wait(PATIENCE) == 0 and len(ask("instances")) == known, shown()
        # Ansible writes a result to a file beside its place, which it then moves there.
        assert eventually(lambda: any('"outcome": "started"' in result.read_text() for result in results.iterdir() if result.suffix != ".tmp")), shown()
    assert [row["status"] for row in ask("instances")[known:]] == [WAITING]


leave_behind(sys.argv[1])
for number in range(SEEDS):
    interrupt_at_random(number, sys.argv[1])
for way, name, *stages in (argument.split(":") for argument in sys.argv[2:]):
    if stages == ["many"]:
        interrupt_many_starts(signal.Signals[name], way, sys.argv[1])
    elif stages:
        interrupt_before_a_change(signal.Signals[name], way, stages[0], sys.argv[1])
    else:
        interrupt_a_wait(signal.Signals[name], way, sys.argv[1])

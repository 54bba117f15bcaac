"""Interrupt a playbook: its processes end, no plan is started any more, and a job that it waits for goes on, its id on the screen."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

SIMULATOR = os.environ["BK_JOB_SIMULATOR"]
WAITING = 7  # JOB's status of an instance that waits for a person
PATIENCE = 60  # seconds for what takes one or two


def ask(what: str, content: object = None) -> list[dict]:
    """instances, requests, or modes to switch on."""
    body, method = (None, "GET") if content is None else (json.dumps(content).encode(), "PUT")
    with urllib.request.urlopen(urllib.request.Request(f"{SIMULATOR}/simulator/{what}", body, method=method)) as answer:
        return json.load(answer)


def living() -> dict[int, int]:
    """All processes, and their parents."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in table.splitlines()]
    return {int(process): int(parent) for process, parent, state, *_flags in rows if not state.startswith("Z")}


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


def interrupt(number: signal.Signals, way: str, log: str) -> None:
    """way: "here" or "shipped", while it waits for the job; "limited", while it waits for a rate limit."""
    shipped, limited = way == "shipped", way == "limited"
    ask("modes", [{"mode": "rate_limited", "operation": "execute_job_plan", "times": 2}] if limited else [])
    known = len(ask("instances"))
    ship = json.dumps({"ship": {"A_PROCESS": "of its own"} if shipped else {}})
    with open(log, "w", encoding="utf-8") as screen:
        playbook = subprocess.Popen(["ansible-playbook", "interrupt.yml", "-e", ship], stdout=screen, stderr=screen, start_new_session=True, preexec_fn=listen)

    def shown() -> str:
        with open(log, encoding="utf-8") as screen:
            return screen.read()

    family = {playbook.pid}
    try:
        if limited:
            assert eventually(lambda: ask("requests")[-1]["operation"] == "execute_job_plan"), shown()
        else:
            assert eventually(lambda: len(ask("instances")) > known), shown()
        if way == "here":
            assert eventually(lambda: f"job {ask('instances')[-1]['job_instance_id']} 'Roll out with approval' started" in shown()), shown()
        family = descendants(playbook.pid)
        # Ctrl-C in a terminal reaches all processes that run in it.
        os.killpg(playbook.pid, number) if number == signal.SIGINT else os.kill(playbook.pid, number)
        assert playbook.wait(PATIENCE) != 0
        assert eventually(lambda: not family & living().keys()), f"{number.name} leaves {family & living().keys()}"
        assert [row["status"] for row in ask("instances")[known:]] == ([] if limited else [WAITING])
    finally:
        for process in family & living().keys():
            os.kill(process, signal.SIGKILL)


for way, name in (argument.split(":") for argument in sys.argv[2:]):
    interrupt(signal.Signals[name], way, sys.argv[1])

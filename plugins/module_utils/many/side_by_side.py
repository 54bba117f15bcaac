# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that send requests side by side, while the task's own thread decides what is next; only this one may call what belongs to Ansible."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, Union

from ..clock import Clock
from ..errors import JobError

LOOK = 1  # second, after which the task's own thread looks whether Ansible is still there


def _raised(error: BaseException) -> None:
    raise error


class Work(NamedTuple):
    """do: is called in a thread. then: gets its result, in the task's own thread. failed: gets what do has raised, instead."""

    do: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Callable[[BaseException], None] = _raised


Next = Union[Work, float, None]


def carry_out(next_work: Callable[[float], Next], parallel: int, clock: Clock, between: Callable[[], None] = lambda: None) -> None:
    """Do what there is to do, at most so much at a time, until there is nothing left.

    next_work(now): what to do now; or after how many seconds to ask again; or None if there is nothing, or nothing before something has ended.
    between: is called before that, and at least once in LOOK seconds while anything is under way. Raises JobError, and does nothing, where the
    system has too few threads.
    """
    under_way: dict[Future[Any], Work] = {}
    with _threads(parallel, clock) as threads:
        while True:
            between()
            pause = _fill(under_way, threads, next_work, parallel, clock)
            if under_way:
                ended, _others = wait(under_way, timeout=LOOK if pause is None else min(pause, LOOK), return_when=FIRST_COMPLETED)
                clock.end_if_orphaned()
                for future in ended:
                    _hand_over(under_way.pop(future), future)
            elif pause is None:
                return
            else:
                clock.sleep(pause)


def all_of(functions: list[Callable[[], Any]], parallel: int, clock: Clock) -> list[Any]:
    """The results of functions, in their order."""
    results: dict[int, Any] = {}
    works = iter([Work(function, partial(results.__setitem__, place)) for place, function in enumerate(functions)])
    carry_out(lambda _now: next(works, None), min(parallel, len(functions)), clock)
    return [results[place] for place in range(len(functions))]


def _fill(under_way: dict[Future[Any], Work], threads: ThreadPoolExecutor, next_work: Callable[[float], Next], parallel: int, clock: Clock) -> float | None:
    """Begin all that can be begun; after how many seconds there may be more, None if that depends on what is under way."""
    while len(under_way) < parallel:
        work = next_work(clock.monotonic())
        if not isinstance(work, Work):
            return work
        under_way[threads.submit(work.do)] = work
    return None


def _hand_over(work: Work, future: Future[Any]) -> None:
    error = future.exception()
    if error is None:
        work.then(future.result())
    else:
        work.failed(error)


@contextmanager
def _threads(count: int, clock: Clock) -> Iterator[ThreadPoolExecutor]:
    """Whatever ends the task ends them, too: what they wait for is not waited for, and they send nothing more that changes anything."""
    threads = ThreadPoolExecutor(max(count, 1))
    try:
        _start(threads, count)
        yield threads
        threads.shutdown()
    except BaseException:
        clock.stop()
        threads.shutdown(wait=False, cancel_futures=True)
        raise


def _start(threads: ThreadPoolExecutor, count: int) -> None:
    """All of them now, because what has been begun would be lost if a thread were missing later."""
    all_there = threading.Event()
    try:
        for _thread in range(count):
            threads.submit(all_there.wait)
    except RuntimeError as error:
        raise JobError(f"the system has no {count} threads for this process: give a lower value of `parallel`") from error
    finally:
        all_there.set()

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

LOOK = 1  # second, after which the task's own thread looks whether Ansible is still there


class Work(NamedTuple):
    """do: is called in a thread. then: gets its result, in the task's own thread."""

    do: Callable[[], Any]
    then: Callable[[Any], None]


Next = Union[Work, float, None]


def carry_out(next_work: Callable[[float], Next], parallel: int, clock: Clock, between: Callable[[], None] = lambda: None) -> None:
    """Do what there is to do, at most so much at a time, until there is nothing left.

    next_work(now): what to do now; or after how many seconds to ask again; or None if there is nothing, or nothing before something has ended.
    between: is called before that, and at least once in LOOK seconds while anything is under way.
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
                    under_way.pop(future).then(future.result())
            elif pause is None:
                return
            else:
                clock.sleep(pause)


def all_of(functions: list[Callable[[], Any]], parallel: int, clock: Clock) -> list[Any]:
    """The results of functions, in their order."""
    results: dict[int, Any] = {}
    works = iter([Work(function, partial(results.__setitem__, place)) for place, function in enumerate(functions)])
    carry_out(lambda _now: next(works, None), parallel, clock)
    return [results[place] for place in range(len(functions))]


def _fill(under_way: dict[Future[Any], Work], threads: ThreadPoolExecutor, next_work: Callable[[float], Next], parallel: int, clock: Clock) -> float | None:
    """Begin all that can be begun; after how many seconds there may be more, None if that depends on what is under way."""
    while len(under_way) < parallel:
        work = next_work(clock.monotonic())
        if not isinstance(work, Work):
            return work
        under_way[_begin(threads, work)] = work
    return None


def _begin(threads: ThreadPoolExecutor, work: Work) -> Future[Any]:
    """The work in a thread; or at once, where the system gives no thread more. Then an older thread may find it, too, and the first one does it."""
    future: Future[Any] = Future()
    first = threading.Lock()

    def do() -> None:
        if first.acquire(blocking=False):
            try:
                future.set_result(work.do())
            except BaseException as error:  # which the task's own thread raises, as from every future
                future.set_exception(error)

    try:
        threads.submit(do)
    except RuntimeError:
        do()
    return future


@contextmanager
def _threads(count: int, clock: Clock) -> Iterator[ThreadPoolExecutor]:
    """Whatever ends the task ends them, too: what they wait for is not waited for, and they send nothing more that changes anything."""
    threads = ThreadPoolExecutor(count)
    try:
        yield threads
        threads.shutdown()
    except BaseException:
        clock.stop()
        threads.shutdown(wait=False, cancel_futures=True)
        raise

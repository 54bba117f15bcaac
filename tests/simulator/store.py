# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pretend JOB holds: scopes, hosts and plans from its data file, and the instances started since."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import versions
from clock import Clock
from cmdb import Cmdb
from contract import scope_of
from lifecycle import Instance, ms, settle

FIRST_INSTANCE, FIRST_STEP = 10000, 20001


class Store:
    def __init__(self, data: dict) -> None:
        self.version = versions.parse(data["version"])
        self.cmdb = Cmdb(data, self.version)
        self.scopes = {scope_of(scope) for scope in data["scopes"]}
        self.plans = {(scope_of(plan), plan["id"]): plan for plan in data["plans"]}
        self.max_start = data.get("max_start")
        self.callback_whitelist = data.get("callback_whitelist")
        self.quota = data.get("quota")
        self.clock = Clock()
        self.reset()

    def reset(self) -> None:
        self.clock.reset()
        self.lag: float | None = None
        self._arrivals: list = []
        self._instances: dict = {}
        self.next_instance = itertools.count(FIRST_INSTANCE)
        self.next_step = itertools.count(FIRST_STEP)

    @contextmanager
    def lagging(self, lag: float | None) -> Iterator[None]:
        """What is put into JOB's queue meanwhile is consumed so many seconds later."""
        self.lag = lag
        try:
            yield
        finally:
            self.lag = None

    def hold(self, seconds: float, process: Callable[[], object]) -> None:
        """A request that a gateway still has: JOB gets it so many seconds later."""
        self._arrivals.append((self.clock.now() + ms(seconds), process))

    def arrive(self) -> None:
        """What was held and has fallen due reaches JOB, each request at its own time."""
        now = self.clock.now()
        for due, process in sorted((entry for entry in self._arrivals if entry[0] <= now), key=lambda entry: entry[0]):
            self._arrivals.remove((due, process))
            with self.clock.set_to(due):
                process()

    def keep(self, instance: Instance) -> None:
        self._instances[instance.job_instance_id] = instance

    def instances(self) -> list[Instance]:
        """In the order they were started, as they stand now."""
        now = self.clock.now()
        return [settle(instance, now) for instance in self._instances.values()]

    def called_back(self) -> list[Instance]:
        """Those that somebody wants to be told of, as they stand now."""
        now = self.clock.now()
        return [settle(instance, now) for instance in self._instances.values() if instance.callback_url]

    def instance(self, scope: tuple, number: int) -> Instance | None:
        instance = self._instances.get(number)
        if instance is None or instance.scope != scope:
            return None
        return settle(instance, self.clock.now())

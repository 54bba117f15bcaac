# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a command's job, waited for in the rhythm in which JOB itself looks at a host."""
from __future__ import annotations

from ansible.errors import AnsibleError

from ...module_utils.errors import JobError
from ...module_utils.instance import status
from ...module_utils.instance.types import Instance
from ...module_utils.wire.polling import is_temporary
from . import interruption
from .route import Route

# JOB looks at a host after 1 s, then every second, from the tenth second every 2, from the 60th every 5, from the 325th every 10. In poll_intervals,
# each pause is half of that: (from which second on, pause).
RHYTHM = ((0, 1), (10, 2), (60, 5), (325, 10))
FIRST = 2.4  # poll_intervals: a moment after JOB's first look, whose result the next look would bring half a second later
REQUEST = 10  # seconds for one look
GRACE = 120  # seconds after command_timeout, in which JOB should have ended the job


def ended(route: Route, job_instance_id: int) -> Instance:
    """The instance when it has ended. AnsibleError if that cannot be known."""
    try:
        return _waited(route, job_instance_id)
    except JobError as error:
        raise AnsibleError(f"job {job_instance_id} was started, but its state cannot be read, so the command's outcome is unknown: {error}") from None


def _waited(route: Route, job_instance_id: int) -> Instance:
    clock = route.client.clock
    began = clock.monotonic()
    clock.sleep(FIRST * route.poll_interval)
    while True:
        reset = 0.0
        try:
            seen = status.read(route.client, route.scope, job_instance_id, REQUEST)
            if seen["finished"]:
                return seen
        except JobError as error:
            if not is_temporary(error):
                raise
            reset = error.reset
        waited = clock.monotonic() - began
        if waited > route.command_timeout + GRACE:
            stopped = interruption.stop(route, job_instance_id)
            raise AnsibleError(f"job {job_instance_id} has not ended within {route.command_timeout} s (command_timeout) and {GRACE} s more: {stopped}")
        clock.sleep(max(pause(waited, route.poll_interval), reset))


def pause(waited: float, interval: float) -> float:
    """Seconds until the next look."""
    return interval * next(factor for since, factor in reversed(RHYTHM) if waited >= since)

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test asks of the simulator itself, under /simulator: what arrived, what was started, modes, the clock."""

from __future__ import annotations

from typing import Any

from contract import read
from exchange import Answer, as_json
from lifecycle import Instance
from quota import most_at_once
from refusal import Refusal

PREFIX = "/simulator"


def answer(simulator: Any, method: str, path: str, body: Any) -> Answer:
    order = ORDERS.get((method, path.rstrip("/")))
    if order is None:
        return as_json(404, {"error": f"there are {', '.join(' '.join(known) for known in ORDERS)}"})
    try:
        return as_json(200, order(simulator, body))
    except Refusal as refusal:
        return as_json(400, {"error": refusal.detail})


def _requests(simulator: Any, body: Any) -> list:
    return [request._asdict() for request in simulator.requests]


def _forget_requests(simulator: Any, body: Any) -> list:
    simulator.requests.clear()
    return []


def _instances(simulator: Any, body: Any) -> list:
    return [_shown(instance) for instance in simulator.store.instances()]


def _statistics(simulator: Any, body: Any) -> dict:
    return {"most_at_once": most_at_once(simulator.store.instances()), "rate_limited": simulator.rate_limit.refused}


def _callbacks(simulator: Any, body: Any) -> list:
    return simulator.callbacks.sent


def _switch_modes(simulator: Any, body: Any) -> list:
    simulator.modes.switch(body)
    return simulator.modes.active


def _advance(simulator: Any, body: Any) -> dict:
    seconds = read({"advance": ("number", True)}, body, "")["advance"]
    if seconds < 0:
        raise Refusal(1241002, "the clock does not go back")
    simulator.store.clock.advance(seconds)
    return {"now": simulator.store.clock.now()}


def _reset(simulator: Any, body: Any) -> dict:
    simulator.reset()
    return {}


def _shown(instance: Instance) -> dict:
    """Ciphers in clear: a test wants to see what JOB took."""
    return {
        "job_instance_id": instance.job_instance_id,
        "job_plan_id": instance.plan["id"],
        "name": instance.plan["name"],
        "status": instance.status,
        "runs": instance.runs,
        "bk_scope_type": instance.scope[0],
        "bk_scope_id": instance.scope[1],
        "operator": instance.operator,
        "callback_url": instance.callback_url,
        "global_var_list": instance.global_var_list,
        "create_time": instance.create_time,
        "end_time": instance.end_time,
    }


ORDERS = {
    ("GET", "/simulator/requests"): _requests,
    ("DELETE", "/simulator/requests"): _forget_requests,
    ("GET", "/simulator/instances"): _instances,
    ("GET", "/simulator/statistics"): _statistics,
    ("GET", "/simulator/callbacks"): _callbacks,
    ("PUT", "/simulator/modes"): _switch_modes,
    ("POST", "/simulator/clock"): _advance,
    ("DELETE", "/simulator"): _reset,
}

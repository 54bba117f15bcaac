# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a job, and the results for every way it can end, or not end."""
from __future__ import annotations

from typing import Any

from ..errors import NOT_STARTED, STARTED, UNKNOWN, JobError
from ..instance import operations, states, status
from ..instance.confirmation import paused_step, waiting_for
from ..text.sentences import enumerated
from ..wire.client import Client
from ..wire.polling import Seen, until
from .progress import teller
from .report import reason, report, summary, with_page

STOP_WITHIN = 60  # seconds


def wait(client: Client, params: dict, scope: dict, job_instance_id: int, task: Any) -> dict:
    """Wait as the options in params say; the part of the task's result that tells how it ended, `failed` and `msg` included.

    JobError if JOB refuses to tell.
    """
    def done(instance: dict) -> bool:
        return instance["finished"] or (params["on_confirmation"] != "wait" and waiting_for(instance) is not None)

    tell = teller(params, task)

    def look(within: float) -> dict:
        instance = status.read(client, scope, job_instance_id, within)
        tell(instance)
        return instance

    seen = until(done, look, task.clock, params["wait_timeout"], params["wait_interval"])
    if seen.trouble is None and seen.last["finished"]:
        return _ended(client, params, scope, seen.last, task)
    if seen.trouble is None and done(seen.last):
        return _paused(client, params, scope, seen.last, task)
    if params["on_timeout"] == "terminate" and not task.check_mode:
        return _terminated(client, params, scope, job_instance_id, seen, task)
    if seen.last is None:
        raise _unread(params, job_instance_id, seen, "It may go on")
    told, _hosts = report(client, params, scope, seen.last, task, with_hosts=seen.trouble is None)
    return {**told, "failed": True, "msg": _overdue(params, seen, told, _left_alone(told))}


def _ended(client: Client, params: dict, scope: dict, instance: dict, task: Any) -> dict:
    told, hosts = report(client, params, scope, instance, task)
    if instance["status_code"] != states.SUCCESS:
        return {**told, "failed": True, "msg": reason(client, params, scope, told, hosts, task)}
    passed_over = [step for step in told["steps"] if step["status_code"] in states.PASSED_OVER]
    if not passed_over and not told["failed_host_count"]:
        return told
    names = enumerated(f"{step['name']!r} ({step['status']})" for step in passed_over) or "hosts that failed"
    said = f"job {told['job_instance_id']} {told['job_instance_name']!r} ended as success, although it passed over {names}"
    said += f"; hosts that failed: {told['failed_host_count']}" if told["failed_host_count"] else ""
    if params["fail_on_ignored_errors"]:
        return {**told, "failed": True, "msg": f"{said} (fail_on_ignored_errors)\n{reason(client, params, scope, told, hosts, task)}"}
    task.warnings.append(said)
    return told


def _paused(client: Client, params: dict, scope: dict, instance: dict, task: Any) -> dict:
    told, _hosts = report(client, params, scope, instance, task)
    if params["on_confirmation"] == "return":
        return told
    return {**told, "failed": True, "msg": with_page(f"{_waits(told)} (on_confirmation: fail). It goes on waiting: {_way_on(told)}", told)}


def _waits(instance: dict) -> str:
    """That a person has to act, and where."""
    step = paused_step(instance)
    named = f"job {instance['job_instance_id']} {instance['job_instance_name']!r}"
    where = f" at step {step['name']!r} (step_instance_id {step['step_instance_id']})" if step else ""
    return f"{named} {'waits for a person to confirm' if waiting_for(instance) == 'confirmation' else 'pauses before its next rolling batch'}{where}"


def _left_alone(instance: dict) -> str:
    """What becomes of a job that nobody ended when time was up."""
    if waiting_for(instance):
        return f"It goes on: {_way_on(instance)}"
    if operations.unconfirmed_step(instance):
        return "It would never end, for JOB does not stop a job that waits for a confirmation: end it there with operate_job_instance"
    return "It goes on: wait for it with job_instance_wait, or end it with operate_job_instance"


def _way_on(instance: dict) -> str:
    """How a job that waits goes on."""
    operations = "confirm or terminate_confirmation" if waiting_for(instance) == "confirmation" else "next_batch"
    return f"act on its page, or with operate_step_instance, operation: {operations}"


def _overdue(params: dict, seen: Seen, told: dict, fate: str) -> str:
    """That time is up, where the job stands, and what became of it."""
    where = _waits(told) if waiting_for(told) else summary({**told, "job_instance_url": None})
    unheard = f". JOB did not answer any more: {seen.trouble}" if seen.trouble else ""
    return with_page(f"not ended within {params['wait_timeout']:g} s (wait_timeout): {where}{unheard}. {fate}", told)


def _unread(params: dict, job_instance_id: int, seen: Seen, fate: str, in_doubt: str = "") -> JobError:
    """That nothing is known of a job for the whole of the wait."""
    told = f"how job {job_instance_id} stands could not be read within {params['wait_timeout']:g} s (wait_timeout): {seen.trouble}. {fate}"
    return JobError(told, in_doubt=in_doubt)


def _terminated(client: Client, params: dict, scope: dict, job_instance_id: int, seen: Seen, task: Any) -> dict:
    """Of a job that took too long: whether it could be stopped. One that ended by itself meanwhile is judged as such."""
    after = operations.stop(client, scope, job_instance_id, seen.last, task.clock, STOP_WITHIN, ended=True)
    if after.last is None:
        raise _unread(params, job_instance_id, seen, _fate(after), "" if after.outcome == NOT_STARTED else "it may have been stopped")
    if after.last["finished"] and after.last["status_code"] not in _terminations(after):
        return _ended(client, params, scope, after.last, task)
    told, _hosts = report(client, params, scope, after.last, task, with_hosts=after.trouble is None)
    changed = after.outcome != NOT_STARTED
    return {**told, "changed": changed, "failed": True, "msg": _overdue(params, seen, {**told, **_before(seen)}, _fate(after))}


def _terminations(after: operations.Stop) -> tuple:
    """The states in which a job has ended because it was terminated."""
    return (states.STOPPED, states.CONFIRMATION_TERMINATED) if after.confirmation else (states.STOPPED,)


def _fate(after: operations.Stop) -> str:
    """What became of a job that was to be terminated."""
    if after.last and after.last["status_code"] == states.CONFIRMATION_TERMINATED:
        return f"It was ended at the confirmation {after.confirmation['name']!r} that it was waiting for (on_timeout: terminate)"
    if after.last and after.last["finished"]:
        return "It was terminated, and has stopped (on_timeout: terminate)"
    asked = {
        STARTED: "JOB has agreed to stop it (on_timeout: terminate), but it is NOT known to have stopped",
        UNKNOWN: "It was to be stopped (on_timeout: terminate), but no answer told whether JOB agreed",
        NOT_STARTED: "It could NOT be stopped (on_timeout: terminate), and may go on",
    }[after.outcome]
    return f"{asked}: {after.trouble or f'after {STOP_WITHIN} s it still is ' + after.last['status']}"


def _before(seen: Seen) -> dict:
    """Where the job stood when time was up."""
    return {name: seen.last[name] for name in ("status", "status_code", "finished", "steps")} if seen.last else {}

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of a command, out of the log of its job; or why there is none, and whether the command ran."""
from __future__ import annotations

from ansible.errors import AnsibleConnectionFailure, AnsibleError

from ...module_utils.ending import logs
from ...module_utils.errors import JobError
from ...module_utils.instance import states, status
from ...module_utils.instance.types import Instance
from . import command
from .command import Frame, Incomplete, NotKept, NotRun, StartedTwice
from .conceal import Seal
from .route import Route

PAUSES = (1, 2, 4, 8)  # poll_intervals before the log of a job that has ended is read again
# States of a host that JOB, or GSE's server, sets before the agent has got the script.
NEVER_RAN = {
    1: "its agent does not work", 2: "it is no host that can run anything", 18: "it has no agent", 311: "it has no such user as the account",
    312: "the account's password is wrong",
}
LOST = 310  # GSE has no connection to the agent; it says so of a command that the agent has already got, too
REASONS = {
    "openssl": "it has no openssl, which decrypts the command. Install it, or set conceal: false (ansible_job_conceal), with which whoever may view the job "
               "in JOB can read the command, its input and its output",
    "base64": "it has no base64",
    "sha256sum": "it has no sha256sum",
    "folder": "no folder, or no file in it, could be made in /tmp",
    "digest": "the command was changed on its way, or openssl there does not know SHA-256",
    "unseal": "the command could not be decrypted: openssl there does not know AES-256-CBC",
}


def frame(route: Route, seal: Seal, instance: Instance) -> Frame:
    """The whole frame. AnsibleConnectionFailure if the command did not run, AnsibleError if it may have, but its result is lost."""
    job = f"job {instance['job_instance_id']}"
    pauses = PAUSES if instance["status_code"] == states.SUCCESS else ()
    text = ""
    for pause in (0, *pauses):
        if pause:
            route.client.clock.sleep(pause * route.poll_interval)
        text = _text(route, instance)
        try:
            return command.read(seal, text)
        except Incomplete:
            continue
        except NotRun as reason:
            raise AnsibleConnectionFailure(f"{job} did not run the command on this host: {REASONS.get(str(reason), reason)}") from None
        except StartedTwice:
            raise AnsibleError(f"{job} was started twice by JOB. The command was run by the first start only, and its outcome is unknown: "
                               "look at the job in JOB") from None
        except NotKept:
            raise AnsibleError(f"{job} ran the command, but the host could not keep its output: is its /tmp full, or was it emptied?") from None
    raise _without_frame(route, seal, instance, job, text)


def _text(route: Route, instance: Instance) -> str:
    step = instance["steps"][0]["step_instance_id"] if instance["steps"] else None
    where = {**route.scope, "job_instance_id": instance["job_instance_id"], "step_instance_id": step}
    try:
        return logs.of_host(logs.fetch(route.client, where, [route.host]), route.host)
    except JobError as error:
        raise AnsibleError(
            f"job {instance['job_instance_id']} has ended, but its log cannot be read, so the command's outcome is unknown: {error}") from None


def _without_frame(route: Route, seal: Seal, instance: Instance, job: str, text: str) -> AnsibleError:
    if instance["status_code"] == states.SUCCESS:
        begun = "only a part" if seal.mark in text else "nothing"
        return AnsibleError(f"{job} ran the command, but the log that JOB has of it contains {begun} of its result ({len(text)} characters): "
                            "the agent, or JOB, has cut it. The command is not run again")
    code, word = _state(route, instance)
    if code in NEVER_RAN and f"{seal.mark} started" not in text:
        return AnsibleConnectionFailure(f"{job} did not run the command on this host: {NEVER_RAN[code]} ({word})")
    ran = "ran the command, but it" if f"{seal.mark} started" in text else "may have run the command. It"
    lost = "; the agent was not reachable, before the command or during it" if code == LOST else ""
    return AnsibleError(f"{job} {ran} ended without a result: the job is {instance['status']}, the host {word or 'unknown'}{lost}")


def _state(route: Route, instance: Instance) -> tuple[int | None, str | None]:
    """The host's, as a number and in words."""
    try:
        rows = [row for step in status.hosts(route.client, route.scope, instance["job_instance_id"]).values() for row in step]
    except JobError:
        return None, None
    return (rows[0]["status_code"], rows[0]["status"]) if rows else (None, None)

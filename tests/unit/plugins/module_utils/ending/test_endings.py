# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every ending of a wait, and its message, as tables."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.module_utils.ending.classification import Ending, Waited, classify
from ansible_collections.blueking.job.plugins.module_utils.ending.message import message, unreadable
from ansible_collections.blueking.job.plugins.module_utils.errors import NOT_STARTED, STARTED, UNKNOWN, NoAnswer
from ansible_collections.blueking.job.plugins.module_utils.instance import states
from ansible_collections.blueking.job.plugins.module_utils.instance.termination import Termination

TIMEOUT = 60  # seconds
LOST = NoAnswer("no answer")


def job(status: int, *steps: int, failed: int | None = 0, kind: str = "script") -> dict:
    """A job in this state, with steps in these."""
    rows = [{"step_instance_id": 5, "name": "s", "type": kind, "status": states.word(code), "status_code": code} for code in steps]
    return {"job_instance_id": 7, "job_instance_name": "A plan", "status": states.word(status), "status_code": status,
            "finished": bool(states.finished(status)), "steps": rows, "failed_host_count": failed}


def stopped(last: dict | None, outcome: str = STARTED, confirmation: dict | None = None, error: NoAnswer | None = None) -> Termination:
    return Termination(last, error, outcome, confirmation)


APPROVE = {"step_instance_id": 5, "name": "Approve"}
RUNNING, PAUSED = job(2, 2), job(7, 7, kind="confirmation")
HANGS = job(10, 7, kind="confirmation")


@pytest.mark.parametrize("waited, on_confirmation, ending", [
    (Waited(job(3, 3), None), "wait", Ending.SUCCESS),
    (Waited(job(3, 6), None), "wait", Ending.IGNORED_ERRORS),
    (Waited(job(3, 5), None), "wait", Ending.IGNORED_ERRORS),
    (Waited(job(3, 3, failed=2), None), "wait", Ending.IGNORED_ERRORS),
    (Waited(job(3, 3, failed=None), None), "wait", Ending.SUCCESS),
    *((Waited(job(code, code), None), "wait", Ending.FAILED) for code in (4, 8, 9, 11, 13, 14)),
    (Waited(PAUSED, None), "wait", Ending.TIMED_OUT),
    (Waited(PAUSED, None), "fail", Ending.WAITS_FOR_PERSON),
    (Waited(PAUSED, None), "return", Ending.WAITS_FOR_PERSON),
    (Waited(PAUSED, LOST), "fail", Ending.TIMED_OUT),
    (Waited(job(15, 15), None), "fail", Ending.TIMED_OUT),
    (Waited(RUNNING, None), "wait", Ending.TIMED_OUT),
    (Waited(RUNNING, LOST), "wait", Ending.TIMED_OUT),
    (Waited(None, LOST), "wait", Ending.UNREADABLE),
    (Waited(RUNNING, None, stopped(job(11, 11))), "wait", Ending.TERMINATED),
    (Waited(PAUSED, None, stopped(job(13, 13), confirmation=APPROVE)), "wait", Ending.TERMINATED),
    (Waited(RUNNING, None, stopped(job(13, 13))), "wait", Ending.FAILED),
    (Waited(RUNNING, None, stopped(job(3, 3), NOT_STARTED)), "wait", Ending.SUCCESS),
    (Waited(RUNNING, None, stopped(job(4, 4), NOT_STARTED)), "wait", Ending.FAILED),
    (Waited(RUNNING, None, stopped(job(10, 10))), "wait", Ending.TIMED_OUT),
    (Waited(None, LOST, stopped(None, UNKNOWN, error=LOST)), "wait", Ending.UNREADABLE),
    (Waited(None, LOST, stopped(job(11, 11))), "wait", Ending.TERMINATED),
])
def test_what_a_wait_has_read_is_one_of_its_endings(waited, on_confirmation, ending):
    assert classify(waited, waited.instance(), on_confirmation) is ending


@pytest.mark.parametrize("ending, waited, said", [
    (Ending.FAILED, Waited(job(4, 4), None), "the digest"),
    (Ending.IGNORED_ERRORS, Waited(job(3, 6, failed=2), None),
     "job 7 'A plan' ended as success, although errors were ignored: step 's' (error_ignored); hosts that failed: 2 (fail_on_ignored_errors)\nthe digest"),
    (Ending.WAITS_FOR_PERSON, Waited(PAUSED, None),
     "job 7 'A plan' waits for a person to confirm at step 's' (step_instance_id 5) (on_confirmation: fail). It still waits: "
     "use its page, or operate_step_instance with operation: confirm or terminate_confirmation"),
    (Ending.WAITS_FOR_PERSON, Waited(job(7, 7), None),
     "job 7 'A plan' waits for a person to start the next batch at step 's' (step_instance_id 5) (on_confirmation: fail). It still waits: "
     "use its page, or operate_step_instance with operation: next_batch"),
    (Ending.TIMED_OUT, Waited(RUNNING, None),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. "
     "It was not terminated: wait for it with job_instance_wait, or terminate it with operate_job_instance"),
    (Ending.TIMED_OUT, Waited(RUNNING, LOST),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. The last query failed: no answer. "
     "It was not terminated: wait for it with job_instance_wait, or terminate it with operate_job_instance"),
    (Ending.TIMED_OUT, Waited(HANGS, None),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is stopping at step 1 of 1, 's' (waiting_confirmation). "
     "It will not end by itself, because JOB does not stop a job that waits for a confirmation: terminate it with operate_job_instance"),
    (Ending.TERMINATED, Waited(RUNNING, None, stopped(job(11, 11))),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. It was terminated, and has stopped (on_timeout: terminate)"),
    (Ending.TERMINATED, Waited(PAUSED, None, stopped(job(13, 13), confirmation=APPROVE)),
     "not ended within 60 s (wait_timeout): job 7 'A plan' waits for a person to confirm at step 's' (step_instance_id 5). "
     "It was terminated at the confirmation 'Approve', where it waited (on_timeout: terminate)"),
    *((Ending.TIMED_OUT, Waited(RUNNING, None, stopped(job(10, 10), outcome)),
       "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. "
       f"{answer}: after 60 s its status is still stopping") for outcome, answer in (
        (STARTED, "JOB has accepted the request to terminate it (on_timeout: terminate), but it is NOT known to have stopped"),
        (UNKNOWN, "JOB was asked to terminate it (on_timeout: terminate), but did not answer: it is unknown whether it will"),
        (NOT_STARTED, "It could NOT be terminated (on_timeout: terminate), and may still run"))),
])
def test_each_ending_has_its_message(ending, waited, said):
    assert message(ending, waited, waited.instance(), TIMEOUT, "the digest") == said


@pytest.mark.parametrize("waited, said", [
    (Waited(None, LOST), "the status of job 7 could not be read within 60 s (wait_timeout): no answer. It may still run"),
    (Waited(None, LOST, stopped(None, UNKNOWN, error=LOST)),
     "the status of job 7 could not be read within 60 s (wait_timeout): no answer. "
     "JOB was asked to terminate it (on_timeout: terminate), but did not answer: it is unknown whether it will: no answer"),
])
def test_of_a_job_that_could_never_be_read_it_is_said_why(waited, said):
    assert unreadable(waited, 7, TIMEOUT) == said

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every ending of a wait, and what is said of it, as tables."""
from __future__ import annotations

import pytest
from ansible_collections.blueking.job.plugins.module_utils.ending.message import message, unreadable
from ansible_collections.blueking.job.plugins.module_utils.ending.outcome import Course, Ending, ending_of
from ansible_collections.blueking.job.plugins.module_utils.errors import NOT_STARTED, STARTED, UNKNOWN, NoAnswer
from ansible_collections.blueking.job.plugins.module_utils.instance import states
from ansible_collections.blueking.job.plugins.module_utils.instance.operations import Stop

PARAMS = {"wait_timeout": 60}
LOST = NoAnswer("no answer")


def job(status: int, *steps: int, failed: int | None = 0, kind: str = "script") -> dict:
    """A job in this state, with steps in these."""
    rows = [{"step_instance_id": 5, "name": "s", "type": kind, "status": states.word(code), "status_code": code} for code in steps]
    return {"job_instance_id": 7, "job_instance_name": "A plan", "status": states.word(status), "status_code": status,
            "finished": bool(states.finished(status)), "steps": rows, "failed_host_count": failed}


def stopped(last: dict | None, outcome: str = STARTED, confirmation: dict | None = None, trouble: NoAnswer | None = None) -> Stop:
    return Stop(last, trouble, outcome, confirmation)


APPROVE = {"step_instance_id": 5, "name": "Approve"}
RUNNING, PAUSED = job(2, 2), job(7, 7, kind="confirmation")
HANGS = job(10, 7, kind="confirmation")


@pytest.mark.parametrize("course, on_confirmation, ending", [
    (Course(job(3, 3), None), "wait", Ending.WELL),
    (Course(job(3, 6), None), "wait", Ending.PASSED_OVER),
    (Course(job(3, 5), None), "wait", Ending.PASSED_OVER),
    (Course(job(3, 3, failed=2), None), "wait", Ending.PASSED_OVER),
    (Course(job(3, 3, failed=None), None), "wait", Ending.WELL),
    *((Course(job(code, code), None), "wait", Ending.FAILED) for code in (4, 8, 9, 11, 13, 14)),
    (Course(PAUSED, None), "wait", Ending.OUT_OF_TIME),
    (Course(PAUSED, None), "fail", Ending.WAITS_FOR_PERSON),
    (Course(PAUSED, None), "return", Ending.WAITS_FOR_PERSON),
    (Course(PAUSED, LOST), "fail", Ending.OUT_OF_TIME),
    (Course(job(15, 15), None), "fail", Ending.OUT_OF_TIME),
    (Course(RUNNING, None), "wait", Ending.OUT_OF_TIME),
    (Course(RUNNING, LOST), "wait", Ending.OUT_OF_TIME),
    (Course(None, LOST), "wait", Ending.UNREADABLE),
    (Course(RUNNING, None, stopped(job(11, 11))), "wait", Ending.TERMINATED),
    (Course(PAUSED, None, stopped(job(13, 13), confirmation=APPROVE)), "wait", Ending.TERMINATED),
    (Course(RUNNING, None, stopped(job(13, 13))), "wait", Ending.FAILED),
    (Course(RUNNING, None, stopped(job(3, 3), NOT_STARTED)), "wait", Ending.WELL),
    (Course(RUNNING, None, stopped(job(4, 4), NOT_STARTED)), "wait", Ending.FAILED),
    (Course(RUNNING, None, stopped(job(10, 10))), "wait", Ending.OUT_OF_TIME),
    (Course(None, LOST, stopped(None, UNKNOWN, trouble=LOST)), "wait", Ending.UNREADABLE),
    (Course(None, LOST, stopped(job(11, 11))), "wait", Ending.TERMINATED),
])
def test_each_course_has_its_ending(course, on_confirmation, ending):
    assert ending_of(course, course.end(), on_confirmation) is ending


@pytest.mark.parametrize("ending, course, said", [
    (Ending.FAILED, Course(job(4, 4), None), "the digest"),
    (Ending.PASSED_OVER, Course(job(3, 6, failed=2), None),
     "job 7 'A plan' ended as success, although it passed over 's' (error_ignored); hosts that failed: 2 (fail_on_ignored_errors)\nthe digest"),
    (Ending.WAITS_FOR_PERSON, Course(PAUSED, None),
     "job 7 'A plan' waits for a person to confirm at step 's' (step_instance_id 5) (on_confirmation: fail). It goes on waiting: "
     "act on its page, or with operate_step_instance, operation: confirm or terminate_confirmation"),
    (Ending.WAITS_FOR_PERSON, Course(job(7, 7), None),
     "job 7 'A plan' pauses before its next rolling batch at step 's' (step_instance_id 5) (on_confirmation: fail). It goes on waiting: "
     "act on its page, or with operate_step_instance, operation: next_batch"),
    (Ending.OUT_OF_TIME, Course(RUNNING, None),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. "
     "It goes on: wait for it with job_instance_wait, or end it with operate_job_instance"),
    (Ending.OUT_OF_TIME, Course(RUNNING, LOST),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. JOB did not answer any more: no answer. "
     "It goes on: wait for it with job_instance_wait, or end it with operate_job_instance"),
    (Ending.OUT_OF_TIME, Course(HANGS, None),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is stopping at step 1 of 1, 's' (waiting_confirmation). "
     "It would never end, for JOB does not stop a job that waits for a confirmation: end it there with operate_job_instance"),
    (Ending.TERMINATED, Course(RUNNING, None, stopped(job(11, 11))),
     "not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. It was terminated, and has stopped (on_timeout: terminate)"),
    (Ending.TERMINATED, Course(PAUSED, None, stopped(job(13, 13), confirmation=APPROVE)),
     "not ended within 60 s (wait_timeout): job 7 'A plan' waits for a person to confirm at step 's' (step_instance_id 5). "
     "It was ended at the confirmation 'Approve' that it was waiting for (on_timeout: terminate)"),
    *((Ending.OUT_OF_TIME, Course(RUNNING, None, stopped(job(10, 10), outcome)),
       f"not ended within 60 s (wait_timeout): job 7 'A plan' is running at step 1 of 1, 's'. {asked}: after 60 s it still is stopping") for outcome, asked in (
        (STARTED, "JOB has agreed to stop it (on_timeout: terminate), but it is NOT known to have stopped"),
        (UNKNOWN, "It was to be stopped (on_timeout: terminate), but no answer told whether JOB agreed"),
        (NOT_STARTED, "It could NOT be stopped (on_timeout: terminate), and may go on"))),
])
def test_each_ending_has_its_message(ending, course, said):
    assert message(ending, course, course.end(), PARAMS, "the digest") == said


@pytest.mark.parametrize("course, said", [
    (Course(None, LOST), "how job 7 stands could not be read within 60 s (wait_timeout): no answer. It may go on"),
    (Course(None, LOST, stopped(None, UNKNOWN, trouble=LOST)),
     "how job 7 stands could not be read within 60 s (wait_timeout): no answer. "
     "It was to be stopped (on_timeout: terminate), but no answer told whether JOB agreed: no answer"),
])
def test_of_a_job_that_could_never_be_read_it_is_said_why(course, said):
    assert unreadable(course, 7, PARAMS) == said

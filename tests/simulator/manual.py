# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What --help says around the options."""

DESCRIPTION = """\
A pretend BlueKing JOB on this machine, behind both of its gateways (ESB and APIGW), to try
playbooks against and to test them. It starts nothing and keeps nothing: plans, hosts and
credentials come from a file, jobs run on paper, and all is forgotten when it ends.
Only with --execute it runs the scripts of jobs without a plan, and delivers their files.
It needs Python 3.9 or newer and nothing else.

It is JOB 3.12; "version" in the data file makes it an older one.
"""
EPILOG = """\
examples:
  run one command against it; the exit status is the command's, nothing is left running:
    python3 tests/simulator -- ansible-playbook site.yml
    python3 tests/simulator --gateway apigw --data plans.json -- pytest tests

  keep it running, and use it from another terminal with the variables it prints:
    python3 tests/simulator --port 8080
    curl http://127.0.0.1:8080/simulator/instances

  run scripts for real, on hosts that are folders, without waiting for JOB to look at them:
    python3 tests/simulator --execute --polls-scale 0 -- ansible-playbook site.yml

--execute runs every script that comes with fast_execute_script FOR REAL, ON THIS MACHINE, as the user
who started the simulator. Nothing confines it: it can read, change and delete whatever that user can.
Whoever on this machine knows the credentials of the data file can send one. Send none that you would
not run here yourself.
  hosts      each is a folder below --hosts-root, named by its bk_host_id. Files that are pushed or
             transferred arrive there. The command finds the root in BK_JOB_SIMULATOR_HOSTS.
  scripts    begin in the host's folder, without input, with PATH and BK_JOB_SIMULATOR_HOST, which names
             that folder, as their whole environment. "$BK_JOB_SIMULATOR_HOST/etc/app" is the folder's
             etc/app here, and /etc/app on a real host. Accounts are names only. What plans run stays on paper.
  ends       a script's process group ends with its time limit and with the job's termination: SIGTERM,
             and SIGKILL 2 seconds later. When the simulator ends, all processes and temporary folders do.
  results    show when JOB looks: 1 second after a step has begun, then each second ten times, then every
             2, 5 and 10 seconds. --polls-scale multiplies that.

the command finds it by the environment: BK_JOB_GATEWAY, BK_JOB_API_URL, BK_APP_CODE,
BK_APP_SECRET, BK_USERNAME, and BK_JOB_SIMULATOR for the control requests:
  GET    /simulator/instances     what was really started, with the variables JOB took, and how often it ran ("runs");
                                  of a job without a plan the script, its parameter in clear, the files and the hosts
  GET    /simulator/statistics    how many instances there were at most at once, and how many requests the rate limit refused
  GET    /simulator/requests      everything that arrived; DELETE forgets it
  GET    /simulator/callbacks     the callbacks that were sent, and how they were answered
  PUT    /simulator/modes         [{"mode": "slow", "seconds": 3, "operation": ..., "times": 1}]
                                  {"mode": "slow", "seconds": 0.05}: a gateway that is 50 ms away
                                  {"mode": "late", "lag": 30}: no answer, and JOB gets the request 30 seconds later
                                  {"mode": "lagging_queue", "lag": 30, "manner": "drop_after"}: JOB agrees to start, and
                                  starts 30 seconds later; the manner, another mode, is what becomes of the answer
                                  {"mode": "log_cap", "bytes": 1048576, "lines": 20480}: agents hand on no more than that of a log
                                  {"mode": "late_logs", "lag": 2, "bytes": 100}: only the beginning of a log for so many seconds
                                  after a host has ended
                                  {"mode": "refuse", "code": 1244005, "processed": true}: refused after it was done
  POST   /simulator/clock         {"advance": 60} makes jobs 60 seconds older
  DELETE /simulator               start afresh

the data file has the sections of the simulator's own plans.json: credentials, scopes, hosts,
dynamic_groups, topo_nodes, plans, version. What it leaves out comes from there. A step may say how long
it runs ("seconds"), where it fails ("fail_hosts"), and what it logs ("log", "fail_log"), or how
each host ends ("results": [{"hosts": [5], "status": 104, "exit_code": 1, "tag": "", "log": "...",
"attempts": 1}]), how it ends itself ("end_status", any number, "ignore_error"), and that it rolls over
batches of hosts ("batches", "rolling_mode": 1 stops at a failure, 2 ignores it, 3 waits for a person
before each batch, the default). "enabled": false keeps it out of a job. A step of type 3 waits for a
person: for one of "confirm_users", or of "confirm_roles", the users who have a role that it names.
A host variable's "server": {"containers": 2} is one of containers. A host with "bk_biz_id" belongs to
that business only. "max_start": 1000 forbids deeper pages of instances, and "callback_whitelist":
["https://hooks.example.com"] other callbacks. "quota": {"resource_scope": 20, "app": 50, "system": 100}
limits the jobs that run at once, and "rate_limit": {"requests": 10, "seconds": 1} the requests.

Jobs without a plan have sections of their own. "accounts": [{"id": 1, "alias": "root"}]. "scripts":
[{"bk_biz_id": 1, "script_id": "abc", "script_language": 1, "versions": [{"script_version_id": 7,
"content": "echo", "status": 1}]}], where 0 is a draft, 1 online, 2 offline, 3 disabled, and a script without
a business is public. "file_sources": [{"id": 1, "code": "share", "files": {"path": "text"}}].
"dangerous_scripts": [{"expression": "rm -rf", "description": "...", "level": 3, "action": 2,
"script_languages": [1]}]: action 1 only records, and a level below 3 is told by check_script only.
"fast" says what they come to on paper, in the words of a step: [{"operation": "fast_execute_script",
"name": "part of the task_name", "seconds": 2, "fail_hosts": [5], "log": "..."}]; the first that fits counts.
A host with "agent": "dead" or "missing" fails whatever runs on it.

"version": "3.8" is JOB 3.8.0, "3.10.3" is that patch; what an older one does not do:
{differences}
"""

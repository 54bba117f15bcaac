# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: serve until stopped, or for as long as one command runs."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import threading

import data
import versions
import wrapper
from server import Server
from simulator import Simulator

DESCRIPTION = """\
A simulated BlueKing JOB on this machine, behind both of its gateways (ESB and APIGW), to try
and to test playbooks. It runs nothing on any host. Plans, hosts and credentials come from a
file, and everything is forgotten when it ends. It needs Python 3.9 or newer and nothing else.

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

the command finds it by the environment: BK_JOB_GATEWAY, BK_JOB_API_URL, BK_APP_CODE,
BK_APP_SECRET, BK_USERNAME, and BK_JOB_SIMULATOR for the control requests:
  GET    /simulator/instances     what was really started, with the variables JOB took, and how often it ran ("runs")
  GET    /simulator/statistics    how many instances there were at most at once, and how many requests the rate limit refused
  GET    /simulator/requests      everything that arrived; DELETE forgets it
  GET    /simulator/callbacks     the callbacks that were sent, and how they were answered
  PUT    /simulator/modes         [{"mode": "slow", "seconds": 3, "operation": ..., "times": 1}]
                                  {"mode": "slow", "seconds": 0.05}: a gateway that is 50 ms away
                                  {"mode": "late", "lag": 30}: no answer, and JOB gets the request 30 seconds later
                                  {"mode": "lagging_queue", "lag": 30, "manner": "drop_after"}: JOB agrees to start, and
                                  starts 30 seconds later; the manner, another mode, is what becomes of the answer
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

"version": "3.8" is JOB 3.8.0, "3.10.3" is that patch; what an older one does not do:
{differences}
"""


def main() -> int:
    options = parse()
    try:
        simulator = Simulator(data.load(options.data))
        server = Server(options.port, simulator, options.verbose)
    except data.DataError as error:
        sys.exit(f"simulator: {options.data}: {error}")
    except OSError as error:
        sys.exit(f"simulator: port {options.port}: {error.strerror}")
    server.start()
    variables = environment(server.url, options.gateway, simulator.credentials)
    try:
        if options.command:
            return wrapper.run(options.command, variables, simulator.store)
        return serve(server.url, variables)
    finally:
        server.stop()


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 tests/simulator",
        usage="%(prog)s [options] [-- COMMAND ...]",
        description=DESCRIPTION,
        epilog=EPILOG.replace("{differences}", versions.told()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--gateway", choices=["esb", "apigw"], default="esb", help="the one the variables point at (default: esb); both are always served")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--data", metavar="FILE", help="JSON file with plans, hosts and credentials of your own")
    parser.add_argument("--verbose", action="store_true", help="log each request to stderr")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="run this against the simulator, then stop")
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        del options.command[0]
    return options


def environment(url: str, gateway: str, credentials: dict) -> dict:
    return {
        "BK_JOB_GATEWAY": gateway,
        "BK_JOB_API_URL": url if gateway == "esb" else f"{url}/api/bk-job/prod",
        "BK_APP_CODE": credentials["app_code"],
        "BK_APP_SECRET": credentials["app_secret"],
        "BK_USERNAME": credentials["username"],
        "BK_JOB_SIMULATOR": url,
    }


def serve(url: str, variables: dict) -> int:
    """Until a signal, or until whoever started it is gone and could no longer stop it."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(f"simulator listening on {url}", flush=True)
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    parent = os.getppid()
    while os.getppid() == parent and not stopped.wait(0.5):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: serve until stopped, or for as long as one command runs."""

from __future__ import annotations

import argparse
import math
import os
import shlex
import signal
import sys
import threading

import data
import manual
import versions
import wrapper
from execution.executor import MOST_PROCESSES
from server import Server
from simulator import Simulator


def main() -> int:
    options = parse()
    try:
        simulator = Simulator(data.load(options.data))
        server = Server(options.port, simulator, options.verbose)
    except data.DataError as error:
        sys.exit(f"simulator: {options.data}: {error}")
    except OSError as error:
        sys.exit(f"simulator: port {options.port}: {error.strerror}")
    if options.execute:
        simulator.execute(options.hosts_root, options.polls_scale, options.max_processes)
    server.start()
    variables = environment(server.url, options.gateway, simulator)
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
        description=manual.DESCRIPTION,
        epilog=manual.EPILOG.replace("{differences}", versions.told()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--gateway", choices=["esb", "apigw"], default="esb", help="the one the variables point at (default: esb); both are always served")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--data", metavar="FILE", help="JSON file with plans, hosts and credentials of your own")
    parser.add_argument("--verbose", action="store_true", help="log each request to stderr")
    parser.add_argument("--execute", action="store_true", help="run the scripts of fast jobs for real, ON THIS MACHINE, as you, with nothing to confine them")
    parser.add_argument("--hosts-root", metavar="FOLDER", help="where each host is a folder; default: a temporary one, removed at the end")
    parser.add_argument("--polls-scale", metavar="N", type=scale, default=1.0, help="multiplies the seconds after which JOB looks at a host; 0: at once")
    parser.add_argument("--max-processes", metavar="N", type=int, default=MOST_PROCESSES, help="so many hosts run at once (default: %(default)s)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="run this against the simulator, then stop")
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        del options.command[0]
    if options.hosts_root and not options.execute:
        parser.error("--hosts-root has no meaning without --execute")
    if options.max_processes < 1:
        parser.error("--max-processes must be at least 1")
    return options


def scale(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def environment(url: str, gateway: str, simulator: Simulator) -> dict:
    credentials, executor = simulator.credentials, simulator.store.executor
    return {
        **({"BK_JOB_SIMULATOR_HOSTS": str(executor.folders.root)} if executor else {}),
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
    status = main()
    sys.stdout.flush()
    # At once: CPython 3.12.1 crashes while it shuts down, if a thread is calling back or answering just then.
    os._exit(status)

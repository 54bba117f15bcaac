#!/usr/bin/env bash
# No secret is in anything that a run writes, well or badly ended, at the highest verbosity, in Ansible's own process or (shipped) as modules.
set -eu

[ "$1" = shipped ] && ship='{"A_PROCESS": "of its own"}' || ship='{}'
written=$OUTPUT_DIR/written-$BK_JOB_GATEWAY-$1
mkdir -p "$written"
export BK_TOKEN=simulator-user-token PYTHONPATH="$PWD/journal:${PYTHONPATH:-}" JOURNAL="$written/journal" DUMP="$written/results"
export ANSIBLE_LOG_PATH="$written/log" ANSIBLE_CALLBACK_PLUGINS="$PWD/callbacks" ANSIBLE_CALLBACKS_ENABLED=dump
export ANSIBLE_CACHE_PLUGIN=jsonfile ANSIBLE_CACHE_PLUGIN_CONNECTION="$written/facts"
# Of a module that it ships, Ansible itself writes down the arguments when it debugs itself.
[ "$1" = shipped ] || export ANSIBLE_DEBUG=true

# Told from here, because Ansible would write down whatever a task says to the simulator.
python - << 'END'
import json, os, urllib.request
start = {"operation": "execute_job_plan", "times": 1}
modes = [{**start, "mode": "slow"}, {**start, "mode": "echo_token"},
         {**start, "mode": "refuse", "code": 1306201, "http_status": 200, "processed": True, "message": "GET /is_login/?bk_token=simulator-user-token timed out"},
         {**start, "mode": "refuse", "code": 1241002, "message": "db_password hidden-cipher, version hidden-value"}]
url = os.environ["BK_JOB_SIMULATOR"] + "/simulator/modes"
urllib.request.urlopen(urllib.request.Request(url, json.dumps(modes).encode(), method="PUT")).close()
END
status=0
ansible-playbook -vvvvv --diff secrets.yml -e "{\"ship\": $ship}" > "$written/output" 2>&1 || status=$?
[ "$status" = 0 ] || { cat "$written/output"; exit "$status"; }

# There was something to hide: arguments, diffs, results and other modules' log lines are shown.
grep -qF 'bk_app_code' "$written/output"
grep -qF '(secret, replaced)' "$written/output"
grep -qF 'not_started' "$DUMP"
grep -qF 'seen in the journal' "$JOURNAL"
python search.py "$written" simulator-app-secret simulator-user-token hidden-cipher hidden-value

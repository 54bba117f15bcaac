#!/usr/bin/env bash
# No secret is in anything that a run writes, well or badly ended, at the highest verbosity.
set -eu

written=$OUTPUT_DIR/written-$BK_JOB_GATEWAY
mkdir -p "$written"
export BK_TOKEN=simulator-user-token ANSIBLE_LOG_PATH="$written/log"
python - > "$written/modes" << 'PYTHON'
import json, os, urllib.request
modes = [{"mode": name, "times": 1} for name in ("echo_token", "job_timeout")]
urllib.request.urlopen(urllib.request.Request(
    os.environ["BK_JOB_SIMULATOR"] + "/simulator/modes", json.dumps(modes).encode(), method="PUT"))
PYTHON
ansible-playbook -vvvvv secrets.yml > "$written/output" 2>&1
grep -qF 'bk_app_code' "$written/output"  # the arguments are shown, so there was something to hide
! grep -rnE 'simulator-(app-secret|user-token)' "$written"

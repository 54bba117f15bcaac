#!/usr/bin/env bash
# No secret is in anything that a run writes, well or badly ended, at the highest verbosity, nor in the journal.
set -eu

written=$OUTPUT_DIR/written-$BK_JOB_GATEWAY
mkdir -p "$written"
export BK_TOKEN=simulator-user-token ANSIBLE_LOG_PATH="$written/log" JOURNAL="$written/journal" PYTHONPATH="$PWD/journal:${PYTHONPATH:-}"
status=0
ansible-playbook -vvvvv --diff secrets.yml > "$written/output" 2>&1 || status=$?
[ "$status" = 0 ] || { cat "$written/output"; exit "$status"; }

# There was something to hide: arguments, diffs and other modules' log lines are shown.
grep -qF 'bk_app_code' "$written/output"
grep -qF '(secret, replaced)' "$written/output"
grep -qF 'seen in the journal' "$JOURNAL"
! grep -rnE 'simulator-(app-secret|user-token)|hidden-(cipher|value)' "$written"

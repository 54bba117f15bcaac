#!/usr/bin/env bash
# JOB calls ansible-rulebook back, which has a playbook look after the job, and falls for no forged callback.
set -eu

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"

# The command of the page ends when the rulebook does.
sed -n '/^python3 tests\/simulator -- sh -c/,/^```$/p' "$root/docs/event-driven.md" | sed '$d' > "$TMPDIR/command"
printf '#!/bin/sh\necho "cannot start"\nexit 1\n' > "$TMPDIR/ansible-rulebook"
chmod +x "$TMPDIR/ansible-rulebook"
printed=$(cd "$root" && PATH="$TMPDIR:$PATH" timeout 60 sh "$TMPDIR/command") && status=0 || status=$?
[ "$status" != 124 ]
grep -F 'cannot start' <<< "$printed"

if java -XX:-UsePerfData -version; then
    python "$root/tests/simulator" -- python call_back.py "$root/docs/examples/eda" "$OUTPUT_DIR"
else
    echo "skipped: event_driven: ansible-rulebook needs Java 17 or newer, install it (on Debian and Ubuntu: apt install default-jre-headless)"
fi

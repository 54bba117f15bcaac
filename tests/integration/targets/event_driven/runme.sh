#!/usr/bin/env bash
# JOB calls ansible-rulebook back, which has a playbook look after the job, and falls for no forged callback.
set -eu

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
if java -version; then
    python "$root/tests/simulator" -- python call_back.py "$root/docs/examples/eda" "$OUTPUT_DIR"
else
    echo "skipped: event_driven: ansible-rulebook needs Java 17 or newer, install it (on Debian and Ubuntu: apt install default-jre-headless)"
fi

#!/usr/bin/env bash
# Wait for jobs, read, and operate them from playbooks, and in check mode.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
gateway=$(python "$root/tests/integration/gateway.py")
python "$root/tests/simulator" --gateway "$gateway" -- ansible-playbook operate.yml "$@"
python "$root/tests/simulator" --data older.json -- ansible-playbook older.yml "$@"
python "$root/tests/simulator" -- ansible-playbook check.yml --check "$@" > "$OUTPUT_DIR/checked" 2>&1 || { cat "$OUTPUT_DIR/checked"; exit 1; }
grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"

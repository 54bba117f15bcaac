#!/usr/bin/env bash
# Scripts and files without a plan, from playbooks, against a simulator that really runs them; through both gateways, in both processes, and in check mode.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
real=(python "$root/tests/simulator" --execute --polls-scale 0)
"${real[@]}" --gateway esb -- ansible-playbook run.yml -e '{"ship": {}}' "$@"
"${real[@]}" --gateway apigw -- ansible-playbook run.yml -e '{"ship": {"A_PROCESS": "of its own"}}' "$@"
"${real[@]}" -- ansible-playbook run.yml -e '{"ship": {}}' --check "$@" > "$OUTPUT_DIR/checked" 2>&1 || { cat "$OUTPUT_DIR/checked"; exit 1; }
grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"
for way in here shipped; do "${real[@]}" -- ./secrets.sh "$root" "$way"; done

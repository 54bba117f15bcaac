#!/usr/bin/env bash
# Every example playbook runs against the simulator, in check mode behind ESB, and for real behind the API gateway.
set -euxo pipefail

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
for playbook in "$root"/docs/examples/*.yml "$root"/docs/examples/eda/start.yml; do
    python "$root/tests/simulator" --gateway esb -- ansible-playbook "$playbook" --check "$@" 2>&1 | tee "$OUTPUT_DIR/checked"
    grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"
    python "$root/tests/simulator" --gateway apigw -- ansible-playbook "$playbook" "$@"
done

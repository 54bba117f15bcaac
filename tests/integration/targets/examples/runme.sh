#!/usr/bin/env bash
# Every example playbook runs against the simulator, in check mode and for real, through both gateways.
set -euxo pipefail

for gateway in esb apigw; do
    for playbook in ../../../../docs/examples/*.yml; do
        python ../../../simulator --gateway "$gateway" -- ansible-playbook "$playbook" --check "$@" 2>&1 | tee "$OUTPUT_DIR/checked"
        grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"
        python ../../../simulator --gateway "$gateway" -- ansible-playbook "$playbook" "$@"
    done
done

#!/usr/bin/env bash
# Run each playbook of this folder against the simulator.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
gateway=$(python "$root/tests/integration/gateway.py")
simulator=(python "$root/tests/simulator")

"${simulator[@]}" --gateway "$gateway" --data seed_credentials.json -- ansible-playbook seed_contract.yml "$@"
"${simulator[@]}" --gateway "$gateway" -- ansible-playbook check.yml "$@"
"${simulator[@]}" --gateway "$gateway" -- ansible-playbook check.yml --check --diff "$@" > "$OUTPUT_DIR/checked" 2>&1 || { cat "$OUTPUT_DIR/checked"; exit 1; }
grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"
grep -F '+    "version": "1.10",' "$OUTPUT_DIR/checked"
for way in here shipped; do "${simulator[@]}" --gateway "$gateway" -- ./secrets.sh "$way"; done

"${simulator[@]}" --gateway apigw -- ansible-playbook --vault-password-file vault_password.txt values.yml "$@"
"${simulator[@]}" --gateway apigw -- ansible-playbook run_once.yml "$@"
"${simulator[@]}" --gateway esb -- ansible-playbook failures.yml "$@"
"${simulator[@]}" --gateway esb -- ansible-playbook defaults.yml "$@"
"${simulator[@]}" --gateway esb -- ./adhoc.sh

# Of an integer of that size, Python makes no text.
cat > "$OUTPUT_DIR/huge.yml" << END
- hosts: localhost
  gather_facts: false
  tasks:
    - blueking.job.execute_job_plan: {bk_biz_id: 1, job_plan_id: 0x$(printf 'f%.0s' {1..4000})}
      register: refused
      failed_when: refused.outcome != 'not_started'
END
"${simulator[@]}" -- ansible-playbook "$OUTPUT_DIR/huge.yml"

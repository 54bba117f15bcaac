#!/usr/bin/env bash
# The built artifact holds what users need and nothing else, and works when installed.
set -euxo pipefail

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
ansible-galaxy collection build "$root" --output-path "$OUTPUT_DIR" --force
tarball=$(echo "$OUTPUT_DIR"/blueking-job-*.tar.gz)

tar -tzf "$tarball" | grep -v '/$' | sort > "$OUTPUT_DIR/files"
strangers=$(grep -vE '^((plugins|meta|docs|tests/simulator)/.+|README.md|CHANGELOG.md|LICENSE|MANIFEST.json|FILES.json)$' "$OUTPUT_DIR/files" || true)
[ -z "$strangers" ]
for file in LICENSE README.md CHANGELOG.md docs/examples/quickstart.yml docs/awx/credential_inputs.yml docs/examples/eda/rulebook.yml meta/runtime.yml meta/ee-requirements.txt \
            plugins/modules/execute_job_plan.py plugins/action/execute_job_plan.py tests/simulator/__main__.py tests/simulator/plans.json; do
    grep -xF "$file" "$OUTPUT_DIR/files"
done

export ANSIBLE_COLLECTIONS_PATH=$OUTPUT_DIR/installed
ansible-galaxy collection install "$tarball" --collections-path "$ANSIBLE_COLLECTIONS_PATH"
python "$OUTPUT_DIR/installed/ansible_collections/blueking/job/tests/simulator" -- \
    ansible localhost -m blueking.job.execute_job_plan -a 'bk_biz_id=1 job_plan_id=100' | grep -F '"job_instance_id": 10000'

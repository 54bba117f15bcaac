#!/usr/bin/env bash
# Under AWX's engine, with a credential injected by AWX's own code, a workflow starts a plan and waits for it, shows its progress, and no secret.
set -eu

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
awx=$root/docs/awx

python credential_type.py "$root"
if ! python -c 'import awx_plugins.interfaces'; then
    echo "skipped: awx, for the code with which AWX injects credentials takes Python 3.11: set the variable PYTHON to one"
    exit 0
fi
workflow() {
    python "$root/tests/simulator" --data plans.json -- python "$awx/as_awx.py" "$awx/start_plan.yml" "$awx/wait_for_job.yml" "$@"
}

survey='{"bk_biz_id": 1, "job_plan_id": 1, "global_var_list": "[{\"name\": \"version\", \"value\": \"1.10\"}, {\"name\": \"password\", \"value\": \"hunter2secret\"}]"}'
workflow --extra-vars "$survey" --folder "$OUTPUT_DIR/jobs" --cmdline '-vvvvv --become' > "$OUTPUT_DIR/screen" 2>&1 || { cat "$OUTPUT_DIR/screen"; exit 1; }
grep -F 'start_plan.yml hands on: bk_biz_id=1 job_instance_id=10000' "$OUTPUT_DIR/screen"
grep -F 'job 10000 Slow ended as success' "$OUTPUT_DIR/screen"
grep -lE "\"stdout\": \"job 10000 'Slow': step 1/1 'one' running, 5s" "$OUTPUT_DIR"/jobs/wait_for_job/artifacts/job/job_events/*.json
# What AWX gives to ansible-runner: the variables' values in env/extravars, and the environment, which ansible-runner repeats in `command`.
if grep -rF -e simulator-app-secret -e hunter2secret --exclude extravars --exclude command "$OUTPUT_DIR/jobs" "$OUTPUT_DIR/screen"; then exit 1; fi

asked='{"bk_biz_id": 1, "script_content": "echo hello", "target_hosts": "10.0.0.1 10.0.0.2", "account_alias": "root"}'
python "$root/tests/simulator" --execute -- python "$awx/as_awx.py" "$awx/run_script.yml" "$awx/wait_for_job.yml" --extra-vars "$asked" \
    > "$OUTPUT_DIR/script" 2>&1 || { cat "$OUTPUT_DIR/script"; exit 1; }
[ "$(grep -cF '"hello"' "$OUTPUT_DIR/script")" = 2 ]

workflow --extra-vars "$survey" --cmdline=--check > "$OUTPUT_DIR/checked" 2>&1 || { cat "$OUTPUT_DIR/checked"; exit 1; }
grep -F 'simulator: no instance was started' "$OUTPUT_DIR/checked"

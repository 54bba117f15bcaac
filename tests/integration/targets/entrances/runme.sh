#!/usr/bin/env bash
# A task gives the same result in Ansible's own process and as a shipped module, and runs as a module where it has to.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
gateway=$(python "$root/tests/integration/gateway.py")
simulator=(python "$root/tests/simulator")
export ANSIBLE_INJECT_INVOCATION=true

for way in here shipped; do
    [ "$way" = here ] && ship='{}' || ship='{"A_PROCESS": "of its own"}'
    RESULTS=$OUTPUT_DIR/$way.json "${simulator[@]}" --gateway "$gateway" -- ansible-playbook -vvv --vault-password-file vault_password.txt cases.yml -e @vaulted.yml \
        -e "{\"ship\": $ship}" "$@" > "$OUTPUT_DIR/$way" 2>&1 || { cat "$OUTPUT_DIR/$way"; exit 1; }
    if grep -F hunter2secret "$OUTPUT_DIR/$way" "$OUTPUT_DIR/$way.json"; then exit 1; fi
done
[ "$(grep -c 'Using module file.*blueking' "$OUTPUT_DIR/here")" = 0 ]
[ "$(grep -c 'Using module file.*blueking' "$OUTPUT_DIR/shipped")" = 27 ]
[ "$(grep -cF '"invocation": {' "$OUTPUT_DIR/here")" = "$(grep -cF '"invocation": {' "$OUTPUT_DIR/shipped")" ]
python compare.py "$OUTPUT_DIR/here.json" "$OUTPUT_DIR/shipped.json"

# Another collection that redirects to this one.
mkdir -p "$OUTPUT_DIR/collections/ansible_collections/my/coll/meta"
cat > "$OUTPUT_DIR/collections/ansible_collections/my/coll/meta/runtime.yml" << 'END'
plugin_routing:
  modules:
    start_plan: {redirect: blueking.job.execute_job_plan}
    job_plan_info: {redirect: my.coll.start_plan}
    execute_job_plan: {redirect: blueking.job.job_plan_info}
END

for playbook in strange.yml redirected.yml; do
    for way in here shipped; do
        [ "$way" = here ] && ship='{}' || ship='{"A_PROCESS": "of its own"}'
        RESULTS=$OUTPUT_DIR/$way.json ANSIBLE_JINJA2_NATIVE=true ANSIBLE_COLLECTIONS_PATH=$ANSIBLE_COLLECTIONS_PATH:$OUTPUT_DIR/collections \
            "${simulator[@]}" -- ansible-playbook "$playbook" -e "{\"ship\": $ship}" "$@" > "$OUTPUT_DIR/$way" 2>&1 || { cat "$OUTPUT_DIR/$way"; exit 1; }
        if grep -F hunter2secret "$OUTPUT_DIR/$way.json"; then exit 1; fi
    done
    python compare.py "$OUTPUT_DIR/here.json" "$OUTPUT_DIR/shipped.json"
done

"${simulator[@]}" -- ansible-playbook keywords.yml --skip-tags never_run "$@"
for ship in '{}' '{"A_PROCESS": "of its own"}'; do BK_JOB_PROGRESS=false "${simulator[@]}" -- ansible-playbook ignored.yml -e "{\"ship\": $ship}" "$@"; done
"${simulator[@]}" -- ./processes.sh "$@"
"${simulator[@]}" --data slow.json -- ./progress.sh

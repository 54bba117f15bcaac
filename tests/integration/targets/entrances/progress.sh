#!/usr/bin/env bash
# While a task waits, lines on stderr tell how the job goes on; stdout stays as it is, and ad-hoc commands, no_log and progress=false are silent.
set -eux

ansible-playbook progress.yml > "$OUTPUT_DIR/out" 2> "$OUTPUT_DIR/err"
grep -E "^job [0-9]+ 'Slow' started" "$OUTPUT_DIR/err"
grep -E "^job [0-9]+ 'Slow': step 1/1 'one' running, 5s" "$OUTPUT_DIR/err"
if grep -F "'Slow'" "$OUTPUT_DIR/out"; then exit 1; fi

ansible-playbook progress.yml -e hidden=true > "$OUTPUT_DIR/log" 2>&1 & hidden=$!
BK_JOB_PROGRESS=false ansible-playbook progress.yml > "$OUTPUT_DIR/log2" 2>&1 & silent=$!
ansible localhost -m blueking.job.execute_job_plan -a 'bk_biz_id=1 job_plan_id=1 wait=true' > "$OUTPUT_DIR/log3" 2>&1
wait "$hidden"
wait "$silent"
if grep -E "'Slow'(:| started)" "$OUTPUT_DIR/log" "$OUTPUT_DIR/log2" "$OUTPUT_DIR/log3"; then exit 1; fi

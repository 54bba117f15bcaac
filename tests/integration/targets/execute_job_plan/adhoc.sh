#!/usr/bin/env bash
# Ad-hoc commands start plans in each of the ways their arguments can be written.
set -eux

start() {
    output=$(ansible localhost -m blueking.job.execute_job_plan -a "$1") || { echo "$output"; return 1; }
    grep -F '"outcome": "started"' <<< "$output"
}

start '{"bk_biz_id": 1, "job_plan_id": 100, "global_var_list": [{"name": "param_name", "value": "1.10"}]}'
start 'bk_biz_id=1 job_plan_id=100'
start 'bk_biz_id=1 job_plan_id=100 global_var_list='\''[{"name": "param_name", "value": "both words"}]'\'
start 'bk_scope_type=biz bk_scope_id=1 job_plan_id=100 global_var_list=[{"name":"param_name","value":"1.10"}]'

instances=$(python -c 'import os, urllib.request; print(urllib.request.urlopen(os.environ["BK_JOB_SIMULATOR"] + "/simulator/instances").read().decode())')
[ "$(grep -o '"1.10"' <<< "$instances" | wc -l)" = 2 ]
grep -F '"both words"' <<< "$instances"

#!/usr/bin/env bash
# What a task sends is in nothing that JOB keeps, no file of the host outside the task's own, no list of processes and no temporary folder.
set -eu

folder=$1
mkdir -p "$folder/local" "$folder/seen"
touch "$folder/busy"
export ANSIBLE_LOCAL_TEMP=$folder/local SECRET=correct-horse-battery-staple
ansible-playbook -vvv secrets.yml -e "folder=$folder" -e 'secret={{ lookup("env", "SECRET") }}' > "$folder/seen/output" 2>&1 &
playbook=$!
# While the raw command runs, its script is there no more, and its text is what anybody may see.
until grep -q 'In a raw command' "$folder/seen/output" 2>/dev/null && pgrep -f "while \[ -e $folder/busy \]"; do
    kill -0 "$playbook" || { cat "$folder/seen/output"; exit 1; }
    sleep 0.2
done
ps -A -o args > "$folder/seen/processes"
find /tmp -name 'bk_gse_script_*' -exec cat {} + > "$folder/seen/scripts" 2>/dev/null || true  # what others have there may go meanwhile
mark=$(python -c 'import json, os, urllib.request
print(json.load(urllib.request.urlopen(os.environ["BK_JOB_SIMULATOR"] + "/simulator/instances"))[-1]["name"].rpartition("[")[2].rstrip("]"))')
[ "$(stat -c %a "/tmp/.ansible-job-$mark")" = 700 ]
cat "/tmp/.ansible-job-$mark/i" > "$folder/seen/input"
rm "$folder/busy"
wait "$playbook" || { cat "$folder/seen/output"; exit 1; }
python - << 'END' > "$folder/seen/history"
import os, urllib.request
for what in ("instances", "requests"):
    print(urllib.request.urlopen(f"{os.environ['BK_JOB_SIMULATOR']}/simulator/{what}").read().decode())
END
# There was something to hide, and it was there.
grep -qF "$SECRET" "$folder/file" "$folder/fetched"
grep -qF 'fast_execute_script' "$folder/seen/history"
search=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job/tests/integration/targets/execute_job_plan/search.py
python "$search" "$folder/seen" "$SECRET"
[ -s "$folder/seen/input" ] && [ ! -e "/tmp/.ansible-job-$mark" ]
! grep -rqF "$SECRET" "$folder/local" "$folder/tmp"

#!/usr/bin/env bash
# Many starts at once, starts under faults, and interrupted waits: no plan runs twice, and what a task says is what has happened.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
gateway=$(python "$root/tests/integration/gateway.py")
simulator=(python "$root/tests/simulator")

hosts() {
    seq -f 'host%02g' -s , "$1"
}

starts() {
    # shellcheck disable=SC2016
    run=("${simulator[@]}" --gateway "$gateway" -- sh -c 'exec ansible-playbook -e "simulator=$BK_JOB_SIMULATOR" "$@"' --)
    export ANSIBLE_FORKS=20 ANSIBLE_DISPLAY_OK_HOSTS=false
    "${run[@]}" -i "$(hosts 20)," forks.yml "$@"
    "${run[@]}" -i "$(hosts 40)," faults.yml -e seed=2026 "$@"
}

# In the background, because starts under faults mostly wait: up to 40 seconds behind ESB, and 70 behind the API gateway.
starts "$@" > "$OUTPUT_DIR/starts" 2>&1 & starts=$!

"${simulator[@]}" -- python interrupt.py "$OUTPUT_DIR/screen" here:SIGINT here:SIGTERM here:SIGKILL shipped:SIGINT limited:SIGTERM limited:SIGKILL \
    shipped:SIGTERM shipped:SIGKILL {here,shipped}:SIGKILL:{start,start_of_created,termination} {here,shipped}:SIGTERM:start \
    {here,shipped}:{SIGINT,SIGKILL}:many

wait "$starts" || { cat "$OUTPUT_DIR/starts"; exit 1; }

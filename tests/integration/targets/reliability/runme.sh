#!/usr/bin/env bash
# Many starts at once, starts under faults, and interrupted waits: no plan runs twice, and what a task says is what has happened.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
simulator=(python "$root/tests/simulator")

"${simulator[@]}" -- python interrupt.py "$OUTPUT_DIR/screen" here:SIGINT here:SIGTERM here:SIGKILL shipped:SIGINT limited:SIGTERM limited:SIGKILL \
    shipped:SIGTERM shipped:SIGKILL {here,shipped}:SIGKILL:{start,start_of_created,termination} {here,shipped}:SIGTERM:start

hosts() {
    seq -f 'host%02g' -s , "$1"
}

export ANSIBLE_FORKS=20 ANSIBLE_DISPLAY_OK_HOSTS=false
for gateway in esb apigw; do
    # shellcheck disable=SC2016
    run=("${simulator[@]}" --gateway "$gateway" -- sh -c 'exec ansible-playbook -e "simulator=$BK_JOB_SIMULATOR" "$@"' --)
    "${run[@]}" -i "$(hosts 20)," forks.yml "$@"
    "${run[@]}" -i "$(hosts 40)," faults.yml -e seed=2026 "$@"
done

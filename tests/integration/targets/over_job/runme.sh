#!/usr/bin/env bash
# Ansible over JOB beyond what any connection does, against the simulator that runs scripts: the first run of its page, JOB's quota, secrets, and interrupts.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
simulator=(python "$root/tests/simulator" --execute --polls-scale 0)
. "$root/tests/integration/temporary.sh"
cp "$root/tests/integration/targets/connection/hosts.yml" "$TMPDIR"  # whose path has no comma, by which Ansible parts inventories
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY=$TMPDIR/hosts.yml

unset ANSIBLE_PYTHON_INTERPRETER  # ansible-test sets one that is none; the first run has to find its own
"${simulator[@]}" -- ansible -i "$root/docs/examples/over_job/hosts.ini" all -m ansible.builtin.setup > "$TMPDIR/facts" || { cat "$TMPDIR/facts"; exit 1; }
[ "$(grep -cF '"ansible_user_id"' "$TMPDIR/facts")" = 2 ]
"${simulator[@]}" -- ansible-playbook -i "$root/docs/examples/over_job/hosts.ini" "$root/docs/examples/over_job/site.yml" -l web1 "$@"
"${simulator[@]}" --data quota.json -- ansible-playbook forks.yml -f 20 -e "folder=$TMPDIR" "$@"
"${simulator[@]}" -- ./secrets.sh "$TMPDIR/secrets"
"${simulator[@]}" -- python interrupt.py "$TMPDIR/interrupt"

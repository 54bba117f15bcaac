#!/usr/bin/env bash
# Ansible over JOB, against the simulator that runs scripts: ansible-core's own tests of connections, and a playbook of what people use.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
simulator=(python "$root/tests/simulator" --execute --polls-scale 0)
. "$root/tests/integration/temporary.sh"
export ANSIBLE_LOCALHOST_WARNING=false

# In the version of the core under test.
core=$(python -c 'from ansible.release import __version__; print(__version__)')
if grep "^ansible-core==$core " core.txt > "$TMPDIR/core.txt"; then
    python -m pip --disable-pip-version-check download -q --no-deps --no-binary ansible-core --require-hashes -d "$TMPDIR" -r "$TMPDIR/core.txt"
    tar -xzf "$TMPDIR"/ansible_core-*.tar.gz -C "$TMPDIR"
    inventory=$PWD/core.inventory
    (
        cd "$TMPDIR/ansible_core-$core/test/integration/targets/connection"
        INVENTORY=$inventory "${simulator[@]}" -- bash ./test.sh -e target_hosts=job -e action_prefix= -e "local_tmp=$TMPDIR/local" -e "remote_tmp=$TMPDIR/remote" "$@"
    )
else
    echo "skipped: ansible-core's own tests of connections, because core.txt has no hash of ansible-core $core"
fi

"${simulator[@]}" --gateway esb -- ansible-playbook -i hosts.yml playbook.yml -e what=by_id -e "folder=$TMPDIR/esb" "$@"
"${simulator[@]}" --gateway apigw -- ansible-playbook -i hosts.yml playbook.yml -e what=by_address -e "folder=$TMPDIR/apigw" "$@"

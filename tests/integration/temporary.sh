# Sourced by each target's runme.sh: its temporary files, Ansible's too, are in a folder that is removed with it.
# shellcheck shell=bash

# ansible-test hands on no TMPDIR, so tests/private_home.py has put it into the home folder. $OUTPUT_DIR may be too long for sockets, and have spaces,
# which Ansible does not quote.
TMPDIR=$(mktemp -d "$(readlink "$HOME/tmp" || echo /tmp)/XXXXXX")
trap 'rm -rf "$TMPDIR"' EXIT
# ~ in Ansible's settings is the folder in the system's list of users, whatever $HOME says.
export TMPDIR ANSIBLE_REMOTE_TMP=$TMPDIR/remote ANSIBLE_ASYNC_DIR=$TMPDIR/async

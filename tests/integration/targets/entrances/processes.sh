#!/usr/bin/env bash
# A task runs as a module where it asks for a process of its own, and in Ansible's where it does not.
set -eux

read_plan() {
    ansible localhost -vvv -m blueking.job.job_plan_info -a 'bk_biz_id=1 job_plan_id=100' "$@" > "$OUTPUT_DIR/log" 2>&1
}

runs_as_a_module() {  # options and variables of an ad-hoc command
    read_plan "$@" || { cat "$OUTPUT_DIR/log"; exit 1; }
    grep -qF '"name": "Test"' "$OUTPUT_DIR/log"
    grep -q 'Using module file.*blueking' "$OUTPUT_DIR/log"
}

stand_in() {  # a command of this name, which does that
    printf '#!/bin/sh\n%s\n' "$2" > "$stand_ins/$1"
    chmod +x "$stand_ins/$1"
}

# Ansible quotes neither interpreters nor what it hands to dd, and $OUTPUT_DIR may have spaces in it.
stand_ins=$TMPDIR/stand_ins
mkdir "$stand_ins"

python=$(python -c 'import sys; print(sys.executable)')
stand_in python "exec '$python' \"\$@\""
# shellcheck disable=SC2016
stand_in sudo 'while [ "$1" != /bin/sh ]; do shift; done; exec "$@"'
# shellcheck disable=SC2016
stand_in ssh 'for last; do :; done; exec sh -c "$last"'
mkdir "$OUTPUT_DIR/without"
echo 'raise ImportError("not installed")' > "$OUTPUT_DIR/without/requests.py"

if runs_as_a_module; then exit 1; fi
if runs_as_a_module -e "ansible_python_interpreter='$python'"; then exit 1; fi
if runs_as_a_module -e '{"ansible_python_interpreter": "{{ ansible_playbook_python }}"}'; then exit 1; fi
if runs_as_a_module -e ansible_python_interpreter=auto_silent; then exit 1; fi

runs_as_a_module -e "ansible_python_interpreter=$stand_ins/python"
runs_as_a_module --become -e "ansible_become_exe=$stand_ins/sudo"
runs_as_a_module --background 30 --poll 1
over_ssh="ansible_connection=ssh ansible_ssh_executable=$stand_ins/ssh ansible_ssh_transfer_method=piped ansible_python_interpreter='$python'"
runs_as_a_module -e "$over_ssh"

if PYTHONPATH=$OUTPUT_DIR/without read_plan; then exit 1; fi
grep -q 'Using module file.*blueking' "$OUTPUT_DIR/log"
grep -qF 'has no Python library requests' "$OUTPUT_DIR/log"
grep -qF "install it with $python -m pip install requests" "$OUTPUT_DIR/log"
grep -qF 'python3-requests' "$OUTPUT_DIR/log"
if grep -qF 'delegate_to' "$OUTPUT_DIR/log"; then exit 1; fi  # the task is there already

if PYTHONPATH=$OUTPUT_DIR/without read_plan -e "$over_ssh"; then exit 1; fi
grep -qF "install it with $python -m pip install requests" "$OUTPUT_DIR/log"
grep -qF 'or run the task on the controller, with delegate_to: localhost' "$OUTPUT_DIR/log"

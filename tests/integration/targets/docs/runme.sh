#!/usr/bin/env bash
# Every block of YAML in the docs, every example of a module, and every command whose output is shown run against the simulator, as they are printed.
# Credentials and scripts of JOB are those of the pages, plans those that the simulator has by itself.
set -eux

root=$ANSIBLE_COLLECTIONS_PATH/ansible_collections/blueking/job  # ansible-test runs a copy of this folder, elsewhere
. "$root/tests/integration/temporary.sh"
mkdir "$OUTPUT_DIR/pages"
cp -R files templates "$OUTPUT_DIR/pages"
python extract.py "$root" "$OUTPUT_DIR/pages"
for page in "$OUTPUT_DIR"/pages/*.yml; do
    head -n 1 "$page"
    PAGE=$page python "$root/tests/simulator" --data credentials.json -- ansible-playbook -i inventory.yml page.yml "$@"
done
mkdir "$OUTPUT_DIR/commands"
python commands.py "$root" "$OUTPUT_DIR/commands"
python messages.py "$root"

#!/usr/bin/env bash
# No script, secret parameter or file's content is in anything that a run writes, well or badly ended, at the highest verbosity, in either process.
set -eu

beside=$1/tests/integration/targets/execute_job_plan
[ "$2" = shipped ] && ship='{"A_PROCESS": "of its own"}' || ship='{}'
written=$OUTPUT_DIR/written-$2
mkdir -p "$written"
export BK_TOKEN=simulator-user-token PYTHONPATH="$beside/journal:${PYTHONPATH:-}" JOURNAL="$written/journal" DUMP="$written/results"
export ANSIBLE_LOG_PATH="$written/log" ANSIBLE_CALLBACK_PLUGINS="$beside/callbacks" ANSIBLE_CALLBACKS_ENABLED=dump ANSIBLE_INJECT_INVOCATION=true
export ANSIBLE_CACHE_PLUGIN=jsonfile ANSIBLE_CACHE_PLUGIN_CONNECTION="$written/facts"

# Told from here, because Ansible would write down whatever a task says to the simulator.
python - << 'END'
import base64, json, os, urllib.request
told = {"fast_execute_script": "hidden-parameter, [content:echo hidden-in-the-script-4711 > /dev/null]",
        "push_config_file": "hidden-in-the-file, " + base64.b64encode(b"hidden-in-the-file").decode()}
modes = [{"operation": operation, "times": 1, "mode": "refuse", "code": 1244019, "message": message} for operation, message in told.items()]
url = os.environ["BK_JOB_SIMULATOR"] + "/simulator/modes"
urllib.request.urlopen(urllib.request.Request(url, json.dumps(modes).encode(), method="PUT")).close()
END
status=0
ansible-playbook -vvvvv --diff secrets.yml -e "{\"ship\": $ship}" > "$written/output" 2>&1 || status=$?
[ "$status" = 0 ] || { cat "$written/output"; exit "$status"; }

# There was something to hide: arguments and results are shown, and the script has printed its parameter.
grep -qF 'task_name' "$written/output"
grep -qF 'printed ********' "$DUMP"
grep -qF '1244019' "$DUMP"
python "$beside/search.py" "$written" simulator-app-secret simulator-user-token hidden-parameter hidden-in-the-script hidden-in-the-file

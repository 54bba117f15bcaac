# Copyright (c) 2026, the blueking.job contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that runs one command on a host: the same lines for every command, and the command's data below them."""
from __future__ import annotations

LARGEST = 524_288  # bytes of output in one log; agents cut it at 1 MB or 20,480 lines, by their version
WAITS = 600  # seconds for which a larger output stays on the host after it was last read, if nobody removes it
FOLDER = "/tmp/.ansible-job-"  # the mark follows
KEPT, GUARD, READ = "r", "g", "t"  # in it: a larger output, the process that will remove it, and what a reader touches to have it wait anew
TEMPLATE = r"""#!/bin/sh
# One command of an Ansible task, sent by the connection plugin blueking.job.job.
# @COMMENT@
rm -f -- "$0"
LC_ALL=C; export LC_ALL; umask 077
m=@MARK@ k=$1 h=$2; d=@FOLDER@$m p= g= w= not_run=113
has() { command -v "$1" >/dev/null 2>&1; }
size() { echo $(($(wc -c <"$1"))); }
clean() { [ -z "$d" ] || [ -L "$d" ] || { rm -f "$d"/?; rmdir "$d"; }; } 2>/dev/null
fail() { printf '\n%s failed %s\n' "$m" "$1"; clean; exit 1; }
end() { kill -"$2" "$1"; [ -z "$w" ] || kill -"$2" -"$1"; } 2>/dev/null
# Twice, because what has just begun may make its files after the first time; the shell may not have told its number to p yet.
stop() { trap '' TERM INT HUP; p=${p:-$!}; end "$p" TERM; clean; sleep 1; end "$p" KILL; end "$g" TERM; clean; exit 143; }
@TOOLS@
trap stop TERM INT HUP
mkdir "$d" || { t=folder; [ ! -d "$d" ] || t=twice; d=; fail $t; }
for t in $need; do has "$t" || fail "$t"; done
if has setsid; then w=setsid; fi
if has gzip; then z=1; pack() { gzip -c; }; else z=0; pack() { cat; }; fi

# What a login of this user would have, and nothing of the agent's.
login() {
    u=$(id -u)
    l=$({ getent passwd "$u" || grep "^[^:]*:[^:]*:$u:" /etc/passwd; } 2>/dev/null)
    s=${l##*:} l=${l%:*}; g=${l##*:} u=$(id -un)
    set -- HOME="${g:=/}" USER="$u" LOGNAME="$u" SHELL="${s:-/bin/sh}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    for f in /etc/locale.conf /etc/default/locale /etc/environment; do
        if [ -r $f ]; then
            while read -r l || [ "$l" ]; do
                l=${l#export }
                v=${l#*=}; v=${v#[\"\']}; v=${v%[\"\']}
                case $l in [A-Za-z_]*=*) set -- "$@" "${l%%=*}=$v";; esac
            done <$f
        fi
    done
    cd "$g" 2>/dev/null || cd /
    umask 022
    exec $w env -i "$@" /bin/sh -c "$c"
}
# The data begins with the number of lines of the command, and with these; what follows is the command's stdin.
run() {
    read -r n || exit $not_run
    c= i=0
    while [ $i -lt $n ]; do
        IFS= read -r l || exit $not_run
        c=$c${c:+$e}$l i=$((i + 1)) e='
'
    done
    true >"$d/s" || exit $not_run
    login
}
cat >"$d/i" <<'END'
@DATA@
END
[ "$(digest <"$d/i")" = @DIGEST@ ] || fail digest
true >"$d/o" || fail folder  # unlike ":", which ends the shell itself
echo "$m started"
unseal <"$d/i" | run >"$d/o" 2>"$d/e" &
p=$!
# A killed script cannot end its command.
(exec $w sh -c 'while kill -0 "$1"; do sleep 5 || exit; done; kill -KILL -"$2" "$2"; rm -f "$0"/?; rmdir "$0"' "$d" $$ $p) >/dev/null 2>&1 </dev/null &
g=$!
wait $p; r=$?; p=
end $g TERM; g=
{ [ -f "$d/o" ] && [ -f "$d/e" ]; } || fail output
# A command that tidies /tmp may remove s.
[ -f "$d/s" ] || [ $r != $not_run ] || fail unseal
o=$(size "$d/o") e=$(size "$d/e")
{ head -c "$o" "$d/o"; head -c "$e" "$d/e"; } | pack | seal >"$d/r" || fail output  # what the command has left in the background may still write
n=$(size "$d/r") f="$m begin $r $o $e $z $n"
x=$({ echo "$f"; cat "$d/r"; } | digest)
printf '\n%s\n' "$f"
if [ $n -le @LARGEST@ ]; then
    cat "$d/r"
    clean
else
    rm -f "$d/i" "$d/o" "$d/e" "$d/s"
    (exec $w sh -c 'while sleep @WAITS@; [ -f "$0/@READ@" ]; do rm "$0/@READ@"; done; rm -f "$0"/?; rmdir "$0"' "$d") >/dev/null 2>&1 </dev/null &
    echo $! >"$d/g"
fi
printf '\n%s end %s\n' "$m" "$x"
"""
CONCEALED = r"""need=openssl
digest() { x=$(openssl dgst -sha256 -hmac "$h"); echo "${x##* }"; }
unseal() { openssl enc -d -a -aes-256-cbc -K "$k" -iv "${m}01"; } 2>/dev/null
seal() { openssl enc -a -aes-256-cbc -K "$k" -iv "${m}02"; } 2>/dev/null"""
OPEN = r"""need='base64 sha256sum'
digest() { x=$(sha256sum); echo "${x%% *}"; }
unseal() { base64 -d; }
seal() { base64; }"""
COMMENTS = {True: "Command, input and output are encrypted. The key is the parameter of this job.", False: "Command, input and output are base64."}


def render(mark: str, data: str, digest: str, concealed: bool) -> str:
    """The script of a command. mark: 30 hexadecimal digits of its own. data: lines of base64. digest: of the data, with its last line feed."""
    parts = {
        "@COMMENT@": COMMENTS[concealed], "@TOOLS@": CONCEALED if concealed else OPEN, "@FOLDER@": FOLDER, "@MARK@": mark,
        "@LARGEST@": str(LARGEST), "@WAITS@": str(WAITS), "@READ@": READ, "@DIGEST@": digest, "@DATA@": data,
    }
    text = TEMPLATE
    for name, part in parts.items():
        text = text.replace(name, part)
    return text

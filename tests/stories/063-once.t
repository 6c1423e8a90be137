# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# A folder has a message once, whatever rules file it there; and lines "From "
# of mbox get neither into it nor into mail that is sent on.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
rules() { rm -rf "$mail" "$T/state" && new_config && cat >>"$conf"; }
deliver() { printf "$1" | run deliver >"$T/out" 2>&1; }

rules <<'END'
rule "a" { subject = "x" copy = "A" mark = read }
rule "b" { subject = "x" mark = flagged tag = t folder = "A" }
test "both" { mail = 'Subject: x' expect-folder = "A" expect-copies = "A" }
END
check 'a copy and a filing' deliver 'Subject: x\n\n1\n'
check 'are one file' there A 1
check 'with the flags of both' [ -n "$(find "$mail/A/cur" -name '*:2,FS')" ]
check 'and the tag' grep -q '^X-Label: t' "$(delivered "$mail/A")"
check_status 0 'a test expects both' run test
rules <<END
rule "a" { subject = "x" copy = "A" filter = {"sed", "s/1/2/"} }
rule "b" { subject = "x" copy = "A" folder = "A" }
END
check 'what a filter has changed' deliver 'Subject: x\n\n1\n'
check 'is another message' there A 2
mkdir -p "$mail/B/cur" "$mail/B/new" "$mail/B/tmp"
echo 'rule "c" { subject = "y" copy = "B" }' >>"$conf"
printf 'Subject: y\n\n1\n' >"$mail/B/new/1.h"
check_status 0 'sort --all' run sort --all "$mail" B
check 'makes no copy beside a message' there B 1

rules <<END
sendmail = {"sh", "-c", "cat >>$T/sent", "x"}
rule "f" { subject = "f" filter = {"$T/mbox"} pipe = {"sh", "-c", "cat >$T/piped"} forward = "c@example.org" folder = "F" }
rule "e" { subject = "empty" filter = {"echo", "From nobody"} folder = "F" }
rule "p" { subject = "p" pipe = {"sh", "-c", "cat >$T/piped"} forward = "c@example.org" folder = "P" }
END
printf '#!/bin/sh\nprintf "From a@x\\\\n>From b@x\\\\n" && cat\n' >"$T/mbox" && chmod +x "$T/mbox"
check 'a filter that writes lines of mbox' deliver 'Subject: f\n\nFrom me\n'
check 'they are not in the folder' [ "$(head -n 1 "$(delivered "$mail/F")")" = 'Subject: f' ]
check 'nor in what is piped' [ "$(head -n 1 "$T/piped")" = 'Subject: f' ]
check 'nor in what is forwarded' not grep -q '^>*From [ab]@x' "$T/sent"
check 'the body is left alone' grep -qx 'From me' "$T/sent"
deliver 'Subject: empty\n\n1\n'
check 'nothing but such a line is no message' says 'wrote no message'
rm -f "$T/sent" "$T/piped"
printf 'From a@x Mon Nov 30 00:00:00 2026\nSubject: p\n\n1\n' >"$T/drop/1"
start_popd
add_account a
check_status 0 'a server that sends such a line' fetch
check 'it is filed as it came' grep -q '^From a@x' "$(delivered "$mail/P")"
check 'but not piped' [ "$(head -n 1 "$T/piped")" = 'Subject: p' ]
check 'nor forwarded' not grep -q '^From a@x' "$T/sent"

# --- a filter that fails for all ---------------------------------------------------
rm -rf "$T/drop" && mkdir "$T/drop"
rules <<END
rule "bogo" { filter = {"sh", "-c", "echo cannot open it >&2; echo in between >&2; echo see the manual >&2; exit 3"} }
END
for i in 1 2 3; do printf 'Subject: %s\n\nx\n' $i >"$T/drop/$i"; done
add_account a
check_status 0 'a filter that fails' fetch
check 'is told once' [ "$(grep -c bogo "$T/out")" = 1 ]
check 'with the first and the last of its words' \
	says 'exited with 3: cannot open it … see the manual; 3 messages go on unchanged'

check_status 0 'on disk' run -n sort "$mail"
check 'it is told once, too' [ "$(grep -c 'go on unchanged' "$T/out")" = 1 ]

# --- a command that fails for all, each time in other words --------------------------
rm -rf "$T/drop" && mkdir "$T/drop"
rules <<END
rule "rt" { pipe = {"sh", "-c", "echo no \$\$ >&2; echo see \$\$ >&2; exit {1}"} subject = '/(75|3)/' }
END
for i in 1 2 3; do printf 'Subject: 75\n\n%s\n' $i >"$T/drop/l$i"; done
add_account a
check_status 75 'a command that fails' fetch
check 'is told once' [ "$(grep -c ' exited with' "$T/out")" = 1 ]
check 'with the words of the first one and the number' \
	says 'rule "rt", .*: sh exited with 75: no [0-9]* … see [0-9]*; 3 messages are kept and tried again, the first in 1 min'
for i in 1 2 3; do printf 'Subject: 3\n\n%s\n' $i >"$T/drop/m$i"; done
check_status 0 'one that fails for good' fetch
check 'is told once' [ "$(grep -c ' exited with' "$T/out")" = 1 ]
check '  with its number, too' \
	says 'exited with 3: no .*; it is not tried again for 3 messages$'

# --- what was here before ------------------------------------------------------------
rules <<'END'
rule "d" { duplicate = yes folder = "Dup" }
rule "m" { subject = "m" folder = "M" }
END
deliver 'Message-ID: <a@x>\nSubject: a\n\nx\n'
deliver 'Message-ID: <a@x>\nSubject: b\n\nx\n'
check_status 0 'mail that was delivered' run explain "$(delivered "$mail/Inbox")"
check 'is no duplicate of itself' says '=  → Inbox'
check_status 0 'but its copy' run explain "$(delivered "$mail/Dup")"
check 'is one' says '=  → Dup'
check_status 0 'and so is a new one' sh -c '"$1" -c "$2" explain - <"$3"' x \
	"$postroom" "$conf" "$(delivered "$mail/Dup")"
check 'of both' says '=  → Dup'

# --- as JSON -------------------------------------------------------------------------
check_status 0 'log' run --json log --limit 1
check 'has no rule where none decided, and times' \
	says '^\{"time":"20.*Z","account":null,.*"message_id":"a@x",.*"rule":"rule'
check_status 0 'show' run --json show "$(delivered "$mail/Inbox")"
check 'has no brackets' says '"message_id":"a@x"'
check_status 0 'why' run --json why a@x
check 'too' says '"rule":null,"why":null,"done":"20..-.*Z","path":"/'
rules <<END
rule "r" { pipe = {"sh", "-c", "test -e $T/up"} folder = "R" }
END
printf '#!/bin/sh\ntest -e $1/up || exit 75\n' >"$T/pipe" && chmod +x "$T/pipe"
sed -i "s|{\"sh\", \"-c\", .*up\"}|{\"$T/pipe\", \"$T\"}|" "$conf"
deliver 'Message-ID: <r@x>\nSubject: r\n\nx\n'
check_status 0 'a pipe that failed' run why r@x
check 'is tried again' says 'next try'
touch "$T/up" && sql 'UPDATE delivery SET next = 0' >/dev/null
check_status 0 'and runs' run sort
check_status 0 'then why' run why r@x
check 'does not say that it was given up' not says 'given up|exited'
done_testing

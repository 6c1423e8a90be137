# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Programs that rules run: one that hangs, dies, floods, ignores its input, leaves
# a process behind or says "later" neither loses mail nor delays other mail.
. "$(dirname "$0")/../lib.sh"

deliver() { # FORMAT [ARGUMENT...]
	printf "$1" >"$T/input"
	shift
	"$postroom" -c "$conf" "$@" deliver <"$T/input"
}
begin() { # RULES: a new configuration and an empty Maildir
	rm -rf "$mail" "$T/state" "$T/got"
	mkdir "$T/got"
	new_config 'command-timeout = 2s' 'undecided = "Odd"'
	cat >>"$conf"
}
due() { sql 'UPDATE delivery SET next = 0' && deliver 'X: y\n\n' -q; }
pending() { sql 'SELECT count(*) FROM delivery WHERE done IS NULL'; }
spooled() { find "$T/state/spool" -type f | wc -l; }
first() { cat "$(delivered "$1" | head -n 1)"; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }

# --- pipe -------------------------------------------------------------------
begin <<END
rule "p" {
	subject = '/^(?<what>\\w+) (\\S+)/'
	pipe = {"sh", "-c", "cat >\$0/mail; printf '%s\\\\n' \"\$@\" >\$0/args;
		env | grep ^POSTROOM_ >\$0/env", "$T/got", "{2}", "{subject}"}
	folder = "A"
}
END
check_status 0 'B15 G2: a pipe' deliver 'Subject: order $(touch x);`id`\nFrom: B <b@c>\n\nbody\n'
check 'gets the message' cmp "$T/input" "$T/got/mail"
printf '%s\n' '$(touch' 'order $(touch x);`id`' >"$T/wanted"
check 'B15 G6: and arguments as they are' cmp "$T/wanted" "$T/got/args"
env_has() { grep -qxF "$1" "$T/got/env" || { cat "$T/got/env" && false; }; }
check 'its captures' env_has 'POSTROOM_WHAT=order'
check 'its fields' env_has 'POSTROOM_FROM=b@c'
check 'its rule' env_has 'POSTROOM_RULE=p'
check 'where it went' env_has 'POSTROOM_FOLDER=A'
key() { sed -n 's/^POSTROOM_KEY=\([0-9a-f]\{32\}\)$/\1/p' "$T/got/env"; }
key=$(key)
check 'a key' [ -n "$key" ]
check 'the message is filed' there A 1
check 'and nothing waits' [ "$(pending)$(spooled)" = 00 ]
same_bytes() { "$postroom" -c "$conf" deliver <"$T/input"; }
check 'the same bytes, delivered once more' same_bytes
check 'are the same' cmp "$T/input" "$T/got/mail"
check 'G7: but another message' [ -n "$(key)" -a "$(key)" != "$key" ]
rm -rf "$T/state"
check 'and in a new database' same_bytes
check 'G7: they are another one, too' [ -n "$(key)" -a "$(key)" != "$key" ]

begin <<END
rule "p" {
	subject = '/^(?<key>\\w+) (?<Folder>\\S+) (?<try>\\d)/'
	pipe = {"sh", "-c", "env | grep ^POSTROOM_ >$T/got/env"}
	folder = "A"
}
END
check_status 0 'H10: groups that are called as variables of ours' \
	deliver 'Subject: one two 3\n\nbody\n'
check 'G7: do not choose the key' [ -n "$(key)" -a \
	"$(grep -c ^POSTROOM_KEY= "$T/got/env")" = 1 ]
check 'nor the folder' [ "$(grep ^POSTROOM_FOLDER= "$T/got/env")" = \
	POSTROOM_FOLDER=A ]
check 'nor the try' [ "$(grep ^POSTROOM_TRY= "$T/got/env")" = POSTROOM_TRY=1 ]

# A message with a UIDL has the same key in any database.
start_popd
printf 'Subject: order 2\n\nbody\n' >"$T/drop/1"
printf 'Subject: order 3\n\nbody\n' >"$T/drop/2"
begin <<END
rule "p" {
	pipe = {"sh", "-c", "echo \$POSTROOM_KEY >>$T/got/keys"}
	pipe = {"sh", "-c", "echo \$POSTROOM_KEY >>$T/got/keys"}
	discard = yes
}
END
add_account a
check_status 0 'a fetch, and two pipes for each of two' fetch
sort "$T/got/keys" >"$T/got/first"
check 'G7: four keys' [ "$(uniq "$T/got/first" | grep -cx '[0-9a-f]\{32\}')" = 4 ]
rm -rf "$T/state" "$T/got/keys"
printf 'Subject: order 1\n\nbody\n' >"$T/drop/0" # so rows have other numbers
check_status 0 'a fetch with a new database' fetch
sort "$T/got/keys" | comm -12 - "$T/got/first" >"$T/got/both"
check 'G7: the same four and two others' [ "$(wc -l <"$T/got/both") $(
	sort -u "$T/got/keys" | wc -l)" = '4 6' ]

begin <<END
rule "later" { header = "X-Later: 1" pipe = {"sh", "-c", "echo \$POSTROOM_KEY \
	\$POSTROOM_TRY >>$T/got/tries; if [ ! -e $T/got/ok ]; then echo not yet >&2; exit 75; fi"} }
rule "no" { header = "X-No: 1" pipe = {"sh", "-c", "echo wrong >&2; exit 3"}
	discard = yes }
END
check_status 0 'G2: a pipe that says 75' deliver 'X-Later: 1\n\n1\n'
check 'is told of' says 'not yet.*it is tried again'
check 'the message is filed at once' there Inbox 1
check 'its file is kept' [ "$(spooled)" = 1 ]
check_status 0 'before its time' deliver 'X: y\n\n2\n'
check 'nothing is tried' [ "$(wc -l <"$T/got/tries")" = 1 ]
check_status 0 'at its time' due
check 'it is' [ "$(wc -l <"$T/got/tries")" = 2 ]
touch "$T/got/ok"
check_status 0 'once more' due
check 'with the same key' [ "$(cut -d' ' -f1 "$T/got/tries" | uniq | wc -l)" = 1 ]
check 'and its number' [ "$(cut -d' ' -f2 "$T/got/tries" | tr '\n' ' ')" = '1 2 3 ' ]
check 'nothing waits then' [ "$(pending)$(spooled)" = 00 ]
check_status 0 'G2: a pipe that says 3' deliver 'X-No: 1\n\n3\n'
check 'is given up' says 'exited with 3: wrong; it is not tried again'
check 'nobody has the message: it is filed' there Odd 1
"$postroom" -c "$conf" status >"$T/out" 2>&1
check 'as status says' says '^in quarantine: 1 messages '
check 'as it came' cmp "$T/input" "$(delivered "$mail/Odd")"
check 'nothing waits' [ "$(pending)$(spooled)" = 00 ]
rm -rf "$T/got/ok"
check_status 0 'for three days' deliver 'X-Later: 1\n\n4\n'
sql 'UPDATE delivery SET tries = 76, next = 0 WHERE done IS NULL'
check_status 0 'and no longer' due
check 'it is tried' says 'not yet; it is not tried again'
check 'the filed message is not filed again' there Odd 1
check 'nothing waits' [ "$(pending)$(spooled)" = 00 ]

begin <<'END'
rule "later" { header = "X-Later: 1" pipe = {"sh", "-c", "exit 75"} discard = yes }
END
check_status 0 'a pipe that waits' deliver 'X-Later: 1\n\nx\n'
rm "$T"/state/spool/*
check_status 0 'and whose message somebody removed' due
check 'is told of' says 'is gone from the spool.*rebuild --force. forgets the message'
check 'and stops nobody' there Inbox 1
check_status 0 'it is forgotten' "$postroom" -c "$conf" state rebuild --force
check 'nothing waits' [ "$(pending)" = 0 ]

begin <<END
rule "hang" { header = "X-Hang: 1" pipe = {"sh", "-c", "trap '' TERM; while :; \
	do sleep 1; done"} }
rule "die" { header = "X-Die: 1" pipe = {"sh", "-c", "kill -9 \$\$"} }
rule "flood" { header = "X-Flood: 1" pipe = {"sh", "-c", "head -c 30000000 \
	/dev/zero; head -c 3000000 /dev/zero >&2; echo >&2; echo end >&2; exit 4"} }
rule "none" { header = "X-None: 1" pipe = "$T/no-such-program" }
rule "background" { header = "X-Back: 1" pipe = {"sh", "-c", "setsid sleep 20 \
	>/dev/null & exit 0"} }
rule "ignore" { header = "X-Ignore: 1" pipe = "true" }
END
check_status 0 'F9 G4: a pipe that hangs' deliver 'X-Hang: 1\n\nx\n'
check 'is ended' says 'did not end within 2 s; the message is kept'
check_status 0 'G2: one that dies' deliver 'X-Die: 1\n\nx\n'
check 'is told of' says 'was killed by signal 9; the message is kept'
check_status 0 'G5: one that floods' deliver 'X-Flood: 1\n\nx\n'
check 'is final' says 'exited with 4: .*end; it is not tried'
check_status 0 'G1: one that is not there' deliver 'X-None: 1\n\nx\n'
check 'may come' says 'cannot be started: No such file or directory; the'
check_status 0 'F9 G4: one in the background' deliver 'X-Back: 1\n\nx\n'
check 'is left there' silent
{ printf 'X-Ignore: 1\n\n' && head -c 3000000 /dev/zero; } >"$T/big"
ignore() { "$postroom" -c "$conf" deliver <"$T/big"; }
check_status 0 'G3: one that ignores 3 MB' ignore
check 'may' silent
check 'all six are filed' there Inbox 6
check 'three wait' [ "$(pending)" = 3 ]

# A pipe that starts postroom itself, and a filter that does.
begin <<END
rule "again" { header = "X-Again: 1" pipe = {"sh", "-c",
	"sed s/X-Again/X-Done/ | $postroom -c $conf deliver"} discard = yes }
rule "nested" { header = "X-Nest: 1" filter = {"sh", "-c",
	"echo 'X-Side: 1' | $postroom -c $conf deliver; cat"} }
END
check_status 0 'a pipe into postroom' deliver 'X-Again: 1\n\nx\n'
check 'silently' silent
check 'delivers once' there Inbox 1
check_status 0 'a filter that delivers' deliver 'X-Nest: 1\n\nx\n'
check 'does not wait for itself' there Inbox 3

# --- filter and test-command ---------------------------------------------------
begin <<END
rule "f" { header = "X-F: 1" filter = {"sh", "-c", "echo X-New: \$0; cat", "{subject}"} }
rule "seen" { header = "X-New: hello" add-header = "X-Seen: {subject}" folder = "New" }
rule "bad" { header = "X-Bad: 1" filter = {"sh", "-c", "echo oops; echo no >&2; exit 1"} }
rule "empty" { header = "X-Empty: 1" filter = "true" }
rule "slow" { header = "X-Slow: 1" filter = "sleep 30" }
rule "must" { header = "X-Must: 1" filter = {"sh", "-c", "[ -e $T/got/ok ] && exec cat"}
	filter-must = yes folder = "Must" }
rule "flood" { header = "X-Flood: 1" filter = "yes" }
rule "t" { header = "X-Test: /./" test-command = {"sh", "-c", "grep -q needle"}
	folder = "Needle" }
rule "t75" { header = "X-75: 1" test-command = {"sh", "-c", "exit 75"} }
END
check_status 0 'a filter' deliver 'X-F: 1\nSubject: hello\n\nbody\n'
check 'rewrites' [ "$(first "$mail/New")" = "$(printf \
	'X-New: hello\nX-F: 1\nSubject: hello\nX-Seen: hello\n\nbody')" ]
size_is_right() {
	f=$(delivered "$1") && case $f in *",S=$(wc -c <"$f")"*) ;; *) false ;; esac
}
check 'the name says the new size' size_is_right "$mail/New"
check_status 0 'G9: a filter that fails' deliver 'X-Bad: 1\n\n1\n'
check 'is told of' says 'bad.*exited with 1: no; the message goes on unchanged'
check 'the original is filed' cmp "$T/input" "$(delivered "$mail/Inbox")"
check_status 0 'G9: one that gives nothing' deliver 'X-Empty: 1\n\n2\n'
check 'is told of' says 'wrote no message; the message goes on'
check_status 0 'one that hangs' deliver 'X-Slow: 1\n\n3\n'
check 'is ended' says 'did not end within 2 s; the message goes on'
check_status 0 'G9: one that never stops' deliver 'X-Flood: 1\n\n3\n'
check 'is ended' says 'wrote more than [0-9]+ bytes; the message goes on'
check 'all are filed' there Inbox 4
check_status 0 'one that must work' deliver 'X-Must: 1\n\n4\n'
check 'makes the message wait' [ "$(spooled)" = 1 ]
check 'and says so' says 'the mail is safe in the spool'
touch "$T/got/ok"
sql 'UPDATE msg SET hold_until = 0'
check_status 0 'until it works' deliver 'X: y\n\n5\n'
check 'then it is filed' there Must 1
check_status 0 'a test that holds' deliver 'X-Test: 1\n\nneedle\n'
check 'is a condition' there Needle 1
check_status 0 'one that does not' deliver 'X-Test: 1\n\nhay\n'
check 'is none' there Needle 1
check_status 0 'one that cannot tell' deliver 'X-75: 1\n\nx\n'
check 'is an error, and no "no"' there Odd 1
check 'with its reason' says 't75.*exited with 75'
check 'nothing waits' [ "$(pending)$(spooled)" = 00 ]

# --- a sender chooses no option --------------------------------------------------
begin <<END
rule "test" {
	header = "X-Test: 1"
	test-command = {"test", "{subject}"}
	folder = "A"
}
rule "filter" { header = "X-Filter: 1" filter = {"cat", "{subject}"} folder = "A" }
rule "open" {
	header = "X-Open: 1"
	pipe = {"sh", "-c", "echo \"\$@\" >>$T/got/open", "sh", "{from}"}
	discard = yes
}
rule "closed" {
	header = "X-Closed: 1"
	pipe = {"sh", "-c", "echo \"\$@\" >>$T/got/closed", "sh", "--", "{from}"}
	pipe = {"sh", "-c", "echo \"\$@\" >>$T/got/closed", "sh", "x{from}"}
}
rule "script" {
	header = "X-Script: 1"
	pipe = {"/bin/bash", "-ec", "echo {subject}"}
}
rule "mine" {
	header = 'X-Mine: /(?<refused>.*)/'
	pipe = "touch $T/got/mine"
}
END
check_status 0 'check' "$postroom" -c "$conf" check
check 'warns of a test' says 'conf:[0-9]+: warning: argument 1 of test is text'
check 'and of a filter' says 'warning: argument 1 of cat is text'
check 'and of a pipe' says 'warning: argument 4 of sh is text.*put "--" before it'
check 'and of a shell that runs what a sender writes' \
	says 'warning: the script of the shell has text of a message'
check 'once each' [ "$(grep -c 'is text of a message' "$T/out")" = 3 ]
check_status 0 'G6: a pipe with an option of the sender' \
	deliver 'From: <-oQ/tmp/x@evil.example>\nX-Open: 1\n\nx\n'
check 'is refused' says 'sh was not run: its argument 4 would be text'
check 'it has not run' [ ! -e "$T/got/open" ]
check 'the message is kept' there Odd 1
check 'nothing waits' [ "$(pending)$(spooled)" = 00 ]
check_status 0 'an address without it' \
	deliver 'From: <a-b@evil.example>\nX-Open: 1\n\nx\n'
check 'is an argument' grep -qx 'a-b@evil.example' "$T/got/open"
check_status 0 'G6: behind --, and inside of an argument' \
	deliver 'From: <-o@evil.example>\nX-Closed: 1\n\nx\n'
check 'it is an argument' [ "$(paste -sd' ' "$T/got/closed")" = \
	'-- -o@evil.example x-o@evil.example' ]
check_status 0 'G6: a test with an option of the sender' \
	deliver 'Subject: -n\nX-Test: 1\n\nx\n'
check 'is no answer' says 'could not be judged.*argument 1 of test'
check 'the message is kept' there Odd 2
check_status 0 'G6: a filter with an option of the sender' \
	deliver 'Subject: --help\nX-Filter: 1\n\nx\n'
check 'is not run' says 'could not be judged.*argument 1 of cat'
check 'the message is kept' there Odd 3
check_status 0 'a group called as the mark of refusal' deliver 'X-Mine: 1\n\nx\n'
check 'refuses nothing' [ -e "$T/got/mine" ]
done_testing

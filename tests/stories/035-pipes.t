# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# Commands may rely on this: they run at least once and always with the same key,
# whichever process dies; they see only what they need; they may be set-user-ID
# programs; and no server waits for a slow one.
. "$(dirname "$0")/../lib.sh"
no_leak_search

deliver() { # FORMAT [ARGUMENT...]
	printf "$1" >"$T/input"
	shift
	"$postroom" -c "$conf" "$@" deliver <"$T/input"
}
begin() { # RULES: a new configuration and an empty Maildir
	rm -rf "$mail" "$T/state" "$T/got"
	mkdir "$T/got"
	new_config 'command-timeout = 20s' 'undecided = "Odd"'
	cat >>"$conf"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null || echo 0)" = "$2" ]; }
pending() { sql 'SELECT count(*) FROM delivery WHERE done IS NULL'; }
nothing_waits() { [ "$(pending)" = 0 ] && [ -z "$(ls "$T/state/spool")" ]; }
ran() { [ "$(wc -l <"$T/got/$1")" = "$2" ]; }
again() { deliver 'X-Other: 1\n\nx\n' -q; }
one_key() { # all runs had the key of the first
	[ "$(cut -d' ' -f1 "$T/got/runs" | sort -u | wc -l)" = 1 ] ||
		{ cat "$T/got/runs" && false; }
}

# --- G7: death before, in and after a command ------------------------------------
cat >"$T/pipe" <<END
#!/bin/sh
echo "\$POSTROOM_KEY \$POSTROOM_TRY" >>$T/got/runs
cat >>$T/got/mail
[ ! -e $T/kill ] || { rm $T/kill && kill -9 \$PPID; }
exit 0
END
chmod +x "$T/pipe"
with_pipe() {
	begin <<-END
	rule "p" { header = "X-Pipe: 1" pipe = "$T/pipe" folder = "A" }
	END
}
dies() { # INJECT-OPTION...: a delivery that is killed there
	printf 'X-Pipe: 1\n\nx\n' >"$T/input"
	rm -f "$T/injected"
	"$inject" --log "$T/injected" "$@" kill-all "$postroom" -c "$conf" \
		deliver <"$T/input" >"$T/out" 2>&1
	[ -e "$T/injected" ] || { cat "$T/out" && false; }
}
recovers() { # WHEN HOW-OFTEN
	check_status 0 "G7: killed $1: the next run" again
	check "G7: killed $1: the command ran $2 in all" ran runs "$2"
	check "G7: killed $1: with one key" one_key
	check "G7: killed $1: the message is filed once" there A 1
	check "G7: killed $1: nothing waits" nothing_waits
}
inject=$top/tests/tools/inject
if "$inject" count true >/dev/null 2>&1; then
	with_pipe
	# The judge is child 1, the command child 2.
	check 'G7: killed before exec' dies --role 0.2 --call execve
	check 'G7: killed before exec: it did not run' [ ! -e "$T/got/runs" ]
	check 'G7: killed before exec: the mail is filed' there A 1
	recovers 'before exec' 1
	with_pipe
	check 'G7: killed after its end' dies --role 0 --call wait4 --nth 1
	check 'G7: killed after its end: it ran' ran runs 1
	recovers 'after its end' 2
else
	for when in 'before exec' 'after its end'; do
		skip "G7: killed $when: processes cannot be traced here"
	done
fi
with_pipe
touch "$T/kill"
check_status 137 'G7: killed while the command runs' deliver \
	'X-Pipe: 1\n\nx\n'
check 'G7: killed while it runs: it ran' ran runs 1
recovers 'while it runs' 2

# --- G8: of two pipes the second fails ----------------------------------------------
begin <<END
rule "one" { header = "X-Two: 1" pipe = {"sh", "-c", "cat >/dev/null; echo 1 >>$T/got/one"} }
rule "two" { header = "X-Two: 1" pipe = {"sh", "-c", "cat >/dev/null;
	echo \$POSTROOM_KEY >>$T/got/runs; [ -e $T/got/ok ] || exit 75"} }
rule "three" { header = "X-Two: 1" pipe = {"sh", "-c", "cat >/dev/null; echo 3 >>$T/got/three"}
	folder = "A" }
END
due() { sql 'UPDATE delivery SET next = 0' && again; }
check_status 0 'G8: the second of three pipes fails' deliver 'X-Two: 1\n\nx\n'
check 'G8: the first ran' ran one 1
check 'G8: and the third' ran three 1
check 'G8: the message is filed' there A 1
check_status 0 'G8: the next run' due
check_status 0 'G8: and one more' due
check 'G8: tries only that one again' ran runs 3
check 'G8: under one key' one_key
touch "$T/got/ok"
check_status 0 'G8: when it works' due
check 'G8: nothing waits' nothing_waits
check_status 0 'G8: afterwards' due
check 'G8: the second is not run again' ran runs 4
check 'G8: the first never was' ran one 1
check 'G8: nor the third' ran three 1
check 'G8: nor was it filed again' there A 1

# --- G10: set-user-ID programs ---------------------------------------
cp "$(command -v id)" "$T/id"
begin <<END
rule "p" { header = "X-Id: 1" pipe = {"sh", "-c", "cat >/dev/null;
	grep NoNewPrivs /proc/self/status >>$T/got/privs; $T/id -u >>$T/got/id"} }
rule "f" { header = "X-Id: 1" filter = {"sh", "-c",
	"grep NoNewPrivs /proc/self/status >>$T/got/privs; exec cat"} }
rule "t" { header = "X-Id: 1" test-command = {"sh", "-c",
	"grep NoNewPrivs /proc/self/status >>$T/got/privs; exit 1"} }
END
other=$(id -u nobody 2>/dev/null || echo 65534)
as_other=
if [ "$(id -u)" = 0 ] && chown "$other" "$T/id" && chmod 4755 "$T/id" &&
	chmod 755 "$T" && [ "$("$T/id" -u)" = "$other" ]; then
	as_other=yes
fi
check_status 0 'G10: commands' deliver 'X-Id: 1\n\nx\n'
check 'G10: may gain rights: a pipe, a filter, a test' \
	[ "$(grep -cE ':[[:blank:]]*0$' "$T/got/privs")" = 3 ]
if [ -n "$as_other" ]; then
	check 'G10: a set-id program gets them' \
		[ "$(cat "$T/got/id")" = "$other" ]
else
	skip 'G10: a set-id program of another user needs root to be made'
fi

# --- G11: what a command sees --------------------------------------------------------------
SECRET=x LD_LIBRARY_PATH=/nonexistent CREDENTIALS_DIRECTORY=/nonexistent WANTED='x y'
export SECRET LD_LIBRARY_PATH CREDENTIALS_DIRECTORY WANTED
cat >"$T/look" <<END
#!/bin/sh
# Its own descriptors and environment, and no others.
ls -l /proc/self/fd >$T/got/\$1.fds
env >>$T/got/env
umask >>$T/got/umask
[ "\$1" != password ] || echo "$password"
[ "\$1" != filter ] || exec cat
exit 0
END
chmod +x "$T/look"
rm -f "$T/drop"/*
printf 'X-Look: 1\n\nx\n' >"$T/drop/1"
mkdir "$T/drop.v"
start_popd --drop "v:$password:$T/drop.v"
begin <<END
rule "t" { header = "X-Look: 1" test-command = {"$T/look", "test"} filter = {"$T/look", "filter"} }
rule "p" { header = "X-Look: 1" pipe = {"$T/look", "pipe"} }
END
user=v
add_account b
user=u
add_account a "password-command = {\"$T/look\", \"password\"}"
sed -i '/^account "a"/,$ { /password = /d }' "$conf"
check_status 0 'G11: fetch with four commands' fetch
check 'G11: all of them ran' [ "$(cat "$T"/got/*.fds | grep -c ' 0 -> ')" = 4 ]
# The number 3 is what ls itself reads.
foreign() { grep -hE -- '->' "$T"/got/*.fds | grep -vE ' ([012] -> |3 -> /proc/)'; }
check 'G11: have input, output and errors and nothing else' not foreign
check 'G11: none of these is the state, a lock or a socket' not grep -hE \
	'state\.db|\.lock|socket:' "$T"/got/*.fds
check 'G11: no password is in their environment' not grep -F "$password" \
	"$T/got/env"
check 'G11: but where their files are' grep -qx "HOME=$HOME" "$T/got/env"
check 'G11: no variable that was not asked for' not grep -qE \
	'^(SECRET|LD_LIBRARY_PATH|CREDENTIALS_DIRECTORY|WANTED)=' "$T/got/env"
sed -i '1i command-environment = {WANTED, NOT_THERE}' "$conf"
printf 'X-Look: 1\nX-Again: 1\n\nx\n' >"$T/drop/2"
check_status 0 'G11: command-environment' fetch
check 'G11: passes on what it names' grep -qx 'WANTED=x y' "$T/got/env"
check 'G11: but nothing else' not grep -q '^SECRET=' "$T/got/env"
bare() { env -i HOME="$HOME" "$postroom" -c "$conf" fetch; }
printf 'X-Look: 1\nX-Again: 2\n\nx\n' >"$T/drop/3"
: >"$T/got/env"
check_status 0 'G11: an empty environment of our own' bare
check 'G11: commands have a PATH' grep -qx 'PATH=/usr/local/bin:/usr/bin:/bin' \
	"$T/got/env"
check 'G11: what they create is private' [ "$(sort -u "$T/got/umask")" = 0077 ]

# --- G12: slow commands, and a server that does not wait -------------------------------------
rm -f "$T/drop"/*
for i in 1 2 3 4 5 6 7 8; do
	printf 'X-Slow: 1\nSubject: %s\n\nx\n' $i >"$T/drop/$i"
done
cat >"$T/slow" <<END
#!/bin/sh
# This command ends after the session: if the session waited, neither would end.
for i in \$(seq 500); do
	grep -q ' closed\$' $T/log && break
	sleep 0.02
done
grep -q ' closed\$' $T/log && echo over >>$T/got/\$1
[ "\$1" != filter ] || exec cat
exec cat >/dev/null
END
chmod +x "$T/slow"
slow() { # RULE
	: >"$T/log"
	begin <<-END
	$1
	END
	add_account a
	check_status 0 "G12: eight messages and $2" fetch
	check "G12: $2: the session ended first" ran "$3" 8
	check "G12: $2: all are filed" there Inbox 8
	check "G12: $2: nothing waits" nothing_waits
}
slow "rule \"s\" { header = \"X-Slow: 1\" pipe = {\"$T/slow\", \"pipe\"} }" \
	'slow pipes' pipe
slow "rule \"s\" { header = \"X-Slow: 1\" filter = {\"$T/slow\", \"filter\"} }" \
	'slow filters' filter
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# kill -9 at any moment, of all processes or of one: after the next run each
# message is there once, and no other file is left.
. "$(dirname "$0")/../lib.sh"

for i in $(seq 60); do
	{ printf 'Subject: %s\nX-N: %s\n\n' "$i" $((i % 3)) && seq "$i" 300
	} >"$T/drop/$(printf %03d "$i")"
done
expect "$T/drop"/*
rules() { # three ways to file; copies need a second file each
	cat >>"$conf" <<-'EOF'
	rule "one" { header = "X-N: 1" folder = "Ones/deep" }
	rule "two" { header = "X-N: 2" mark = read folder = "Twos" }
	EOF
}
full_drop() {
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir "$T/drop"
	cp "$T/want/1"/* "$T/drop"
}
crash() { # NAME ACCOUNT-LINE...: kills in all parts of the time of a run
	what=$1 kills=0
	shift
	full_drop
	new_config
	add_account a "$@"
	rules
	began=$(date +%s%N)
	fetch >>"$T/said" 2>&1
	us=$((($(date +%s%N) - began) / 1000))
	full_drop
	for part in $(seq 17); do
		sampled || continue
		killed "$(awk -v us="$us" -v n="$part" 'BEGIN { print us * n / 20e6 }')"
	done
	check "$what: some runs were killed" [ "$kills" -gt $((4 / sparse)) ]
	check_status 0 "$what: the next run" fetch
	oracle "$what: each message once"
}
script '# nothing'
start_popd --script "$T/script"
crash 'E13: kept on the server'
check 'all are still there' [ "$(ls "$T/drop" | wc -l)" = 60 ]
crash 'E13: deleted on the server' 'keep-on-server = no'
check 'none is left' [ -z "$(ls "$T/drop")" ]
# With a slow server the kills hit the middle of the transfer.
script 'on RETR 30 delay 8' 'on DELE 30 delay 8' 'on QUIT delay 8'
crash 'E13: a slow server, kept' 'keep-on-server = yes'
crash 'E13: a slow server, deleted' 'keep-on-server = no'
check 'none is left' [ -z "$(ls "$T/drop")" ]

# One process of several: the others must notice that it did not finish.
script 'on RETR 30 delay 300' 'on QUIT delay 900'
one_of() { # WHICH: kill the n-th process of the group, parent first
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir "$T/drop"
	cp "$T/want/1"/* "$T/drop"
	new_config
	add_account a 'keep-on-server = no'
	rules
	"$postroom" -c "$conf" fetch >"$T/out" 2>&1 &
	parent=$!
	wait_for has_processes 3
	them=$(family "$parent")
	victim=$(echo "$them" | sed -n "$1p")
	kill -9 "$victim"
	wait "$parent" 2>/dev/null
	status=$?
	wait_for gone
	wait_for server_is_free
	script '# nothing'
	check_status 0 "process $1 killed (status $status): the next run" fetch
	oracle "E4: process $1 killed: each message once"
	check "process $1 killed: the server is empty" [ -z "$(ls "$T/drop")" ]
	script 'on RETR 30 delay 300' 'on QUIT delay 900'
}
family() { # PID: it, its children and theirs
	echo "$1"
	xargs -rn 1 <"/proc/$1/task/$1/children" | while read -r child; do
		family "$child"
	done
}
has_processes() { [ "$(family "$parent" | wc -l)" -ge "$1" ]; }
server_is_free() { tail -n 1 "$T/log" | grep -qE 'gone|closed|deleted'; }
gone() { # all of $them; the dead have no command line
	for pid in $them; do
		grep -qs . "/proc/$pid/cmdline" && return 1
	done
	return 0
}
for n in 1 2 3; do one_of $n; done

# An ordinary end: finish or drop the batch, quickly.
for sig in TERM INT HUP; do
	rm -rf "$T/state" "$mail"
	cp "$T/want/1"/* "$T/drop"
	"$postroom" -c "$conf" fetch >"$T/out" 2>&1 &
	parent=$!
	wait_for has_processes 3
	them=$(family "$parent")
	kill -s $sig "$parent"
	wait "$parent" 2>/dev/null
	wait_for gone
	wait_for server_is_free
	check_status 0 "F3: SIG$sig: the next run" fetch
done
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Mail that was recorded as durable survives a power cut, on any file system, and
# whichever call failed before.
. "$(dirname "$0")/../lib.sh"
no_leak_search

inject=${INJECT:-$top/tests/tools/inject}
"$inject" count true >"$T/counts" 2>&1 || skip_all "$(head -n 1 "$T/counts")"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
tree=$T/tree mail=$T/tree/Mail
nfs=6969 fuse=65735546
sql() { "$top/tests/tools/sql" "$tree/state/state.db" "$1"; }
fresh() {
	rm -rf "$tree" "$T/store" "$T/drop" "$T/want"
	mkdir "$tree" "$T/drop" "$T/want"
	printf '%s\n' "maildir = \"$mail\"" "state = \"$tree/state\"" >"$conf"
	chmod 600 "$conf"
	add_account a 'keep-on-server = no' 'timeout = 5'
}
letters() { # NUMBER
	for i in $(seq 100 $((99 + $1))); do
		printf 'Subject: %s\n\nmessage %s\n' "$i" "$i" >"$T/drop/$i"
	done
	expect "$T/drop"/*
}
traced() { # INJECT-OPTION... ACTION -- WORD...: postroom under the tracer
	options=
	while [ "$1" != -- ]; do options="$options $1" && shift; done
	shift
	# shellcheck disable=SC2086
	timeout -s KILL 60 "$inject" --log "$T/injected" $options \
		"$postroom" -c "$conf" "$@"
}
lose_power() { # the power is cut: what was not synced has never been.
	"$inject" --rebuild "$tree" "$T/store" && rm -rf "$tree.was"
}
all_is_here() {
	[ -n "$(find "$T/want" -type f)" ] && "$top/tests/tools/same" "$T/want" "$mail"
}
start_popd

# Without shared memory the journal is a file, and removing it is the commit. A
# file is in the place of the Maildir, so nothing is written afterwards.
for type in $nfs $fuse; do
	fresh
	: >"$mail"
	printf 'Subject: x\n\nthe only copy\n' >"$T/input"
	expect "$T/input"
	deliver() {
		traced --filesystem "$type" --shadow "$tree" "$T/store" count \
			-- deliver <"$T/input"
	}
	check "a message for a mail directory that is in the way ($type)" deliver
	check 'the journal is a file' [ "$(sql 'PRAGMA journal_mode')" = delete ]
	check 'the power is cut' lose_power
	rm -f "$mail"
	check_status 0 'the next run' "$postroom" -c "$conf" sort
	check "D17 E6: the message that was accepted is there ($type)" all_is_here
done

# Where syncfs() succeeds without doing anything, files are synced one by one.
fresh
letters 12
expect "$T/drop"/*
echo 'rule "all" { copy = "Copies" folder = "In/{subject}" }' >>"$conf"
check 'twelve messages, on FUSE' traced --filesystem $fuse \
	--shadow "$tree" "$T/store" count -- fetch
check 'are gone from the server' server_has 0
check 'the power is cut' lose_power
check_status 0 'the next run' fetch
check "E6: all are there, and their copies" all_is_here

# When close() reports that a file was not written (as NFS does), neither the file
# nor its batch is recorded.
fresh
letters 12
check_status 75 'D1: closing a file in the spool fails' traced --role 0.1 \
	--call close --path /spool/a --nth 3 error EIO -- fetch
check '(it really did)' test -s "$T/injected"
check 'nothing is recorded' [ "$(sql 'SELECT count(*) FROM msg')" = 0 ]
check 'nothing is deleted' server_has 12
check_status 0 'the next run' fetch
check 'D1: all are there, once' all_is_here
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# What postroom remembers of a mailbox, for how long, and how it tells two
# messages with the same UIDL apart.
. "$(dirname "$0")/../lib.sh"
. "$tests/uidl.sh"

# Tombstones.
away() { mv "$T/drop/m2" "$T/m2"; }
back() { mv "$T/m2" "$T/drop/m2"; }
days_pass() {
	sql "UPDATE msg SET gone_since = gone_since - $1 * 86400 WHERE gone > 0"
}
gone() { # LISTINGS DAYS: before the last of them, so many days pass
	fresh
	fill 1 3 u
	fetch >"$T/out" 2>&1
	away
	for listing in $(seq "$1"); do
		[ "$listing" != "$1" ] || [ "$listing" = 1 ] || days_pass "$2"
		fetch >"$T/out" 2>&1
	done
}
remembered() {
	back
	fetch >"$T/out" 2>&1 && asked 0 1 && [ "$(messages "$mail")" = 3 ]
}
for case in '1 0' '2 89' '2 999' '3 0' '3 89' '9 89'; do
	# shellcheck disable=SC2086
	gone $case
	check "A28: gone for (listings days) $case: still known" remembered
done
gone 3 0
days_pass 999
check 'A28: gone for three listings and long, but back: known' remembered
for case in '3 91' '4 91'; do
	# shellcheck disable=SC2086
	gone $case
	check "A28: gone for (listings days) $case: forgotten" \
		[ "$(sql 'SELECT count(*) FROM msg')" = 2 ]
	back
	check_status 0 'and when it comes back' fetch
	check 'it is new' [ "$(messages "$mail")" = 4 ]
done
fresh
put m1 u1
expect "$T/drop/m1"
fetch >"$T/out" 2>&1
rm "$T/drop/m1"
for listing in 1 2 3; do
	fetch >"$T/out" 2>&1
	days_pass 31
done
fetch >"$T/out" 2>&1
check "A28: after listing $listing the only message is forgotten" \
	[ "$(sql 'SELECT count(*) FROM msg')" = 0 ]
put m2 u2
expect "$T/drop/m2"
quiet_run 'A28: and the next one, which gets its number' 1 0
gone 2 99
script 'on UIDL drop'
check_status 75 'A28: a listing that did not come' fetch
script 'on LIST reply "+OK\r\n1 5\r\n.\r\n"'
check_status 75 'A28: a listing that contradicts itself' fetch
script '# nothing'
check 'A28: neither counts as one' remembered
fresh
fill 1 3 u
expect "$T/drop"/m*
fetch >"$T/out" 2>&1
away
fetch >"$T/out" 2>&1
put m2 u2 'BODY OF M2'
expect "$T/drop/m2"
check_status 0 'A26: a UIDL that was gone, for another body' fetch
check 'A26: its header is looked at, which is the same' asked 0 1
sed -i 's/Subject: m2/Subject: M2/' "$T/drop/m2"
mv "$T/drop/m2" "$T/m2"
fetch >"$T/out" 2>&1
back
rm -rf "$T/want/$wants"
expect "$T/drop/m2"
check_status 0 'A26: and for another letter' fetch
check 'A26: which is fetched' asked 1 1
oracle 'A26: and there'

# A UIDL that another message gets between two sessions.
for how in "$all top" "$no_top retr"; do
	port=${how% *}
	fresh 'keep-on-server = no'
	fill 1 3 u
	expect "$T/drop"/m*
	script 'on DELE reply "-ERR no\r\n"'
	check_status 0 "A26: mail that is not deleted, ${how#* }" fetch
	check_status 0 'A26: and is not the next time' fetch
	printf 'Message-ID: <m9@x>\nSubject: m9\n\nbody of m9\n' >"$T/drop/m2"
	expect "$T/drop/m2"
	script '# nothing'
	check_status 0 'A26: one is another now, of the same size' fetch
	oracle 'A26: it is fetched before anything is deleted'
	check 'A26: all are deleted' server_has 0
	if [ "${how#* }" = top ]; then
		check 'A26: only that one is fetched' asked 1 ''
	fi
done
port=$all

# TOP is announced and does not work; or the session ends during TOP.
once_gone() { # a UIDL that goes, and comes back for another message
	fresh
	fill 1 3 u
	expect "$T/drop"/m*
	fetch >"$T/out" 2>&1
	away
	fetch >"$T/out" 2>&1
	back
	printf 'Message-ID: <m9@x>\nSubject: m9\n\nbody of m9\n' >"$T/drop/m2"
	expect "$T/drop/m2"
}
once_gone
script 'on TOP * reply "-ERR no\r\n"'
quiet_run 'A29 A26: TOP refused: the message is fetched' 1 1
for how in 'TOP * drop' 'RETR * drop' 'RETR * reply "-ERR no\r\n"'; do
	once_gone
	script "on $how"
	fetch >"$T/out" 2>&1
	script '# nothing'
	check_status 0 "A26: $how: then" fetch
	oracle "A26: $how: then the other message comes"
done
port=$no_top
once_gone
script 'on RETR drop'
fetch >"$T/out" 2>&1
script '# nothing'
check_status 0 'A26 A29: without TOP, RETR dropped: then' fetch
oracle 'A26 A29: without TOP the other message comes, too'
port=$all

# A listing of very many messages.
megabytes() { # the most that any process of the run has used
	sed 's/.*/\/proc\/&\/status/' "$T/pids" | xargs sed -n \
		's/^VmHWM:[^0-9]*\([0-9]*\)[0-9]\{3\} kB/\1/p' | sort -n | tail -n 1
}
huge() { # N: so many messages in STAT, UIDL and LIST
	awk -v n="$1" 'BEGIN {
		printf "on STAT reply \"+OK %d 9\\r\\n\"\n", n
		printf "on UIDL reply \"+OK\\r\\n"
		for (i = 1; i <= n; i++) printf "%d uidl-%09d\\r\\n", i, i
		printf ".\\r\\n\"\non LIST reply \"+OK\\r\\n"
		for (i = 1; i <= n; i++) printf "%d 9\\r\\n", i
		print ".\\r\\n\"\non RETR stall"
	}' >"$T/script.new" && mv "$T/script.new" "$T/script"
}
fresh
huge 200000
setsid "$postroom" -c "$conf" fetch >"$T/said" 2>&1 &
pid=$!
wait_for logged 'C: RETR 1$'
tr ' ' '\n' <"/proc/$pid/task/$pid/children" | grep . >"$T/pids"
used=$(megabytes)
kill -9 "-$pid"
wait "$pid" 2>/dev/null
wait_for group_is_gone "$pid"
frugal() { sanitized || [ "${used:-9999}" -lt 64 ]; }
check "A22: 200,000 messages are listed in ${used:-no} megabytes" frugal
fresh
script 'on STAT reply "+OK 2000001 9\r\n"'
check_status 75 'A22: more than two million are not believed' fetch
check 'A22: which is said' says 'STAT says more than 2,000,000'
fresh
fill 1 3 u
script 'on STAT reply "+OK 2000000 9\r\n"' 'on UIDL reply "+OK\r\n"' \
	"on UIDL endless \"1 $(printf '%0900d' 0)\\r\\n\""
check_status 75 'A22: two million and an endless listing' fetch
check 'A22: are not believed either' says 'cannot be trusted'
done_testing

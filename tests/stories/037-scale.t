# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154,SC3045
# Many messages, accounts, rules and files, and a network with a long round trip:
# time, memory and commands are measured and have limits.
# POSTROOM_TEST_HUGE=1: a million known messages instead of 200,000.
. "$(dirname "$0")/../lib.sh"
no_leak_search

measured() { "$top/tests/tools/peak" "$T/peak" "$postroom" -c "$conf" "$@"; }
show_peak() { sed 's/\(.*\) \(.*\) .*/# \1 KiB, \2 ms/' "$T/peak"; }
peak_below() { # MIB
	sanitized || [ "$(cut -d' ' -f1 "$T/peak")" -lt $(($1 * 1024)) ]
}
cpu() { cut -d' ' -f2 "$T/peak"; } # in milliseconds
fresh() {
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	script '# nothing'
	: >"$T/log"
	new_config "$@"
}
calls() { # ROLE CALL: how many there were, by $T/counts
	awk -v r="$1" -v c="$2" '$1 == r && $2 == c { n = $3 }
		END { print n + 0 }' "$T/counts"
}
inject=$top/tests/tools/inject
"$inject" count true >"$T/counts" 2>&1 && can_count=yes || can_count=
script '# nothing'
start_popd --script "$T/script"

# --- a full maildrop ------------------------------------------------------------
# Only the answers are that long; the server has no such files.
listed=100000 known=${POSTROOM_TEST_HUGE:+1000000}
known=${known:-200000}
full_listing() { # NEW: as many messages, the last NEW of them unknown
	awk -v n=$listed -v new="$1" 'BEGIN {
		printf "on STAT reply \"+OK %d %d\\r\\n\"\n", n, n * 30
		printf "on UIDL reply \"+OK\\r\\n"
		for (i = 1; i <= n; i++)
			printf("%d %s%07d\\r\\n", i,
				(i > n - new ? "n-long" : "m-long"), i)
		printf ".\\r\\n\"\non LIST reply \"+OK\\r\\n"
		for (i = 1; i <= n; i++)
			printf "%d 30\\r\\n", i
		printf ".\\r\\n\"\n"
		printf "on RETR reply \"+OK\\r\\nSubject: new\\r\\n\\r\\nx\\r\\n.\\r\\n\"\n"
	}' >"$T/script.new" && mv "$T/script.new" "$T/script"
}
fresh
add_account a
printf 'Subject: first\n\nx\n' >"$T/drop/1"
fetch >"$T/out" 2>&1
: >"$T/log"
sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	WHERE i < $known)
	INSERT INTO msg (account, uidl, listed_size, size, sha256, identity,
		state, session, first_seen)
	SELECT account, CAST(printf('m-long%07d', i) AS BLOB), 30, 27,
		randomblob(32), randomblob(32), state, session, first_seen
	FROM n, (SELECT * FROM msg LIMIT 1)"
begin=$(date +%s)
full_listing 0
check_status 0 "I1: $listed messages, all of them known" measured fetch -v
check 'I1: and all of them counted' says "$listed known, 0 to fetch"
check 'I1: none is asked for' not logged 'C: RETR'
check 'I1: within 30 s' [ $(($(date +%s) - begin)) -lt 30 ]
check 'I1: no process needed 64 MiB' peak_below 64
show_peak
full_listing 10
check_status 0 "I2: $known known, $listed listed, 10 new" measured fetch -v
check 'I2: and ten are new' says "$((listed - 10)) known, 10 to fetch"
check 'I2: they are there' [ "$(messages "$mail/Inbox")" = 11 ]
check 'I2: no process needed 64 MiB' peak_below 64
show_peak
check_status 0 'I2: again' measured fetch -v
check 'I2: nothing is new' says "$listed known, 0 to fetch"
check 'I2: within a minute, all three' [ $(($(date +%s) - begin)) -lt 60 ]

long=52000 # UIDLs of 1000 bytes
awk -v n=$long 'BEGIN {
	printf "on STAT reply \"+OK %d %d\\r\\n\"\n", n, n * 30
	printf "on UIDL reply \"+OK\\r\\n"
	for (i = 1; i <= n; i++)
		printf("%d %01000d\\r\\n", i, i)
	printf ".\\r\\n\"\n"
}' >"$T/script.new" && mv "$T/script.new" "$T/script"
check_status 75 'A22: UIDLs of 52 MB' measured fetch -v
check 'A22: are refused' says 'its UIDLs have more than 48 MiB'
check 'A22: no process needed 128 MiB' peak_below 128
show_peak

# --- many new messages, and an end in the middle ---------------------------------
new=1200
fresh
add_account a 'keep-on-server = no'
seq -f 'Subject: %g' "$new" | (cd "$T/drop" && split -l 1 -a 4 - m)
expect "$T/drop"/*
script "on RETR $((new / 2)) delay 1500"
fetch >"$T/out" 2>&1 &
victim=$!
half_way() {
	[ "$(delivered "$mail" 2>/dev/null | wc -l)" -gt $((new / 4)) ]
}
wait_for half_way
kill -9 $victim
wait $victim 2>/dev/null
some=$(messages "$mail")
script '# nothing'
check "I3: killed in the middle of $new new messages" [ "$some" -lt "$new" ]
quiet() { "$postroom" -q -c "$conf" fetch; }
wait_for quiet # who was killed may still be ending
oracle "I3: after the next run all are there, each once"
check 'I3: and gone from the server' [ -z "$(ls "$T/drop")" ]
delivered "$mail" | xargs -r -d '\n' rm -f

# --- many accounts ----------------------------------------------------------------
fresh 'parallel = 12'
set --
for i in $(seq 40); do
	mkdir "$T/drop.$i"
	printf 'Subject: one of %s\n\nx\n' "$i" >"$T/drop.$i/1.$i"
	printf 'Subject: two of %s\n\nx\n' "$i" >"$T/drop.$i/2.$i"
	set -- "$@" --drop "u$i:$password:$T/drop.$i"
done
expect "$T"/drop.*/*
full_port=$port
start_popd --script "$T/script" "$@"
for i in $(seq 40); do
	user=u$i
	add_account "a$i"
done
user=u port=$full_port
script 'on STAT delay 20'
few_files() { (ulimit -n 40 && fetch); }
check_status 0 'I5: forty accounts with forty descriptors' few_files
check 'I5: silently' silent
oracle 'I5: the mail of each'
most() {
	awk '/ connected$/ { if (++open > most) most = open }
		/ (closed|gone)$/ { open-- }
		END { print most + 0 }' "$T/log"
}
printf '# %s at a time\n' "$(most)"
check 'I5: never more at a time than allowed' [ "$(most)" -le 12 ]
check 'I5: and more than one' [ "$(most)" -gt 1 ]

# --- a network where each answer takes long ------------------------------------------
# There the number of waits for an answer counts: each send causes one.
if [ -n "$can_count" ]; then
	fresh
	add_account a 'keep-on-server = no'
	seq -f 'Subject: %g' 500 | (cd "$T/drop" && split -l 1 -a 4 - m)
	expect "$T/drop"/*
	"$inject" count "$postroom" -c "$conf" fetch >"$T/counts" 2>&1
	oracle 'I7: five hundred messages'
	sends=$(awk '$1 == "0.1" && ($2 == "sendto" || $2 == "sendmsg") {
		n += $3 } END { print n + 0 }' "$T/counts")
	printf '# %s sends for 500 messages fetched and deleted\n' "$sends"
	check 'I7: with less than a twentieth of the waits' \
		[ "$sends" -gt 0 -a "$sends" -lt 50 ]
	check 'I7: each command was sent' [ "$(grep -c ' C: DELE' "$T/log")" = 500 ]
	delivered "$mail" | xargs -r -d '\n' rm -f
else
	skip 'I7: system calls cannot be counted here'
fi

# --- many rules -------------------------------------------------------------------------
rules() { # N
	fresh
	seq "$1" | sed 's/.*/rule "r&" { subject = "word&" folder = "F" }/' \
		>>"$conf"
	echo 'rule "last" { folder = "Done" }' >>"$conf"
}
sorted() { # N: sort so many messages, two dozen header lines each
	mkdir -p "$mail/Old/cur" "$mail/Old/new" "$mail/Old/tmp"
	seq "$1" | awk -v dir="$mail/Old/new/" '{
		file = dir "1." $1 ".x"
		print "Subject: about " $1 "\nFrom: a@x.org" >file
		for (i = 0; i < 20; i++) print "X-" i ": value" >file
		print "\nbody" >file
		close(file)
	}'
	measured sort "$mail" Old >"$T/out" 2>&1
	cpu
}
rules 2000
check_status 0 'I6: two thousand rules are read' "$postroom" -c "$conf" check -q
one=$(sorted 1)
rules 2000
many=$(sorted 300)
rules 200
fewer=$(sorted 300)
printf '# 2000 rules: %s ms for one message, %s ms for 300; %s ms with 200 rules\n' \
	"$one" "$many" "$fewer"
check 'I6: all are sorted' [ "$(messages "$mail/Done")" = 300 ]
check 'I6: a message costs less than 5 ms' [ $((many - one)) -lt 1500 ]
check 'I6: ten times the rules cost not more than twenty times as much' \
	[ "$many" -lt $((fewer * 20)) ]

# --- many files ---------------------------------------------------------------------------
if [ -n "$can_count" ]; then
	fresh
	printf 'Subject: x\n\nx\n' >"$T/input"
	counted() {
		"$inject" count "$postroom" -c "$conf" deliver <"$T/input" \
			>"$T/counts" 2>&1
		calls 0 getdents64
	}
	counted >/dev/null
	empty=$(counted)
	seq 1500 | (cd "$mail/Inbox/cur" && split -l 1 -a 4 - 1.)
	seq 1500 | (cd "$mail/Inbox/new" && split -l 1 -a 4 - 2.)
	full=$(counted)
	all=$(calls 0 any)
	printf '# %s calls, %s of them read a directory\n' "$all" "$full"
	check 'I8: deliveries are counted' [ "$all" -gt 20 ]
	check 'I8: three thousand files in a folder are not looked at' \
		[ "$empty" = "$full" ]
	check 'I8: and the message is there' [ "$(messages "$mail/Inbox")" = 3003 ]
else
	skip 'I8: system calls cannot be counted here'
fi
done_testing

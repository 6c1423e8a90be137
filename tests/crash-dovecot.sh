#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2012,SC2046,SC2086,SC2154
# usage: crash-dovecot.sh [SEED]; a part of crash.sh
#
# E13: postroom empties a large mailbox of a real Dovecot and is killed (-9, all
# processes) again and again, at random moments, from the first message to the
# last. At the end each message is there once, byte for byte.
. "$(dirname "$0")/lib.sh"
. "$tests/dovecot.sh"
seed=${1:-$(awk 'BEGIN { srand(); print int(rand() * 1000000) }')}
echo "# seed $seed"
: >"$T/log"

# No two are alike: 200 bytes to 100 KiB; dots, CJK, long and empty lines.
generate() { # DIRECTORY FIRST LAST
	mkdir "$1"
	LC_ALL=C awk -v dir="$1" -v first="$2" -v last="$3" -v seed="$seed" '
	BEGIN {
		srand(seed)
		for (i = first; i <= last; i++) {
			file = sprintf("%s/%05d", dir, i)
			printf "From: %d@example.org\nMessage-ID: <%d@x>\n", i, i >file
			if (i % 50 == 7)
				print "Subject: =?UTF-8?B?5rWL6K+V6YKu5Lu2?= " i >file
			else if (i % 50 == 9)
				print "Subject: \xe6\xb8\xac\xe8\xa9\xa6 \xe3\x83\x86 " i >file
			else
				print "Subject: m" i >file
			print "\n.\n..\n.dot " i >file
			lines = i % 100 == 0 ? 1400 : int(rand() * 40)
			for (j = 0; j < lines; j++)
				printf "%d %070d\n", j, int(rand() * 1e9) >file
			if (i % 3 == 0) print "" >file
			close(file)
		}
	}'
}
start_dovecot
port=$pop3_port

left() { # USER...: how many messages are on the server
	all=0
	for who; do all=$((all + $(left_in_drop $who))); done
	echo $all
}
moment() { # MILLISECONDS: a random time of at most so many, in seconds
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	printf '%d.%03d' $((seed / 65536 % $1 / 1000)) $((seed / 65536 % $1 % 1000))
}
mail_in_spool() {
	set -- "$T/state/spool"/*
	[ -e "$1" ]
}
# The limit of messages a session, and the time before a kill, spread the kills
# over the whole mailbox: some hit before anything is safe, some after DELE.
# Every other kill waits for mail in the spool, where it stays for moments only
# on a fast disk. Ends when enough kills met some, and the mailbox is as empty
# as PERCENT says.
kill_often() { # KILLS PERCENT USER...: while there is mail to fetch
	kills=$1 percent=$2 hit=0 tries=0 fetching=0 spread='' longest=400
	shift 2
	before=$(left "$@") now=$before
	until enough || [ "$now" = 0 ] || [ $((tries += 1)) -gt $((kills * 10)) ]; do
		to_come=$((kills > hit ? kills - hit : 0))
		limit=$((now / $# / (to_come + 1) / 2 + 1))
		[ $to_come -gt 0 ] || limit=$((limit / 5 + 1))
		configure
		setsid "$postroom" -c "$conf" fetch >>"$T/said" 2>&1 &
		victim=$!
		if [ $((tries % 2)) = 0 ]; then
			until mail_in_spool || is_over "$victim"; do :; done
			sleep "$(moment 30)"
		else
			sleep "$(moment $longest)"
		fi
		if kill -9 "-$victim" 2>/dev/null; then
			hit=$((hit + 1))
			[ $((hit % (kills / 5))) != 0 ] || spread="$spread $now"
		elif [ $((tries % 2)) = 1 ]; then
			longest=$((longest * 7 / 8 + 10))
		fi
		wait "$victim" 2>/dev/null
		wait_for group_is_gone "$victim"
		! mail_in_spool || fetching=$((fetching + 1))
		was=$now now=$(left "$@")
		[ "$now" -lt "$was" ] || longest=$((longest * 9 / 8))
	done
	echo "# $hit kills in $tries runs, $fetching with mail in the spool; of $before on the server were left at each fifth of them:$spread; then $now"
	limit=0
	configure
}
enough() {
	[ $hit -ge "$kills" ] && [ $fetching -gt $((kills / 8)) ] &&
		[ "$now" -lt $((before * percent / 100)) ]
}
sound() {
	[ "$("$top/tests/tools/sql" "$T/state/state.db" 'PRAGMA integrity_check')" = ok ] &&
		[ "$("$top/tests/tools/sql" "$T/state/state.db" \
			'SELECT count(*) FROM msg WHERE spool IS NOT NULL')" = 0 ]
}
ends_well() { # NAME USER...
	what=$1
	shift
	check_status 0 "E13: $what: the run after them" fetch
	oracle "E13: $what: each message once, byte for byte, none left behind"
	check "E13: $what: the server is empty" [ "$(left "$@")" = 0 ]
	check "E13: $what: the database is sound" sound
}

# --- one account, 3,000 messages ---
configure() {
	new_config
	add_account a 'keep-on-server = no' "limit = $limit"
}
generate "$T/a" 1 3000
expect "$T/a"/*
fill_drop u "$T/a"/*
kill_often 50 50 u
check 'E13: 3,000 messages: killed 50 times, while fetching' enough
ends_well '3,000 messages' u
check 'E13: 3,000 files' [ "$(messages "$mail")" = 3000 ]

# --- two accounts, copies and commands ---
configure() {
	new_config
	user=b add_account b 'keep-on-server = no' "limit = $limit"
	user=c add_account c 'keep-on-server = no' "limit = $limit"
	cat >>"$conf" <<-END
	rule "pipe" { subject = '/[05]\$/' pipe = {"sh", "-c", \
		"echo \$POSTROOM_KEY \$(grep ^Message-ID) >>$T/piped"} }
	rule "copy" { subject = '/[1357]\$/' copy = "Copies/odd" }
	END
}
rm -rf "$mail" "$T/state" "$T/want"/*
generate "$T/b" 10001 10300
generate "$T/c" 20001 20300
expect "$T/b"/* "$T/c"/*
expect "$T/b"/*[1357] "$T/c"/*[1357]
fill_drop b "$T/b"/*
fill_drop c "$T/c"/*
kill_often 20 66 b c
check 'E13: rules: killed 20 times, while fetching' enough
ends_well 'rules' b c
check 'E13: each copy once' [ "$(messages "$mail/Copies")" = 240 ]
# A command that was killed with its sorter is tried again later.
for _ in 1 2 3; do
	"$top/tests/tools/sql" "$T/state/state.db" 'UPDATE delivery SET next = 0' >/dev/null
	fetch >/dev/null 2>&1
done
sort -u "$T/piped" | sed 's/Message-ID: //' >"$T/keys"
# After three kills in the middle of one command it looks as if it kills.
"$top/tests/tools/sql" "$T/state/state.db" "SELECT message_id FROM msg JOIN delivery
	ON message = msg.id WHERE trouble LIKE '%ended from outside%'" >"$T/given-up"
cut -d ' ' -f 2 "$T/keys" | tr -d '<>' >"$T/ran"
given_up=$(wc -l <"$T/given-up")
check 'E13: each command ran, or was killed three times' \
	[ "$(sort -u "$T/ran" "$T/given-up" | wc -l)" = 120 ]
check 'E13: so many kills hit no more of them' [ $((given_up * 3)) -le $hit ]
check 'E13: again with the same key only' \
	[ "$(sort -u "$T/ran" | wc -l)" = "$(wc -l <"$T/keys")" ]
echo "# $(wc -l <"$T/piped") commands for 120 messages, $given_up given up"
done_testing

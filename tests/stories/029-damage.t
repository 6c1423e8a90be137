# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# A message that is not proved complete is not deleted on the server: see
# "Proof" in ARCHITECTURE.md. It is read again, alone, and then delivered once.
. "$(dirname "$0")/../lib.sh"

start() { # KEEP: five messages; the third has lines that begin with dots
	fresh_drop 0
	for i in 1 2 4 5; do
		printf 'Subject: %s\n\nmessage %s\n' "$i" "$i" >"$T/drop/$i"
	done
	printf 'Subject: 3\n\nfirst half\n%b\nsecond half\n' "$2" >"$T/drop/3"
	expect "$T/drop"/*
	new_config
	add_account a 'timeout = 1' "keep-on-server = $1"
}
runs() { # N
	: >"$T/said"
	for _ in $(seq "$1"); do
		fetch >>"$T/said" 2>&1
	done
}
tells() { grep -qE -- "$1" "$T/said" || { cat "$T/said" && false; }; }
has() { grep -rqF -- "$1" "$mail"/*/new; }
script '# nothing'
start_popd --script "$T/script"

# The server does not double dots: a line of one dot ends the message early.
for text in '.' '.x' '..' '.x\n..' '..\n.x' '.\n.' '.\n+OK 5 octets' '.\n-ERR' \
	'.\n+OK\n.' '..\n.' '.\r'; do
	for keep in no yes; do
		start $keep "$text"
		script 'on RETR unstuffed'
		runs 4
		case $text in '..')
			# Nothing shows that the server does this.
			check "A16: $text: both halves" has 'second half' ;;
		*) oracle "A16: not doubled: $text, keep-on-server = $keep" ;;
		esac
		[ $keep = yes ] || check "A16: $text: gone from the server" server_has 0
	done
done
start no .
script 'on RETR unstuffed' 'on LIST reply "+OK\r\n1 9\r\n2 9\r\n3 9\r\n4 9\r\n5 9\r\n.\r\n"'
runs 4
check 'A16: sizes are wrong, too: what came is delivered' has 'first half'
check 'A16: the message stays on the server' test -f "$T/drop/3"
check 'A16: a person is told' tells 'message . \(UIDL 3\) may be damaged: .*stays on the server'
check 'A16: the others come' [ "$(messages "$mail")" = 5 ]
check 'A16: and are deleted' server_has 1
runs 3
check 'A16: it does not come twice' [ "$(messages "$mail")" = 5 ]
check 'A16: and stays' server_has 1
check_status 0 'A16: the database is made anew' "$postroom" -c "$conf" state rebuild --force
runs 2
check 'A16: it stays all the same' server_has 1

# Marked to stay, and the server lists nothing for once, or has other UIDLs.
for what in nothing uidls server; do
	start yes .
	lists() { # NUMBERS: each with the size 9
		printf 'on LIST reply "+OK\\r\\n'
		printf '%d 9\\r\\n' "$@"
		printf '.\\r\\n"'
	}
	script 'on RETR unstuffed' "$(lists 1 2 3 4 5)"
	runs 3
	check "A16: kept, then $what: it is marked" \
		[ "$(sql 'SELECT count(*) FROM attempt WHERE keep')" = 1 ]
	rm "$T/drop"/[1245]
	sed -i 's/keep-on-server = yes/keep-on-server = 1s/' "$conf"
	sql 'UPDATE msg SET first_seen = first_seen - 9'
	case $what in
	nothing)
		script 'on STAT reply "+OK 0 0\r\n"' 'on UIDL reply "+OK\r\n.\r\n"' \
			'on LIST reply "+OK\r\n.\r\n"'
		;;
	uidls) echo 3 other >"$T/drop/.uidl" ;;
	server)
		sed -i 's/127.0.0.1/localhost/' "$conf"
		;;
	esac
	[ "$what" = server ] || runs 1
	script 'on RETR unstuffed' "$(lists 1)"
	runs 4
	check "A16: kept, then $what: it stays on the server" test -f "$T/drop/3"
	check "A16: kept, then $what: it does not come again" \
		[ "$(messages "$mail")" = 5 ]
done

# Answers that nobody asked for.
for stray in '+OK\r\n' '+OK 9 octets\r\n' '-ERR\r\n' '+OK\r\nx: y\r\n\r\nz\r\n.\r\n' 'x\r\n' '.\r\n'; do
	for n in 1 2 5; do
		start no x
		script "on RETR $n times 1 append \"$stray\""
		runs 3
		oracle "A13: $stray behind message $n: all are there, once"
		check "A13: $stray behind message $n: gone from the server" server_has 0
	done
	start no x
	script "on DELE 2 append \"$stray\""
	runs 1
	check "A13: $stray behind DELE: nothing is deleted" server_has 5
done
# In place of an answer, so that all answers move.
start no x
script 'on RETR 2 reply "+OK\r\n+OK 9 octets\r\nSubject: x\r\n\r\n.\r\n"'
runs 1
check 'A13: a stray +OK before a message: it is not deleted' test -f "$T/drop/2"

# Shorter than listed, in a session that breaks.
for how in drop stall; do
	start no x
	script 'on RETR 3 times 1 reply "+OK\r\nSubject: 3\r\n\r\nfirst half\r\n.\r\n"' "on RETR 4 times 2 $how"
	runs 4
	oracle "A17: a message shorter than listed, then $how"
	check "A17: then $how: gone from the server" server_has 0
done

# In doubt, and no TOP to look at it: it is read again before it is deleted.
for doubt in 0 1; do
	start yes x
	start_popd --script "$T/script" --caps 'UIDL USER SASL=PLAIN'
	new_config
	add_account a 'keep-on-server = yes'
	runs 1
	sql "UPDATE msg SET doubt = $doubt WHERE uidl = CAST('2' AS BLOB)"
	: >"$T/log"
	new_config
	add_account a 'keep-on-server = no'
	runs 1
	check "A29: doubt $doubt: RETR" [ "$(grep -c 'C: RETR 2' "$T/log")" = "$doubt" ]
	check "A29: doubt $doubt: all is deleted on the server" server_has 0
	oracle "A29: doubt $doubt: each came once"
done
done_testing

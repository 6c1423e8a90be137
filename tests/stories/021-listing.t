# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# UIDLs are opaque and may be any bytes. A listing that contradicts itself is not
# used at all.
. "$(dirname "$0")/../lib.sh"

put() { # NAME UIDL [BODY]: a message; what is to be delivered is noted apart
	printf 'Subject: x\n\n%s\n' "${3-body of $1}" >"$T/drop/$1"
	[ -z "${2+set}" ] || printf '%s %s\n' "$1" "$2" >>"$T/drop/.uidl"
}
fresh() { # ACCOUNT-LINE...: an empty maildrop, nothing known
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	script '# nothing'
	new_config
	add_account a "$@"
}
last_session() { tac "$T/log" | sed '/ connected$/q'; }
deleting() { last_session | grep -q DELE; }
asked_for() { # N: the last session logged in and asked for so many messages
	last_session | grep -q STAT &&
		[ "$(last_session | grep -c RETR)" = "$1" ]
}
script '# nothing'
start_popd --script "$T/script"

long=$(printf '%01100d' 7)
odd() { # one message for each kind of odd UIDL
	put 01 ''
	put 02 '   '
	put 03 "$(printf '%0100d' 3)"
	put 04 "$long"
	put 05 'with blanks in it'
	put 06 '../../../etc/passwd'
	put 07 '%s%n%s%n%%'
	# shellcheck disable=SC2016
	put 08 '";rm -rf $HOME; `reboot`'
	put 09 "\\xff\\xfe\\x80bytes"
	put 10 "nul\\x00one"
	put 11 "nul\\x00two"
	put 12 "'); DROP TABLE msg; --"
	put 13 "tab\\there"
	put 14 'UPPER'
	put 15 'upper'
}
fresh
odd
expect "$T/drop"/*
check_status 0 'A24 H12: odd UIDLs' fetch
oracle 'A24: odd UIDLs: each message once'
check_status 0 'odd UIDLs: again' fetch
oracle 'odd UIDLs: still once'
fresh 'keep-on-server = no'
odd
expect "$T/drop"/*
check_status 0 'A24: odd UIDLs, to be deleted' fetch
oracle 'each message once'
check 'and none left on the server' server_has 0

fresh
put 1 same 'one content'
put 2 same 'one content'
expect "$T/drop/1"
check_status 0 'A25: one UIDL twice, the same content' fetch
oracle 'is one message'
check_status 0 'again' fetch
oracle 'and stays one'
fresh 'keep-on-server = no'
put 1 same 'one content'
put 2 same 'two contents'
put 3 same 'six contents'
put 4 same 'six contents'
expect "$T/drop/1" "$T/drop/2" "$T/drop/3"
check_status 0 'A25: one UIDL, several contents, to be deleted' fetch
oracle 'each content once'
check 'and all copies are deleted' server_has 0
fresh
put 1 one 'one content'
put 2 two 'one content'
expect "$T/drop"/*
check_status 0 'B17: one content under two UIDLs' fetch
oracle 'is two messages'

for keep in yes no; do
	fresh "keep-on-server = $keep"
	put 1 again 'first message'
	expect "$T/drop"/*
	check_status 0 "keep = $keep: a message" fetch
	put 1 again 'a longer second message'
	expect "$T/drop"/*
	check_status 0 'A26: its UIDL for a message of another size' fetch
	oracle 'is a new message'
done
fresh 'keep-on-server = no'
printf 'Subject: one\n\nbody\n' >"$T/drop/1"
expect "$T/drop"/*
check_status 0 'a message, deleted' fetch
printf 'Subject: two\n\nbody\n' >"$T/drop/1"
expect "$T/drop"/*
check_status 0 'A26: its UIDL for another message of the same size' fetch
oracle 'is a new message'
check 'and deleted only after it was fetched' server_has 0
fresh 'keep-on-server = no'
printf 'Subject: one\n\nbody\n' >"$T/drop/1"
expect "$T/drop"/*
script 'on QUIT drop'
check_status 75 'a message that was not deleted' fetch
printf 'Subject: two\n\nbody\n' >"$T/drop/1"
expect "$T/drop"/*
script 'on DELE drop'
check_status 75 'a session in between' fetch
script '# nothing'
check_status 0 'A26: another message with its UIDL and size' fetch
oracle 'is not lost' # by TOP, or by retrieving it

fresh
for i in 1 2 3 4 5; do put $i "id$i"; done
expect "$T/drop"/*
check_status 0 'five messages' fetch
script 'on STAT reply "+OK 0 0\r\n"' 'on UIDL reply "+OK\r\n.\r\n"' \
	'on LIST reply "+OK\r\n.\r\n"'
check_status 0 'A28: an empty listing, once' fetch
script '# nothing'
check_status 0 'and all of it back' fetch
oracle 'nothing came twice'
check 'A28: nothing was fetched again' asked_for 0
rm "$T/drop/.uidl"
put 6 id6
put 7 id7
for i in 1 2 3 4 5; do printf '%s id%s\n' $i $i >>"$T/drop/.uidl"; done
expect "$T/drop/6" "$T/drop/7"
check_status 0 'two more' fetch
oracle 'are there'
check 'only they were fetched' asked_for 2

unannounced='on CAPA reply "+OK\r\nUSER\r\nTOP\r\n.\r\n"'

# Listings that contradict themselves: nothing may be fetched or deleted.
lies() { # NAME SCRIPT-LINE...
	what=$1
	shift
	script "$@"
	check_status 75 "$what: later" fetch
	check "$what: nothing is fetched" asked_for 0
	check "$what: nothing is deleted" not deleting
	script '# nothing'
}
fresh 'keep-on-server = no'
for i in 1 2 3; do put $i id$i; done
script 'on DELE reply "-ERR no\r\n"'
check_status 0 'three messages the server does not delete' fetch
check 'are still there' server_has 3
u='on UIDL reply "+OK\r\n' e='.\r\n"'
lies 'A23 A30: UIDL without the last' "${u}1 id1\\r\\n2 id2\\r\\n$e"
lies 'A23: UIDL without one in the middle' "${u}1 id1\\r\\n3 id3\\r\\n$e"
lies 'A23: UIDL with one twice' "${u}1 id1\\r\\n2 id2\\r\\n2 id2\\r\\n3 id3\\r\\n$e"
lies 'A23: UIDL with one twice for another' "${u}1 a\\r\\n2 b\\r\\n2 c\\r\\n$e"
lies 'A23: UIDL with more than STAT' \
	"${u}1 id1\\r\\n2 id2\\r\\n3 id3\\r\\n4 id4\\r\\n$e"
for n in 0 -1 4294967297 18446744073709551617 +2 2x 0x2 '' \
	99999999999999999999999; do
	lies "A23: UIDL with number $n" "${u}1 id1\\r\\n$n id2\\r\\n3 id3\\r\\n$e"
done
lies 'UIDL refused' 'on UIDL reply "-ERR [SYS/TEMP] not now\r\n"'
lies 'A30: UIDL without an end' "${u}1 id1\\r\\n\"" 'on UIDL drop-after 99'
lies 'UIDL is not POP3' 'on UIDL reply "HTTP/1.1 200 OK\r\n\r\n"'
lies 'A22: a line that never ends' 'on UIDL reply "+OK\r\n"' 'on UIDL endless "1"'
lies 'A22: a listing that never ends' 'on UIDL reply "+OK\r\n"' \
	'on UIDL endless "1 id1\r\n"'
lies 'LIST without a size' 'on LIST reply "+OK\r\n1\r\n2 5\r\n3 5\r\n.\r\n"'
lies 'LIST with a bad size' \
	'on LIST reply "+OK\r\n1 -5\r\n2 5\r\n3 5\r\n.\r\n"'
lies 'LIST with a size beyond all bounds' 'on LIST reply "+OK\r\n'\
'1 99999999999999999999\r\n2 5\r\n3 5\r\n.\r\n"'
lies 'A30: LIST shorter than UIDL' 'on LIST reply "+OK\r\n1 5\r\n2 5\r\n.\r\n"'
lies 'LIST refused' 'on LIST reply "-ERR no\r\n"'
lies 'A30: STAT says five' 'on STAT reply "+OK 5 1000\r\n"'
lies 'A30: STAT says two' 'on STAT reply "+OK 2 1000\r\n"'
lies 'A22: STAT says three million' 'on STAT reply "+OK 3000000 1\r\n"'
for n in '' x -1 99999999999999999999; do
	lies "STAT says $n" "on STAT reply \"+OK $n\\r\\n\""
done
lies 'STAT refused' 'on STAT reply "-ERR no\r\n"'
rm -rf "$T/want"
mkdir "$T/want"
expect "$T/drop"/*
check_status 0 'after all these lies' fetch
oracle 'each message is there once'
check 'and gone from the server' server_has 0

fresh
put 1 id1
for words in 'STAT [IN-USE] maildrop locked by another session' \
	'STAT Command is not valid in this state.' \
	'UIDL [SYS/TEMP] Mailbox is in inconsistent state, please relogin.' \
	'LIST index is being rebuilt'; do
	rm -rf "$T/state"
	lies "A8: $words" "on ${words%% *} reply \"-ERR ${words#* }\\r\\n\""
	check 'the server has the word' grep -qF "${words#* }" "$T/out"
done
script 'on STAT reply "+OK well\r\n"'
check_status 75 'A8: STAT without a number' fetch -v
check 'is shown' says '"well"'
script 'on STAT reply "-ERR [SYS/PERM] this mailbox is closed\r\n"'
check_status 77 'A8: a refusal that a person must look at' fetch -v
check 'is shown' says 'this mailbox is closed'
script "$unannounced" 'on UIDL reply "-ERR [SYS/TEMP] no\r\n"'
check_status 75 'A8: a fault of UIDL does not mean that there is none' fetch -v
fresh
script 'on UIDL reply "-ERR no messages\r\n"' \
	'on LIST reply "-ERR no messages\r\n"'
check_status 0 'A8: no list of no messages' fetch
check 'is nothing to speak of' silent
script 'on LIST reply "-ERR no messages\r\n"'
check_status 0 'A8: the same after an empty UIDL' fetch

fresh
for i in 1 2 3; do put $i id$i; done
expect "$T/drop"/*
script 'on UIDL reply "+OK\r\n3 id3\r\n1 id1\r\n2 id2\r\n.\r\n"' \
	'on LIST reply "+OK\r\n2 27\r\n3 27\r\n1 27\r\n.\r\n"'
check_status 0 'A23: a listing in another order' fetch
oracle 'is good'

# A server that does not announce UIDL may refuse it once. Mail that was fetched
# before, and not deleted because QUIT was lost, then loses its UIDL, or gets
# one.
refused='on UIDL reply "-ERR not now\r\n"'
for first in '# nothing' "$refused"; do
	fresh 'keep-on-server = no' 'timeout = 2'
	put 01 one
	put 02 two
	expect "$T/drop"/*
	script "$unannounced" "$first" 'on QUIT drop'
	check_status 75 'A29 A34: QUIT is lost' fetch
	[ "$first" = "$refused" ] && second='# nothing' || second=$refused
	script "$unannounced" "$second"
	check_status 0 "A29: the next session" fetch
	oracle 'A29: each is there once'
	check 'and gone from the server' server_has 0
done
done_testing

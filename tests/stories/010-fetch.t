# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# The main job, over each kind of connection and with each kind of server.
. "$(dirname "$0")/../lib.sh"

fill() { # N [FIRST]: so many messages in the maildrop
	for i in $(seq "${2:-1}" $((${2:-1} + $1 - 1))); do
		printf 'From: a@example.org\nSubject: message %s\n\ntext %s\n' \
			"$i" "$i" >"$T/drop/$(printf %04d "$i")"
	done
}
fresh() { # nothing known, nothing fetched, N messages on the server
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want" "$T/log"
	mkdir "$T/drop" "$T/want"
	: >"$T/log"
	fill "$1"
	[ "$1" = 0 ] || expect "$T/drop"/*
}
everything() { # WHAT: fetch, nothing said, all there; nothing new after it
	check_status 0 "$1: fetch" fetch
	check "$1: says nothing" silent
	oracle "$1: all there, once, byte for byte"
	check_status 0 "$1: fetch again" fetch
	oracle "$1: brings nothing"
	check "$1: the server keeps the mail" [ "$(ls "$T/drop" | wc -l)" = 12 ]
	check "$1: waits where it must" not logged VIOLATION
}
for caps in 'TOP UIDL PIPELINING SASL=PLAIN' 'TOP UIDL PIPELINING USER' \
	'TOP UIDL USER' 'USER UIDL PIPELINING' 'USER UIDL' 'USER'; do
	fresh 12
	start_popd --caps "$caps"
	new_config
	add_account a
	if [ "${caps#*UIDL}" != "$caps" ]; then
		everything "A29: with $caps"
		continue
	fi
	check_status 77 'A29: without UIDL mail cannot be kept there' fetch
	check 'which is said with the way out' says '^.*a: .*keep-on-server = no'
	new_config
	add_account a 'keep-on-server = no'
	check_status 0 'without UIDL: fetch' fetch
	oracle 'without UIDL: all there'
	check 'without UIDL: the server is empty' [ -z "$(ls "$T/drop")" ]
done
fresh 12
start_popd --no-capa
new_config
add_account a
everything 'A29: without CAPA'
check 'C10: inbox is Inbox' [ "$(messages "$mail/Inbox")" = 12 ]
check 'and its messages are new' [ -z "$(ls "$mail/Inbox/cur")" ]

make_cert server IP:127.0.0.1,DNS:localhost 2
for tls in implicit starttls; do
	fresh 12
	start_popd --tls $tls --cert "$T/server.pem" --key "$T/server.key"
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\""
	everything "tls = $tls"
	check "tls = $tls: was used" logged '^1 - TLS'
done
check 'nothing but STLS comes before TLS' not logged '^1 .*C: (USER|PASS|AUTH)'\
'.*STLS'
tls=none

fresh 0
start_popd
new_config
add_account a 'keep-on-server = no'
check_status 0 'an empty mailbox' fetch
check 'is silent' silent
fill 3
expect "$T/drop"/*
check_status 0 'mail comes' fetch
oracle 'and is there'
check 'keep-on-server = no empties the mailbox' [ -z "$(ls "$T/drop")" ]
check 'three deletions, each done by the server' \
	[ "$(grep -c ' deleted ' "$T/log")" = 3 ]
fill 2 4
expect "$T/drop"/*
check_status 0 'more comes' fetch
oracle 'and is there, too'

fresh 500
start_popd --caps 'TOP UIDL PIPELINING USER'
new_config
add_account a 'keep-on-server = no'
check_status 0 'five hundred messages' fetch
oracle 'F8: five hundred messages, once, byte for byte'
check 'five hundred deleted' [ -z "$(ls "$T/drop")" ]

fresh 5
start_popd
new_config
add_account a
check_status 0 'C16: a dry run' fetch -n
check 'shows where each would go' [ "$(grep -c 'Inbox' "$T/out")" = 5 ]
check 'C16: delivers nothing' [ ! -d "$mail/Inbox" ]
check 'C16: asks the server for no deletion' not logged 'C: DELE'
check_status 0 'and so the next run' fetch
oracle 'fetches all'
user=v
add_account b 'enabled = no'
check_status 64 'an account that does not exist' fetch nobody
check 'is named' says nobody
check_status 0 'one account by name' fetch a
check_status 0 'bare postroom is fetch' "$postroom" -c "$conf"
check 'silently' silent
done_testing

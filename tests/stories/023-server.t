# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Servers that are slow, silent, confused or hostile. Mail is neither lost nor
# doubled nor believed to be deleted when it was not.
. "$(dirname "$0")/../lib.sh"

for i in 1 2 3; do
	printf 'Subject: %s\n\nmessage %s\n' "$i" "$i" >"$T/drop/$i"
done
expect "$T/drop"/*
fresh() { # SCRIPT-LINE...: three messages, to be deleted when fetched
	script "$@"
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir "$T/drop"
	cp "$T/want/1"/* "$T/drop"
	: >"$T/log"
	new_config
	add_account a 'keep-on-server = no' 'timeout = 1'
}
recovers() { # WHAT: the next run brings what is missing, once
	script '# nothing'
	check_status 0 "$1: the next run" fetch
	oracle "$1: all are there once"
	check "$1: and gone from the server" server_has 0
}
later() { # WHAT WHY SCRIPT-LINE...: 75, said so; the next run is good
	what=$1 why=$2
	shift 2
	fresh "$@"
	check_status 75 "$what: later" fetch
	check "$what: says why" says "^postroom: a: .*$why"
	recovers "$what"
}
script '# nothing'
start_popd --script "$T/script"

later 'A2: no greeting' 'time' 'on GREETING stall'
check 'no greeting: the password stays here' not logged '^1 .*(PASS|AUTH)'
for text in '-ERR go away\r\n' 'HTTP/1.1 400 Bad Request\r\n\r\n' \
	'\x00\x00\r\n'; do
	sampled || continue
	later "A3: greeting $text" '.' "on GREETING reply \"$text\""
	check "A3: greeting $text: the password stays here" \
		not logged '^1 .*(PASS|AUTH)'
done
later 'A3: a greeting without end' '.' 'on GREETING reply "+OK "' \
	'on GREETING endless "x"'
later 'no answer to the login' 'time' 'on AUTH stall'
later 'A2: a greeting, a byte at a time' \
	'no complete answer within 1 second' 'on GREETING chunk 1 200'
later 'no answer to STAT' 'nothing for' 'on STAT stall'
later 'no answer to RETR' 'nothing for' 'on RETR 2 stall'
later 'A19: +OK to RETR, then nothing' 'nothing for' 'on RETR 2 reply "+OK\r\n"' \
	'on RETR 3 stall'
later 'A33: no answer to DELE' 'nothing for' 'on DELE 2 stall'
later 'A34: no answer to QUIT' 'did not confirm the deletions' 'on QUIT stall'
later 'A34: QUIT refused' 'did not confirm the deletions' 'on QUIT reply "-ERR no\r\n"'
later 'A15: lines that end in LF' 'LF' 'on RETR 2 lf'
later 'A15: a listing whose lines end in LF' 'LF' 'on UIDL lf'
later 'neither +OK nor -ERR' 'neither' 'on RETR 2 reply "* OK\r\n"'
later 'A21: a status line without end' 'line' 'on RETR 2 reply ""' \
	'on RETR 2 endless "x"'
later 'A13: bytes after the end of the last message' 'answer no command|do not fit' \
	'on RETR 3 append "+OK\r\n"'
later 'A13: rubbish between two messages' 'neither' 'on RETR 1 append "x\r\n"'
later 'A38 H11: terminal escapes in an answer' 'x1[bB]\[31m' \
	'on RETR 2 reply "\x1b[31mred\r\n"'

# The session that breaks off must not end with QUIT.
for rule in 'on RETR 3 append "+OK\r\n"' 'on RETR 1 append "x\r\n"' \
	'on RETR 2 lf'; do
	fresh "$rule"
	fetch 2>"$T/out"
	check "A13: $rule: no QUIT" not logged QUIT
	check "$rule: nothing deleted" server_has 3
done

fresh 'on RETR 2 reply "-ERR [SYS/TEMP] busy\r\n"'
check_status 0 'A18: one message refused' fetch
check 'which is said' says 'message 2 .*busy'
check 'the others come' [ "$(messages "$mail")" = 2 ]
check 'the refused one stays on the server' test -f "$T/drop/2"
recovers 'one message refused'

fresh 'on DELE 2 reply "-ERR no\r\n"'
check_status 0 'A33: one message not deleted' fetch
oracle 'all came'
check 'one is left' server_has 1
recovers 'one message not deleted'

fresh 'on QUIT drop-after 0'
check_status 75 'A34: deleted, but QUIT unanswered' fetch
check 'it was deleted' server_has 0
recovers 'deleted, but QUIT unanswered'
fresh 'on QUIT reply "+OK\r\n"'
check_status 0 'A35: QUIT says +OK and deletes nothing' fetch
check 'all still there' server_has 3
recovers 'QUIT says +OK and deletes nothing'

# QUIT matters only where something was to be deleted.
for rule in drop stall 'reply "-ERR no\r\n"'; do
	fresh "on QUIT $rule"
	new_config
	add_account a 'timeout = 1'
	check_status 0 "A34: nothing deleted, QUIT: $rule" fetch
	check 'is not reported' silent
	oracle 'all are there'
done

fresh 'on LIST reply "+OK\r\n1 9\r\n2 99999\r\n3 1\r\n.\r\n"'
check_status 0 'A17: sizes that are not true' fetch
recovers 'sizes that are not true'

# A wrong size: the message is larger than listed, and than allowed.
fresh 'on LIST reply "+OK\r\n1 9\r\n2 9\r\n3 9\r\n.\r\n"'
head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70 >"$T/drop/2"
new_config
add_account a 'keep-on-server = no' 'max-size = 1M'
check_status 0 'A21: a message larger than listed and than max-size' fetch
check 'is told of' says '^postroom: a: message 2 cannot be fetched: .* more than max-size; the listing said 9"'
check 'A21: those behind it come' [ "$(messages "$mail")" = 2 ]
check 'and are gone from the server' server_has 1
check 'it stays there' test -f "$T/drop/2"
check 'nothing of it is here' [ -z "$(find "$T/state/spool" -type f)" ]
cp "$T/want/1/2" "$T/drop/2"
recovers 'a message larger than listed'

endless='on RETR 2 reply "+OK\r\n"'
fresh "$endless" "on RETR 2 endless \"$(printf %060d 1)\\r\\n\""
new_config
add_account a 'keep-on-server = no' 'max-size = 2M'
check_status 75 'A21: a message without end' fetch
check 'says why' says 'larger than'
check 'nothing of it is here' [ -z "$(find "$T/state/spool" -type f)" ]
recovers 'a message without end'
fresh "$endless" "on RETR 2 endless \"$(printf %060d 1)\\r\\n\""
new_config
add_account a 'keep-on-server = no'
check_status 75 'A21: a message without end, and no max-size' fetch
check 'says why' says 'message 2 is far larger than listed; session given up'
check 'nothing of it is here' [ -z "$(find "$T/state/spool" -type f)" ]
recovers 'a message without end, and no max-size'
fresh "$endless" "on RETR 2 endless \"$(printf %060d 1)\""
check_status 75 'A21 D7: a full disk' sh -c 'ulimit -f 4000; "$@" fetch' - \
	"$postroom" -c "$conf"
check 'what is not here is still there' [ -f "$T/drop/2" -a -f "$T/drop/3" ]
check 'nothing is left of it' [ -z "$(find "$T/state/spool" -type f)" ]
recovers 'a full disk'

fresh '# nothing'
new_config
add_account a 'max-size = 100'
head -c 5000 /dev/zero >"$T/drop/4"
check_status 0 'a message over max-size' fetch
oracle 'the others come'
check 'it stays' test -f "$T/drop/4"
fresh '# nothing'
new_config
add_account a 'limit = 2' 'keep-on-server = no'
check_status 0 'two messages a session' fetch
check 'two came' [ "$(messages "$mail")" = 2 ]
recovers 'two messages a session'

fresh '# nothing'
check_status 0 'A40: proxy variables are not for us' env http_proxy=127.0.0.1:1 \
	all_proxy=socks5://127.0.0.1:1 ALL_PROXY=127.0.0.1:1 \
	"$postroom" -c "$conf" fetch
oracle 'all are there'

fresh '# nothing'
new_config
add_account a 'keep-on-server = 1s'
check_status 0 'kept for a second' fetch
check 'kept at first' server_has 3
sleep 2 # this is the second; nothing is waited for
check_status 0 'two seconds later' fetch
check 'deleted' server_has 0
check 'after a look at the headers, or the whole' logged 'C: (TOP|RETR)'
oracle 'and nothing came twice'
done_testing

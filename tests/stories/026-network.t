# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# Rarer faults of networks and servers: each byte of the dialogue in a packet of
# its own, mail that comes and goes during a session, peers that disappear.
. "$(dirname "$0")/../lib.sh"

fresh() { # SCRIPT-LINE...: three messages, to be deleted when fetched
	script "$@"
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	for i in 1 2 3; do
		printf 'Subject: %s\n\n.\n..%s\n.' "$i" "$i" >"$T/drop/$i"
	done
	expect "$T/drop"/*
	rm -rf "$T/source" && cp -r "$T/drop" "$T/source"
	: >"$T/log"
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\""
}
deleting() { # SCRIPT-LINE...: likewise, and the account deletes
	fresh '# nothing'
	script "$@"
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" 'keep-on-server = no' \
		'timeout = 1'
}
last_session() { tac "$T/log" | sed '/ connected$/q'; }
asked_for() { [ "$(last_session | grep -c ' RETR ')" = "$1" ]; }
recovers() { # WHAT
	script '# nothing'
	check_status 0 "$1: the next run" fetch
	oracle "$1: all are there once"
}
make_cert server IP:127.0.0.1,DNS:localhost 2
script '# nothing'
set -- --script "$T/script" --cert "$T/server.pem" --key "$T/server.key"

# Each byte of each answer on its own, in both directions of trust.
for how in 'none TOP UIDL PIPELINING SASL=PLAIN' 'none USER UIDL' \
	'implicit UIDL PIPELINING USER' 'starttls UIDL STLS SASL=PLAIN'; do
	tls=${how%% *}
	start_popd "$@" --tls "$tls" --caps "${how#* }"
	deleting 'on * chunk 1'
	check_status 0 "A12 A41: one byte at a time, $how" fetch
	oracle "A12: one byte at a time, $how: all are there"
	check 'and gone from the server' server_has 0
done
tls=none

# A message of dots and its end, cut and then split at every byte.
start_popd "$@"
dots() { # the answer to RETR has 33 bytes
	fresh '# nothing'
	rm -rf "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	printf '.a\n.\n..\n' >"$T/drop/1"
	expect "$T/drop/1"
}
dots
bad=0
for n in $(seq 0 "$sparse" 32); do
	rm -rf "$T/state" "$mail"
	script "on RETR drop-after $n"
	fetch >"$T/out" 2>&1
	[ $? = 75 ] && [ "$(messages "$mail")" = 0 ] && continue
	bad=$((bad + 1)) && echo "# after $n bytes"
done
check 'A10 A11: cut at any of 33 bytes, nothing is delivered' [ $bad = 0 ]
recovers 'A11: cut at every byte'
bad=0
for n in $(seq 1 "$sparse" 33); do
	rm -rf "$T/state" "$mail"
	script "on RETR chunk $n 1"
	fetch >"$T/out" 2>&1 && all_is_well >/dev/null && continue
	bad=$((bad + 1)) && echo "# pieces of $n bytes"
done
check 'A12: split at any of 33 bytes, it is complete' [ $bad = 0 ]

# The connection ends within each answer.
bad=0
deleting '# nothing'
for where in GREETING AUTH STAT UIDL LIST DELE QUIT; do
	for n in 0 1 3 5; do
		sampled || continue
		cp "$T/source"/* "$T/drop"
		script "on $where drop-after $n"
		fetch >"$T/out" 2>&1
		[ $? = 75 ] || { bad=$((bad + 1)) && echo "# $where $n"; }
	done
done
check 'A9: an answer of each command that is cut: later' [ $bad = 0 ]
check 'A9: nothing came twice' [ "$(delivered "$mail" | hashes | uniq -d |
	wc -l)" = 0 ]
recovers 'A9: cut answers'
start_popd "$@" --caps 'USER UIDL TOP'
for where in USER PASS; do
	deleting "on $where drop"
	check_status 75 "A9: $where dropped: later" fetch
	recovers "A9: $where dropped"
done
deleting 'on QUIT drop'
check_status 75 'A9: mail that was not deleted' fetch
script 'on DELE drop'
check_status 75 'A9: twice' fetch
script 'on TOP 2* drop'
check_status 75 'A9: TOP dropped: later' fetch
check 'nothing is deleted without it' server_has 3
recovers 'A9: TOP dropped'

# Greetings.
start_popd "$@"
deleting 'on GREETING chunk 1 200'
check_status 75 'A2: a greeting of a letter each 200 ms' fetch
recovers 'A2: a slow greeting'
for text in '-ERR go away' 'HTTP/1.1 400 Bad' '' \
	'+O' "$(printf '%03000d' 0)"; do
	deleting "on GREETING reply \"$text\\r\\n\""
	check_status 75 "A3: greeting $(printf %.20s "$text")" fetch
	check 'nothing is told to it but QUIT' [ -z "$(grep ' C: ' "$T/log" |
		grep -v QUIT)" ]
done
deleting 'on GREETING reply "+OK "' \
	"on GREETING append \"$(printf '%0900d' 0)\"" 'on GREETING endless "x"'
check_status 75 'A3: a greeting of megabytes' fetch
check 'the password stays here' not logged 'C: (USER|PASS|AUTH)'
recovers 'A3: odd greetings'

# A session that dies later keeps what it had.
deleting 'on RETR 2 reply "+OK\r\n"' 'on RETR 3 stall'
check_status 75 'A19: +OK, then nothing' fetch
check 'A19: what came before is here' [ "$(messages "$mail")" = 1 ]
script '# nothing'
check_status 0 'A19: the next run' fetch
check 'A19: asks for the two others' asked_for 2
oracle 'A19: all are there once'

# Mail that goes or comes while a session is open.
background() { # begin a fetch; the script holds it at RETR 1
	fetch >"$T/said" 2>&1 &
	fetching=$!
	wait_for logged 'C: RETR 1'
}
ended() { # STATUS NAME
	wait $fetching
	got=$?
	cp "$T/said" "$T/out"
	check "$2" [ $got = "$1" ]
}
deleting 'on RETR 1 delay 400'
background
rm "$T/drop/2"
ended 0 'A31: a message another client has deleted'
check 'A31: is told of' says 'message 2 cannot be fetched'
check 'A31: the others come' [ "$(messages "$mail")" = 2 ]
check_status 0 'A31: the next run' fetch
check 'A31: is silent' silent
deleting 'on RETR 1 delay 400'
background
printf 'Subject: 4\n\nnew\n' >"$T/drop/4"
ended 0 'A32: mail that comes meanwhile'
check 'A32: is not deleted unread' [ -f "$T/drop/4" ]
expect "$T/drop/4"
recovers 'A32: mail that came'
check 'A32: only that is fetched' asked_for 1

# A server that gives other messages than it listed.
one='Subject: 1\r\n\r\n..\r\n...1\r\n..\r\n.\r\n'
two='Subject: 2\r\n\r\n..\r\n...2\r\n..\r\n.\r\n'
fresh '# nothing'
script "on RETR 1 reply \"+OK\\r\\n$two\"" "on RETR 2 reply \"+OK\\r\\n$one\""
check_status 0 'A36: numbers that changed within the session' fetch
oracle 'A36: each message by its own content, once'
recovers 'A36: the right numbers again'

# DELE without an answer, and then again.
deleting 'on DELE 2 stall'
check_status 75 'A33: DELE without an answer' fetch
check 'A33: deletes nothing' server_has 3
printf 'Subject: 0\n\nnew\n' >"$T/drop/0"
expect "$T/drop/0"
recovers 'A33: other numbers the next time'
check 'A33: and all are deleted' server_has 0

# The same account twice, and two on one server.
deleting '# nothing'
add_account a
check_status 78 'A37: an account that is there twice' fetch
check 'A37: is told of' says 'twice|already|"a"|again'
deleting '# nothing'
mkdir "$T/drop2"
printf 'Subject: of v\n\nx\n' >"$T/drop2/1"
start_popd "$@" --drop "v:$password:$T/drop2"
script 'on RETR 1 delay 300'
new_config
add_account a 'keep-on-server = no'
user=v
add_account b 'keep-on-server = no'
user=u
expect "$T/drop2/1"
check_status 0 'A37: two accounts on one server' fetch
oracle 'A37: both are fetched'

# Unknown status codes and capabilities.
fresh '# nothing'
script 'on CAPA reply "+OK\r\nX-\x1b[31m \xff\xfe\r\nIMPLEMENTATION \xe2\x98\x83\r\nUIDL\r\nSASL PLAIN\r\n.\r\n"' \
	'on STAT reply "+OK 3 99 \x1b[2J \xe2\x98\x83 %s%n\r\n"' \
	'on UIDL append ""' 'on QUIT reply "+OK \x07\x1b]0;x\x07 bye\r\n"'
check_status 0 'A38: +OK with texts of every kind' fetch -vv
no_controls() { ! LC_ALL=C tr -d '\n' <"$T/out" | grep -q '[[:cntrl:]]'; }
check 'A38: what is shown steers no terminal' no_controls
oracle 'A38: all are there'

# The first address of the name is dead.
fresh '# nothing'
sed -i 's/host = 127.0.0.1/host = localhost/' "$conf"
check_status 0 'A39: nobody listens on ::1, one does on 127.0.0.1' fetch
oracle 'A39: all are there'

# Each variable from which other programs take a proxy.
fresh '# nothing'
check_status 0 'A40: proxies in the environment' env \
	http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1 \
	ALL_PROXY=socks5h://127.0.0.1:1 all_proxy=socks5h://127.0.0.1:1 \
	pop3_proxy=http://127.0.0.1:1 pop3s_proxy=http://127.0.0.1:1 \
	NO_PROXY='' "$postroom" -c "$conf" fetch
oracle 'A40: are not looked at'
fresh '# nothing'
sed -i 's,^account.*,&\n\tproxy = "http://127.0.0.1:1",' "$conf"
check_status 75 'A40: a host in no_proxy' \
	env no_proxy='*' NO_PROXY='*' "$postroom" -c "$conf" fetch
check 'A40: is reached by the proxy of its account all the same' \
	says 'cannot reach the proxy http://127.0.0.1:1'
check 'A40: and not else' not logged 'C: '

# The peer is silent, or has disappeared while this machine slept.
deleting 'on RETR 2 delay 800'
popd_pid=${children##* }
fetch >"$T/said" 2>&1 &
fetching=$!
wait_for logged 'C: RETR 2'
server=$(cat "/proc/$popd_pid/task/$popd_pid/children")
# shellcheck disable=SC2086
kill -STOP $server
ended 75 'A42: a connection that is half open'
check 'A42: is told of' says 'nothing for 1 second'
# shellcheck disable=SC2086
kill -CONT $server
wait_for sh -c 'tail -n 1 "$1" | grep -qE "gone|closed|RETR"' - "$T/log"
# shellcheck disable=SC2086
kill -9 $server 2>/dev/null
recovers 'A42: awake again'

# A byte from time to time, without end. The clock runs 100 times as fast.
if ${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err"; then
	faster() {
		CLOCK=$T/clock LD_PRELOAD=$T/clock.so \
			ASAN_OPTIONS=verify_asan_link_order=0 \
			"$postroom" -c "$conf" fetch
	}
	deleting 'on RETR 2 chunk 1 100'
	sed -i 's/timeout = 1/timeout = 60/' "$conf"
	head -c 300 /dev/zero | tr '\0' x >"$T/drop/2"
	rm -rf "$T/want"
	mkdir "$T/want"
	expect "$T/drop"/*
	echo '100 0 0' >"$T/clock"
	check_status 75 'A20: a byte each ten seconds' faster
	check 'A20: is told of' says 'less than 100 bytes a second'
	check 'A20: what came before is here' [ "$(messages "$mail")" = 1 ]
	recovers 'A20: a byte each ten seconds'
else
	skip 'A20: no compiler for another clock'
fi

# TLS 1.3 changes its keys in the middle; openssl s_server is driven by hand.
serve() { # LINE...: when the client has said what is before the colon
	for line in "$@"; do
		said "${line%%:*}"
		printf '%s\n' "${line#*:}" >&9
	done
}
twice() { [ "$(grep -c "^$1" "$T/s_server")" = 2 ]; }
said() { wait_for grep -q "^$1" "$T/s_server"; }
fresh '# nothing'
rm -rf "$T/want"
mkdir "$T/want"
mkfifo "$T/input"
# shellcheck disable=SC2094
(cd "$T" && exec stdbuf -o0 openssl s_server -accept 127.0.0.1:0 -naccept 1 -crlf -cert \
	server.pem -key server.key -tls1_3 <input >s_server 2>s_server.err) &
children="$children $!"
exec 9>"$T/input"
if wait_for grep -q '^ACCEPT.*:[0-9]' "$T/s_server"; then
	port=$(sed -n 's/^ACCEPT.*://p' "$T/s_server" | head -n 1)
	tls=implicit
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" 'timeout = 9'
	fetch -vv >"$T/said" 2>&1 &
	fetching=$!
	said CIPHER
	printf '+OK hello\n' >&9
	serve CAPA:-ERR USER:+OK PASS:+OK
	wait_for twice CAPA
	printf -- '-ERR\n' >&9
	serve 'STAT:+OK 1 20' 'UIDL:+OK
1 x
.' 'LIST:+OK
1 20
.' 'RETR:+OK here
Subject: x
'
	# A command of s_server must come in a read of its own.
	wait_for grep -q '< +OK here' "$T/said"
	echo k >&9
	wait_for grep -q 'do_handshake' "$T/s_server"
	serve 'RETR:body
.' 'QUIT:+OK'
	ended 0 'A41: a key update within a message'
	printf 'Subject: x\n\nbody\n' >"$T/wanted"
	check 'A41: which is whole' cmp "$T/wanted" "$(delivered "$mail")"
fi
exec 9>&-
done_testing

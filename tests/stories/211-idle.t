# shellcheck shell=sh disable=SC2016,SC2154,SC2317
# The daemon waits for mail: by IDLE, in one process for all accounts, and a
# fetcher goes on in the session that has waited.
. "$(dirname "$0")/../lib.sh"

# A preloaded clock, so that the story need not wait.
${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err" ||
	skip_all 'no compiler for another clock'
no_leak_search
CLOCK=$T/clock slept=0 ahead=0
export CLOCK
: >"$CLOCK"
# A process looks at it when something wakes it, but for a fetcher: once it is
# confined it cannot.
set_clock() {
	echo "1 $slept 0 $slept $ahead" >"$CLOCK.new" && mv "$CLOCK.new" "$CLOCK"
	for pid in "$daemon" $(children_of "$daemon"); do
		kill -CHLD "$pid"
	done
}
pass() { slept=$((slept + $1)) ahead=$((ahead + $1)) && set_clock; }

daemon=
start_daemon() {
	: >"$T/daemon.err"
	LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" -v daemon \
		>"$T/daemon.out" 2>>"$T/daemon.err" &
	daemon=$!
	children="$children $daemon"
}
end_daemon() {
	kill -TERM "$daemon"
	ended=0
	wait "$daemon" || ended=$?
}
children_of() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
# The waiter is the only child, once the others have ended.
waiter() {
	# shellcheck disable=SC2046
	set -- $(children_of "$daemon")
	[ $# = 1 ] && echo "$1"
}
has_waiter() { w=$(waiter); }
has_other() { w2=$(waiter) && [ "$w2" != "$w" ]; }
said() { grep -qE -- "$1" "$T/daemon.err"; }
n_said() { # N TEXT
	[ "$(grep -cE -- "$2" "$T/daemon.err")" = "$1" ]
}
has_mail() { [ "$(messages "$mail")" = "$1" ]; }
add() { # NAME [DIRECTORY]
	printf 'Subject: %s\n\nmessage %s\n' "$1" "$1" >"$T/next"
	expect "$T/next"
	mv "$T/next" "${2-$T/drop}/INBOX/$1"
}
push() { # TEXT: what the server says, whatever the client does
	printf '%s\r\n' "$1" >"$T/next" && mv "$T/next" "$T/drop/INBOX/.push"
}
logins() { grep -cE 'C: (LOGIN|AUTHENTICATE)' "$T/log"; }
idles() { grep -c 'C: IDLE' "$T/log"; }
more_idles() { [ "$(idles)" -gt "$1" ]; }
statuses() { grep -c 'C: STATUS' "$T/log"; }
more_statuses() { [ "$(statuses)" -gt "$1" ]; }
status_says() { # PATTERN [OPTION]
	pattern=$1 && shift
	"$postroom" -c "$conf" status "$@" >"$T/out" 2>&1
	says "$pattern"
}
waits() { n_said "$1" ': waiting for mail$'; }
fresh() { # [LINE...]: an empty mailbox, nothing known, these settings
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir -p "$T/drop/INBOX" "$T/want"
	: >"$T/log"
	new_config
	add_account a 'protocol = imap' 'every = 1d' "$@"
}

make_cert server IP:127.0.0.1 2
script '# nothing'
for tls in implicit starttls none; do
	case $tls in
	none) start_imapd --script "$T/script" ;;
	*) start_imapd --script "$T/script" --tls $tls --cert "$T/server.pem" \
		--key "$T/server.key" ;;
	esac
	fresh "tls-ca-file = \"$T/ca.pem\""
	add 1
	start_daemon
	wait_for waits 1
	check "tls = $tls: what was there is fetched by a poll" has_mail 1
	check "tls = $tls: two logins, for the poll and to wait" [ "$(logins)" = 2 ]
	check "tls = $tls: status knows it" status_says 'waits for mail since 20..-'
	add 2
	wait_for has_mail 2
	result ok "tls = $tls: mail comes the moment it arrives"
	check "tls = $tls: in the session that has waited" [ "$(logins)" = 2 ]
	wait_for more_idles 1
	add 3
	wait_for has_mail 3
	result ok "tls = $tls: and the next one"
	check "tls = $tls: in the same session, which is young" [ "$(logins)" = 2 ]
	check "tls = $tls: status knows when it came" \
		status_says '"idle_since":null,"last_news":"20' --json
	end_daemon
	check "tls = $tls: the daemon ends well" [ "$ended" = 0 ]
	oracle "tls = $tls: each message is delivered once"
done

# From here on in clear. A login a minute, and no more.
fresh
start_daemon
wait_for waits 1
wait_for more_idles 0
pass 61
add 1
wait_for has_mail 1
result ok 'mail after a minute'
wait_for waits 2
result ok 'an old session ends with it, and the next one waits'
check 'by a login of its own' [ "$(logins)" = 3 ]
wait_for more_idles 1
n=$(idles)
add 2
wait_for has_mail 2
wait_for more_idles "$n"
push '* BYE enough'
wait_for said '2 messages fetched|the server ended the session: "enough"'
check 'a young one stays, and then it is too soon for another' waits 2
pass 61
wait_for waits 3
result ok 'a minute after the last login'
oracle 'each message is delivered once'

# Signs of life. A script is read when a session begins.
end_daemon
fresh
script 'on IDLE skip 2 stall'
start_daemon
wait_for waits 1
wait_for more_idles 0
n=$(idles)
pass 541
wait_for more_idles "$n"
result ok 'after nine minutes IDLE is begun again'
check 'in the same session' [ "$(logins)" = 2 ]
script '# nothing'
n=$(idles)
pass 541
wait_for more_idles "$n"
pass 21
wait_for said 'the server ended the waiting for mail: the server gives no sign of life'
result ok 'a server that gives none is left'
pass 6
wait_for waits 2
result ok 'and logged in to again, because it had waited long'

# The server leaves.
n=$(logins)
pass 61
push '* BYE Idle for too long'
wait_for said 'ended the waiting for mail: the server ended the session: "Idle for too long"'
pass 6
wait_for waits 3
result ok 'one that leaves is logged in to again'
push '* BYE at once'
wait_for said 'cannot wait for mail: the server ended the session: "at once"; tried again in 60 seconds'
result ok 'but not at once when it leaves soon'
pass 61
wait_for waits 4
result ok 'but when the next poll went well'

# The processes.
wait_for has_waiter
result ok 'the waiter is a process'
kill -KILL "$w"
wait_for said 'the process that waits for mail was ended by signal 9'
add 1
pass 121
wait_for has_mail 1
result ok 'without it mail is polled'
wait_for waits 5
wait_for has_other
result ok 'and another one waits'
kill -HUP "$daemon"
wait_for said 'the configuration was read again'
wait_for is_over "$w2"
result ok 'another configuration ends it'
pass 61
wait_for waits 6
result ok 'and the next one waits'
wait_for has_waiter
kill -KILL "$daemon"
wait_for is_over "$w"
result ok 'it does not outlive the daemon'
wait "$daemon" 2>/dev/null
oracle 'each message is delivered once'

# A server without IDLE is asked.
start_imapd --script "$T/script" --caps 'IMAP4rev1 SASL-IR AUTH=PLAIN'
fresh
start_daemon
wait_for waits 1
n=$(statuses)
pass 121
wait_for more_statuses "$n"
result ok 'a server without IDLE is asked each two minutes'
add 1
pass 121
wait_for has_mail 1
result ok 'and its mail comes'
check 'in the session that has asked' grep -q '^2 u C: UID-FETCH' "$T/log"
end_daemon
oracle 'once'

# idle = no, other folders, and a password that cannot be had.
start_imapd --script "$T/script"
fresh 'idle = no'
add 1
start_daemon
wait_for has_mail 1
pass 61
end_daemon
check 'idle = no: nothing waits' [ "$(logins)" = 1 ]
mkdir -p "$T/drop/Lists"
fresh 'folders = Lists'
mkdir -p "$T/drop/Lists"
start_daemon
wait_for said '0 messages fetched'
pass 61
end_daemon
check 'without INBOX nothing waits' [ "$(logins)" = 1 ]
check 'that is no trouble' not said 'cannot wait'

# By a proxy.
start_proxy
fresh "proxy = \"http://127.0.0.1:$proxy_port\""
start_daemon
wait_for waits 1
check 'a proxy: the session that waits goes by it, too' \
	[ "$(wc -l <"$T/proxied")" = 2 ]
add 1
wait_for has_mail 1
result ok 'and mail comes'
end_daemon
oracle 'once'

# A configuration without it, for a daemon that waits.
fresh
start_daemon
wait_for waits 1
sed -i 's/every = 1d/&\n\tidle = no/' "$conf"
kill -HUP "$daemon"
wait_for said 'the configuration was read again'
pass 61
used() { awk '{ print $14 + $15 }' "/proc/$daemon/stat"; }
before=$(used)
sleep 1
check 'idle = no in another configuration: the daemon rests' \
	[ "$(($(used) - before))" -lt 50 ]
check 'and nothing waits any more' waits 1
end_daemon

has_ended() { [ "$(grep -c ' end ' "$T/log")" -ge "$1" ]; }
# The session breaks when mail has come: it is not left until the next poll.
fresh
script 'on UID-FETCH skip 1 times 1 drop'
start_daemon
wait_for waits 1
add 1
wait_for has_ended 2
pass 61
wait_for has_mail 1
result ok 'a session that breaks at its mail is followed by a poll'
end_daemon
oracle 'once'
script '# nothing'

fresh
sed -i "s|password = .*|password-command = {\"sh\", \"-c\", \"echo x >>$T/asked; [ \$(wc -l <$T/asked) != 2 ] \&\& echo $password\"}|" "$conf"
start_daemon
wait_for said 'cannot wait for mail: there is no password; tried again in 60 seconds'
result ok 'a password that cannot be had is told'
pass 61
wait_for waits 1
result ok 'and had by the next poll'
end_daemon

# Two accounts: what one does leaves the session of the other alone.
fresh
mkdir -p "$T/drop2/INBOX"
servers=$((servers + 1))
"$top/tests/tools/imapd" --drop "v:$password:$T/drop2" --log "$T/log2" \
	--port-file "$T/port.$servers" 2>>"$T/imapd.err" &
children="$children $!"
wait_for test -s "$T/port.$servers"
port=$(cat "$T/port.$servers") user=v
add_account b 'protocol = imap' 'every = 1d'
start_daemon
wait_for waits 2
for i in 1 2 3 4; do
	add "a$i"
	add "b$i" "$T/drop2"
	wait_for has_mail $((2 * i))
done
result ok 'two accounts: all mail comes'
oracle 'once'
check 'in one session each' [ "$(logins)" = 2 ]
check 'of the other one, too' \
	[ "$(grep -cE 'C: (LOGIN|AUTHENTICATE)' "$T/log2")" = 2 ]
end_daemon
check 'the daemon ends well' [ "$ended" = 0 ]
check 'and nothing went wrong' not said 'error|signal'
done_testing

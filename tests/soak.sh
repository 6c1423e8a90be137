# shellcheck shell=sh disable=SC2154
# make check-soak: a daemon with 224 accounts, 24 of them by IMAP, and 28 on
# servers that misbehave. For SOAK_SECONDS (40) mail arrives, processes of the daemon are
# killed, and it reads its configuration again, valid and broken.
. "$(dirname "$0")/lib.sh"
seconds=${SOAK_SECONDS:-40}
new_config 'parallel = 8' 'every = 10s'
servers_of() { # FIRST LAST [OPTION...]: one popd for these users; sets $port
	first=$1 last=$2 && shift 2
	for i in $(seq "$first" "$last"); do
		mkdir "$T/drop.$i"
		set -- "$@" --drop "u$i:$password:$T/drop.$i"
	done
	user=nobody.$first
	start_popd "$@" --lifetime 0
}
add_accounts() { # FIRST LAST HOST [LINE...]
	first=$1 last=$2 host=$3
	shift 3
	for i in $(seq "$first" "$last"); do
		printf 'account "a%s" {\n\thost = %s\n\tport = %s\n\ttls = none\n' \
			"$i" "$host" "$port"
		printf '\tuser = "u%s"\n\tpassword = "%s"\n\ttimeout = 2s\n' \
			"$i" "$password"
		[ $# = 0 ] || printf '\t%s\n' "$@"
		echo '}'
	done >>"$conf"
}
# The same with imapd: the mail of every other user arrives in another folder.
imap_servers_of() { # FIRST LAST [OPTION...]
	first=$1 last=$2 && shift 2
	for i in $(seq "$first" "$last"); do
		mkdir -p "$T/imap.$i/INBOX" "$T/imap.$i/Lists/x"
		folder=INBOX && [ $((i % 2)) = 0 ] || folder=Lists/x
		ln -s "$T/imap.$i/$folder" "$T/drop.$i"
		set -- "$@" --drop "u$i:$password:$T/imap.$i"
	done
	user=nobody.$first
	start_imapd "$@" --lifetime 0
}
# One popd serves at most 64 maildrops.
n=0
for _ in 1 2 3; do
	servers_of $((n + 1)) $((n + 55))
	add_accounts $((n + 1)) $((n + 55)) 127.0.0.1
	n=$((n + 55))
done
if command -v dovecot >"$T/found" || [ -x /usr/sbin/dovecot ]; then
	. "$tests/dovecot.sh"
	start_dovecot
	for i in $(seq $((n + 1)) $((n + 15))); do
		mkdir -p "$T/dovecot/mail/u$i/new" "$T/dovecot/mail/u$i/cur" \
			"$T/dovecot/mail/u$i/tmp"
		ln -s "$T/dovecot/mail/u$i/new" "$T/drop.$i"
	done
	chown -R "$drop_user" "$T/dovecot/mail" 2>"$T/why"
	port=$pop3_port
	add_accounts $((n + 1)) $((n + 15)) 127.0.0.1
	n=$((n + 15))
else
	echo '# dovecot is not installed: 15 accounts fewer'
fi
while read -r rule; do
	printf '%s\n' "$rule" >"$T/script.$n"
	servers_of $((n + 1)) $((n + 4)) --script "$T/script.$n"
	add_accounts $((n + 1)) $((n + 4)) localhost
	n=$((n + 4))
done <<'END'
on STAT times 40 stall
on RETR 1 times 40 drop-after 20 rst
on PASS times 30 reply "-ERR [SYS/TEMP] later\r\n"
on GREETING times 40 drop
on RETR times 40 endless "x"
END
# IMAP: four accounts for each thing to do with mail on the server, on a
# server that is as it should be, and two on one that is not.
add_imap_accounts() { # HOST
	for line in 'keep-on-server = yes' 'keep-on-server = no' \
		'move-on-server = Done' 'keep-on-server = "1s"'; do
		add_accounts $((n + 1)) $((n + each)) "$1" 'protocol = imap' \
			'folders = {"INBOX", "Lists/*"}' "$line"
		n=$((n + each))
	done
}
each=4 n_before_imap=$n
imap_servers_of $((n + 1)) $((n + 16))
add_imap_accounts 127.0.0.1
each=2
cat >"$T/script.imap" <<'END'
on EXAMINE times 20 stall
on SELECT times 20 drop
on UID-FETCH times 20 drop-after 100 rst
on AUTHENTICATE times 20 no "[UNAVAILABLE] later"
on LIST times 20 endless "* BYE x\r\n"
on MESSAGE 1 times 10 when body claim "7"
on MESSAGE 2 times 10 when body claim "-7"
END
imap_servers_of $((n + 1)) $((n + 8)) --script "$T/script.imap"
add_imap_accounts localhost
accounts=$n
cat >>"$conf" <<'END'
rule "even" { subject = "/[02468]$/" folder = "Even" }
END
cp "$conf" "$T/good"
{ cat "$conf" && echo 'rule "x" { nonsense = 1 }'; } >"$T/bad"

start_daemon() {
	"$postroom" -c "$conf" daemon >>"$T/daemon.out" 2>&1 &
	daemon=$!
	children="$children $daemon"
	wait_for sh -c "'$postroom' -c '$conf' status | grep -q '^daemon: process $daemon,'"
}
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"; }
files() { ls "/proc/$daemon/fd" | wc -l; }
ticks() { awk '{ print $14 + $15 }' "/proc/$daemon/stat"; }
wakeups() { awk '/ctxt/ { n += $2 } END { print n }' "/proc/$daemon/status"; }
polls() { grep -cE ' C: (STAT$|LIST)' "$T/log"; }
sent=0
send_mail() { # to a random account; of the first ones, to each with IMAP
	sent=$((sent + 1))
	to=$((n_before_imap + sent))
	[ $to -le "$accounts" ] || to=$(awk -v s="$sent" -v n="$accounts" 'BEGIN { srand(s); print 1 + int(rand() * n) }')
	printf 'From: a@b.example\nSubject: letter %s\nMessage-ID: <%s@soak>\n\n%s\n' \
		"$sent" "$sent" "$sent" >"$T/drop.$to/.$sent"
	cp "$T/drop.$to/.$sent" "$T/all/$sent"
	chmod 644 "$T/drop.$to/.$sent"
	mv "$T/drop.$to/.$sent" "$T/drop.$to/m$sent"
}
kill_some() { # the oldest child of the daemon
	pid=$(cut -d' ' -f1 "/proc/$daemon/task/$daemon/children")
	[ -n "$pid" ] && kill -KILL "$pid" 2>"$T/why"
}

mkdir "$T/all"
start_daemon
killed=0 reloads=0 restarts=0 first_memory='' end=$(($(date +%s) + seconds))
half=$(($(date +%s) + seconds / 2))
while [ "$(date +%s)" -lt $end ]; do
	send_mail
	case $((sent % 40)) in
	7) kill_some && killed=$((killed + 1)) ;;
	17) cp "$T/bad" "$conf" && kill -HUP "$daemon" && reloads=$((reloads + 1)) ;;
	27) cp "$T/good" "$conf" && kill -HUP "$daemon" && reloads=$((reloads + 1)) ;;
	esac
	if [ "$(date +%s)" -gt $half ]; then
		kill -KILL "$daemon"
		wait "$daemon" 2>"$T/why"
		restarts=$((restarts + 1)) half=$((end + 1))
		cp "$T/good" "$conf"
		start_daemon
		sleep 3
		first_memory=$(memory) first_files=$(files)
	fi
	sleep 0.05
done
cp "$T/good" "$conf"
last_memory=$(memory) last_files=$(files)
kill -HUP "$daemon"
# From now on the servers behave. Messages that failed twice are left for a
# while, which the test does not wait for.
for script in "$T"/script.*; do : >"$script"; done
settled() {
	sql 'UPDATE attempt SET next = 0, last = 0'
	"$postroom" -c "$conf" poll 2>"$T/why"
	[ "$(messages "$mail")" -ge "$sent" ]
}
for _ in $(seq 30); do
	settled && break
	sleep 2
done
"$postroom" -c "$conf" status | grep -B1 '^    since' | sed 's/^/# /' | head -20
total=$(polls)
echo "# $accounts accounts, $seconds s, $total polls, $sent messages, $killed processes killed, $restarts restart, $reloads reloads"
echo "# memory of the daemon $first_memory KiB, then $last_memory KiB; open files $first_files, then $last_files"
check 'mail came by IMAP, too' \
	[ "$(grep -c 'BODY.PEEK\[\])' "$T/log")" -ge $((accounts - n_before_imap)) ]
check 'some hundred polls' [ "$total" -gt 300 ]
rm -rf "$T/want"
mkdir "$T/want"
expect "$T/all"/*
cp "$T/log" "$T/log.all"
check 'each message that was sent is there once' "$top/tests/tools/same" "$T/want" "$mail"
check 'F16: the memory of the daemon does not grow' [ "$last_memory" -lt $((first_memory + 2048)) ]
check 'F16: nor does the number of its open files' [ "$last_files" -le $((first_files + 3)) ]
check 'no process crashed at the broken configuration' \
	not grep -q 'ended by signal [^9]' "$T/daemon.out"

# Idle: no account is due for an hour.
sed -i 's/^every = 10s/every = 1h/' "$conf"
kill -HUP "$daemon"
idle() {
	! "$postroom" -c "$conf" status --json | grep -qE '"next_poll":(null|0)' &&
		[ -z "$(cat "/proc/$daemon/task/$daemon/children")" ]
}
sleep 12
wait_for idle
used=$(ticks) woken=$(wakeups)
sleep 20
used=$(($(ticks) - used)) woken=$((($(wakeups) - woken) * 3))
echo "# idle: $used hundredths of a second of processor in 20 s, $woken wake-ups a minute, $(memory) KiB"
check 'an idle daemon uses at most 0.02 s of processor in 20 s' [ "$used" -le 2 ]
check 'and wakes less than once a second' [ "$woken" -lt 60 ]
kill "$daemon"
ended=0
wait "$daemon" || ended=$?
check 'SIGTERM ends it with status 0' [ "$ended" = 0 ]
done_testing

# shellcheck shell=sh disable=SC2154
# make check-soak: a daemon with 200 accounts, 20 of them on servers that
# misbehave. For SOAK_SECONDS (40) mail arrives, processes of the daemon are
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
add_accounts() { # FIRST LAST HOST
	for i in $(seq "$1" "$2"); do
		printf 'account "a%s" {\n\thost = %s\n\tport = %s\n\ttls = none\n' \
			"$i" "$3" "$port"
		printf '\tuser = "u%s"\n\tpassword = "%s"\n\ttimeout = 2s\n}\n' \
			"$i" "$password"
	done >>"$conf"
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
polls() { grep -c ' C: STAT' "$T/log"; }
sent=0
send_mail() { # to a random account
	sent=$((sent + 1))
	to=$(awk -v s="$sent" -v n="$accounts" 'BEGIN { srand(s); print 1 + int(rand() * n) }')
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

# shellcheck shell=sh disable=SC2016,SC2154,SC2317
# The daemon polls when an account is due, reads its configuration again, ends
# when told to, and survives faults of its children (F16, F17).
. "$(dirname "$0")/../lib.sh"

# A preloaded clock, so that the story need not wait.
${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err" ||
	skip_all 'no compiler for another clock'
no_leak_search
CLOCK=$T/clock slept=0
export CLOCK
: >"$CLOCK"
pass() { # SECONDS: the machine sleeps for so long, and wakes
	slept=$((slept + $1))
	echo "1 $slept 0 $slept" >"$CLOCK.new" && mv "$CLOCK.new" "$CLOCK"
	kill -CHLD "$daemon"
}
daemon=
start_daemon() {
	LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" -v daemon "$@" \
		>"$T/daemon.out" 2>>"$T/daemon.err" &
	daemon=$!
	children="$children $daemon"
	wait_for is_locked
}
is_locked() { [ -s "$T/state/daemon.lock" ] && has_daemon; }
has_daemon() { "$postroom" -c "$conf" status | grep -q '^daemon: process'; }
end_daemon() { # sets $ended to its status, and $took to tenths of a second
	took=$(date +%s%N)
	kill -TERM "$daemon"
	ended=0
	wait "$daemon" || ended=$?
	took=$((($(date +%s%N) - took) / 100000000))
}
status() { "$postroom" -c "$conf" status "$@"; }
status_says() { status 2>&1 | grep -qE -- "$1"; }
said() { grep -qE -- "$1" "$T/daemon.err"; }
has_mail() { [ "$(messages "$mail")" = "$1" ]; }
put() { # NAME [FOLDER]: a message for the server
	printf 'From: a@b.example\nSubject: %s\nMessage-ID: <%s@x>\n\nhello\n' \
		"$1" "$1" >"${2-$T/drop}/.$1"
	mv "${2-$T/drop}/.$1" "${2-$T/drop}/$1"
	expect "${2-$T/drop}/$1"
}
logins() { grep -c 'C: PASS\|C: AUTH' "$T/log"; }
retrieved() { grep -c 'C: RETR' "$T/log"; }
more_than() { [ "$(retrieved)" -gt "$1" ]; }
children_of() { # PID: of its fetchers and its sorter
	cat "/proc/$1/task/$1/children" 2>/dev/null
}
has_children() { # NUMBER
	[ "$(children_of "$daemon" | wc -w)" = "$1" ]
}
is_settled() { # what is filed has left the spool, too
	! find "$T/state/spool" "$mail"/*/tmp -type f | grep -q .
}

: >"$T/script"
start_popd --script "$T/script"
popd_pid=${children##* }
new_config 'on-trouble = {"sh", "-c", "cat >>\"$HOME/told\""}'
add_account one 'every = 10'
put a
start_daemon
wait_for has_mail 1
result ok 'the first poll is at once'
put b
wait_for status_says '^one .* 1 +1 +0'
pass 11
wait_for has_mail 2
result ok 'and then one each time it is due'
wait_for has_children 0
oracle 'each message is delivered once'

# Another program removes the lock.
rm "$T/state/daemon.lock"
kill -CHLD "$daemon"
wait_for is_locked
check 'a lock that was removed is there again' said 'daemon.lock was removed'
check_status 75 'a second daemon is refused' "$postroom" -c "$conf" daemon
check 'and says why' says 'another daemon is running here'
check_status 0 'a fetch while it runs works' fetch
check 'status tells of the daemon' status_says "^daemon: process $daemon,"
check 'and of the account' status_says '^one  .*20[0-9-]+ [0-9:]+ .* 2 +2 +0'
status --json >"$T/out"
check 'with times as RFC 3339 writes them' \
	says '"since":"20..-..-..T..:..:..Z".*"last_success":"20..-..-..T..:..:..Z"'
check 'as JSON, too' says "^\{\"daemon\":\{\"running\":true,\"pid\":$daemon,.*\"name\":\"one\".*\"trouble\":null.*\"on_server\":2"
status --metrics >"$T/out"
check 'and for Prometheus' says '^postroom_server_messages\{account="one"\} 2$'

# --- another configuration
cp "$conf" "$T/good"
echo 'rule "x" { fold = "y" }' >>"$conf"
kill -HUP "$daemon"
wait_for status_says 'the new configuration was not taken: .*conf:[0-9]+: .*fold'
result ok 'a broken configuration is refused, and status says why'
wait_for grep -q '^the new configuration was not taken: .*fold' "$HOME/told"
result ok 'and on-trouble is told'
cp "$T/good" "$conf"
cat >>"$conf" <<'END'
rule "invoices" { subject = "invoice" folder = "Money" }
test "an invoice" { mail = 'Subject: letter' expect-folder = "Money" }
END
kill -HUP "$daemon"
wait_for status_says 'was not taken: a test of it fails'
result ok 'so is one whose tests fail'
check 'and the log names the test' said '^postroom: .*conf:[0-9]+: test "an invoice" failed$'
check 'and says why' said '^postroom:     folder: expected "Money", got "Inbox"$'
cp "$conf" "$T/tested"
{ cat "$T/good" && echo "spool = \"$T/elsewhere\""; } >"$conf"
kill -HUP "$daemon"
wait_for status_says 'was not taken: it has another state or spool directory'
result ok 'so is another spool, for what is fetched just now goes to the old one'
{ cat "$T/good" && printf 'account "new" {\n\tuser = "x"\n}\n'; } >"$conf"
check_status 78 'status survives an account without a server' status
check 'and shows what is known' says '^one  '
cp "$T/tested" "$conf"
put c
pass 11
wait_for has_mail 3
result ok 'and the old one goes on'
check 'nothing went by the refused rule' [ ! -e "$mail/Money" ]
sed -i 's/Subject: letter/Subject: invoice/' "$conf"
kill -HUP "$daemon"
wait_for said 'the configuration was read again'
wait_for not status_says 'was not taken'
result ok 'a good one is taken'
put invoice
pass 11
wait_for has_mail 4
check 'and sorts' [ "$(messages "$mail/Money")" = 1 ]

# --- asleep and asked for
sed 's/every = 10$/every = 1h/' "$conf" >"$T/slow" && cp "$T/slow" "$conf"
end_daemon
start_daemon
wait_for said 'one: 4 messages on the server, 4 known'
wait_for has_children 0
before=$(logins)
pass 100000
wait_for said 'one: 4 messages on the server, 4 known, 0 to fetch'
wait_for sh -c "[ \$(grep -c 'C: QUIT' '$T/log') -gt $before ]"
check 'F17: after a night asleep there is one poll' [ "$(logins)" = $((before + 1)) ]
put d
before=$(logins)
check_status 0 'poll asks the daemon' "$postroom" -c "$conf" poll one
wait_for has_mail 5
result ok 'and it polls at once'
put e
kill -USR1 "$daemon"
wait_for has_mail 6
result ok 'so it does after SIGUSR1'
check 'each of them once' [ "$(logins)" = $((before + 2)) ]
check_status 64 'poll of an unknown account' \
	"$postroom" -c "$conf" poll nobody

# --- a child that dies, and one that hangs when all ends
script 'on RETR * times 1 stall'
put f
stalls=$(retrieved)
"$postroom" -c "$conf" poll
wait_for more_than "$stalls"
wait_for has_children 1 # and no sorter of what was before
for pid in $(children_of "$daemon"); do kill -KILL "$pid"; done
wait_for said 'one: the fetcher was ended by signal 9'
result ok 'a fetcher that crashes is told of'
wait_for status_says 'the fetcher was ended by signal 9'
result ok 'by status, too'
"$postroom" -c "$conf" poll
wait_for has_mail 7
wait_for is_settled
oracle 'and what it was at is fetched by the next one'
script 'on RETR * stall'
put g
stalls=$(retrieved)
"$postroom" -c "$conf" poll
wait_for more_than "$stalls"
end_daemon
check 'it ends when it is told to' [ "$ended" = 0 ]
check 'within two seconds, though a server stalls' [ "$took" -lt 20 ]
check 'status knows that there is none' status_says '^no daemon is running'
check_status 75 'and poll has nobody to ask' "$postroom" -c "$conf" poll
check 'and says what to do' says 'no daemon is running .*postroom fetch'
script '# all is well'
check_status 0 'a fetch after it' fetch
oracle 'finds all that is missing, and nothing twice'

# --- trouble of one account does not disturb the others
new_config 'parallel = 1' 'complain-after = 0'
printf 'account "dead" {\n\thost = 127.0.0.1\n\tport = 1\n\ttls = none\n\tuser = u\n\tpassword = "x"\n\tevery = 10\n}\n' >>"$conf"
add_account one 'every = 10'
put h
start_daemon
wait_for has_mail 9
wait_for status_says 'since .*: cannot reach 127.0.0.1:1'
result ok 'a dead server delays nobody else'
end_daemon

# A silent server holds its own session, but does not delay another account.
script 'on GREETING drop'
new_config 'parallel = 1' 'complain-after = 0'
add_account one 'every = 1h'
mkdir "$T/drop.v"
first=$port
start_popd --drop "v:$password:$T/drop.v" --log "$T/log.v"
user=v
add_account two 'every = 1h'
user=u port=$first
start_daemon
wait_for status_says '^    since '
script 'on GREETING stall'
silent=$(grep -c ' connected$' "$T/log")
is_silent() { [ "$(grep -c ' connected$' "$T/log")" -gt "$silent" ]; }
"$postroom" -c "$conf" poll one
wait_for is_silent
put for-two "$T/drop.v"
"$postroom" -c "$conf" poll two
wait_for has_mail 10
result ok 'nor does a silent one'
end_daemon
script '# all is well'

# --- a row of commands
cat >"$T/slow" <<END
#!/bin/sh
find "$mail" -type f -path '*/new/*' | wc -l >>"$T/counts"
while [ ! -e "$T/go" ]; do sleep 0.02; done
END
chmod +x "$T/slow"
new_config
add_account one 'every = 1h'
echo "rule \"slow\" { subject = \"slow\" pipe = {\"$T/slow\"} }" >>"$conf"
put slow-1
put slow-2
put slow-3
: >"$T/daemon.err"
start_daemon
wait_for [ -s "$T/counts" ]
before=$(cat "$T/counts")
put letter
"$postroom" -c "$conf" poll
wait_for said 'one: 1 messages fetched'
: >"$T/go"
wait_for sh -c "[ \$(wc -l <'$T/counts') = 3 ]"
check 'new mail does not wait for a row of commands' \
	[ "$(sed -n 2p "$T/counts")" = $((before + 1)) ]
end_daemon

# Processes that a command started end with the daemon.
cat >"$T/parent" <<END
#!/bin/sh
trap '' TERM
sleep 600 &
echo \$! >"$T/child"
wait
END
chmod +x "$T/parent"
new_config
add_account one 'every = 1h'
echo "rule \"slow\" { subject = \"parent\" pipe = {\"$T/parent\"} }" >>"$conf"
put parent
start_daemon
wait_for [ -s "$T/child" ]
end_daemon
check 'a command ends with it, within two seconds' [ "$took" -lt 20 ]
wait_for is_over "$(cat "$T/child")"
result ok 'and so does what that has started'
echo '#!/bin/sh' >"$T/parent"
check_status 0 'the next run has it done' fetch

# --- children that hang: stopped, and the daemon's clock goes on without them
new_config
add_account one 'every = 1h'
echo "rule \"slow\" { subject = \"slow\" pipe = {\"$T/slow\"} }" >>"$conf"
rm "$T/go" "$T/counts"
: >"$T/daemon.err"
script 'on RETR * times 1 stall'
put hung
stalls=$(retrieved)
start_daemon
wait_for more_than "$stalls"
wait_for has_children 1
hours_pass() { # for each process that is not stopped, until it is logged
	: >"$T/daemon.err" # whose end is waited for may not be the first
	hours=0
	wait_for another_hour "$1"
	echo "1 $slept 0 $slept 0" >"$CLOCK.new" && mv "$CLOCK.new" "$CLOCK"
}
another_hour() {
	hours=$((hours + 1))
	echo "1 $slept 0 $slept $((hours * 3600))" >"$CLOCK.new"
	mv "$CLOCK.new" "$CLOCK" && kill -CHLD "$daemon"
	said "$1"
}
for pid in $(children_of "$daemon"); do kill -STOP "$pid"; done
hours_pass 'one: the fetcher was ended by signal 9'
result ok 'a fetcher that hangs is ended, in the end'
put slow-4
"$postroom" -c "$conf" poll
wait_for [ -s "$T/counts" ]
wait_for has_children 1
for pid in $(children_of "$daemon"); do kill -STOP "$pid"; done
hours_pass 'the sorter was ended by signal 9'
result ok 'so is a sorter'
: >"$T/go"
pass 200
wait_for said '^postroom: rule "slow", .*: done$'
result ok 'another one does what it left'
# Tests that never end: their message is a pipe that nobody writes to.
mkfifo "$T/never"
cp "$conf" "$T/good"
echo "test \"hangs\" { mail = \"file:$T/never\" expect-folder = \"X\" }" >>"$conf"
wait_for has_children 0
kill -HUP "$daemon"
wait_for has_children 1
hours_pass 'was not taken: its tests did not end in time'
wait_for status_says 'was not taken: its tests did not'
result ok 'tests that hang are ended, in the end'
mv "$T/good" "$conf"
kill -HUP "$daemon"
wait_for said 'the configuration was read again'
wait_for not status_says 'was not taken'
result ok 'and a good one is taken after them'
wait_for is_settled
end_daemon
oracle 'and nothing is lost or there twice'

# --- a broken configuration in the very middle of a transfer
new_config
add_account one 'every = 1h'
: >"$T/daemon.err"
script 'on RETR * chunk 300 20'
for i in $(seq 12); do put "part-$i"; done
for i in $(seq 12); do # each takes a while
	head -c 3000 /dev/zero | tr '\0' x | fold >>"$T/drop/part-$i"
done
rm -rf "$T/want" && mkdir "$T/want"
expect "$T/drop"/* "$T/drop.v"/*
before=$(retrieved) entered=$(logins)
start_daemon
wait_for more_than "$before"
# The server stalls, so this is certainly in the middle.
sessions=$(children_of "$popd_pid")
for pid in $sessions; do kill -STOP "$pid"; done
cp "$conf" "$T/good" && echo 'nonsense = 1' >>"$conf"
kill -HUP "$daemon"
wait_for status_says 'was not taken: .*nonsense'
check 'the transfer goes on meanwhile' not said 'messages fetched'
cp "$T/good" "$conf"
for pid in $sessions; do kill -CONT "$pid"; done
wait_for said 'one: 12 messages fetched'
check 'in one session' [ "$(logins)" = $((entered + 1)) ]
wait_for has_mail 29
wait_for is_settled
end_daemon
oracle 'and all of it is here'

# --- without its state
start_daemon
wait_for has_children 0
mv "$T/state" "$T/away"
kill -CHLD "$daemon"
wait_for said 'the daemon ends'
ended=0
wait "$daemon" || ended=$?
check 'without its state it ends' [ "$ended" = 75 ]
check 'and makes no new one, to fetch all again' [ ! -e "$T/state" ]
mv "$T/away" "$T/state"

# --- for some accounts only
new_config
add_account one 'every = 1h'
user=v add_account two 'every = 1h'
start_daemon one
wait_for status_says '^two .* not by daemon'
result ok 'status knows which accounts it does not poll'
check 'and which it does' not status_says '^one .* not by daemon'
check_status 75 'nobody polls the others' "$postroom" -c "$conf" poll one two
check 'nor what was asked with them' not status_says '^one .* now '
check 'and what does is said' says 'postroom fetch two'
check_status 0 'those it serves it polls' "$postroom" -c "$conf" poll one
wait_for is_settled
end_daemon
new_config
add_account one 'every = 1h'

# --- in the background
${CC:-cc} -shared -fPIC -o "$T/syslog.so" "$tests/tools/syslog.c" 2>"$T/cc.err"
if perl -MIO::Socket::UNIX -e 1 2>"$T/why"; then
	take_datagrams "$T/log.socket" "$T/syslog"
	perl_pid=${children##* }
fi
check_status 0 'it can leave the terminal' env LD_PRELOAD="$T/syslog.so" \
	SYSLOG="$T/log.socket" "$postroom" -c "$conf" daemon \
	--background --pidfile "$T/pid"
check 'and says which process it is' has_daemon
check 'in its file, too' status_says "^daemon: process $(cat "$T/pid"),"
daemon=$(cat "$T/pid")
check_status 75 'another daemon' "$postroom" -c "$conf" daemon --pidfile "$T/pid"
check 'leaves the file to the first' [ "$(cat "$T/pid")" = "$daemon" ]
put i
"$postroom" -c "$conf" poll
wait_for has_mail 30
result ok 'there it polls'
told() { grep -qE -- "$1" "$T/syslog"; }
if [ -n "${perl_pid-}" ]; then
	wait_for told '^<22>[A-Z][a-z]+ [ 0-9]+ [0-9:]+ postroom\[[0-9]+\]: one: 1 message'
	result ok 'and tells the log of the system'
else
	skip 'no perl to play the log of the system'
	: >"$T/syslog"
fi
wait_for is_settled
cp "$conf" "$T/good" && echo 'nonsense = 1' >>"$conf"
kill -HUP "$daemon"
if [ -n "${perl_pid-}" ]; then
	wait_for told '^<19>.*nonsense'
	result ok 'errors as such'
	kill -STOP "$perl_pid"
	perl -MIO::Socket::UNIX -e 'for (1 .. 50) { my $s = IO::Socket::UNIX->new(
		Type => SOCK_DGRAM, Peer => $ARGV[0]) or die; $s->blocking(0);
		1 while defined $s->send("full"); push @all, $s }' "$T/log.socket"
	for i in $(seq 20); do put "no-log-$i"; done
	"$postroom" -c "$T/good" poll
	wait_for has_mail 50
	wait_for is_settled
	result ok 'a log that nobody reads does not stop the mail'
	kill -CONT "$perl_pid"
fi
sed "1i log = \"$T/log.own\"" "$T/good" >"$conf"
kill -HUP "$daemon"
wait_for grep -q 'was read again' "$T/log.own"
check 'but not what a log of its own gets' not grep -q 'was read again' "$T/syslog"
cp "$T/good" "$conf"
kill "$daemon"
wait_for is_over "$daemon"
result ok 'and ends'
check 'the file is gone with it' [ ! -e "$T/pid" ]
echo 'nonsense = 1' >>"$conf"
check_status 78 'what is wrong is said before' "$postroom" -c "$conf" daemon \
	--background
check 'where one can read it' says 'nonsense'
oracle 'in the end each message is there once'
done_testing

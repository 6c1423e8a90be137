# shellcheck shell=sh disable=SC2120,SC2154,SC2317
# Quiet, not mute: the same trouble is told once a day, other trouble at once,
# and `status` has it all. The clock is moved; nothing waits.
. "$(dirname "$0")/../lib.sh"

${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err" ||
	skip_all 'no compiler for another clock'
no_leak_search
CLOCK=$T/clock ahead=0
export CLOCK
pass() { # SECONDS
	ahead=$((ahead + $1))
	echo "1 $ahead" >"$CLOCK"
}
pass 0
cron() { # RUNS SECONDS [COMMAND]: runs of cron, so far apart; what they say
	: >"$T/said" && : >"$T/codes"
	for run in $(seq "$1"); do
		[ $# = 2 ] || "$3"
		LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" fetch \
			>>"$T/said" 2>&1 && code=0 || code=$?
		echo "$code" >>"$T/codes"
		pass "$2"
	done
	cp "$T/said" "$T/out"
}
lines() { # NUMBER: so many were said
	[ "$(wc -l <"$T/said")" = "$1" ] || { cat "$T/said" && false; }
}
codes() { # WANTED
	[ "$(paste -sd' ' "$T/codes")" = "$1" ] || { cat "$T/codes" && false; }
}
status() { LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" status "$@"; }
well() { # WHAT
	check_status 0 "$1: all is well" status --check
	check '  and nothing is said' silent
}
again() { # ACCOUNT-LINE...: a new start, and a first run
	fresh_drop 3
	new_config 'complain-after = 1h'
	add_account a "$@"
	cron 1 300
}

script '# all is well'
start_popd --script "$T/script" --caps 'TOP UIDL USER PIPELINING RESP-CODES'

# --- a login
again
script 'on PASS reply "-ERR no\r\n"'
cron 3 300
check 'a refusal after a success is temporary, the next one is not' \
	codes '75 77 77'
check 'F19: and told once' lines 1
check 'in the words of the server' says '^postroom: a: .*refused.*"-ERR no"'
pass 86400
cron 2 300
check 'and once the next day' lines 1
script '# all is well'
pass 86400
cron 1 300
check 'success is silent' silent
script 'on GREETING drop'
cron 1 300
check 'what may pass is not told' silent
cron 2 3600
check 'until it lasts' lines 1
script 'on PASS reply "-ERR [AUTH] no\r\n"'
cron 1 300
check 'other trouble is told, although one was told today' lines 1
again
every_second() {
	case $run in
	*[13579]) script 'on PASS reply "-ERR [AUTH] no\r\n"' ;;
	*) script '# let in' ;;
	esac
}
cron 24 300 every_second
check 'F20: a login that is refused every second time is told once' lines 1
again
every_second() {
	case $run in
	*[13579]) script 'on PASS reply "-ERR no\r\n"' ;;
	*) script '# let in' ;;
	esac
}
cron 24 300 every_second
check 'also if it may be a busy server' lines 1

# --- messages larger than max-size
large() { # NAME KILOBYTES
	{ printf 'Subject: large\n\n' && head -c "$2"000 /dev/zero | tr '\0' x |
		fold; } >"$T/drop/$1"
}
script '# all is well'
fresh_drop 3
large big 5
new_config
add_account a 'max-size = 2K'
cron 3 300
check 'F21: a large message is told once' lines 1
check 'with its size and its UIDL' says \
	'^postroom: a: a message of 5.0 KB stays .* max-size \(2.0 KB\): UIDL [^ ]+; raise'
check 'it is no trouble' codes '0 0 0'
check 'the others are here' [ "$(messages "$mail")" = 3 ]
cron 40 86400
check 'nor told again another day' silent
large bigger 9
large biggest 20
cron 3 300
check 'new ones are told, in one line' lines 1
check 'with their sizes' says '2 messages of 9.0 KB to 20 KB stay on the server'
sed -i '/max-size/d' "$conf"
cron 1 300
check 'without max-size they come' [ "$(messages "$mail")" = 6 ]

# --- commands and folders
again
echo 'rule "x" { subject = "pipe" pipe = {"sh", "-c", "echo $$ busy >&2; exit 75"} }' >>"$conf"
printf 'Subject: pipe\n\n' >"$T/drop/pipe"
cron 24 300
check 'a command that fails for two hours is told once' lines 1
check 'with its rule and its words' says 'rule "x", .*sh exited with 75: .*busy.*tried again'
sed -i 's/busy >&2; exit 75/gone >\&2; kill -9 $$/' "$conf"
printf 'Subject: another pipe\n\n' >"$T/drop/pipe-2"
cron 2 300
check 'another kind of failure is told, although one was today' lines 1
sed -i '/^rule/d' "$conf"
again
printf 'Subject: more\n\n' >"$T/drop/more"
mv "$mail/Inbox" "$mail/elsewhere" && echo 'in the way' >"$mail/Inbox"
cron 24 300
check 'a folder that cannot be written is told once' lines 1
check 'with what is wrong' says 'Inbox/tmp: Not a directory'
check_status 75 'status --check knows it' status --check
check 'since when, and why' says '^since 20.*mail cannot be filed: cannot create.*Inbox'
check 'in one line' [ "$(wc -l <"$T/out")" = 1 ]
rm "$mail/Inbox" && mv "$mail/elsewhere" "$mail/Inbox"
cron 1 300
well 'when it can be written'
mv "$mail" "$mail.away"
cron 24 300
check 'a Maildir that has vanished is told once' lines 1
check_status 75 'status --check knows it' status --check
check 'and why' says 'mail cannot be filed: .*missing or empty'
mv "$mail.away" "$mail"
cron 1 300
well 'when it is back, without new mail'

# --- status --check
again
new_config
add_account a
user=v
add_account b 'enabled = no'
user=u
well 'a run that succeeded'
script 'on GREETING drop'
cron 1 300
check_status 75 'F22: a session that broke is trouble that may pass' status --check
check 'which a line says' says '^a: since 20[0-9: -]+: .*closed the connection'
check_status 0 '--failing' status --failing
check 'says the same' says '^a: since '
script 'on PASS reply "-ERR [AUTH] no\r\n"'
cron 1 300
check_status 77 'a refused login needs a person' status --check
check 'who reads the words of the server' says '^a: since .*"-ERR \[AUTH\] no"'
check 'and one line' [ "$(wc -l <"$T/out")" = 1 ]
status --check --json >"$T/out"
check 'as JSON, too' [ $? = 77 ]
check 'with the same facts' says \
	'"needs_person":true.*"problems":\[{"account":"a","needs_person":true,"since":"20..-..-..T.*Z","text"'
script '# all is well'
cron 1 300
well 'success'
pass 86400
well 'cron may run once a day'
pass 10800
check_status 75 'more than a day without a poll' status --check
check 'is overdue' says '^a: since .*overdue; does cron run'
user=w
add_account c
user=u
check_status 75 'a new account' status --check
check 'was never polled' says '^c: was never polled'
sed -i '/^account "c"/,$d' "$conf"
cron 1 300
sql "INSERT INTO attempt (account, uidl, size, failures, last, trouble)
	SELECT id, 'uid-7', 5000, 1, 1, '-ERR is corrupt' FROM account"
check_status 75 'a message that was refused once' status --check
sql 'UPDATE attempt SET failures = 2'
check_status 77 'twice' status --check
check 'is named, with the words of the server and the way out' says \
	'^a: the message with UIDL uid-7 \(4.9 KB\) cannot be fetched.*: "-ERR is corrupt"; .*postroom state mark-seen a uid-7'
sql "UPDATE attempt SET uidl = 'x;reboot'"
check_status 77 'with a UIDL that a shell would run' status --check
check 'no command is shown with it' says 'postroom state mark-seen a UIDL$'
sql "UPDATE attempt SET uidl = 'uid-7'"
status >"$T/out"
check 'and shown by status' says 'cannot be fetched: UIDL uid-7 .4.9 KB.* tries.*corrupt'
check 'with the way out' says 'postroom state mark-seen a UIDL'
sql 'DELETE FROM attempt'
echo 'rule "x" { subject = "pipe" pipe = {"sh", "-c", "exit 75"} }' >>"$conf"
printf 'Subject: pipe\n\n' >"$T/drop/pipe"
cron 1 300
check_status 75 'a command that fails' status --check
check 'is named, with its rule' says '^rule "x": .*sh exited with 75.*1 messages wait'
sed -i '/^rule/d' "$conf"
check_status 78 'a broken configuration' sh -c \
	'echo what = ever >>"$1" && "$2" -c "$1" status --check' - "$conf" "$postroom"
sed -i '/^what/d' "$conf"

# A daemon that was killed.
LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" daemon 2>"$T/daemon.err" &
daemon=$!
children="$children $daemon"
wait_for [ -s "$T/state/daemon.lock" ]
kill -KILL "$daemon"
wait_for is_over "$daemon"
status >"$T/out"
check 'status tells of it' says "the last one, process $daemon, was killed"
pass 7200
check_status 77 'and when polls are missed, a person must act' status --check
check 'first of all' [ "$(grep -n "the daemon (process $daemon)" "$T/out" |
	cut -d: -f1)" = 1 ]
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# One message that fails, in whatever way, never keeps the others from coming or
# from being deleted on the server. It is named, once a day.
. "$(dirname "$0")/../lib.sh"

start() { # MESSAGES ACCOUNT-LINE...: what works, with this script
	n=$1 && shift
	fresh_drop "$n"
	new_config
	add_account a 'timeout = 1' "$@"
}
runs() { # N: so many runs; what they say is in $T/said
	: >"$T/said"
	for _ in $(seq "$1"); do
		fetch >>"$T/said" 2>&1
	done
}
came() { [ "$(messages "$mail")" = "$1" ] || { cat "$T/said" && false; }; }
tells() { grep -qE -- "$1" "$T/said" || { cat "$T/said" && false; }; }
lines() { [ "$(grep -c . "$T/said")" -le "$1" ] || { cat "$T/said" && false; }; }
on_server() { # NAME...: these and no others
	[ "$(ls "$T/drop" | tr '\n' ' ')" = "$* " ] || { ls "$T/drop" && false; }
}
a_day_later() { sql 'UPDATE attempt SET next = next - 90000, last = last - 90000000000'; }
script '# nothing'
start_popd --script "$T/script"

for how in drop stall 'reply "x\r\n"' 'reply "-ERR no\r\n"' 'reply "+OK\r\n.\r\n"' \
	'drop-after 30' 'drop-after 40 rst' lf; do
	# The first one: it has this number when the others are deleted, too.
	start 6 'keep-on-server = no'
	script "on RETR 1 $how"
	runs 3
	check "A18: RETR, $how: the others come" came 5
	check "A18: RETR, $how: and are deleted on the server" on_server 001
	check "A18: RETR, $how: the message is named, with what to do" \
		tells 'message 1 .*UIDL 001.* once a day.*mark-seen a'
	check "A18: RETR, $how: not with each run" lines 3
	script '# nothing'
	a_day_later
	check_status 0 "A18: RETR, $how: a day later" fetch
	oracle "A18: RETR, $how: all are there once"
	check "A18: RETR, $how: and gone from the server" server_has 0
	check "A18: RETR, $how: nothing is remembered" \
		[ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]
done

# The network may have been broken, not the message.
start 2
script 'on RETR 1 drop'
runs 2
for rest in 900 1800 3600 7200 14400 28800 57600 85500 85500; do
	check "A18: it rests for $rest s" \
		[ "$rest" = "$(sql 'SELECT next - last / 1000000 FROM attempt')" ]
	a_day_later
	runs 1
done
start 1
script 'on RETR 1 reply "-ERR [SYS/TEMP] busy\r\n"'
runs 2
for rest in 900 1800 3600 3600; do
	check "A18: one that is busy rests for $rest s" \
		[ "$rest" = "$(sql 'SELECT next - last / 1000000 FROM attempt')" ]
	a_day_later
	runs 1
done

for keep in yes no 1h; do
	start 5 "keep-on-server = $keep"
	script 'on RETR 1 drop' 'on RETR 5 drop'
	runs 4
	check "A18: the first and the last one, keep-on-server = $keep" came 3
done
check 'A18: both are named' tells 'message 1 .*UIDL 001'
check 'A18: both are named' tells 'message 5 .*UIDL 005'

start 5 'limit = 1'
script 'on RETR 1 reply "-ERR no\r\n"' 'on RETR 2 reply "-ERR no\r\n"'
runs 3
check 'A18: refused messages do not use up limit' came 3
start 4 'limit = 1'
script 'on RETR 1 drop'
runs 4
check 'A18: one that breaks the session does not, either' came 3

start 100
script 'on RETR 7 drop' 'on RETR 20 reply "-ERR no\r\n"' 'on RETR 50 drop' \
	'on RETR 51 stall' 'on RETR 100 reply "+OK\r\n.\r\n"'
runs 6
check 'A18: five of a hundred' came 95

# As if a person had given it up.
start 3
script 'on RETR 2 reply "-ERR no\r\n"'
runs 2
script '# nothing'
check_status 0 'A18: given up by state mark-seen' "$postroom" -c "$conf" \
	state mark-seen a 002
check_status 0 'A18: the next run' fetch
check 'A18: is silent' silent
check 'A18: nothing is remembered' [ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]

# A server's invention is not to be copied into a shell.
start 1
printf "001 x';reboot;'\n" >"$T/drop/.uidl"
script 'on RETR 1 reply "-ERR no\r\n"'
runs 2
check 'A18: no command is shown with such a UIDL' tells 'mark-seen a UIDL$'

# TOP: new mail comes first.
for how in drop stall 'reply "-ERR no\r\n"'; do
	start 3 'keep-on-server = 1s'
	runs 1
	sql 'UPDATE msg SET first_seen = first_seen - 9'
	printf 'Subject: new\n\nnew\n' >"$T/drop/004"
	expect "$T/drop/004"
	script "on TOP $how"
	runs 5
	oracle "A29: TOP, $how: new mail comes"
	check "A29: TOP, $how: known mail is deleted without it" not test -f "$T/drop/001"
done

# Commands that are sent ahead are lost, or not liked.
for how in 'flush' 'most 1' 'most 4' 'most 9' 'hasty "-ERR too fast\r\n"'; do
	start 12 'keep-on-server = no'
	script "on * $how"
	runs 1
	oracle "A49: $how: all come with the first run"
	check "A49: $how: and are gone from the server" server_has 0
	: >"$T/log"
	runs 1
	check "A49: $how: the next run knows" [ "$(grep -c connected "$T/log")" = 1 ]
done
# A code says that it has another reason.
start 3
: >"$T/log"
script 'on STAT reply "-ERR [IN-USE] by your phone\r\n"'
runs 1
check 'A49: a maildrop in use: one session' [ "$(grep -c connected "$T/log")" = 1 ]
start 12 'pipelining = no'
script 'on * most 1'
runs 1
oracle 'A49: pipelining = no'
check 'A49: one session is enough' [ "$(grep -c connected "$T/log")" = 1 ]
start 3
script 'on RETR 2 times 1 drop'
runs 1
check 'A49: a line that breaks once' came 3
start 12
script 'on RETR 7 times 1 drop-after 30'
runs 2
oracle 'A49: in the middle of a message'
check 'A49: is no fault of the server' [ "$(sql 'SELECT count(*) FROM server')" = 0 ]

# Many of them do not fill the log.
start 40 'keep-on-server = yes'
script 'on RETR reply "-ERR no\r\n"'
runs 1
check 'A18: all are refused: some are named' tells 'message 1 cannot be fetched'
check 'A18: the others are counted' tells '35 more messages cannot be fetched'
check 'A18: in a few lines' lines 8
done_testing

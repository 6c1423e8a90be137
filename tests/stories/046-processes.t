# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Processes, signals, clocks, limits: whatever disturbs a run, each message is
# there once after the next run.
. "$(dirname "$0")/../lib.sh"
no_leak_search

have() { command -v "$1" >/dev/null; }
fresh() { # N: so many messages, to be deleted when fetched
	fresh_drop "$1"
	config
}
config() {
	new_config
	add_account a 'keep-on-server = no' 'timeout = 3'
}
recovers() { # WHAT
	script '# nothing'
	check_status 0 "$1: the next run" fetch
	oracle "$1: each message is there once"
	check "$1: and none on the server" server_has 0
}
deliver() { # SUBJECT
	printf 'Subject: %s\n\nx\n' "$1" | "$postroom" -c "$conf" deliver
}
begin() { # PROGRAM ARGUMENT...: a group of its own; signals mean what they do
	setsid env --default-signal=INT,HUP,TERM "$@" >"$T/said" 2>&1 &
	pid=$!
}
begin_fetch() { begin "$postroom" -c "$conf" fetch; }
ended() { # STATUS NAME
	got=0
	wait "$pid" 2>/dev/null || got=$?
	{ cat "$T/said" && echo "status $got"; } >"$T/out"
	wait_for group_is_gone "$pid"
	check "$2" [ "$got" = "$1" ]
}
script '# nothing'
start_popd --script "$T/script"
popd_first=${children##* }

# Many at once.
fresh 20
copies=
for i in $(seq 50); do
	fetch >"$T/copy.$i" 2>&1 &
	copies="$copies $!"
done
for i in $(seq 10); do
	printf 'Subject: beside %s\n\nx\n' "$i" >"$T/beside.$i"
	"$postroom" -c "$conf" deliver <"$T/beside.$i" >"$T/copy.d$i" 2>&1 &
	copies="$copies $!"
done
expect "$T"/beside.*
bad=0
for pid in $copies; do
	wait "$pid"
	case $? in 0 | 75) ;; *) bad=$((bad + 1)) ;; esac
done
check 'F1: fifty fetches and ten deliveries at once: 0 or 75' [ "$bad" = 0 ]
cat "$T"/copy.* >"$T/out"
check 'F1: in silence' silent
recovers 'F1: fifty at once'

# Lock files.
fresh 5
script 'on RETR 3 stall'
begin_fetch
wait_for logged 'RETR 3'
kill -9 "-$pid"
ended 137 'F2: killed with all locks taken'
recovers 'F2: locks of the dead'
fresh 0
fetch
for file in account-1 sorter; do
	echo 'Subject: something to do' >"$T/drop/$file"
	rm -f "$T/state/$file.lock"
	mkdir "$T/state/$file.lock"
	check_status 75 "F2: $file.lock cannot be opened" fetch
	check "F2: which is said" says "$file.lock"
	rmdir "$T/state/$file.lock"
	ln -s "$T/elsewhere" "$T/state/$file.lock"
	check_status 75 "F2: $file.lock is a link" fetch
	rm "$T/state/$file.lock"
done
check 'F2: a link is not followed' [ ! -e "$T/elsewhere" ]
check_status 0 'F2: without these' fetch
if [ "$(id -u)" = 0 ]; then
	skip 'F2: for root no folder is read-only'
else
	rm -f "$T/state"/*.lock
	chmod 500 "$T/state"
	check_status 75 'F2: locks in a read-only folder' fetch
	check 'F2: locks in a read-only folder: says where' says "$T/state"
	chmod 700 "$T/state"
fi
fresh 40
script 'on RETR *7 delay 30' 'on RETR *3 delay 30'
while [ ! -e "$T/enough" ]; do rm -f "$T/state"/*.lock; done &
children="$children $!"
copies=
for i in $(seq 9); do
	(
		fetch
		# An MTA would try again what was not accepted.
		for _ in 1 2 3 4 5 6 7 8 9; do
			deliver "d$i" && break
		done
		fetch
	) >"$T/copy.$i" 2>&1 &
	copies="$copies $!"
	printf 'Subject: d%s\n\nx\n' "$i" >"$T/beside.$i"
done
expect "$T"/beside.[1-9]
for pid in $copies; do wait "$pid"; done
: >"$T/enough"
cat "$T"/copy.* >"$T/out"
recovers 'F2: somebody removes the lock files all the time'

# An end by a signal.
command_config() {
	config
	cat >>"$conf" <<-EOF
	rule "slow" { subject = "3" filter = {"sh", "-c", "sleep 99 & echo \$! >$T/child; echo \$\$ >$T/command; wait"} }
	EOF
}
seconds() { date +%s; }
for sig in TERM INT HUP; do
	for where in GREETING STAT 'RETR 3' 'DELE 3' QUIT; do
		[ $sig = TERM ] || [ "$where" = 'RETR 3' ] || continue
		sampled || continue
		fresh 5
		script "on $where stall" 'on * delay 1'
		begin_fetch
		case $where in
		GREETING) wait_for logged connected ;;
		*) wait_for logged "C: $where" ;;
		esac
		then=$(seconds)
		kill -s "$sig" "$pid"
		wait "$pid" 2>/dev/null
		wait_for group_is_gone "$pid"
		check "F3: SIG$sig at $where: ends at once" \
			[ $(($(seconds) - then)) -le 5 ]
		recovers "F3: SIG$sig at $where"
	done
	fresh 5
	command_config
	rm -f "$T/command"
	begin_fetch
	wait_for test -s "$T/command"
	then=$(seconds)
	kill -s "$sig" "$pid"
	wait "$pid" 2>/dev/null
	wait_for group_is_gone "$pid"
	wait_for is_over "$(cat "$T/command")"
	wait_for is_over "$(cat "$T/child")"
	check "F3: SIG$sig while a filter hangs: ends, the filter and its child, too" \
		[ $(($(seconds) - then)) -le 5 ]
	config
	recovers "F3: SIG$sig while a filter hangs"
done

# An interrupted command does not count as a failure of the message.
blame() { # messages and steps that a sorter is said to have died of
	"$top/tests/tools/sql" "$T/state/state.db" \
		'SELECT (SELECT sum(crashes) FROM msg) +
			(SELECT coalesce(sum(crashes), 0) FROM delivery)'
}
due() { # all commands, now
	"$top/tests/tools/sql" "$T/state/state.db" 'UPDATE delivery SET next = 0' \
		>"$T/sql" 2>&1
}
for what in filter pipe; do
	fresh 5
	cat >>"$conf" <<-EOF
	rule "slow" { subject = "3" $what = {"sh", "-c", "[ -e $T/quick ] || (echo \$\$ >$T/command; sleep 99); cat"} }
	EOF
	for sig in TERM INT HUP; do
		rm -f "$T/command"
		due
		begin_fetch
		wait_for test -s "$T/command"
		kill -s "$sig" -- "-$pid"
		wait "$pid" 2>/dev/null
		wait_for group_is_gone "$pid"
		wait_for is_over "$(cat "$T/command")"
	done
	: >"$T/quick"
	due
	check_status 0 "F3: a $what that was interrupted three times: done" fetch
	rm "$T/quick"
	check "F3: a $what that is interrupted three times is not suspected" \
		[ "$(blame)" = 0 ]
	recovers "F3: a $what that was interrupted three times"
done

# Signals that are ignored.
fresh 30
script 'on RETR * delay 10'
begin_fetch
wait_for logged 'RETR 2$'
for i in $(seq 20); do
	for sig in USR1 USR2 ALRM PIPE WINCH CHLD CONT URG; do
		kill -s $sig -- "-$pid"
	done
done
ended 0 'F4: a storm of signals'
check 'F4: no word of it' [ ! -s "$T/said" ]
oracle 'F4: each message is there once'
fresh 5
check_status 0 'F4: with SIGCHLD ignored' timeout 20 \
	env --ignore-signal=CHLD "$postroom" -c "$conf" fetch
recovers 'F4: with SIGCHLD ignored'
fresh 5
config
cat >>"$conf" <<EOF
rule "all" { filter = {"sh", "-c", "sed -n s/SigIgn:.0*//p /proc/\$\$/status >>$T/ignored; cat"} }
EOF
# The C library uses 32 and 33, and may inherit them as ignored.
ignore_nothing() {
	sort -u "$T/ignored" | tee "$T/seen"
	case $(cat "$T/seen") in '' | 180000000) ;; *) false ;; esac
}
check_status 0 'F4: with signals ignored and blocked' timeout 20 env \
	--ignore-signal=USR1 --block-signal=TERM "$postroom" -c "$conf" fetch
check 'F4: commands do not inherit that' ignore_nothing

# Stopped; the server does not wait.
fresh 5
script 'on RETR 3 delay 500'
begin_fetch
wait_for logged 'RETR 3'
kill -s STOP -- "-$pid"
popd_pid=$popd_first
xargs -rn 1 kill -9 <"/proc/$popd_pid/task/$popd_pid/children"
kill -s CONT -- "-$pid"
ended 0 'F5: stopped until the server had gone: asks anew'
recovers 'F5: stopped and awake again'

# No standard files.
for how in '<&- >&- 2>&-' '<&-' '>&-' '2>&-'; do
	sampled || continue
	fresh 5
	check_status 0 "F6: with $how" \
		sh -c '"$1" -vv -c "$2" fetch '"$how" - "$postroom" "$conf"
	oracle "F6: with $how: each message, byte for byte"
done
fresh 0
printf 'Subject: x\n\nx\n' >"$T/one"
expect "$T/one"
check_status 0 'F6: deliver with >&- 2>&-' sh -c \
	'"$1" -v -c "$2" deliver <"$3" >&- 2>&-' - "$postroom" "$conf" "$T/one"
oracle 'F6: deliver: the message is there'

# Clocks.
now=$(seconds)
clock() { # SPEED SHIFT STOP
	echo "$*" >"$T/clock.new" && mv "$T/clock.new" "$T/clock"
}
other_clock() { # PROGRAM ARGUMENT...
	CLOCK=$T/clock LD_PRELOAD=$T/clock.so \
		ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}
add() { # N: so many new messages
	rm -rf "$T/new" && mkdir "$T/new"
	for i in $(seq "$1"); do
		added=$((added + 1))
		printf 'Subject: new %s\n\nx\n' $added >"$T/new/n$added"
	done
	cp "$T/new"/* "$T/drop"
	expect "$T/new"/*
}
same() { # N: the same letter so many times
	for i in $(seq "$1"); do
		expect "$T/same"
		other_clock "$postroom" -c "$conf" deliver <"$T/same" || return
	done
}
if ${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err"; then
	fresh 0
	sed -i 's/timeout = 3/timeout = 600/' "$conf"
	added=0
	printf 'Subject: the same\n\nx\n' >"$T/same"
	for when in '1 -86400 0 yesterday' '1 86400 0 tomorrow' \
		"1 -$((now - 5)) 0 1970" "1 $((2208988800 - now)) 0 2040" \
		"1 $((4294967290 - now)) 0 2106" '100 0 0 hundredfold' \
		"1 $now 1 standing" "1 $now 1 standing"; do
		# shellcheck disable=SC2086
		clock $when
		when=${when##* }
		add 9
		check_status 0 "F7: $when: fetch" other_clock \
			"$postroom" -c "$conf" fetch
		check "F7: $when: silence" silent
		check "F7: $when: two deliveries" same 2
		check "F7: $when: each message has its name" [ "$(messages \
			"$mail")" = "$(find "$T/want" -type f | wc -l)" ]
	done
	oracle 'F7: after all these times each message is there once'
	add 9
	clock 1 0 0
	script 'on RETR 5 delay 400'
	other_clock "$postroom" -c "$conf" fetch >"$T/said" 2>&1 &
	pid=$!
	wait_for logged 'C: RETR 5'
	clock 1 -400000000 0
	wait "$pid"
	got=$?
	check 'F7: a jump within a session' [ $got = 0 ]
	oracle 'F7: a jump within a session: each message is there once'
	clock 1 "$now" 1
	fresh 0
	add 300
	check_status 0 'F8: three hundred in one microsecond' other_clock \
		"$postroom" -c "$conf" fetch
	check 'F8: and the same letter ten times' same 10
	oracle 'F8: each is there'
else
	skip 'F7 F8: no compiler for another clock'
fi

# No more processes.
inject=${INJECT:-$top/tests/tools/inject}
if "$inject" count true >"$T/out" 2>&1; then
	# The judge: when it is to get ready, and when it is needed for a
	# message; the filter. A call that succeeds a moment later is not an error.
	said_or_mended() {
		[ -s "$T/injected" ] &&
			{ says '^status 0$' || [ "$(wc -l <"$T/out")" -gt 1 ]; }
	}
	for where in '0 1' '0 2' '0.2 1' '0.2 2'; do
		fresh 5
		echo 'rule "f" { subject = "3" filter = "cat" }' >>"$conf"
		# shellcheck disable=SC2086
		set -- $where
		ASAN_OPTIONS=detect_leaks=0 timeout 30 "$inject" --role "$1" \
			--call clone --nth "$2" --log "$T/injected" \
			error EAGAIN "$postroom" -c "$conf" fetch \
			>"$T/out" 2>&1
		got=$?
		echo "status $got" >>"$T/out"
		check "F9: fork number $2 of process $1 fails: 0 or 75" \
			says '^status (0|75)$'
		check 'F9: which was so, and is said' said_or_mended
		recovers "F9: fork number $2 of process $1"
	done
else
	skip 'F9: system calls cannot be made to fail here'
fi
done_testing

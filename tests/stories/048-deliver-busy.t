# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# An MTA waits for deliver, and delivers again when that takes too long. deliver
# ends in time, and no message is left without a sorter.
. "$(dirname "$0")/../lib.sh"
no_leak_search

run() { "$postroom" -c "$conf" "$@"; }
deliver() { printf "$1" | run deliver; }
there() { [ "$(messages "$1" 2>/dev/null)" = "$2" ] || { delivered "$T" && false; }; }
spooled() { ls "$T/state/spool" 2>/dev/null | wc -l; }
fresh() { # RULE...
	rm -rf "$T/state" "$mail"
	new_config
	printf '%s\n' "$@" >>"$conf"
}

# Another sorter is at work, for long.
fresh "rule \"long\" { subject = \"long\" test-command = {\"sh\", \"-c\", \
	\"touch $T/began; while [ ! -e $T/go ]; do sleep 0.05; done\"} folder = \"X\" }" \
	"rule \"pipe\" { subject = \"quick\" pipe = {\"sh\", \"-c\", \"cat >>$T/piped\"} }"
deliver 'Subject: long\n\n1\n' >"$T/first" 2>&1 &
first=$!
wait_for test -e "$T/began"
check_status 0 'F1: deliver beside a sorter that is busy' deliver 'Subject: quick\n\n2\n'
check 'silently' silent
check 'has not waited for it' kill -0 "$first"
touch "$T/go"
wait "$first"
check 'that one ends well' [ $? = 0 ]
check 'with both messages' there "$mail" 2
check 'and has run the pipe of the other' grep -qx 2 "$T/piped"
check 'nothing waits' [ "$(spooled)" = 0 ]

# A message comes after the sorter's last look and before it unlocks.
if "$strace" -qq -o "$T/probe" true 2>/dev/null; then
	fresh && deliver 'A: b\n\n0\n'
	printf 'A: b\n\n1\n' >"$T/1"
	ASAN_OPTIONS=detect_leaks=0 "$strace" -qq -o "$T/trace" -P "$T/state/sorter.lock" \
		-e trace=pwrite64 -e inject=pwrite64:delay_enter=4000000:when=3 \
		"$postroom" -c "$conf" deliver <"$T/1" >"$T/first" 2>&1 &
	first=$!
	wait_for there "$mail" 2 >/dev/null
	wait_for [ "$(spooled)" = 0 ]
	check_status 0 'another one comes at the last moment' deliver 'A: b\n\n2\n'
	check 'and leaves its message there' there "$mail" 2
	wait "$first"
	check 'the first one ends well' [ $? = 0 ]
	check 'with all messages' there "$mail" 3
else
	skip 'strace may not trace here'
fi

# Many at once, with other sorters among them.
fresh 'rule "p" { subject = "p" pipe = {"sh", "-c", "cat >>$0", "'"$T/many"'"} }'
pids=
for i in $(seq 40); do
	deliver "Subject: $([ $((i % 3)) != 0 ] || echo p)\n\n$i\n" >>"$T/said" 2>&1 &
	pids="$pids $!"
	[ $((i % 20)) != 0 ] && continue
	run sort >>"$T/said" 2>&1 &
	pids="$pids $!"
done
bad=0
for pid in $pids; do wait "$pid" || bad=$((bad + 1)); done
check 'forty at once all succeed' [ "$bad" = 0 ]
check 'in silence' [ ! -s "$T/said" ]
check 'when all have ended, all messages are there' there "$mail" 40
check 'nothing waits' [ "$(spooled)" = 0 ]
check 'all pipes have run, once' [ "$(grep -cE '^[0-9]+$' "$T/many")" = 13 ]

# Mail that is not begun after four minutes is left to the next run.
if ${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err"; then
	late="echo 1 0 0 0 300 >$T/clock; exit 1"
	fresh "rule \"t\" { subject = \"one\" test-command = {\"sh\", \"-c\", \"$late\"} \
		folder = \"X\" }" \
		"rule \"p\" { subject = \"pipe\" pipe = {\"sh\", \"-c\", \"$late\"} }"
	timed() {
		echo '1 0 0' >"$T/clock"
		printf "$1" | CLOCK=$T/clock LD_PRELOAD=$T/clock.so run deliver
	}
	: >"$mail"
	for i in one two; do deliver "Subject: $i\n\n$i\n" 2>/dev/null; done
	rm "$mail"
	check_status 0 'a backlog that takes too long' timed 'Subject: three\n\n3\n'
	check 'is told of' says 'has taken 4 minutes; the rest waits for the next run'
	check 'what was begun is ended' there "$mail" 1
	check 'the rest waits' [ "$(spooled)" = 2 ]
	check_status 0 'the next run' run sort
	check 'has it' there "$mail" 3
	rm -rf "$mail" "$T/state" && : >"$mail"
	for i in 1 2; do deliver "Subject: pipe\n\n$i\n" 2>/dev/null; done
	rm "$mail"
	check_status 0 'likewise with commands' timed 'Subject: three\n\n3\n'
	check 'the mail is filed' there "$mail" 3
	check 'the first one has run' [ "$(sql 'SELECT count(*) FROM delivery WHERE
		kind = 4 AND done IS NULL AND tries = 0')" = 1 ]
else
	skip 'no compiler for another clock'
fi
done_testing

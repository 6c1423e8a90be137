#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2046,SC2086,SC2119,SC2154
# usage: crash.sh [SUITE...]
#
# make check-crash: while postroom fetches, sorts and delivers, kill it before
# every system call, let each call fail, and cut the power. After each of these
# points, one clean run follows; then every message must be in its folders once,
# byte for byte, the spool empty, the database sound, the server as expected.
# One worker for each processor takes its share of the points. CRASH_STEP=7
# tries every seventh point, beginning with number CRASH_OFFSET, by default the
# number of the day; CRASH_IMAP_STEP is that of the suite "imap".
# CRASH_ERRORS='poll:EINTR write:EIO' tries these errors only.
#
# Suites (default: all):
#	kill	E1 E2 E4 E9 E10 E11: one process, or all, before every call
#	reader	E7: the same while a mail reader renames, or removes, its mail
#	double	E3: killed once more in the run that recovers
#	late	E12: after the crash the clock is a day behind
#	imap	E15: killed, errors and power cuts by IMAP: mail is kept, deleted,
#		moved or copied, has new UIDs, is in two folders; the server is looked at
#	error	D1 D2 D4 D5 D6: every call fails once, and from there on
#	cut	E6: what was not synced is lost, all of it or a part
#	liar	E14: the disk claims to have synced, and has not
#	broken	without syncs, without the witness: the suites must notice
#	image	E5: the power is cut on a real ext4; in crash-image.sh
#	dovecot	E13: a large mailbox, many kills; in crash-dovecot.sh
#
# crash-peers.sh kills other programs in the same way, for comparison.
suites=${*:-kill reader double late imap error cut liar broken image dovecot}
step=${CRASH_STEP:-1}
here=$(dirname "$0")

share_out() { # the reports go to $out
	CRASH_WORKERS=$(getconf _NPROCESSORS_ONLN)
	export CRASH_WORKERS CRASH_OFFSET CRASH_OUT="$out"
	for i in $(seq "$CRASH_WORKERS"); do
		CRASH_WORKER=$i sh "$0" $suites \
			>"$out/worker.$i" 2>&1 &
	done
	for suite in $suites; do
		case $suite in
		image) sh "$here/crash-image.sh" >"$out/image" 2>&1 & ;;
		# On a disk: the longer a sync takes, the more kills come before it.
		dovecot) TMPDIR=${TMPDIR:-/tmp} sh "$here/crash-dovecot.sh" >"$out/dovecot" 2>&1 & ;;
		esac
	done
	wait
}
add_up() {
	cat "$out"/worker.* | grep -vE "^(SUITE|DONE|SKIP|ok|not ok)" | head -n 200
	cat "$out/image" "$out/dovecot" 2>/dev/null | grep -vE "^(ok|not ok|1\.\.)"
	scripts=0
	for suite in $suites; do
		case $suite in image | dovecot) scripts=$((scripts + 1)) ;; esac
	done
	cat "$out"/worker.* "$out/image" "$out/dovecot" 2>/dev/null |
		awk -v workers="$CRASH_WORKERS" -v step="$step" -v imap_step="${CRASH_IMAP_STEP:-$step}" \
		-v offset="$CRASH_OFFSET" -v scripts="$scripts" \
		-v tried="$(($(echo $suites | wc -w) - scripts))" '
	function verdict(good, what) {
		good ? passed++ : failed++
		printf "%s %d - %s\n", good ? "ok" : "not ok", ++n, what
	}
	$1 == "SKIP" { skip = substr($0, 6) }
	$1 == "DONE" { done++ }
	# Lines of the other scripts; each script ends with its plan.
	/^1\.\.[1-9]/ { plans++ }
	/^1\.\.0 # SKIP/ { plans++; sub(/^1\.\.0/, "ok -") }
	/^ok .*# SKIP/ { skipped++; print; next }
	/^(not )?ok / { good = $1 == "ok"; sub(/^[^-]*- /, ""); verdict(good, $0) }
	$1 != "SUITE" { next }
	{
		key = $2
		if (!(key in points)) order[++keys] = key
		points[key] += $3; lost[key] += $4; doubled[key] += $5
		wrong[key] += $6; missed[key] += $7; aside[key] += $8
	}
	END {
		for (i = 1; i <= keys; i++) {
			k = order[i]
			if (points[k] == 0) continue
			found = lost[k] + doubled[k] + wrong[k]
			type = k; sub(/:.*/, "", type)
			good = found == 0
			if (type == "broken") good = lost[k] + doubled[k] >= 5
			# A disk that lies loses mail; nothing else may go wrong.
			if (type == "liar") good = wrong[k] == 0
			# Points that were not reached prove nothing.
			good = good && (points[k] < 20 || points[k] > 4 * missed[k])
			all += points[k]; none += missed[k]
			verdict(good, sprintf("%s: %d points, %d lost, %d doubled, %d otherwise wrong (%d in the fallback folder, %d not reached)", \
				k, points[k], lost[k], doubled[k], wrong[k], aside[k], missed[k]))
			if (type == "broken" || type == "liar") continue
			group = type == "error" ? "error" : type == "cut" ? "power" : "kill"
			sum[group] += points[k] - missed[k]; l += lost[k]; d += doubled[k]
		}
		if (plans != scripts + 0) verdict(0, "a script did not end")
		if (skip != "") { print "ok # SKIP " skip; skipped++ }
		else if (done != workers) verdict(0, "a worker did not end")
		else if (tried && all <= 9 * none) verdict(0, "too few points were reached")
		printf "\nOne point in %d was tried (CRASH_STEP), of IMAP one in %d (CRASH_IMAP_STEP), from number %d on (CRASH_OFFSET).\n", step, imap_step, offset % step
		printf "%d kill points, %d error points, %d power cuts: %d lost, %d doubled\n", \
			sum["kill"], sum["error"], sum["power"], l, d
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0
	}'
}
if [ -z "${CRASH_WORKER-}" ]; then
	: "${CRASH_OFFSET:=$(($(date +%s) / 86400))}"
	out=$(mktemp -d) || exit 1
	trap 'rm -rf "$out"' EXIT
	trap 'trap "" TERM; kill 0; exit 1' HUP INT TERM
	share_out
	add_up
	exit
fi

. "$here/lib.sh"
. "$here/crash-lib.sh"

kill_suite() {
	for role in 0 0.1 0.2 0.2.1 0.2.2; do
		begin "kill:one-of-fetch,$role"
		every fetch $role nothing kill
		finish
		begin "kill:all-of-fetch,$role"
		every fetch $role nothing kill-all
		finish
		begin "kill:signal-in-fetch,$role"
		for n in $(seq 4 5 $(count_of fetch $role any)); do
			point fetch nothing --role $role --nth $n crash
		done
		finish
	done
	for scenario in sort deliver; do
		for role in 0 0.1 0.2; do
			begin "kill:one-of-$scenario,$role"
			every $scenario $role nothing kill
			finish
		done
		begin "kill:all-of-$scenario,0"
		every $scenario 0 nothing kill-all
		finish
	done
}
reader_suite() {
	for role in 0.1 0.2; do
		begin "reader:renames,$role"
		every fetch $role reads kill-all
		finish
	done
	begin 'reader:expunges'
	every fetch 0.2 expunges kill-all
	finish
}
double_suite() {
	begin 'double:fetch'
	total=$(count_of fetch 0.2 any)
	for n in $(seq 5 17 $total); do
		for second in $(seq 3 23 $total); do
			second_role=0.1
			point fetch nothing --role 0.2 --nth $n kill-all
		done
	done
	second=
	finish
}
late_suite() {
	clock=$CRASH_OUT/clock.$CRASH_WORKER CLOCK=$T/clock
	export CLOCK
	echo '1 -86400 0' >"$CLOCK"
	${CC:-cc} -shared -fPIC -o "$clock" "$here/tools/clock.c" 2>"$T/cc.err" || {
		echo "ok # SKIP E12: no compiler for another clock"
		return
	}
	begin 'late:fetch'
	for n in $(seq 2 6 $(count_of fetch 0.2 any)); do
		point fetch late --role 0.2 --nth $n kill-all
	done
	finish
}

all_errors='openat:EMFILE openat:EACCES openat:ENOSPC write:ENOSPC write:EIO
	write:EDQUOT write:short pwrite64:ENOSPC pwrite64:EIO pwrite64:short
	fsync:EIO fsync:ENOSPC fdatasync:EIO fdatasync:ENOSPC syncfs:EIO
	linkat:ENOSPC linkat:EACCES linkat:EROFS linkat:EPERM linkat:EIO
	linkat:EXDEV unlinkat:EIO unlinkat:EROFS unlink:EACCES mkdir:ENOSPC
	mkdir:EROFS close:EIO read:EIO pread64:EIO newfstatat:EACCES
	fcntl:ENOLCK mmap:ENOMEM clone:EAGAIN sendto:ECONNRESET
	recvfrom:ECONNRESET getdents64:EIO ftruncate:EIO pipe2:EMFILE
	socketpair:EMFILE sendmsg:EIO recvmsg:EIO access:EACCES
	write:EINTR read:EINTR openat:EINTR fsync:EINTR close:EINTR
	connect:EINTR recvfrom:EINTR sendto:EINTR poll:EINTR wait4:EINTR'
errors=${CRASH_ERRORS:-$all_errors}
error_pair() { # SCENARIO ROLE CALL ERROR
	fault="error $4"
	[ "$4" != short ] || fault=short
	for n in $(seq $(count_of $1 $2 $3)); do
		point $1 nothing --role $2 --call $3 --nth $n $fault
		# Without any lock SQLite waits for half a minute. A call that a
		# signal interrupts is repeated without end, rightly; except that
		# poll() has a deadline, and close() must not be repeated.
		case $3:$4 in
		poll:EINTR | close:EINTR) ;;
		*:EINTR | fcntl:*) continue ;;
		esac
		point $1 nothing --role $2 --call $3 --nth $n --on $fault
	done
}
error_suite() {
	for scenario in fetch deliver sort; do
		for pair in $errors; do
			begin "error:$scenario,$pair"
			for role in 0 0.1 0.2 0.1.1 0.1.2 0.2.1 0.2.2; do
				error_pair $scenario $role ${pair%:*} ${pair#*:}
			done
			finish
		done
	done
}
cut() { # SCENARIO ROLE THEN N INJECT-OPTION...
	scenario=$1 role=$2 then=$3 n=$4
	shift 4
	point $scenario $then --shadow "$tree" "$T/store" "$@" --role $role \
		--nth $n kill-all
}
cut_suite() {
	for role in 0 0.1 0.2; do
		begin "cut:fetch,$role"
		for n in $(seq $(count_of fetch $role any)); do
			cut fetch $role cuts $n
		done
		finish
		begin "cut:fetch-by-chance,$role"
		for n in $(seq $(count_of fetch $role any)); do
			cut fetch $role cuts_by_chance $n
		done
		finish
	done
	begin 'cut:sort'
	for n in $(seq $(count_of sort 0 any)); do
		cut sort 0 cuts $n
	done
	finish
}
# The sorter does the same as after POP3; so it is the fetcher that fails, and
# all of them are killed.
imap_kinds='keep delete move copy reset two'
imap_suite() {
	step=${CRASH_IMAP_STEP:-$step}
	for kind in $imap_kinds; do
		for role in 0 0.1 0.2; do
			begin "kill:imap-$kind,$role"
			every imap-$kind $role nothing kill-all
			finish
		done
		begin "kill:fetcher-of-imap-$kind"
		every imap-$kind 0.1 nothing kill
		finish
		begin "error:imap-$kind"
		for pair in $errors; do
			error_pair imap-$kind 0.1 ${pair%:*} ${pair#*:}
		done
		finish
		begin "cut:imap-$kind"
		for n in $(seq $(count_of imap-$kind 0.1 any)); do
			cut imap-$kind 0.1 cuts_by_chance $n
		done
		finish
	done
	step=${CRASH_STEP:-1}
}
# Mail on such a disk may be lost. But the next run must end, and must hold a
# file whose bytes have disappeared before it was judged.
liar_suite() {
	begin 'liar:by-chance'
	for n in $(seq 3 9 $(count_of fetch 0.2 any)); do
		cut fetch 0.2 cuts_held $n --skip-sync ''
	done
	finish
	begin 'liar:empty-files'
	for n in $(seq 2 5 150); do
		point fetch empties --role 0.2 --nth $n kill
	done
	finish
}
# The suites must find these faults, at any CRASH_STEP.
broken_suite() {
	total=$(count_of fetch 0.2 any)
	step=1
	for sync in / state.db-wal; do
		begin "broken:no-sync-of-$sync"
		for n in $(seq $((total / 2)) 7 $total); do
			cut fetch 0.2 cuts $n --skip-sync $sync
		done
		finish
	done
	begin 'broken:no-witness'
	for n in $(seq $((total / 2)) 5 $total); do
		point fetch no_witness --role 0.2 --nth $n kill-all
	done
	finish
	step=${CRASH_STEP:-1}
}

# Can the tracer kill here, or does it only count?
"$inject" --log "$T/injected" --nth 3 kill true >"$T/counts" 2>&1
case $? in
137) [ -s "$T/injected" ] || echo "not ok - the tracer does not log what it does" ;;
99) echo "SKIP $(head -n 1 "$T/counts")" && echo DONE && exit ;;
*) echo "not ok - the tracer did not kill" ;;
esac
# All suites together take longer than the lifetime of a story's server.
start_popd --lifetime 0
configure
case " $suites " in
*' imap '*)
	configure_imap
	know_two
	for kind in $imap_kinds; do reference imap-$kind; done
	;;
esac
for scenario in fetch sort deliver; do reference $scenario; done
for suite in $suites; do
	case $suite in image | dovecot) ;; *) ${suite}_suite ;; esac
done
echo DONE

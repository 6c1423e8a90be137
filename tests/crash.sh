#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2012,SC2046,SC2086,SC2119,SC2154
# usage: crash.sh [SUITE...]
#
# make check-crash: postroom is killed before every system call, each call
# fails, and the power is cut, while it fetches, sorts and delivers. After each
# of these points: one clean run, and then every message must be in its folders
# once, byte for byte, the spool empty, the server as it should be. The points
# are shared out to one worker for each processor. CRASH_STEP=7 tries every
# seventh point only.
#
# Suites (default: all):
#	kill	one process, or all, before every call: fetch, sort, deliver
#	reader	the same while a mail reader renames what it sees
#	double	and once more in the run that recovers
#	error	every call fails, once, and from then on
#	cut	everything that was not synced is lost, too
#	broken	without syncs, without the witness: the suites must notice
suites=${*:-kill reader double error cut broken}
step=${CRASH_STEP:-1}

if [ -z "${CRASH_WORKER-}" ]; then # the one who shares out and adds up
	out=$(mktemp -d) || exit 1
	trap 'rm -rf "$out"' EXIT
	trap 'kill 0' HUP INT TERM
	CRASH_WORKERS=$(getconf _NPROCESSORS_ONLN)
	export CRASH_WORKERS
	for i in $(seq "$CRASH_WORKERS"); do
		CRASH_WORKER=$i sh "$0" $suites >"$out/$i" 2>&1 &
	done
	wait
	cat "$out"/* | grep -vE "^(SUITE|DONE)" | head -n 200
	cat "$out"/* | awk -v workers="$CRASH_WORKERS" '
	$1 == "SKIP" { skip = $0; next }
	$1 == "DONE" { done++ }
	$1 != "SUITE" { next }
	{
		key = $2
		if (!(key in points)) order[++n] = key
		points[key] += $3; lost[key] += $4; doubled[key] += $5
		wrong[key] += $6; missed[key] += $7; aside[key] += $8
		kind = key; sub(/ .*/, "", kind); sub(/:.*/, "", kind)
	}
	END {
		if (skip != "") { print skip; print "0 passed, 0 failed, 1 skipped"; exit 0 }
		for (i = 1; i <= n; i++) {
			k = order[i]
			found = lost[k] + doubled[k] + wrong[k]
			good = k ~ /^broken/ ? lost[k] + doubled[k] > 0 : found == 0
			# Who counts points that were none proves nothing.
			good = good && (points[k] < 10 || points[k] > 4 * missed[k])
			all += points[k]; none += missed[k]
			if (points[k] == 0) continue
			good ? passed++ : failed++
			printf "%s %d - %s: %d points, %d lost, %d doubled, %d otherwise wrong (%d in the fallback folder, %d not reached)\n", \
				good ? "ok" : "not ok", i, k, points[k], lost[k], doubled[k], wrong[k], aside[k], missed[k]
			type = k; sub(/:.*/, "", type)
			if (type == "broken") continue
			group = type == "error" ? "error" : type == "cut" ? "power" : "kill"
			sum[group] += points[k] - missed[k]; l += lost[k]; d += doubled[k]
		}
		if (all <= 9 * none) { print "not ok - the points were not reached"; failed++ }
		if (done != workers) { print "not ok - a worker did not end"; failed++ }
		printf "\n%d kill points, %d error points, %d power cuts: %d lost, %d doubled\n", \
			sum["kill"], sum["error"], sum["power"], l, d
		printf "%d passed, %d failed, 0 skipped\n", passed, failed
		exit failed > 0
	}'
	exit
fi

. "$(dirname "$0")/lib.sh"
inject=${INJECT:-$top/tests/inject}
"$inject" count true >"$T/counts" 2>&1 || {
	echo "SKIP $(head -n 1 "$T/counts")"
	exit 0
}
tree=$T/tree mail=$T/tree/Mail state=$T/tree/state
turn=0 ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

for i in 1 2 3; do
	mkdir -p "$T/from"
	printf 'Subject: %s\nMessage-ID: <%s@x>\n\n.message %s\n' $i $i $i \
		>"$T/from/$i"
done
start_popd
configure() {
	printf '%s\n' "maildir = \"$mail\"" "state = \"$state\"" \
		'undecided = "Odd"' 'tag-style = x-label' >"$conf"
	chmod 600 "$conf"
	add_account a 'keep-on-server = no' 'timeout = 5'
	cat >>"$conf" <<-END
	rule "copy" { subject = "1" copy = "Copies" pipe = {"sh", "-c", \
		"cat >/dev/null; echo \$POSTROOM_KEY >>$T/piped"} }
	rule "mark" { subject = "2" mark = read folder = "Marked/deep" }
	rule "tag" { subject = "3" tag = three folder = "Tagged" }
	END
}
configure

# --- what happens, in three commands: fetch, sort of mail on disk, deliver ---
prepare() { # SCENARIO: as before the first run
	rm -rf "$tree" "$T/drop" "$T/piped" "$T/injected" "$T/store"
	mkdir "$tree" "$T/drop"
	case $1 in
	fetch) cp "$T/from"/* "$T/drop" ;;
	sort)
		mkdir -p "$mail/Old/cur" "$mail/Old/new" "$mail/Old/tmp"
		cp "$T/from"/* "$mail/Old/new"
		;;
	esac
}
words() { # SCENARIO: sets the command
	input=/dev/null
	case $1 in
	fetch) words=fetch ;;
	sort) words="sort $mail Old" ;;
	deliver) words=deliver input=$T/from/1 ;;
	esac
}
attempt() { # INJECT-OPTION...: under the tracer, 30 s at most
	timeout -s KILL 30 "$inject" --log "$T/injected" --after "$conf" "$@" \
		"$postroom" -c "$conf" $words >"$T/said" 2>&1 <"$input"
	status=$?
}
once_more() { # the run that recovers; who was killed may still be ending
	for _ in 1 2 3 4 5 6 7 8 9; do
		"$postroom" -c "$conf" $words >"$T/then" 2>&1 <"$input"
		again=$?
		grep -q 'IN-USE\|another postroom' "$T/then" || { [ $again = 75 ] && [ ! -s "$T/then" ]; } || break
		sleep 0.1
	done
}
listing() { # "HASH FOLDER", a line for each file
	(cd "$mail" 2>/dev/null && find . -type f ! -name maildirfolder -exec sha256sum {} + |
		sed 's/ .\(.*\)\/[^/]*$/ \1/' | sort)
}
# Where it all is without trouble, and the same for the plain bytes.
reference() { # SCENARIO
	prepare "$1"
	words "$1"
	attempt count
	mv "$T/said" "$T/counts.$1"
	[ "$1" != fetch ] || once_more
	listing >"$T/expected.$1"
	[ -s "$T/expected.$1" ] || { cat "$T/counts.$1"; echo "no reference"; exit 1; }
}
sha256sum "$T/from"/* | cut -c1-64 >"$T/plain"

# lost: a message is nowhere. doubled: it is somewhere once too often. wrong:
# bytes, folders, or what is left behind. A message whose judge or command was
# hit may be in the fallback folder instead, once and as it came.
judge() { # SCENARIO ACCEPTED-MOST: sets lost, doubled, wrong, aside
	listing >"$T/found"
	set -- $(awk -v most="$2" -v reader="$reader" '
		FILENAME ~ /plain/ { plain[FNR] = $1; n = FNR; next }
		FILENAME ~ /expected/ { want[$1 " " clean($2)]++; next }
		{ found[$1 " " clean($2)]++; if ($2 ~ /^\.\/Odd\//) odd[$1]++ }
		function clean(f) { if (reader != "") sub(/\/(new|cur)$/, "", f); return f }
		END {
			for (i = 1; i <= n; i++) if (odd[plain[i]] == 1) spare++
			for (k in found) if (!(k in want) && k !~ / \.\/Odd/) {
				split(k, p, " ")
				wrong += found[k]
			}
			for (k in want) {
				have = found[k] + 0
				if (have > want[k] * most) doubled++
				if (have < want[k]) missing++
			}
			for (i = 1; i <= n; i++) if (odd[plain[i]] > 1) doubled++
			lost = missing > 0 && spare == 0 ? missing : 0
			print lost + 0, doubled + 0, wrong + 0, spare + 0
		}' "$T/plain" "$T/expected.$1" "$T/found")
	lost=$1 doubled=$2 wrong=$3 aside=$4
}
left_behind() { # SCENARIO: what must not be there any more
	find "$state/spool" "$mail"/*/tmp "$mail"/*/*/tmp -type f 2>/dev/null |
		grep . && return 0
	[ -z "$(ls "$T/drop")" ] || return 0
	[ "$1" != fetch ] || [ "$aside" != 0 ] ||
		[ "$(sort -u "$T/piped" 2>/dev/null | wc -l)" = 1 ] || return 0
	return 1
}
nothing() { :; }
# A reader sees what is new, and gives it a name of its own.
reads() {
	find "$mail" -type f \( -path '*/new/*' -o -path '*/cur/*' \) 2>/dev/null |
		while read -r file; do
			mv "$file" "${file%/*/*}/cur/seen.$((serial += 1)).$$:2,S"
		done
}
serial=0
# The power is cut: what was not synced has never been.
cuts() {
	"$inject" --rebuild "$tree" "$T/store" "$T/tree.cut" || exit 1
	rm -rf "$tree" && mv "$T/tree.cut" "$tree"
}
# Some other program's copy in the place of the witness.
no_witness() {
	reads
	for file in "$state"/spool/*; do
		[ -f "$file" ] && cp "$file" "$T/copy" && mv "$T/copy" "$file"
	done
}

begin() { # NAME
	name=$1 points=0 all_lost=0 all_doubled=0 all_wrong=0 missed=0 all_aside=0
}
finish() {
	echo "SUITE $name $points $all_lost $all_doubled $all_wrong $missed $all_aside"
}
my_turn() {
	turn=$((turn + 1))
	[ $((turn % step)) = 0 ] && [ $((turn / step % CRASH_WORKERS)) = $((CRASH_WORKER - 1)) ]
}
point() { # SCENARIO THEN INJECT-OPTION...
	my_turn || return
	scenario=$1 then=$2
	shift 2
	reader=
	[ "$then" != reads ] && [ "$then" != no_witness ] || reader=yes
	prepare $scenario
	words $scenario
	attempt "$@"
	points=$((points + 1))
	[ -s "$T/injected" ] || { missed=$((missed + 1)) && return; }
	# Who is refused or killed is asked again by its MTA, and may get two.
	most=1
	[ $scenario != deliver ] || [ $status = 0 ] || most=2
	$then
	[ $scenario = deliver ] && [ $status = 0 ] && words='sort' input=/dev/null
	[ -z "$second" ] || attempt --nth "$second" --role "$second_role" kill-all
	once_more
	# A command that was hit has its next try in a minute: now is then.
	if grep -q 'tried again in' "$T/said" "$T/then"; then
		"$top/tests/sql" "$state/state.db" 'UPDATE delivery SET next = 0' >/dev/null
		once_more
	fi
	judge $scenario $most
	say=
	case $*$status in
	*kill*) ;;
	*137) wrong=$((wrong + 1)) say='it hung;' ;;
	esac
	grep -q 'runtime error\|AddressSanitizer' "$T/said" "$T/then" && wrong=$((wrong + 1)) say='sanitizer;'
	[ $again = 0 ] || { wrong=$((wrong + 1)) && say="$say the next run ended with $again;"; }
	left_behind $scenario >"$T/left" && { wrong=$((wrong + 1)) && say="$say left behind;"; }
	all_lost=$((all_lost + (lost > 0))) all_doubled=$((all_doubled + (doubled > 0)))
	all_wrong=$((all_wrong + (wrong > 0))) all_aside=$((all_aside + aside))
	[ $((lost + doubled + wrong)) = 0 ] && return
	[ "${name#broken}" = "$name" ] || return
	echo "# $name: $* ($(head -n 1 "$T/injected")): lost $lost, doubled $doubled, wrong $wrong;$say"
	{ cat "$T/said" "$T/then" "$T/left"; diff "$T/expected.$scenario" "$T/found"; } |
		head -n 12 | sed 's/^/#   /'
}
second=
count_of() { # SCENARIO ROLE CALL
	awk -v r="$2" -v c="$3" '$1 == r && $2 == c { n += $3 } END { print n + 0 }' \
		"$T/counts.$1"
}
every() { # SCENARIO ROLE THEN ACTION: before every call of that process
	for n in $(seq $(count_of $1 $2 any)); do
		point $1 $3 --role $2 --nth $n $4
	done
}

kill_suite() {
	for role in 0 0.1 0.2 0.1.1; do
		begin "kill:one-of-fetch,$role"
		every fetch $role nothing kill
		finish
	done
	for role in 0 0.1 0.2; do
		begin "kill:all-of-fetch,$role"
		every fetch $role nothing kill-all
		finish
	done
	for scenario in sort deliver; do
		begin "kill:$scenario"
		every $scenario 0 nothing kill
		finish
	done
}
reader_suite() {
	for role in 0.1 0.2; do
		begin "reader:fetch,$role"
		every fetch $role reads kill-all
		finish
	done
}
double_suite() {
	begin 'double:fetch'
	total=$(count_of fetch 0.1 any)
	for n in $(seq 5 17 $total); do
		for second in $(seq 3 23 $total); do
			second_role=0.1
			point fetch nothing --role 0.1 --nth $n kill-all
		done
	done
	second=
	finish
}
errors='openat:EMFILE openat:EACCES openat:ENOSPC write:ENOSPC write:EIO
	write:EDQUOT write:short pwrite64:ENOSPC pwrite64:EIO pwrite64:short
	fsync:EIO fsync:ENOSPC fdatasync:EIO fdatasync:ENOSPC syncfs:EIO
	linkat:ENOSPC linkat:EACCES linkat:EROFS linkat:EPERM linkat:EIO
	linkat:EXDEV unlinkat:EIO unlinkat:EROFS unlink:EACCES mkdir:ENOSPC
	mkdir:EROFS close:EIO read:EIO pread64:EIO newfstatat:EACCES
	fcntl:ENOLCK mmap:ENOMEM clone:EAGAIN sendto:ECONNRESET
	recvfrom:ECONNRESET getdents64:EIO ftruncate:EIO pipe2:EMFILE
	socketpair:EMFILE sendmsg:EIO recvmsg:EIO access:EACCES'
error_pair() { # SCENARIO ROLE CALL ERROR
	fault="error $4"
	[ "$4" != short ] || fault=short
	for n in $(seq $(count_of $1 $2 $3)); do
		point $1 nothing --role $2 --call $3 --nth $n $fault
		# Locks that are never to be had cost SQLite half a minute.
		case $3:$4 in *EINTR | *short | fcntl*) continue ;; esac
		point $1 nothing --role $2 --call $3 --nth $n --on $fault
	done
}
error_suite() {
	for scenario in fetch deliver; do
		for pair in $errors write:EINTR read:EINTR openat:EINTR \
			fsync:EINTR close:EINTR recvfrom:EINTR poll:EINTR; do
			begin "error:$scenario,$pair"
			for role in 0 0.1 0.2; do
				error_pair $scenario $role ${pair%:*} ${pair#*:}
			done
			finish
		done
	done
}
cut_suite() {
	for role in 0 0.1 0.2; do
		begin "cut:fetch,$role"
		for n in $(seq 1 $(count_of fetch $role any)); do
			point fetch cuts --shadow "$tree" "$T/store" \
				--role $role --nth $n kill-all
		done
		finish
	done
	begin 'cut:sort'
	for n in $(seq 2 2 $(count_of sort 0 any)); do
		point sort cuts --shadow "$tree" "$T/store" --nth $n kill-all
	done
	finish
}
broken_suite() { # what the suites are for must be found by them
	total=$(count_of fetch 0.1 any)
	for sync in / state.db-wal; do
		begin "broken:no-sync-of-$sync"
		for n in $(seq $((total / 2)) 4 $total); do
			point fetch cuts --shadow "$tree" "$T/store" --skip-sync $sync \
				--role 0.1 --nth $n kill-all
		done
		finish
	done
	begin 'broken:no-witness'
	for n in $(seq $((total / 2)) 2 $total); do
		point fetch no_witness --role 0.1 --nth $n kill-all
	done
	finish
}

reader=
for scenario in fetch sort deliver; do reference $scenario; done
for suite in $suites; do ${suite}_suite; done
echo DONE

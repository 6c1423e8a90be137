#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2012,SC2046,SC2086,SC2154
# usage: bench.sh [SECTION...]		`make bench` runs them all
#
# Measures postroom against the least work that the task needs, with Dovecot on
# loopback and a disk, durably: several rounds in turn, medians.
#
#	loopback	fetch, five rules, Maildir; and the peers
#	tls		the same over TLS
#	delete		the same, and the server becomes empty
#	trip		500 messages at a round trip of 40 ms, in clear; and the peers
#	triptls		the same over TLS: servers that are so far away have it
#	imap		3,000 messages by IMAP, five rules, Maildir; and mbsync
#	imaptls		the same over TLS
#	imaptrip	500 messages by IMAP at a round trip of 40 ms; and mbsync
#	imaptriptls	the same over TLS
#	imapidle	the daemon waits: from the news to the folder; 500 accounts
#	imapknown	30,000 messages of IMAP, none of them new: time, bytes, trips
#	idle		a poll of an empty mailbox over TLS
#	accounts	the same for 50 accounts
#	known		100,000 messages, none of them new
#	history		a poll with a million rows of history
#	big		one message of 1 GiB
#	many		50 accounts, one of them slow
#	scale		1,000 to 100,000 messages
#	rules		10 to 10,000 rules
#	sandbox		a judge that is confined, and one that is not; their start
#	mime		reading the parts of a message; and GMime, if it is there
#	instructions	what a message costs, counted by callgrind
#
# BENCH_IDLE_ACCOUNTS (500): those that wait.
# BENCH_MESSAGES (10000; of IMAP 3000), BENCH_ROUNDS (5), BENCH_PEER_ROUNDS (2) and
# BENCH_PEERS: names of peers (mpop fdm getmail fetchmail+procmail
# fetchmail+maildrop mbsync), or "install", which installs them (Debian, as root);
# default: the installed ones.
# TLS trusts the certificates of the system. BENCH_OLD: another postroom, measured
# in turn with this one by trip, triptls, idle, accounts and those of IMAP but
# imapknown.
# BENCH_DIR: the directory for everything, 5 GB on the disk to measure (/var/tmp).
# Writes results.json, results.tsv, table.md and SVG plots to BENCH_OUT.
TMPDIR=${BENCH_DIR:-/var/tmp}
export TMPDIR
. "$(dirname "$0")/../lib.sh"
[ $# != 0 ] || set -- loopback tls delete trip triptls imap imaptls imaptrip imaptriptls \
	imapknown imapidle idle accounts known history big many scale rules sandbox mime instructions
# Some sections need no server.
server='' pop3_port=110
for section; do
	case $section in rules | sandbox | mime) ;; *) server=needed ;; esac
done
[ -z "$server" ] || . "$tests/dovecot.sh"
. "$tests/bench/bench-mail.sh"
. "$tests/bench/bench-peers.sh"
. "$tests/bench/bench-imap.sh"
. "$tests/bench/bench-idle.sh"
n_messages=${BENCH_MESSAGES:-10000} rounds=${BENCH_ROUNDS:-5}
peer_rounds=${BENCH_PEER_ROUNDS:-2}
out=${BENCH_OUT:-$top/bench}
mkdir -p "$out"
results=$out/results.tsv
rm -f "$out/instructions.md" "$out/mime.md"
: >"$results"
run=0

# SECTION PROGRAM SIZE MILLISECONDS CPU-MILLISECONDS KIB MESSAGES
record() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$results"
	printf '%-9s %-20s %8s %10s ms %8s ms CPU %8s KiB %8s messages\n' "$@"
}
# Each run has its own directories: ext4 searches long for a free inode where many
# files were removed a moment ago.
rest() { run=$((run + 1)) && sync && sleep 1; }
new_run() { # RULES-OR-NOT [LINE-OF-THE-ACCOUNT...]
	rest
	state=$T/run.$run/state mail=$T/run.$run/Mail conf=$T/run.$run/conf
	mkdir "$T/run.$run"
	printf '%s\n' "maildir = \"$mail\"" "state = \"$state\"" >"$conf"
	chmod 600 "$conf"
	[ "$1" != rules ] || five_rules_postroom "$conf"
	shift
	add_account a "$@"
}
tell_failure() { sed 's/^/# /' "$T/said" && echo "# failed: $*"; }
# The system's certificates, and that of the server: what trusting them costs
# depends on how many there are.
trust_system() {
	mkdir "$T/certs"
	for file in /etc/ssl/certs/*.[0-9]; do
		[ ! -f "$file" ] || ln -s "$file" "$T/certs"
	done
	ln -s "$T/ca.pem" "$T/certs/$(openssl x509 -in "$T/ca.pem" -noout -hash).0"
	export SSL_CERT_DIR="$T/certs"
	cat /etc/ssl/certs/ca-certificates.crt "$T/ca.pem" >"$T/bundle.pem"
}
# The same for $BENCH_OLD, whose state and folders are beside. It may not know SSL_CERT_DIR: it
# trusts as many certificates in one file, as it does by itself.
time_old() { # SECTION SIZE ARGUMENT...: $conf
	[ -n "${BENCH_OLD-}" ] || return 0
	section=$1 size=$2
	shift 2
	sed -e "s,state = .*,state = \"$T/run.$run/old\"," \
		-e "s,^maildir = .*,maildir = \"$T/run.$run/old.Mail\"," \
		-e "s,tls = implicit,&\ntls-ca-file = \"$T/bundle.pem\"," \
		"$conf" >"$conf.old"
	chmod 600 "$conf.old"
	rest
	"$top/tests/tools/peak" "$T/peak" "$BENCH_OLD" -c "$conf.old" "$@" \
		>"$T/said" 2>&1 </dev/null || tell_failure "$section" old
	read -r kib cpu wall <"$T/peak"
	record "$section" old "$size" "$wall" "$cpu" "$kib" ''
}
time_postroom() { # SECTION PROGRAM SIZE ARGUMENT...: $conf
	section=$1 program=$2 size=$3
	shift 3
	"$top/tests/tools/peak" "$T/peak" "$postroom" -c "$conf" "$@" \
		>"$T/said" 2>&1 </dev/null || tell_failure "$section" "$program"
	read -r kib cpu wall <"$T/peak"
	record "$section" "$program" "$size" "$wall" "$cpu" "$kib" \
		"$(messages "$mail" 2>/dev/null)"
}
drained() { # MODE [--tls]: sets $wall and $got
	"$top/tests/tools/drain" ${2-} "$port" "$user" "$password" "$1" >"$T/drain" ||
		exit 1
	read -r wall got _ <"$T/drain"
}
plus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a + b }'; }
# The floor: fetch the mail from the server, and write the same files.
time_floor() { # SECTION MODE [--tls]
	rest
	mkdir "$T/run.$run"
	"$top/tests/tools/drain" write "$T/dovecot/mail/$user/cur" "$T/run.$run" >"$T/drain" ||
		exit 1
	read -r write _ <"$T/drain"
	rest
	drained "$2" "${3-}"
	record "$1" floor "$n_messages" "$(plus "$wall" "$write")" - - "$got"
}
time_peers() { # SECTION SIZE ROUND
	[ "$3" -le "$peer_rounds" ] || return 0
	for peer in ${peers-}; do
		# As root it starts a process for each message: 10,000 of them
		# take half an hour.
		[ "$peer" != getmail ] || [ "$2" -le 1000 ] || continue
		prepare_peer "$peer" "$port" "$user"
		rest
		run_peer "$peer" >"$T/said" 2>&1 </dev/null ||
			tell_failure "$1" "$peer"
		read -r kib cpu wall <"$T/peak"
		record "$1" "$peer" "$2" "$wall" "$cpu" "$kib" \
			"$(messages "$T/${peer#*+}")"
	done
}

bench_loopback() {
	user=big port=$pop3_port tls=none
	for round in $(seq "$rounds"); do
		time_floor loopback retr
		new_run rules
		time_postroom loopback postroom "$n_messages" fetch
		time_peers loopback "$n_messages" "$round"
	done
}
bench_tls() {
	user=big port=$pop3s_port tls=implicit
	for round in $(seq "$rounds"); do
		time_floor tls retr --tls
		new_run rules
		time_postroom tls postroom "$n_messages" fetch
	done
}
bench_delete() {
	user=emptied port=$pop3_port tls=none
	for round in $(seq "$rounds"); do
		bench_drop "$user" "$n_messages" "$T/mail"
		time_floor delete delete
		bench_drop "$user" "$n_messages" "$T/mail"
		new_run rules 'keep-on-server = no'
		time_postroom delete postroom "$n_messages" fetch
		[ "$(left_in_drop "$user")" = 0 ] || echo '# the server is not empty'
	done
}
start_delay() { # PORT [OPTION...]: sets $port to the same, 20 ms later each way
	delayed=$1
	shift
	rm -f "$T/delay.port"
	"$top/tests/tools/delay" --ms "${delay_ms:-20}" --to "$delayed" \
		--port-file "$T/delay.port" "$@" &
	children="$children $!"
	wait_for test -s "$T/delay.port"
	port=$(cat "$T/delay.port")
}
trip_rounds() { # SECTION [--tls]
	for round in $(seq "$rounds"); do
		rest
		drained retr "${2-}"
		record "$1" drain 500 "$wall" - - "$got"
		new_run rules
		time_postroom "$1" postroom 500 fetch
		time_old "$1" 500 fetch
		[ $# != 1 ] || time_peers "$1" 500 "$round"
	done
}
bench_trip() {
	user=trip tls=none
	bench_drop "$user" 500 "$T/mail"
	start_delay "$pop3_port"
	trip_rounds trip
}
bench_triptls() {
	user=far tls=implicit
	bench_drop "$user" 500 "$T/mail"
	start_delay "$pop3s_port"
	trip_rounds triptls --tls
}
poll_in_turn() { # SECTION SIZE: the accounts of $conf, with nothing new
	time_postroom "$1" first "$2" fetch
	time_old "$1" "$2" fetch
	for round in $(seq $((rounds * 4))); do
		drained login --tls
		record "$1" login "$2" "$wall" - - 0
		time_postroom "$1" postroom "$2" fetch
		time_old "$1" "$2" fetch
	done
}
bench_idle() {
	user=nobody port=$pop3s_port tls=implicit
	bench_drop "$user" 0 "$T/mail"
	new_run rules
	poll_in_turn idle 1
}
# On the scripted server, as `many`.
bench_accounts() {
	tls=implicit drops=
	mkdir "$T/empty"
	for name in $(seq -f e%g 50); do
		drops="$drops --drop $name:$password:$T/empty"
	done
	"$popd" $drops --tls implicit --cert "$T/server.pem" \
		--key "$T/server.key" --lifetime 0 --port-file "$T/popd.port" &
	children="$children $!"
	wait_for test -s "$T/popd.port"
	port=$(cat "$T/popd.port")
	user=e1
	new_run rules
	sed -i '1i parallel = 50' "$conf"
	for name in $(seq -f e%g 2 50); do
		user=$name
		add_account "$name"
	done
	poll_in_turn accounts 50
}
bench_known() {
	user=known port=$pop3_port tls=none
	small_mail "$T/small" 1000
	bench_drop "$user" 100000 "$T/small"
	new_run rules
	time_postroom known first 100000 fetch
	for round in $(seq "$rounds"); do
		rest
		drained uidl
		record known uidl 100000 "$wall" - - "$got"
		time_postroom known postroom 100000 fetch
	done
}
bench_history() {
	user=past port=$pop3_port tls=none
	bench_drop "$user" 1000 "$T/mail"
	new_run rules
	time_postroom history first 1000 fetch
	short_conf=$conf
	new_run rules
	time_postroom history first 1000 fetch
	"$top/tests/tools/sql" "$state/state.db" "WITH RECURSIVE n(i) AS
		(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
		INSERT INTO msg (account, uidl, listed_size, size, sha256, identity,
			state, session, first_seen, gone, gone_since)
		SELECT account, CAST(printf('old%07d', i) AS BLOB), 3000, 2900,
			randomblob(32), randomblob(32), state, session, first_seen,
			3, first_seen
		FROM n, (SELECT * FROM msg LIMIT 1)"
	long_conf=$conf
	for round in $(seq $((rounds * 2))); do
		conf=$short_conf
		time_postroom history 1,000-rows 1000 fetch
		conf=$long_conf
		time_postroom history 1,001,000-rows 1000 fetch
	done
}
bench_big() {
	user=huge port=$pop3_port tls=none
	mkdir -p "$T/huge"
	{ printf 'Subject: huge\n\n' && yes "$(printf '%076d' 0)" |
		head -c 1073741824; } >"$T/huge/1"
	bench_drop "$user" 1 "$T/huge"
	rm -r "$T/huge"
	new_run rules
	time_postroom big postroom 1 fetch
	rm -rf "$T/run.$run" "$T/dovecot/mail/$user"
}
# On the scripted server: a login costs Dovecot 60 ms of processor, so with two
# processors only Dovecot would be measured. The round trip is 40 ms.
bench_many() {
	user=slow tls=none drops=
	for name in slow $(seq -f m%g 49); do
		n=20
		[ "$name" != slow ] || n=500
		mkdir -p "$T/many/$name"
		find "$T/mail" -type f | sort | head -$n |
			xargs cp --backup=numbered -t "$T/many/$name"
		drops="$drops --drop $name:$password:$T/many/$name"
	done
	"$popd" $drops --lifetime 0 --port-file "$T/popd.port" &
	children="$children $!"
	wait_for test -s "$T/popd.port"
	start_delay "$(cat "$T/popd.port")"
	for round in $(seq "$rounds"); do
		user=slow
		new_run rules
		time_postroom many slowest 1 fetch
		rest
		begin=$(date +%s%N) drains=
		for name in slow $(seq -f m%g 49); do
			"$top/tests/tools/drain" "$port" "$name" "$password" retr \
				>"$T/drain.$name" &
			drains="$drains $!"
		done
		wait $drains
		end=$(date +%s%N)
		record many drains 50 "$(((end - begin) / 1000000))" - - 1480
		new_run rules
		sed -i '1i parallel = 50' "$conf"
		for i in $(seq 49); do
			user=m$i
			add_account "m$i"
		done
		time_postroom many postroom 50 fetch
	done
}
bench_scale() {
	port=$pop3_port tls=none
	small_mail "$T/small" 1000
	for size in 1000 3000 10000 30000 100000; do
		user=s$size
		bench_drop "$user" "$size" "$T/small"
		for round in 1 2 3; do
			new_run rules
			time_postroom scale postroom "$size" fetch
		done
	done
}
many_rules() { # N: of five kinds, none of which matches the mail
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "rule \"r%d\" { ", i
			if (i % 5 == 0) printf "subject = \"word%d of\"", i
			if (i % 5 == 1) printf "from = \"somebody%d@example.com\"", i
			if (i % 5 == 2) printf "from = \"@domain%d.example.com\"", i
			if (i % 5 == 3) printf "header = \"List-Id: list%d.example\"", i
			if (i % 5 == 4) printf "subject = \"/^ticket %d: +open/\"", i
			printf " folder = \"F%d\" }\n", i % 50
		}
	}'
}
bench_rules() {
	user=nobody port=$pop3_port tls=none
	new_run none
	mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Inbox/tmp"
	find "$T/mail" -type f | sort | head -1000 | perl -MFile::Copy=copy -ne '
		chomp; copy($_, "'"$mail"'/Inbox/new/" . ++$n . ".a.x") or die'
	none=$(cat "$conf")
	mkdir -p "$T/none/cur" "$T/none/new" "$T/none/tmp"
	for size in 0 10 30 100 300 1000 3000 10000; do
		{ printf '%s\n' "$none" && many_rules "$size"; } >"$conf"
		for round in 1 2 3 4 5; do
			time_postroom rules reading "$size" -q -n sort "$T/none"
			time_postroom rules postroom "$size" -q -n sort "$mail"
		done
	done
}
bench_sandbox() {
	find "$T/mail" -type f | sort | head -3000 >"$T/list"
	"$top/tests/tools/judging" <"$T/list" >"$T/said" || tell_failure sandbox
	while read -r kind wall cpu got start; do
		record sandbox "$kind" 3000 "$wall" "$cpu" - "$got"
		record start "$kind" 1 "$start" - - 1
	done <"$T/said"
}
time_parts() { # READER: of tests/tools/parts
	"$top/tests/tools/peak" "$T/peak" "$top/tests/tools/parts" "$1" \
		<"$T/list" >"$T/said"
	case $? in
	0) ;;
	77) echo '# built without GMime' && return ;;
	*) tell_failure mime "$1" && return ;;
	esac
	read -r kib cpu _ <"$T/peak"
	read -r wall got <"$T/said"
	record mime "$1" "$got" "$wall" "$cpu" "$kib" "$got"
}
bench_mime() {
	case $kind_of_mail in
	real*) find "$T/mail" -type f ;;
	*) mail_of_parts "$T/parts" 1000 && find "$T/parts" -type f ;;
	esac | sort >"$T/list"
	for round in $(seq "$rounds"); do
		for reader in postroom gmime view; do
			time_parts "$reader"
		done
	done
	bytes=$(xargs -d '\n' cat <"$T/list" | wc -c)
	sort -t "$(printf '\t')" -k2,2 -k4,4n "$results" | awk -F'\t' \
		-v bytes="$bytes" '
		BEGIN {
			print "| reader | us a message | MB a second |"
			print "|---|--:|--:|"
		}
		function show(ms) {
			ms = all[int((n + 1) / 2)]
			if (n > 0 && ms > 0)
				printf "| %s | %.1f | %.0f |\n", reader,
					ms * 1000 / messages, bytes / 1000 / ms
			n = 0
		}
		$1 == "mime" {
			if ($2 != reader)
				show()
			reader = $2
			messages = $3
			all[++n] = $4
		}
		END { show() }' >"$out/mime.md"
}
# Two sizes, to separate the cost of a message from that of a run. The processes
# start in this order. Through a pipe, because the judge cannot write a file.
bench_instructions() {
	command -v valgrind >"$T/found" || { echo '# no valgrind' && return; }
	port=$pop3_port tls=none
	for size in 100 600; do
		user=i$size
		bench_drop "$user" "$size" "$T/mail"
		new_run rules
		valgrind --tool=callgrind --callgrind-out-file="$T/callgrind.%p" \
			"$postroom" -c "$conf" fetch 2>&1 </dev/null | cat >"$T/said"
		awk -F'[= ]+' -v size="$size" '/Collected/ { print $2, $5 }' \
			"$T/said" | sort -n >"$T/collected.$size"
	done
	paste "$T/collected.100" "$T/collected.600" | awk '
		BEGIN { split("parent fetcher sorter judge", role, " ") }
		{
			each = ($4 - $2) / 500
			printf "%s\t%.0f\t%.0f\n", role[NR], each, $2 - 100 * each
		}' >"$out/instructions.tsv"
	{
		echo '| process | instructions a message | and a run |'
		echo '|---|--:|--:|'
		awk -F'\t' '{ printf "| %s | %d | %d |\n", $1, $2, $3 }' \
			"$out/instructions.tsv"
	} >"$out/instructions.md"
}

wanted=${BENCH_PEERS-$all_peers}
if [ "$wanted" = install ]; then
	apt-get install -y -qq --no-install-recommends $peer_packages \
		>"$T/said" 2>&1 || tell_failure install
	wanted=$all_peers
fi
for peer in $wanted; do
	[ "$peer" = mbsync ] && continue # see bench-imap.sh
	peer_is_here "$peer" && here="${here-} $peer"
done
peers=${here-}
[ -z "$server" ] || { prepare_imap && start_dovecot && trust_system; }
bench_mail "$n_messages"
case " $* " in
*' loopback '* | *' tls '*) bench_drop big "$n_messages" "$T/mail" ;;
esac
for section; do
	bench_$section
done
setup="$n_messages $kind_of_mail, $(nproc) processors, $(df --output=fstype \
	"$T" | tail -1), Linux $(uname -r | cut -d. -f1,2), Dovecot"
awk -f "$tests/bench/bench-report.awk" "$results" >"$out/table.md"
awk -f "$tests/bench/bench-report.awk" -v json=1 -v setup="$setup" "$results" \
	>"$out/results.json"
plot() { # KIND TITLE X Y
	awk -f "$tests/bench/bench-report.awk" -v plot="$1" "$results" |
		awk -f "$tests/bench/bench-plot.awk" -v title="$2" -v xlabel="$3" \
			-v ylabel="$4" >"$out/$1.svg"
}
plot time 'Fetching: time of a message' messages 'ms a message'
plot memory 'Fetching: memory' messages MiB
plot rules 'Sorting 1,000 messages: time of a message' rules 'us a message'
echo "$setup"
cat "$out/table.md"
for table in mime instructions; do
	[ ! -f "$out/$table.md" ] || cat "$out/$table.md"
done

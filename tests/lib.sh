# shellcheck shell=sh
# Sourced by every story: TAP, a directory of its own in $T, servers, accounts.
# A story ends with done_testing. A server ends with the shell that started it:
# start servers in the main shell, not in a subshell.
set -u
tests=$(cd "$(dirname "$0")" && pwd)
[ -f "$tests/lib.sh" ] || tests=${tests%/*}
top=${top_builddir:-${builddir:-$tests/..}}
[ -x "$top/postroom" ] || top=$tests/../build
postroom=${POSTROOM:-$top/postroom} popd=${POPD:-$top/tests/tools/popd}
strace=$top/tests/tools/strace
# Use memory instead of a disk where 4 GiB are free and programs may run from
# there: it is faster. crash.sh tests whether syncs are where they must be.
in_memory() {
	[ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 4000000 ] &&
		fast=$(mktemp /dev/shm/postroom-story.XXXXXX) || return
	echo '#!/bin/sh' >"$fast" && chmod +x "$fast" && "$fast"
	got=$?
	rm "$fast" && return $got
}
[ -n "${TMPDIR-}" ] || ! in_memory 2>/dev/null || TMPDIR=/dev/shm
T=$(mktemp -d "${TMPDIR:-/tmp}/postroom-story.XXXXXX") || exit 1
HOME=$T/home XDG_CONFIG_HOME=$T/home/.config XDG_STATE_HOME=$T/home/.state
LC_ALL=C TZ=UTC
export HOME XDG_CONFIG_HOME XDG_STATE_HOME LC_ALL TZ
mkdir "$HOME" "$T/drop" "$T/want"
conf=$T/conf mail=$T/Mail tls=none user=u password=open-sesame
count=0 failed=0 servers=0 wants=0 children=

# Only one that is stopped gets SIGCONT: it would undo the stop, too, with which
# LeakSanitizer searches a process that is ending, and waits for it for ever.
is_stopped() { # PID
	read -r stat_line <"/proc/$1/stat" || return 1
	case $stat_line in *') T '*) ;; *) false ;; esac
}
end_story() {
	for pid in $children; do
		! is_stopped "$pid" || kill -CONT "$pid"
		kill "$pid" && wait "$pid"
	done 2>/dev/null
	chmod -R u+rwX "$T" && rm -rf "$T"
}
trap end_story EXIT
trap 'exit 1' HUP INT TERM

result() { # "ok"|"not ok" NAME [FILE]: what explains a failure
	count=$((count + 1)) && printf '%s\n' "$1 $count - $2"
	[ "$1" = ok ] && return
	failed=$((failed + 1)) && sed 's/^/#  /' "$3" | cat -v | head -9
}
check() { # NAME COMMAND...
	name=$1 && shift
	verdict=ok && "$@" >"$T/why" 2>&1 || verdict='not ok'
	result "$verdict" "$name" "$T/why"
}
check_status() { # WANTED NAME COMMAND...: its output stays in $T/out
	wanted=$1 name=$2 got=0 && shift 2
	"$@" >"$T/out" 2>&1 </dev/null || got=$?
	{ cat "$T/out" && echo "status $got: $*"; } >"$T/why"
	verdict=ok && [ "$got" = "$wanted" ] || verdict='not ok'
	result "$verdict" "$name" "$T/why"
}
not() { ! "$@"; }
# Of many cases that are alike, make check takes every fourth, beginning with
# number POSTROOM_TEST_OFFSET. POSTROOM_TEST_ALL=1 takes all, three times as long.
sparse=4 taken=${POSTROOM_TEST_OFFSET:-0}
[ -z "${POSTROOM_TEST_ALL-}" ] || sparse=1
sampled() { taken=$((taken + 1)) && [ $(((taken - 1) % sparse)) = 0 ]; }
says() { grep -qE -- "$1" "$T/out" || { cat "$T/out" && false; }; }
silent() { [ ! -s "$T/out" ] || { cat "$T/out" && false; }; }
skip() { count=$((count + 1)) && printf '%s\n' "ok $count # SKIP $1"; }
skip_all() { echo "1..0 # SKIP $1" && exit 0; }
done_testing() { echo "1..$count" && exit $((failed > 0)); }

# ASan needs memory of its own: do not measure memory then.
sanitized() { LC_ALL=C grep -qa __asan_init "$postroom"; }
# ASan cannot search for leaks under a tracer, and refuses to start behind a
# library that is preloaded: switch both checks off.
no_leak_search() {
	ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0
	export ASAN_OPTIONS
}
wait_for() { # COMMAND...: until it succeeds, at most 20 s
	for _ in $(seq 1000); do "$@" 2>/dev/null && return; sleep 0.02; done
	cat "$T"/*.err; echo "Bail out! this did not happen within 20 s: $*"; exit 1
}
# An orphan stays in /proc until init reaps it: a second, or more.
is_over() { # PID: it has ended, even if no parent has waited for it
	read -r stat_line 2>/dev/null <"/proc/$1/stat" || return 0
	case $stat_line in *') Z '* | *') X '*) ;; *) false ;; esac
}
group_is_gone() { # PGID: no process of the group runs, so none holds a lock
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v g="$1" '{
		sub(/^.*\) /, "")
		if ($1 != "Z" && $3 == g) alive = 1
	} END { exit alive }'
}
take_datagrams() { # SOCKET FILE: write a line for each, by perl
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(
		Type => SOCK_DGRAM, Local => $ARGV[0]) or die; $| = 1;
		while (1) { $s->recv(my $m, 8192); print "$m\n" }' \
		"$1" >"$2" &
	children="$children $!"
	wait_for test -S "$1"
}
start_popd() { # OPTION...: sets $port; $T/drop is the maildrop of user u
	servers=$((servers + 1))
	"$popd" --drop "$user:$password:$T/drop" --log "$T/log" \
		--port-file "$T/port.$servers" "$@" 2>>"$T/popd.err" &
	children="$children $!"
	wait_for test -s "$T/port.$servers"
	port=$(cat "$T/port.$servers")
}
start_imapd() { # OPTION...: sets $port; $T/drop has the folders of user u
	servers=$((servers + 1))
	"$top/tests/tools/imapd" --drop "$user:$password:$T/drop" \
		--log "$T/log" --port-file "$T/port.$servers" "$@" \
		2>>"$T/imapd.err" &
	children="$children $!"
	wait_for test -s "$T/port.$servers"
	port=$(cat "$T/port.$servers")
}
start_smtpd() { # OPTION...: sets $smtp_port; its dialogue is in $T/smtp.log
	servers=$((servers + 1))
	rm -f "$T/smtp.log"
	"$top/tests/tools/smtpd" --port-file "$T/port.$servers" \
		--log "$T/smtp.log" "$@" 2>>"$T/smtpd.err" &
	children="$children $!"
	wait_for test -s "$T/port.$servers"
	smtp_port=$(cat "$T/port.$servers")
}
start_proxy() { # sets $proxy_port; by CONNECT; $T/proxied has a line for each
	cat >"$T/proxy.pl" <<-'END'
	use IO::Socket::INET;
	my ($file, $log) = @ARGV;
	my $listen = IO::Socket::INET->new(Listen => 5,
		LocalAddr => "127.0.0.1") or die;
	open(my $out, ">", "$file.new") or die;
	print $out $listen->sockport();
	close $out;
	rename("$file.new", $file);
	$SIG{CHLD} = "IGNORE";
	while (my $client = $listen->accept()) {
		next if fork();
		my $to;
		while (defined(my $line = <$client>)) {
			$to = $1 if $line =~ /^CONNECT (\S+)/;
			last if $line =~ /^\r?\n$/;
		}
		my $server = IO::Socket::INET->new(PeerAddr => $to) or exit;
		open(my $note, ">>", $log);
		print $note "$to\n";
		close $note;
		syswrite($client, "HTTP/1.0 200 ok\r\n\r\n");
		my $bits = "";
		vec($bits, fileno($_), 1) = 1 for $client, $server;
		while (select(my $ready = $bits, undef, undef, undef) > 0) {
			for ([$client, $server], [$server, $client]) {
				my ($from, $other) = @$_;
				next unless vec($ready, fileno($from), 1);
				sysread($from, my $bytes, 65536) or exit;
				syswrite($other, $bytes);
			}
		}
	}
	END
	perl "$T/proxy.pl" "$T/proxy.port" "$T/proxied" &
	children="$children $!"
	wait_for test -s "$T/proxy.port"
	proxy_port=$(cat "$T/proxy.port")
}
told() { grep -qE -- "$1" "$T/smtp.log" || { cat "$T/smtp.log" && false; }; }
add_smtp() { # FROM [LINE...]: have the configuration send by that server
	printf 'smtp {\n\thost = 127.0.0.1\n\tport = %s\n\ttls = none\n' "$smtp_port"
	printf '\tfrom = "%s"\n\ttimeout = 2s\n' "$1"
	shift
	[ $# = 0 ] || printf '\t%s\n' "$@"
	echo '}'
} >>"$conf"
train_bogofilter() { # spam is about pills, lunch is not
	for word in pills casino lottery winner; do
		printf 'Subject: %s\n\n%s %s\n' "$word" "$word" "$word" |
			bogofilter -s
		printf 'Subject: lunch\n\nlunch garden %s0\n' "$word" |
			bogofilter -n
	done
}
make_cert() { # NAME SUBJECT-ALT-NAME DAYS: NAME.pem and .key, signed by ca.pem
	set -- "$@" -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256
	(cd "$T" && n=$1 s=$2 d=$3 && shift 3 && { [ -f ca.pem ] || openssl req \
		"$@" -x509 -days 9 -subj /CN=CA -keyout ca.key -out ca.pem; } &&
		openssl req "$@" -subj "/CN=$n" -keyout "$n.key" -out "$n.csr" &&
		echo "subjectAltName=$s" | openssl x509 -req -in "$n.csr" \
			-CA ca.pem -CAkey ca.key -CAcreateserial -days "$d" \
			-extfile /dev/stdin -out "$n.pem") >"$T/openssl" 2>&1 ||
		{ cat "$T/openssl" && exit 1; }
}
new_config() { # [LINE...]: more lines for the main part
	printf '%s\n' "maildir = \"$mail\"" "state = \"$T/state\"" "$@" >"$conf"
	chmod 600 "$conf"
}
add_account() { # NAME [LINE...]
	printf 'account "%s" {\n\thost = 127.0.0.1\n\tport = %s\n\ttls = %s\n' \
		"$1" "$port" "$tls"
	printf '\tuser = "%s"\n\tpassword = "%s"\n' "$user" "$password"
	shift && [ $# = 0 ] || printf '\t%s\n' "$@"
	echo '}'
} >>"$conf"
empty_folders() { # only INBOX, nothing in it, nothing known, and no script
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir -p "$T/drop/INBOX" "$T/want"
	script '# nothing'
}
fetch() { "$postroom" -c "$conf" fetch "$@"; }
script() { # LINE...: a new script for popd or imapd
	printf '%s\n' "$@" >"$T/script.new" && mv "$T/script.new" "$T/script"
}
killed() { # SECONDS: a run that is killed after so long; counted in $kills
	setsid "$postroom" -c "$conf" fetch >>"$T/said" 2>&1 &
	victim=$!
	sleep "$1"
	kill -9 "-$victim" 2>/dev/null && kills=$((kills + 1))
	wait "$victim" 2>/dev/null
	wait_for group_is_gone "$victim"
	[ -z "$(delivered "$mail" 2>/dev/null | hashes | uniq -d)" ] ||
		echo "# twice, after $1 s"
}
server_has() { [ "$(ls "$T/drop" | wc -l)" = "$1" ]; }
sql() { "$top/tests/tools/sql" "$T/state/state.db" "$1"; }
forget_told() { # as if a person had been told of nothing today
	"$top/tests/tools/sql" "$T/state/state.db" \
		"DELETE FROM told; UPDATE account SET complained = 0"
}
fresh_drop() { # N: nothing was fetched, and the server has so many messages
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	for i in $(seq "$1"); do
		printf 'Subject: %s\n\nmessage %s\n' "$i" "$i" \
			>"$T/drop/$(printf %03d "$i")"
	done
	[ "$1" = 0 ] || expect "$T/drop"/*
	script '# nothing'
	: >"$T/log"
}
logged() { grep -qE -- "$1" "$T/log"; }

delivered() { find "$@" -type f \( -path '*/new/*' -o -path '*/cur/*' \); }
messages() { delivered "$@" | wc -l; }
hashes() { xargs -r -d '\n' sha256sum | cut -c1-64 | sort; }
expect() { # FILE...: each is wanted once more; POP3 ends the last line
	wants=$((wants + 1)) && mkdir "$T/want/$wants" &&
		cp "$@" "$T/want/$wants" && sed -i -e "\$a\\" "$T/want/$wants"/*
}
all_is_well() {
	"$top/tests/tools/same" "$T/want" "$mail" || return 1
	find "$mail"/*/tmp "$mail"/*/*/tmp "$T/state/spool" -type f 2>/dev/null |
		grep . && return 1
	! grep -rlF "$password" "$T/state" "$T/log"
}
# Each message is there once, byte for byte; no file and no password is left.
oracle() { check "$1" all_is_well; }

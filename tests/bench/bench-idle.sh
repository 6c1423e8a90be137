# shellcheck shell=sh disable=SC2154
# Sourced by bench.sh: the section imapidle. A daemon that waits for mail, with
# tests/tools/imapd, which tells of a file the moment it is there: Dovecot waits for
# half a second. Over TLS.

# Accounts of one server; its option --drop has a limit.
idle_drops=60
idle_accounts() { # N
	rest
	state=$T/run.$run/state mail=$T/run.$run/Mail conf=$T/run.$run/conf
	mkdir "$T/run.$run"
	printf '%s\n' "maildir = \"$mail\"" "state = \"$state\"" >"$conf"
	chmod 600 "$conf"
	i=0
	while [ "$i" -lt "$1" ]; do
		first=$i
		set -- "$1"
		while [ "$i" -lt "$1" ] && [ "$i" -lt $((first + idle_drops)) ]; do
			i=$((i + 1))
			mkdir -p "$T/idle.$run/$i/INBOX"
			set -- "$@" --drop "i$i:$password:$T/idle.$run/$i"
		done
		n=$1
		shift
		user=nobody # has a maildrop of its own there
		start_imapd "$@" --tls implicit --cert "$T/server.pem" \
			--key "$T/server.key" --lifetime 0
		set -- "$n"
		while [ "$first" -lt "$i" ]; do
			first=$((first + 1))
			user=i$first
			add_account "a$first" "tls-ca-file = \"$T/ca.pem\"" \
				'protocol = imap' 'every = 1d'
		done
	done
}
start_waiting() { # N: the daemon, until all of them wait
	"$postroom" -c "$conf" -v daemon >"$T/said" 2>&1 </dev/null &
	daemon=$!
	children="$children $daemon"
	for _ in $(seq 1200); do
		[ "$(grep -c ': waiting for mail' "$T/said")" -lt "$1" ] || return 0
		sleep 0.5
	done
	tell_failure "the daemon with $1 accounts"
}
end_waiting() { kill "$daemon" && wait "$daemon"; }
# One message each 0.3 s: milliseconds until it is in its folder.
time_news() { # FOLDER-OF-THE-SERVER FOLDER N
	perl -MTime::HiRes=time,sleep -e '
		my ($from, $to, $n) = @ARGV;
		for my $i (1 .. $n) {
			open my $f, ">", "$from/.next" or die;
			print $f "From: a\@b.example\nSubject: $i\n\nmessage $i\n";
			close $f;
			my ($began, $have) = (time, 0);
			rename "$from/.next", "$from/m$i" or die;
			while ($have < $i && time - $began < 20) {
				sleep 0.0003;
				opendir my $d, $to or next;
				$have = grep { !/^\./ } readdir $d;
			}
			printf "%.1f\n", 1000 * (time - $began);
			sleep 0.3;
		}' "$1" "$2" "$3"
}
resident() { # PID...: KiB of all of them
	for pid; do cat "/proc/$pid/smaps_rollup"; done 2>/dev/null |
		awk '/^Pss:/ { n += $2 } END { print n }'
}
bench_imapidle() {
	! no_imap || return 0
	tls=implicit
	idle_accounts 1
	start_waiting 1
	sleep 1
	time_news "$T/idle.$run/1/INBOX" "$mail/Inbox/new" 50 >"$T/news"
	end_waiting
	while read -r ms; do
		record imapidle news 50 "$ms" - - 1
	done <"$T/news"
	n_idle=${BENCH_IDLE_ACCOUNTS:-500}
	idle_accounts "$n_idle"
	start_waiting "$n_idle"
	sleep 4
	# shellcheck disable=SC2046
	kib=$(resident "$daemon" $(cat "/proc/$daemon/task/$daemon/children"))
	record imapidle memory "$n_idle" 0 - "$kib" 0
	end_waiting
}

#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2086
# usage: crash-peers.sh [POINTS]
#
# For comparison, no test: postroom, mbsync and fdm fetch 12 messages by IMAP,
# from tests/tools/imapd, and are killed (-9, all their processes) before one of
# POINTS (60) system calls, which are spread over the run; one clean run
# follows. How many messages are lost, or there twice? "keep": mail stays on the
# server, which is how mbsync works. "delete": it is removed there, as fdm does.
. "$(dirname "$0")/lib.sh"
wanted_points=${1:-60}
inject=$top/tests/tools/inject
start_imapd --lifetime 0
mkdir "$T/from"
for i in $(seq 12); do
	{ printf 'Subject: %s\nMessage-ID: <%s@x>\n\n' "$i" "$i" && seq "$i" 200
	} >"$T/from/$i"
done

configure() { # PROGRAM keep|delete: as somebody would who wants this
	case $1 in
	postroom)
		keep=no && [ "$2" = delete ] || keep=yes
		new_config
		add_account a 'protocol = imap' "keep-on-server = $keep"
		begin=$conf command="$postroom -c $conf fetch"
		;;
	mbsync)
		begin=$T/mbsyncrc command="mbsync -q -c $T/mbsyncrc c"
		cat >"$begin" <<-END
		IMAPStore far
		Host 127.0.0.1
		Port $port
		User $user
		Pass $password
		SSLType None
		AuthMechs LOGIN

		MaildirStore near
		Path $mail/
		Inbox $mail/INBOX

		Channel c
		Far :far:
		Near :near:
		Patterns INBOX
		Create Near
		Sync Pull New
		SyncState $T/state/
		END
		;;
	fdm)
		begin=$T/fdmrc command="fdm -q -f $T/fdmrc fetch"
		cat >"$begin" <<-END
		set lock-file "$T/fdm.lock"
		set default-user "$(id -un)"
		action "in" maildir "$mail/INBOX"
		account "a" imap server "127.0.0.1" port $port user "$user" \
			pass "$password" insecure
		match all action "in"
		END
		chmod 600 "$begin"
		;;
	esac
}
fresh() {
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir -p "$T/drop/INBOX" "$mail" "$T/state"
	cp "$T/from"/* "$T/drop/INBOX"
}
run() { # INJECT-OPTION...: a minute at most
	fresh
	rm -f "$T/injected" "$T/fdm.lock"
	"$inject" --seconds 60 --log "$T/injected" --after "$begin" "$@" \
		$command >"$T/out" 2>&1 </dev/null
}
# The run after the kill. fdm wants its lock file to be removed by hand.
again() {
	rm -f "$T/fdm.lock"
	timeout -s KILL 60 $command >"$T/then" 2>&1 </dev/null
}
# How many messages are lost, and how many are there twice?
judge() {
	delivered "$mail" | xargs -r sed -n 's/^Subject: //p' | sort | uniq -c |
		awk '{ n++; twice += $1 > 1 } END { print 12 - n, twice + 0 }'
}
compare() { # PROGRAM keep|delete
	points=0 lost=0 doubled=0 at_lost=0 at_doubled=0 failed_after=0 turn=0
	configure "$@"
	run count
	awk '{ n[$1] += $2 == "any" ? $3 : 0 } END { for (r in n) print r, n[r] }' \
		"$T/out" | sort >"$T/roles"
	[ "$(judge)" = '0 0' ] || {
		sed 's/^/# /' "$T/out" | head -5
		echo "not ok - $1 $2: a run without kills" && return
	}
	step=$(awk -v p="$wanted_points" '{ n += $2 } END {
		print (n > p ? int(n / p) : 1) }' "$T/roles")
	while read -r role calls; do
		for n in $(seq "$calls"); do
			turn=$((turn + 1))
			[ $((turn % step)) = 0 ] || continue
			run --role "$role" --nth "$n" kill-all
			[ -s "$T/injected" ] || continue
			again || failed_after=$((failed_after + 1))
			judge >"$T/verdict"
			read -r l d <"$T/verdict"
			points=$((points + 1)) lost=$((lost + l)) doubled=$((doubled + d))
			at_lost=$((at_lost + (l > 0))) at_doubled=$((at_doubled + (d > 0)))
		done
	done <"$T/roles"
	echo "# $1, $2: $points kills: $lost messages lost (at $at_lost kills), $doubled there twice (at $at_doubled); the next run failed $failed_after times"
}
for one in 'postroom keep' 'postroom delete' 'mbsync keep' 'fdm delete'; do
	if [ "${one%% *}" = postroom ] || command -v "${one%% *}" >/dev/null; then
		compare $one
	else
		echo "# ${one%% *} is not installed"
	fi
done

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# kill -9 at any moment of an IMAP session with two folders: after the next run
# each message is there once, and no other file is left.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$T/source/INBOX" "$T/source/Lists/x"
for i in $(seq 60); do
	folder=INBOX && [ $((i % 3)) != 0 ] || folder=Lists/x
	{ printf 'Subject: %s\n\n' "$i" && seq "$i" 300
	} >"$T/source/$folder/$(printf %03d "$i")"
done
expect "$T/source/INBOX"/* "$T/source/Lists/x"/*

full() { # as it was, on the server; nothing is known here
	rm -rf "$T/state" "$mail" "$T/drop"
	cp -r "$T/source" "$T/drop"
}
crash() { # NAME FIRST-COMMAND ACCOUNT-LINE...
	what=$1 kills=0 prepare=$2
	shift 2
	new_config
	add_account a 'protocol = imap' 'folders = {"INBOX", "Lists/*"}' "$@"
	full
	$prepare
	began=$(date +%s%N)
	fetch >>"$T/said" 2>&1
	us=$((($(date +%s%N) - began) / 1000))
	full
	$prepare
	for part in $(seq 17); do
		sampled || continue
		killed "$(awk -v us="$us" -v n="$part" 'BEGIN { print us * n / 20e6 }')"
	done
	check "$what: some runs were killed" [ "$kills" -gt 0 ]
	check_status 0 "$what: the next run" fetch
	oracle "$what: each message once"
	script '# nothing'
}
there() { ls "$T/drop/$1" | wc -l; }
renumbered() { # all is known, and then the server counts anew
	fetch >>"$T/said" 2>&1
	script 'on EXAMINE validity "77"'
}

tls=none
mkdir -p "$T/drop/INBOX"
script '# nothing'
start_imapd --script "$T/script"
crash 'E15: kept' true
check 'all are still there' [ "$(there INBOX) $(there Lists/x)" = '40 20' ]
crash 'E15: deleted' true 'keep-on-server = no'
check 'none is left' [ "$(there INBOX) $(there Lists/x)" = '0 0' ]
crash 'E15: moved' true 'move-on-server = Done'
check 'none is left' [ "$(there INBOX) $(there Lists/x)" = '0 0' ]
check 'all were moved, once' [ "$(there Done)" = 60 ]
crash 'E15 A27: new UIDs' renumbered
done_testing

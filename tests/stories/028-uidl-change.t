# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# The server changes all UIDLs: nothing is delivered twice, nothing is lost, and
# a person is asked only when nothing else helps.
. "$(dirname "$0")/../lib.sh"
. "$tests/uidl.sh"

rename() { # FIRST LAST PREFIX: other UIDLs for messages that are there
	awk -v from="$1" -v to="$2" -v prefix="$3" -v long="${3:+$long}" '{
		n = substr($1, 2) + 0
		print $1, (n >= from && n <= to ? prefix n long : $2)
	}' "$T/drop/.uidl" >"$T/uidl.new" && mv "$T/uidl.new" "$T/drop/.uidl"
}
rows() { sql "SELECT id, uidl, listed_size, session, gone, gone_since FROM msg"; }

# All UIDLs change.
moved() { # ACCOUNT-LINE...: 30 known messages, under new names now
	fresh "$@"
	fill 1 30 old
	expect "$T/drop"/m*
	script 'on DELE reply "-ERR no\r\n"'
	fetch >"$T/out" 2>&1
	script '# nothing'
	rename 1 30 new
}
moved
quiet_run 'A27: thirty messages have new UIDLs' 0 30
quiet_run 'A27: the next poll' 0 0
moved
fill 31 33 new
expect "$T/drop/m31" "$T/drop/m32" "$T/drop/m33"
quiet_run 'A27: three new ones among them' 3 33
quiet_run 'A27: three new ones, the next poll' 0 0
moved
rename 1 2 old
quiet_run 'A27: two have their old UIDLs' 0 28
quiet_run 'A27: two old ones, the next poll' 0 0
moved 'keep-on-server = no'
put m31 new31
expect "$T/drop/m31"
check_status 0 'A27: an account that deletes' fetch
oracle 'A27: it has each message once'
check 'A27: only the new one was fetched' asked 1 ''
check 'A27: all are deleted' server_has 0
moved 'keep-on-server = 9d'
quiet_run 'A27: an account that deletes later' 0 30
check 'A27: nothing is deleted before its time' server_has 30

# A message with a known header and size, and other content, is a new one.
moved
sed -i s/m/n/ "$T/drop"/m*
expect "$T/drop"/m*
quiet_run 'A27: new UIDLs, and other letters' 30 30
moved
rm -rf "$mail" "$T/want"
mkdir "$T/want"
for n in $(seq 30); do put "m$n" "old$n" 'one body'; done
for n in 5 6 7 8; do cp "$T/drop/m9" "$T/drop/m$n"; done
rm -rf "$T/state"
fetch >"$T/out" 2>&1
expect "$T/drop"/m*
rename 1 30 new
quiet_run 'A27: some letters are there five times' 0 30

moved
rename 6 30 old
check_status 0 'A27: only five UIDLs have changed' fetch
check 'A27: they are known by their headers' asked 0 5
oracle 'A27: only five: each message is there once'

# When a person must decide, nothing is fetched, as often as it is tried.
asks() { # NAME TOP: how many headers are looked at
	rows >"$T/rows"
	for try in first second; do
		check_status 77 "A27: $1, $try time: a person is asked" fetch -v
		check "A27: $1: is told how it goes on" \
			says '^postroom: a: .*UIDLs.*mark-seen a.*uidl-change = refetch'
		check "A27: $1: nothing is fetched" asked 0 "$2"
		check "A27: $1: nothing is deleted" server_has 30
	done
	check "A27: $1: what is known is the same" \
		[ "$(rows)" = "$(cat "$T/rows")" ]
	account "$keep" 'uidl-change = refetch'
	check_status 0 "A27: $1: refetch" fetch
	check "A27: $1: refetch: all come" asked 30 0
}
for keep in 'keep-on-server = yes' 'keep-on-server = no'; do
	moved "$keep"
	sed -i '1i X-Moved: yes' "$T/drop"/m*
	asks "other sizes, $keep" 30
	moved "$keep"
	account "$keep" 'uidl-change = stop'
	asks "uidl-change = stop, $keep" 0
done
for port in $no_top $no_capa; do
	moved "$keep"
	asks 'no TOP' 0
done
port=$all
for how in "match $no_top" "stop $all"; do
	port=${how#* }
	fresh "uidl-change = ${how% *}"
	fill 1 25 old
	expect "$T/drop"/m*
	fetch >"$T/out" 2>&1
	rm -rf "$T/drop"/m* "$T/drop/.uidl"
	fill 26 28 new
	expect "$T/drop"/m*
	quiet_run "A27: a mailbox that was emptied, ${how% *}" 3 0
done
port=$all

# A change of names that breaks off in the middle has no effect.
for how in drop 'drop-after 40' 'reply "x\r\n"'; do
	moved
	rows >"$T/rows"
	script "on TOP 15* $how"
	check_status 75 "A27: TOP 15 $how: later" fetch
	check 'A27: nothing was fetched' asked 0 ''
	check 'A27: no row is half done' [ "$(rows)" = "$(cat "$T/rows")" ]
	script '# nothing'
	quiet_run 'A27: the next run' 0 30
done
while_matching() { # the server says nothing in the middle of it
	moved
	rows >"$T/rows"
	script 'on TOP 15* stall'
	setsid "$postroom" -c "$conf" fetch >"$T/said" 2>&1 &
	pid=$!
	wait_for logged 'C: TOP 15'
}
while_matching
printf 'Subject: beside it\n\nx\n' >"$T/beside"
expect "$T/beside"
beside() { timeout 9 "$postroom" -c "$conf" deliver <"$T/beside"; }
check 'A27: who delivers meanwhile does not wait for the server' beside
kill -9 "-$pid"
wait "$pid" 2>/dev/null
wait_for group_is_gone "$pid"
check 'A27: killed in the middle: no row is half done' \
	[ "$(rows | grep old)" = "$(cat "$T/rows")" ]
script '# nothing'
quiet_run 'A27: killed in the middle, the next run' 0 30

# A dry run looks and changes nothing.
for how in match stop; do
	moved 'keep-on-server = no'
	account 'keep-on-server = no' "uidl-change = $how"
	rows >"$T/rows"
	find "$T/state" "$mail" ! -name 'state.db-*' | sort >"$T/files"
	check_status 0 "A27 C16: a dry run, $how" fetch -n
	check 'A27: a dry run says what has happened' says 'UIDLs .*changed'
	check 'A27: a dry run leaves what is known' \
		[ "$(rows)" = "$(cat "$T/rows")" ]
	find "$T/state" "$mail" ! -name 'state.db-*' | sort >"$T/files.then"
	check 'A27: a dry run leaves the folders' cmp "$T/files" "$T/files.then"
	check 'A27: a dry run leaves the server' server_has 30
done
account 'keep-on-server = no'
check_status 0 'A27: the real run after it' fetch
oracle 'A27: the real run after it: each message is there once'
check 'A27: the real run after it: deletes' server_has 0

# Known UIDLs, other sizes: the content decides.
resized() { # UIDLs that stay, sizes that change
	moved "$@"
	rename 1 30 old
	sizes=$(seq 30 | sed 's/.*/& 1&\\r\\n/' | tr -d '\n')
	script "on LIST reply \"+OK\\r\\n$sizes.\\r\\n\""
}
resized
check_status 0 'A26: all sizes have changed, and no UIDL' fetch
check 'A26: all are fetched' asked 30 ''
oracle 'A26: and found to be the same'
check_status 0 'A26: all sizes have changed, the next poll' fetch
check 'A26: and known so' asked 0 0
resized 'keep-on-server = no'
account 'keep-on-server = no' 'uidl-change = stop'
check_status 0 'A26: uidl-change = stop does not apply to it' fetch
check 'A26: all are fetched, and deleted' server_has 0
oracle 'A26: and found to be the same'

# A server that counts 1, 2, 3 and begins again.
moved
for n in $(seq 30); do
	printf 'Message-ID: <c%s@x>\n\n%s\n' "$n" "$(seq "$n")" >"$T/drop/m$n"
done
rm -rf "$T/state" "$mail" "$T/want"
mkdir "$T/want"
expect "$T/drop"/m*
rename 1 30 ''
fetch >"$T/out" 2>&1
awk '{ print $1, 31 - substr($1, 2) }' "$T/drop/.uidl" >"$T/uidl.new"
mv "$T/uidl.new" "$T/drop/.uidl"
quiet_run 'A27: the same UIDLs, for other messages' 0 30
quiet_run 'A27: the next poll looks at the oldest and the newest' 0 2

done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# The delivery command: one message on standard input, for .forward, an MTA or
# another fetcher. It never loses mail and never makes an MTA bounce it.
. "$(dirname "$0")/../lib.sh"

feed() { "$postroom" -c "$conf" deliver <"$1"; } # FILE
deliver() { # FORMAT: of printf
	printf "$1" >"$T/input"
	feed "$T/input"
}
becomes() { # NAME INPUT STORED: formats of printf
	rm -rf "$mail" "$T/state"
	check_status 0 "$1" deliver "$2"
	check "$1: silently" silent
	printf "$3" >"$T/wanted"
	check "$1: as it should be" cmp "$T/wanted" \
		"$(delivered "$mail" | head -n 1)"
}
new_config
echo "rule \"l\" { header = 'List-Id: /<(\\w+)/' folder = \"Lists/{1}\" }" \
	>>"$conf"
becomes 'a message' 'Subject: x\n\nbody\n' 'Subject: x\n\nbody\n'
becomes 'an envelope line' 'From a@b  Mon Jan  1 00:00:00 2024\nA: b\n\nx\n' \
	'Return-Path: <a@b>\nA: b\n\nx\n'
becomes 'B5: a From in the body' 'A: b\n\nFrom here\nFrom: there\n' \
	'A: b\n\nFrom here\nFrom: there\n'
becomes 'From:, which is no envelope' 'From: a@b\n\nx\n' 'From: a@b\n\nx\n'
becomes 'CRLF' 'A: b\r\n\r\nbody\r\n' 'A: b\n\nbody\n'
becomes 'CRLF after an envelope line' 'From a@b x\r\nA: b\r\n\r\nx\r\n' \
	'Return-Path: <a@b>\nA: b\n\nx\n'
becomes 'a lone CR' 'A: b\n\nx\ry\n' 'A: b\n\nx\ry\n'
becomes 'a CR at the end' 'A: b\n\nx\r' 'A: b\n\nx\r'
becomes 'dots' '.\n..\nA: b\n\n.\n' '.\n..\nA: b\n\n.\n'
becomes 'B2: NUL' 'A: b\0c\n\n\0\n' 'A: b\0c\n\n\0\n'
becomes 'B1: no final newline' 'A: b\n\nx' 'A: b\n\nx'
rm -rf "$mail" "$T/state"
{ printf 'A: b\n\n' && head -c 30000000 /dev/urandom | tr -d '\r' && echo
} >"$T/big"
check_status 0 'a large message' feed "$T/big"
expect "$T/big"
oracle 'is there byte for byte'
rm -rf "$mail" "$T/state"
check_status 0 'a message of a list' deliver 'List-Id: <dev>\n\nx\n'
check 'is filed by rule' [ "$(messages "$mail/Lists/dev")" = 1 ]
check_status 0 'the same message again' deliver 'List-Id: <dev>\n\nx\n'
check 'B17: is another message' [ "$(messages "$mail/Lists/dev")" = 2 ]

# 75: the MTA keeps the message and tries again.
rm -rf "$mail" "$T/state"
echo >"$T/state"
check_status 75 'no place for the state' deliver 'A: b\n\nx\n'
check 'is named' says "$T/state"
# In a bounce, each line must say which program wrote it.
signed() { [ -s "$T/out" ] && not grep -v '^postroom: ' "$T/out"; }
check 'and signed' signed
rm "$T/state"
echo 'rule "x" { no-such-thing = 1 }' >>"$conf"
check_status 75 'a configuration with an error' deliver 'A: b\n\nx\n'
check 'is told, with its place' says 'conf:[0-9]+:[0-9]+: error'
check 'and signed' signed
new_config
echo 'rule "x" { subject = "/(x/" folder = "y" }' >>"$conf"
check_status 75 'a pattern with an error' deliver 'A: b\n\nx\n'
check 'is told in several lines' [ "$(wc -l <"$T/out")" -gt 1 ]
check 'and each is signed' signed
rm "$conf"
check_status 75 'no configuration at all' deliver 'A: b\n\nx\n'
check 'is signed' signed
new_config
rm -rf "$T/state" "$T/want"
mkdir "$T/want"
check_status 0 'mended' deliver 'A: b\n\nfirst\n'
expect "$T/input"
head -c 9000000 /dev/zero >"$T/zeros"
full_disk() {
	(ulimit -f 1000 && feed "$T/zeros")
}
check_status 75 'D7: a full disk' full_disk
check 'is said' says 'too large|space|spool'
oracle 'nothing of it is delivered, nothing is left'
rm -rf "$mail" "$T/state" "$T/want"
mkdir "$T/want"

# 0 as soon as it is safe, though it cannot be filed yet.
echo >"$mail"
check_status 0 'a file where the Maildir should be' deliver 'A: b\n\nx\n'
check 'is named' says "$mail"
rm "$mail"
expect "$T/input"
check_status 0 'mended' deliver 'A: b\n\nsecond\n'
expect "$T/input"
oracle 'both messages are there'

# Many at once, as an MTA does it.
rm -rf "$mail" "$T/state" "$T/want"
mkdir "$T/want" "$T/in"
for i in $(seq 40); do
	{ printf 'Subject: %s\n\n' "$i" && seq "$i" 500; } >"$T/in/$i"
done
pids=
for i in $(seq 40); do
	feed "$T/in/$i" >>"$T/said" 2>&1 &
	pids="$pids $!"
done
bad=0
for pid in $pids; do wait "$pid" || bad=$((bad + 1)); done
check 'forty at once all succeed' [ "$bad" = 0 ]
check 'in silence' [ ! -s "$T/said" ]
expect "$T/in"/*
oracle 'and are there, once'

# Killed before it answers, an MTA tries again: at least one copy, all intact.
rm -rf "$mail" "$T/state"
killed=0
for i in $(seq 40); do
	setsid "$postroom" -c "$conf" deliver <"$T/in/$i" >"$T/out" 2>&1 &
	victim=$!
	sleep "0.0$(printf %02d $((i / 2)))"
	kill -9 "-$victim" 2>/dev/null
	wait $victim 2>/dev/null && continue
	wait_for group_is_gone "$victim"
	killed=$((killed + 1))
	feed "$T/in/$i"
done
check 'some were killed' [ "$killed" -gt 3 ]
deliver 'A: the last\n\nx\n'
expect "$T/input"
find "$T/want" -type f | hashes >"$T/wanted"
delivered "$mail" | hashes | uniq >"$T/found"
check 'killed and repeated: each is there, none is broken' \
	cmp "$T/wanted" "$T/found"
check 'and the spool is empty' [ -z "$(find "$T/state/spool" -type f)" ]
done_testing

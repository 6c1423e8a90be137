# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# Messages with false claims, about their date, their Message-ID, their size or
# postroom itself, and very large ones: they are bytes like others.
# POSTROOM_TEST_HUGE=1 adds messages that take minutes and gigabytes.
. "$(dirname "$0")/../lib.sh"

message() { # NAME FORMAT
	printf "$2" >"$T/drop/$1"
}
fresh() { # ACCOUNT-LINE...: an empty maildrop, nothing known, no rules
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	script '# nothing'
	: >"$T/log"
	new_config 'undecided = "Odd"'
	add_account a "$@"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
script '# nothing'
start_popd --script "$T/script"

# --- a false date, and the Message-ID of another message ---------------
fresh 'keep-on-server = no'
message 01-no-date 'Subject: x\nMessage-ID: <1@x>\n\nx\n'
message 02-no-id 'Subject: x\nDate: Thu, 01 Jan 2026 00:00:00 +0000\n\nx\n'
message 03-neither 'Subject: x\n\nx\n'
message 04-two-dates 'Date: Thu, 01 Jan 2026 00:00:00 +0000\nDate: x\n\nx\n'
message 05-two-ids 'Message-ID: <1@x>\nMessage-ID: <5@x>\n\nx\n'
message 06-same-id 'Subject: x\nMessage-ID: <1@x>\n\ny\n'
message 07-year-9999 'Date: Fri, 31 Dec 9999 23:59:59 +0000\n\nx\n'
message 08-year-1900 'Date: Mon, 01 Jan 1900 00:00:00 +0000\n\nx\n'
message 09-huge-year 'Date: 1 Jan 99999999999999999999 99:99:99 +9999\n\nx\n'
message 10-minus 'Date: -1 -1 -1 -1:-1:-1 -0000\n\nx\n'
message 11-id-is-a-path 'Message-ID: <../../../etc/passwd>\n\nx\n'
message 12-id-is-long "Message-ID: <$(printf '%09000d' 7)@x>\n\nx\n"
message 13-id-is-nul 'Message-ID: <a\0b/c@x>\nDate: \0\n\nx\n'
message 14-date-is-long "Date: $(printf '%09000d' 7)\n\nx\n"
message 15-id-is-a-name \
	'Message-ID: <1.M1Q0000000000000000C0000000000000000A0.x>\n\nx\n'
expect "$T/drop"/*
cat >>"$conf" <<'END'
rule "old" { older = 20000d copy = "Old" }
rule "dated" { header = 'Date: /./' log = "{date} {message-id}" }
END
before=$(date +%s)
check_status 0 'B13: dates and message ids of all kinds' fetch
after=$(date +%s)
check 'B13: a date that cannot be is none' [ ! -e "$mail/Old" ]
oracle 'B13: each is there, once, byte for byte'
names_are_ours() { # of this time, and with no part of the message
	delivered "$mail" | sed 's,.*/,,' | awk -F. -v from="$before" \
		-v to="$after" '
	$1 !~ /^[0-9]+$/ || $1 < from || $1 > to ||
	$2 !~ /^M[0-9]+Q[0-9a-f]+C[0-9a-f]+A[0-9]+$/ { print; bad = 1 }
	END { exit bad || NR != 15 }'
}
check 'B13: the file names have the time of delivery' names_are_ours
check 'B13: and no two have the same' [ "$(delivered "$mail" |
	sed 's,.*/,,; s/M.*Q/Q/' | sort -u | wc -l)" = 15 ]

# --- the same bytes, twice -----------------------------------------------------
fresh 'keep-on-server = no'
for i in 1 2 3 4; do message "$i" 'Subject: same\nMessage-ID: <s@x>\n\nx\n'; done
: >"$T/drop/5" && : >"$T/drop/6"
expect "$T/drop"/*
check_status 0 'B17: four times the same, and twice nothing' fetch
oracle 'B1 B17: are six messages'
check 'B17: none is left on the server' [ -z "$(ls "$T/drop")" ]
check_status 0 'B17: and once more' fetch
oracle 'B17: nothing comes again'

# --- fields that postroom itself writes ------------------------------------------------------
fresh 'keep-on-server = no'
mkdir "$T/sent"
cat >>"$conf" <<END
rule "vip" { tagged = vip folder = "Vip" }
rule "mine" { from = "me@x.org" tag = mine }
rule "flag" { header = "X-Key: 1" pipe = {"sh", "-c",
	"echo \$POSTROOM_KEY >>$T/sent/keys; env | grep -c EVIL >>$T/sent/evil"} }
END
message 1 'X-Label: vip\nSubject: vip\n\nx\n'
message 2 'X-Label: vip\nFrom: me@x.org\n\nx\n'
message 3 'X-Key: 1\nPOSTROOM_KEY: evil\nX-Postroom-Key: EVIL\n\nEVIL=1\n'
message 4 'X-Postroom-Rule: vip\nX-Postroom-Folder: Vip\nX-Postroom-State: 3\nX-Postroom-Spool: a1-0000000000000000\n\nx\n'
message 5 'Status: RO\nX-Status: D\nX-UID: 1\nX-Keywords: vip\nX-UIDL: x\n\nx\n'
printf 'SQLite format 3\0\020\0\001\001\0@  \0' >"$T/drop/6"
message 7 'rule "x" { discard = yes }\n\ninclude("/etc/passwd")\n'
expect "$T/drop"/[134567]
check_status 0 'B18: mail that looks like our own' fetch
check 'B18: makes no tag' [ ! -e "$mail/Vip" ]
check 'B18: our tags stand beside what it says' grep -q '^X-Label: .*mine' \
	"$(grep -rl '^From: me@x.org' "$mail" | head -n 1)"
grep -rl '^From: me@x.org' "$mail" | xargs rm -f
oracle 'B18: is filed, once, byte for byte'
check 'B18: none of it is marked as read' [ -z "$(find "$mail" -path '*/cur/*' \
	-type f)" ]
check 'B18: a key is ours' grep -qxE '[0-9a-f]{32}' "$T/sent/keys"
check 'B18: and the environment, too' grep -qx 0 "$T/sent/evil"

# --- text that filters look for -------------------------------------------------
fresh 'keep-on-server = no'
{ # in pieces, for the scanners that look at source files
	printf 'Subject: test\n\nX5O!P%%@AP[4\\PZX54(P^)7CC)7}$EICAR'
	printf '%s\n' '-STANDARD-ANTIVIRUS-TEST-''FILE!$H+H*'
} >"$T/drop/1-eicar"
printf 'Subject: test\n\nXJS*C4JDBQADN1.NSBN3*2IDNEN*%s\n' \
	'GTUBE-STANDARD-ANTI-UBE-TEST-''EMAIL*C.34X' >"$T/drop/2-gtube"
b64() { openssl base64; }
{ # the needle is encoded once in the first and twice in the second
	printf 'Subject: x\nContent-Transfer-Encoding: base64\n\n'
	echo 'a needle' | b64
} >"$T/drop/3-once"
{
	printf 'Subject: x\nContent-Transfer-Encoding: base64\n\n'
	echo 'a needle' | b64 | b64
} >"$T/drop/4-twice"
{
	printf 'Subject: x\nContent-Type: application/gzip; name=x.gz\n'
	printf 'Content-Transfer-Encoding: base64\n\n'
	head -c 50000000 /dev/zero | gzip -9 | b64
} >"$T/drop/5-bomb"
expect "$T/drop"/*
cat >>"$conf" <<'END'
rule "needle" { body = "needle" folder = "Needle" }
rule "gz" { attachment = "x.gz" body = "never" folder = "Never" }
END
check_status 0 'B20: EICAR and GTUBE' "$top/tests/tools/peak" "$T/peak" \
	"$postroom" -c "$conf" fetch
oracle 'B20: are mail as any other'
check 'B19: decoded once, not twice' there Needle 1
printf '# %s KiB\n' "$(cut -d' ' -f1 "$T/peak")"

# --- large ones ----------------------------------------------------------------------
peak_below() { # MIB
	sanitized || [ "$(cut -d' ' -f1 "$T/peak")" -lt $(($1 * 1024)) ]
}
large() { # MIB
	fresh 'keep-on-server = no'
	message 1 'Subject: large\n\nx\n'
	truncate -s "$1M" "$T/drop/1" # zeros, without an end of line
	cp --sparse=always "$T/drop/1" "$T/large" && echo >>"$T/large"
	check_status 0 "B14 I4: a message of $1 MiB" "$top/tests/tools/peak" \
		"$T/peak" "$postroom" -c "$conf" fetch
	sed 's/\(.*\) \(.*\) .*/# \1 KiB, \2 ms/' "$T/peak"
	check "B14 I4: $1 MiB: is there byte for byte" cmp "$T/large" \
		"$(delivered "$mail")"
	check "B14 I4: $1 MiB: its name has its size" [ "$(delivered "$mail" |
		sed 's/.*,S=//')" = "$(wc -c <"$T/large")" ]
	check "B14 I4: $1 MiB: no process needed 48 MiB" peak_below 48
	check "B14: $1 MiB: and it is gone from the server" \
		[ ! -e "$T/drop/1" ]
	rm -rf "$T/large" "$mail" "$T/state"
}
large 100
if [ -n "${POSTROOM_TEST_HUGE-}" ]; then
	large 1024
	large 5120
else
	for size in 1 5; do
		skip "B14 I4: $size GiB: minutes; set POSTROOM_TEST_HUGE=1"
	done
fi

# Sizes of the listing have more than 32 bits.
for size in 2147483748 4294967396 5368709120; do
	fresh 'max-size = 1M'
	message 1 'Subject: small\n\nx\n'
	script "on LIST reply \"+OK\\r\\n1 $size\\r\\n.\\r\\n\""
	check_status 0 "B14: $size bytes and a limit of a megabyte" fetch -v
	check "B14: $size bytes: is not asked for" not logged 'C: RETR'
	check "B14: $size bytes: and said to be too large" says 'larger than max'
	sed -i /max-size/d "$conf"
	expect "$T/drop/1"
	check_status 0 "A17 B14: $size bytes and no limit" fetch
	oracle "A17 B14: $size bytes: what comes is kept"
	check_status 0 "B14: $size bytes: again" fetch
	oracle "B14: $size bytes: it is known"
done
done_testing

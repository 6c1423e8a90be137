# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# A message without a Date that can be read has the age of its arrival: in
# `older`, `newer` and {date}, for sort, explain and deliver.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
put() { # NAME MTIME FORMAT
	mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Inbox/tmp"
	printf "$3" >"$mail/Inbox/cur/$1" && touch -d "$2" "$mail/Inbox/cur/$1"
}
gone() { [ ! -e "$mail/Inbox/cur/$1" ]; }
kept() { [ -e "$mail/Inbox/cur/$1" ]; }
filed() { # FOLDER TEXT: a message of that folder has the text
	[ "$(grep -l "$2" "$mail/$1"/[cn]*/* 2>/dev/null | wc -l)" = 1 ] ||
		{ (cd "$mail" && find . -type f) && false; }
}
explains() { run explain "$1" >"$T/out" 2>&1 && says "$2"; }

now=$(date +%s)
new_config
base=$(cat "$conf")
echo 'rule "old" { older = 30d discard = yes }' >>"$conf"
put "$now.a.h:2,S" now 'Subject: fresh\n\n1\n'
put "$now.b.h:2,S" now 'Date: soon\n\n2\n'
put "$now.c.h:2,S" now 'Date: Thu, 01 Jan 1970 00:00:00 +0000\n\n3\n'
put "$now.d.h:2,S" now 'Date: Mon, 3 Feb 2020 10:00:00 +0000\n\n4\n'
put 1500000000.e.h:2,S now 'Subject: copied without its times\n\n5\n'
put "$now.f.h:2,S" '2017-07-14' 'Subject: uploaded\n\n6\n'
put odd-name '2017-07-14' 'Subject: odd name\n\n7\n'
put 12.g.h:2, '1970-01-02' 'Subject: no time anywhere\n\n8\n'
put 1300000000.h.h:2, '2011-03-13' \
	"Received: by x; $(date -R)\nReceived: by y; Sun, 13 Mar 2011 07:06:40 +0000\n\n9\n"
put 1300000001.i.h:2, '2011-03-13' \
	"Received: by x; Fri, 1 Jan 2083 07:06:40 +0000\n\n10\n"
check_status 0 'old mail is discarded' run sort --discard "$mail"
check 'not what arrived now, without a Date' kept "$now.a.h:2,S"
check 'nor with one that cannot be read' kept "$now.b.h:2,S"
check 'nor with one of 1970' kept "$now.c.h:2,S"
check 'a Date counts' gone "$now.d.h:2,S"
check 'else the time in the name' gone 1500000000.e.h:2,S
check 'or that of the file, if it is earlier' gone "$now.f.h:2,S"
check 'a name without a time is no harm' gone odd-name
check 'a file without a time arrived now' kept 12.g.h:2,
check 'a server that received it today says so' kept 1300000000.h.h:2,
check 'one whose clock is ahead, too' kept 1300000001.i.h:2,

rm -r "$mail"
printf '%s\nrule "a" { folder = "Archive/{date:%%Y-%%m}" }\n' "$base" >"$conf"
put 1275388200.a.h:2,S '2010-06-01 10:30' 'Subject: t\n\none\n'
put 1275388200.b.h:2,S '2010-06-01 10:30' 'Date: den 1 i denna\n\ntwo\n'
cp -p "$mail/Inbox/cur/1275388200.a.h:2,S" "$T/1275388200.a.h"
check 'explain knows the time of a file' explains "$T/1275388200.a.h" 'Archive/2010-06'
check_status 0 'sort files by arrival' run sort "$mail"
check 'without a Date' filed Archive/2010-06 one
check 'and with one that says nothing' filed Archive/2010-06 two
run deliver <"$T/1275388200.a.h" >"$T/out" 2>&1
check 'what is delivered arrives now' filed "Archive/$(date +%Y-%m)" one
done_testing

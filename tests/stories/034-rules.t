# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# Where a message goes when rules contradict each other, when the judge dies, when
# the configuration changes during a run, and in other time zones and locales.
# POSTROOM_TEST_HUGE=1 adds a case that takes half a minute.
. "$(dirname "$0")/../lib.sh"

deliver() { # FORMAT [ARGUMENT...]
	printf "$1" >"$T/input"
	shift
	"$postroom" -c "$conf" "$@" deliver <"$T/input"
}
begin() { # RULES: a new configuration and an empty Maildir
	rm -rf "$mail" "$T/state"
	new_config 'undecided = "Odd"'
	cat >>"$conf"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null || echo 0)" = "$2" ]; }
nothing_waits() { [ -z "$(ls "$T/state/spool")" ]; }

# --- C14, C6: which rule wins ------------------------------------------------------------
begin <<'END'
rule "c" { header = "X-C: 1" copy = "Copy" }
rule "d" { header = "X-D: 1" discard = yes }
rule "s" { header = "X-S: 1" stop = yes }
rule "m" { header = "X-M: 1" mark = flagged }
rule "a" { header = "X-A: 1" folder = "A" }
rule "b" { header = "X-B: 1" folder = "B" }
rule "x" { subject = '/^(?:a(?<x>1)|b)/' folder = "F/x{x}" }
END
truth() { # FIELDS COPY-A-B-INBOX: how many messages are where
	rm -rf "$mail" "$T/state"
	for field in $1; do printf 'X-%s: 1\n' "$field"; done >"$T/input"
	printf '\nx\n' >>"$T/input"
	"$postroom" -c "$conf" deliver <"$T/input" >"$T/out" 2>&1 || return
	got=
	for folder in Copy A B Inbox; do
		got=$got$(messages "$mail/$folder" 2>/dev/null || echo 0)
	done
	[ "$got" = "$2" ] || { echo "$got" && false; }
}
while read -r fields want; do
	check "C14: $fields" truth "$(echo "$fields" | tr + ' ')" "$want"
done <<'END'
A 0100
B 0010
A+B 0100
C 1001
C+A 1100
C+A+B 1100
D 0000
D+A 0000
C+D 1000
C+D+A 1000
S 0001
S+A 0001
C+S+A 1001
M+A 0100
M+S+B 0001
D+S 0000
END
deliver 'X-A: 2\nSubject: a1\n\nx\n' -q
deliver 'X-A: 2\nSubject: b\n\nx\n' -q
check 'C6: a group that took part is in the name' there F/x1 1
check 'C6: one that did not is empty, and not what it was before' there F/x 1

# --- C13: the judge is killed, or hangs -----------------------------------------------
# The judge is the other child of the process that runs a filter.
cat >"$T/strike" <<'END'
#!/bin/sh
for pid in $(cat "/proc/$PPID/task/$PPID/children"); do
	[ "$pid" = $$ ] || kill "$1" "$pid"
done
exec cat
END
chmod +x "$T/strike"
begin <<END
rule "k" { header = "X-Kill: 1" filter = {"$T/strike", "-KILL"} folder = "Killed" }
rule "h" { header = "X-Hang: 1" filter = {"$T/strike", "-STOP"} folder = "Hung" }
rule "g" { subject = "good" folder = "Good" }
END
for i in 1 2 3; do printf 'Subject: good %s\n\nx\n' $i >"$T/drop/good.$i"; done
for i in 1 2 3 4 5; do
	printf 'X-Kill: 1\nSubject: good\n\nx %s\n' $i >"$T/drop/e.$i"
done
mv "$T/drop/good.1" "$T/drop/a.1"
expect "$T/drop"/*
script '# nothing'
start_popd --script "$T/script"
add_account a 'keep-on-server = no'
check_status 0 'C13: a judge that is killed five times' fetch
check 'C13: these messages are in the fallback folder' there Odd 5
check 'C13: the others where they belong, before and after' there Good 3
oracle 'C13: each once, and as it came'
check 'C13: nothing is said to be filed by a rule that failed' there Killed 0
if [ -n "${POSTROOM_TEST_HUGE-}" ]; then
	check_status 0 'C13: a judge that hangs' deliver 'X-Hang: 1\n\nx\n'
	check 'C13: is told of' says 'longer than 30 seconds'
	check 'C13: its message is in the fallback folder' there Odd 6
else
	skip 'C13: a judge that hangs: half a minute; set POSTROOM_TEST_HUGE=1'
fi

# --- C12: the configuration changes while mail is on its way ------------------------------
rules_say() { # FOLDER
	new_config 'undecided = "Odd"'
	add_account a
	echo "rule \"all\" { folder = \"$1\" }" >>"$conf"
}
rm -rf "$mail" "$T/state" "$T/drop"
mkdir "$T/drop"
for i in 1 2 3; do printf 'Subject: %s\n\nx\n' $i >"$T/drop/$i"; done
rules_say Before
: >"$T/log"
script 'on RETR delay 300'
"$postroom" -c "$conf" fetch >"$T/said" 2>&1 &
pid=$!
wait_for logged 'C: RETR 1'
rules_say After
wait $pid
check 'C12: a run keeps the rules that it began with' there Before 3
script '# nothing'
printf 'Subject: 4\n\nx\n' >"$T/drop/4"
check_status 0 'C12: the next run' fetch
check 'C12: has the new ones' there After 1
check 'C12: which files nothing a second time' there Before 3
printf 'Subject: 5\n\nx\n' >"$T/drop/5"
: >"$T/log"
echo 'rule "broken" {' >>"$conf"
check_status 78 'C12: with a broken configuration' fetch
check 'C12: nobody is asked for mail' not logged connected
check_status 75 'C12: and no mail is taken' deliver 'Subject: x\n\nx\n'
rules_say After
check_status 0 'C12: mended' fetch
check 'C12: all is there' there After 2

# --- C15: where and when ---------------------------------------------------------------------
now=$(date '+%d %b %Y %H:%M:%S +0000')
for place in 'C UTC' 'tr_TR.UTF-8 Europe/Istanbul' 'C.UTF-8 Pacific/Kiritimati' \
	'zh_CN.GB18030 <-12>12' 'no_such :/no/such' '../../x XYZ-99:99:99abc'; do
	begin <<-'END'
	rule "i" { subject = "INVOICE TITLE" copy = "I" }
	rule "n" { newer = 1h copy = "Newer" }
	rule "o" { older = 1h copy = "Older" }
	rule "d" { header = 'Date: /./' folder = "{date:%Y}" }
	END
	abroad() {
		printf 'Date: %s\nSubject: invoice title\n\nx\n' \
			"$now" | env LC_ALL="${place% *}" LANG="${place% *}" \
			TZ="${place#* }" "$postroom" -c "$conf" deliver
	}
	check_status 0 "C15: $place" abroad
	check "C15: $place: I is the large i" there I 1
	check "C15: $place: now is now" there Newer 1
	check "C15: $place: and not long ago" there Older 0
	check "C15: $place: it is filed" [ "$(messages "$mail")" = 3 ]
done
check 'nothing waits' nothing_waits
done_testing

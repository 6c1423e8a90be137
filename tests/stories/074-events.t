# shellcheck shell=sh disable=SC2013,SC2016,SC2154
# Events for programs: JSON lines, on-new, on-trouble.
. "$(dirname "$0")/../lib.sh"

sql() { "$top/tests/tools/sql" :memory: "$1"; }
literals() { # FILE: its lines as rows of SQL
	sed "s/'/''/g; s/.*/('&')/" "$1" | paste -sd, -
}
objects() { # FILE WHAT WHERE: of the objects in its lines
	sql "WITH l (o) AS (VALUES $(literals "$1"))
		SELECT $2 FROM l WHERE ${3-1}"
}
is() { # WANTED GOT
	[ "$1" = "$2" ] || { echo "not $1 but $2" && false; }
}
value() { # EVENT PATH: of the first such event in $log
	objects "$log" "json_extract(o, '$.$2')" \
		"json_extract(o, '$.event') = '$1' LIMIT 1"
}
events() { # in their order, without those of plain lines
	objects "$log" "json_extract(o, '$.event')" \
		"json_extract(o, '$.event') <> 'log'" | paste -sd' ' -
}
put() { # NAME HEADER
	printf '%b\n\nx\n' "$2" >"$T/drop/$1"
	expect "$T/drop/$1"
}
hook() { # NAME: a command that keeps what it is told
	cat >"$T/$1" <<-END
		#!/bin/sh
		{ env | grep ^POSTROOM_ | sort && cat && echo --; } >>"$T/$1.told"
		exit \$(cat "$T/$1.status" 2>/dev/null || echo 0)
	END
	chmod +x "$T/$1" && : >"$T/$1.told"
}
told() { grep -qE -- "$2" "$T/$1.told" || { cat "$T/$1.told" && false; }; }
log=$T/log.json
script '# all is well'
start_popd --script "$T/script" --caps 'TOP USER UIDL PIPELINING RESP-CODES'

# --- JSON lines
new_config "log = \"$log\"" 'log-format = json'
add_account one
cat >>"$conf" <<'END'
rule "Copies" { from = "ann" copy = "All" }
rule "Bills" { subject = {"invoice", "发票"} tag = {bill, due} folder = "Bills" }
rule "Junk" { subject = "junk" discard = yes }
END
put 1 'From: Ann <ann@x.org>\nSubject: =?GBK?B?t6LGsQ==?= "x"\nMessage-ID: <1@x>'
put 2 'From: bob@x.org\nSubject: junk'
put 3 'From: bob@x.org\nSubject: hello'
rm -r "$T/want/2" # discarded
check_status 0 'a fetch with log-format = json' fetch
check 'is silent' silent
check 'each line is an object' is 0 "$(objects "$log" 'count(*)' 'NOT json_valid(o)')"
check 'with its time' is 0 "$(objects "$log" 'count(*)' \
	"json_extract(o, '$.ts') NOT LIKE '20__-__-__T__:__:__Z'")"
check 'the events' is 'fetch-start fetch-end delivered discarded delivered' "$(events)"
check 'how much was fetched' is 3 "$(value fetch-end fetched)"
check 'who it is for' is one "$(value delivered account)"
check 'what its server calls it' [ -n "$(value delivered uid)" ]
check 'its Message-ID' is 1@x "$(value delivered message_id)"
check 'its sender' is 'Ann <ann@x.org>' "$(value delivered from)"
check 'its subject, decoded' is '发票 "x"' "$(value delivered subject)"
check 'the rules that applied' is '["Copies","Bills"]' "$(value delivered rules)"
check 'where it is' is Bills "$(value delivered folder)"
check 'as a file' [ -e "$(value delivered path)" ]
check 'its copy' is '["All"]' "$(value delivered copies)"
check 'its tags' is '["bill","due"]' "$(value delivered tags)"
check 'what it took' [ "$(value delivered ms)" -lt 20000 ]
check 'what was discarded, by which rule' is '["Junk"]' "$(value discarded rules)"
grep -v 'log-format' "$conf" >"$T/text.conf" && chmod 600 "$T/text.conf"
printf 'From: bob@x.org\nSubject: junk\nMessage-ID: <4@x>\n\nx\n' >"$T/drop/4"
check_status 0 'a message that is discarded' "$postroom" -v -c "$T/text.conf" fetch
check 'leaves in the text what it was' \
	says 'one: discarded: Message-ID 4@x, UIDL [^ ]+, [0-9]+ bytes'

script 'on PASS reply "-ERR [AUTH] no\r\n"'
: >"$log"
check_status 77 'a refused login' fetch
check 'is told to people in words' says '^postroom: one: .*\[AUTH\] no'
check 'and to programs' is 'fetch-start login-failed fetch-end' "$(events)"
check 'with its reason' is 0 "$(value login-failed temporary)"
script 'on STAT drop'
: >"$log"
check_status 75 'a session that breaks' fetch
check 'is an event, though nobody is told yet' is \
	'fetch-start fetch-end fetch-start failed fetch-end' "$(events)"
check 'and temporary' is 1 "$(value failed temporary)"
script '# all is well'

new_config 'log-format = json'
add_account one
put 4 'From: bob@x.org\nSubject: four'
"$postroom" -c "$conf" -v fetch >"$T/out" 2>"$log"
check 'without a file, -v tells them on standard error' is \
	'fetch-start fetch-end delivered' "$(events)"
check 'and the lines as objects, too' is info \
	"$(objects "$log" "json_extract(o, '$.level')" \
		"json_extract(o, '$.text') LIKE 'one: 4 messages on%'")"
new_config
add_account one
put 5 'From: bob@x.org\nSubject: five'
"$postroom" -c "$conf" --json fetch >"$log" 2>"$T/out"
check '--json tells them on standard output' is \
	'fetch-start fetch-end delivered' "$(events)"
check 'and nothing else' is 3 "$(wc -l <"$log")"
check 'people nothing' silent

# Mail that waits is logged, too, and a command appears under its rule's name.
new_config "log = \"$log\"" 'log-format = json'
cat >>"$conf" <<'END'
rule "Later" { subject = "later" hold = 1d }
rule "A "quote"" { subject = "run" pipe = {"false"} }
END
sed -i 's/A "quote"/A \\"quote\\"/' "$conf"
: >"$log"
printf 'Subject: later\n\nx\n' | "$postroom" -c "$conf" deliver
check 'what is held is in the log' is 1 "$(objects "$log" 'count(*)' \
	"json_extract(o, '$.text') LIKE '%later%stays in the spool%'")"
printf 'Subject: run\n\nx\n' | "$postroom" -c "$conf" deliver 2>/dev/null
check 'whose command failed' is 'A "quote"' "$(value failed rule)"
check 'and how' is 'false exited with 1' "$(value failed text)"

# A line longer than one atomic write to a pipe is cut, so lines do not mix.
new_config "log = \"$log\"" 'log-format = json'
for i in $(seq 200); do
	echo "rule \"a rule with a name of some length, number $i\" { subject = \"many\" mark = seen }"
done >>"$conf"
: >"$log"
printf 'Subject: many\n\nx\n' | "$postroom" -c "$conf" deliver
check 'very many rules' [ "$(grep -c '"cut":true' "$log")" = 1 ]
check 'are left out of the line' [ "$(wc -L <"$log")" -lt 4096 ]
check 'which is an object still' is Inbox "$(value delivered folder)"

# A program asks for events and does not read them.
new_config
add_account one
for i in $(seq 150); do
	put "s$i" "From: bob\nSubject: $(printf %0900d "$i")"
done
mkfifo "$T/fifo"
sleep 60 <>"$T/fifo" &
children="$children $!"
timeout 20 "$postroom" -c "$conf" --json fetch >"$T/fifo" 2>"$T/out"
check 'mail does not wait for a sleeping reader' [ $? != 124 ]
check 'which is said' says '^postroom: events are lost: nobody reads them'
check 'all of it is here' is 150 "$(grep -rlE '^Subject: 0+[0-9]+$' "$mail" | wc -l)"
kill "${children##* }"

# --- on-new
hook new
new_config "on-new = {\"$T/new\"}" "on-trouble = {\"$T/trouble\"}"
add_account one
echo 'rule "Copies" { from = "ann" copy = "All" }' >>"$conf"
check_status 0 'a fetch that brings nothing' fetch
check 'runs no hook' [ ! -s "$T/new.told" ]
put 6 'From: ann\nSubject: six'
put 7 'From: bob\nSubject: seven'
check_status 0 'one that brings something' fetch
check 'is, once' is 1 "$(grep -c '^--$' "$T/new.told")"
check 'with the number of files' told new '^POSTROOM_NEW=3$'
for path in $(grep ^/ "$T/new.told"); do
	check 'each of which is there' [ -f "$path" ]
done
check 'they are all there are' is 3 "$(grep -c ^/ "$T/new.told")"
printf 'Subject: eight\n\nx\n' | "$postroom" -c "$conf" deliver
check 'deliver tells, too' is 2 "$(grep -c '^--$' "$T/new.told")"
cp "$conf" "$T/before" && echo 'rule "Moves" { subject = "seven" folder = "Moved" }' >>"$conf"
check_status 0 'mail that is sorted again' "$postroom" -c "$conf" sort "$mail"
check 'moves' is 1 "$(messages "$mail/Moved")"
check 'and is not new' is 2 "$(grep -c '^--$' "$T/new.told")"
cp "$T/before" "$conf"
echo 3 >"$T/new.status"
put 9 'From: bob\nSubject: nine'
check_status 0 'a command that fails' fetch
check 'is told of' says 'on-new: .*exited with 3.*the mail is filed'
check_status 0 'and not run again' fetch
check 'nor told of' silent

# --- on-trouble
hook trouble
forget_told
script 'on PASS reply "-ERR [AUTH] no\r\n"'
fetch >"$T/out" 2>&1
check 'a refused login is told' told trouble '^POSTROOM_ACCOUNT=one$'
check 'in words' told trouble '^POSTROOM_TROUBLE=.*\[AUTH\] no'
check 'as a line, too' told trouble '^one: .*\[AUTH\] no'
fetch >"$T/out" 2>&1
check 'F19: once' is 1 "$(grep -c '^--$' "$T/trouble.told")"
script 'on STAT drop'
fetch >"$T/out" 2>&1
check 'what may pass is not told' is 1 "$(grep -c '^--$' "$T/trouble.told")"
script '# all is well'
fetch >"$T/out" 2>&1
script 'on PASS reply "-ERR [AUTH] \x1b[1m$(id) %s\r\n"'
fetch >"$T/out" 2>&1
check 'what a server says is escaped' told trouble '\\x1b\[1m\$\(id\) %s'
script '# all is well'
fetch >"$T/out" 2>&1

# Sorting that fails: Maildir folders that cannot be written.
rm "$T/new.status"
: >"$T/trouble.told"
put a 'From: bob\nSubject: a'
put b 'From: bob\nSubject: b'
rm -rf "$mail/Inbox" && echo 'in the way' >"$mail/Inbox"
fetch >"$T/out" 2>&1
check 'mail that cannot be filed is told' told trouble '^mail waits in the spool: '
check 'of no account' told trouble '^POSTROOM_ACCOUNT=$'
fetch >"$T/out" 2>&1
check 'once a day' is 1 "$(grep -c '^--$' "$T/trouble.told")"
rm "$mail/Inbox"
check_status 0 'when it can' fetch
check 'it is' is 2 "$(messages "$mail/Inbox")"
rm -rf "$mail/Inbox" && echo 'in the way' >"$mail/Inbox"
put c 'From: bob\nSubject: c'
fetch >"$T/out" 2>&1
check 'not again the same day' is 1 "$(grep -c '^--$' "$T/trouble.told")"
forget_told
fetch >"$T/out" 2>&1
check 'but the next' is 2 "$(grep -c '^--$' "$T/trouble.told")"

# A message that waits for a filter is one trouble, however often it is tried.
rm "$mail/Inbox"
fetch >"$T/out" 2>&1
: >"$T/trouble.told"
echo 'rule "must" { subject = "filtered" filter = {"sh", "-c", "exit 75"} filter-must = yes }' >>"$conf"
put f 'From: bob\nSubject: filtered'
fetch >"$T/out" 2>&1
check 'a filter that must work' told trouble '^mail waits in the spool: .*rule must'
fetch >"$T/out" 2>&1
sql='UPDATE msg SET hold_until = 0 WHERE hold_until > 0'
"$top/tests/tools/sql" "$T/state/state.db" "$sql"
fetch >"$T/out" 2>&1
check 'is told once a day' is 1 "$(grep -c '^--$' "$T/trouble.told")"
# Another program removed the file of a message.
rm -f "$T/state/spool"/*
"$top/tests/tools/sql" "$T/state/state.db" "$sql"
fetch >"$T/out" 2>&1
check 'mail that is gone from the spool is told' told trouble 'gone from the spool'
# It is fetched again, by this run or the next, whichever asks the server last.
sed -i 's/exit 75/cat/' "$conf"
fetch >"$T/out" 2>&1
"$top/tests/tools/sql" "$T/state/state.db" "$sql"
check_status 0 'and when the filter works' fetch
check 'it is here' is 1 "$(grep -rl '^Subject: filtered' "$mail/Inbox" | wc -l)"

# on-trouble is slow: no process waits for it.
cat >"$T/trouble" <<END
#!/bin/sh
echo begun >>"$T/hook.begun"
while [ ! -e "$T/go" ]; do sleep 0.02; done
END
check_status 0 'without trouble it is not run' fetch
check 'it was not' [ ! -e "$T/hook.begun" ]
forget_told
script 'on PASS reply "-ERR [AUTH] no\r\n"'
"$postroom" -c "$conf" fetch one >"$T/slow.out" 2>&1 &
slow=$!
wait_for test -s "$T/hook.begun"
script '# all is well'
check_status 0 'while it runs the account is free' fetch
: >"$T/go"
wait "$slow"
check 'and the status is that of the login' [ $? = 77 ]

echo 'on-new = "no list"' >>"$conf"
check_status 78 'a value that is not a command' fetch
check 'is said' says 'on-new'
done_testing

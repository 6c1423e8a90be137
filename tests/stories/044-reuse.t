# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Names that are used again: UIDLs by servers, numbers by the database, keys of
# duplicates; and files that are gone. Nothing is mistaken for something else.
. "$(dirname "$0")/../lib.sh"

fresh() { # ACCOUNT-LINE
	script '# nothing'
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	: >"$T/log"
	new_config 'undecided = "Odd"'
	add_account a "$1"
}
letter() { # FILE ID BODY: letters of one size when the bodies are
	printf 'Message-ID: <%s@x>\nSubject: x\n\n%s\n' "$2" "$3" >"$T/drop/$1-is-a-long-uidl"
}
on_server() { [ "$(ls "$T/drop" | wc -l)" = "$1" ]; }
there() { [ "$(messages "$mail")" = "$1" ]; }
last_session() { tac "$T/log" | sed '/ connected$/q'; }
asked_for() { [ "$(last_session | grep -c "C: $1 ")" = "$2" ]; }
script '# nothing'
start_popd --script "$T/script"

# Another message has the UIDL and the size of one that was deleted, and the
# server has not said so.
fresh 'keep-on-server = no'
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
script 'on QUIT times 1 drop-after 0'
check_status 75 'A34: deleted, and the answer to QUIT is lost' fetch
letter 1 b two
expect "$T/drop/1-is-a-long-uidl"
check_status 0 'A26: another one in its place' fetch
oracle 'A26: it is not deleted unread'
check 'then it is' on_server 0
fresh 'keep-on-server = no'
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
script 'on QUIT times 1 reply "-ERR busy\r\n"'
check_status 75 'A34: not deleted' fetch
check_status 0 'the next run' fetch
check 'A34: deletes it after a look at its header' asked_for TOP 1
check 'A34: and does not fetch it again' asked_for RETR 0
oracle 'it is there once'

# Mail without Message-ID and Date is like all other mail of that sender.
fresh 'keep-on-server = no'
printf 'Received: 1\nFrom: cron\nSubject: backup\n\nresult A\n' >"$T/drop/1-is-a-long-uidl"
expect "$T/drop/1-is-a-long-uidl"
script 'on QUIT times 1 drop-after 0'
check_status 75 'B13: a message without Message-ID and Date' fetch
printf 'Received: 2\nFrom: cron\nSubject: backup\n\nresult B\n' >"$T/drop/1-is-a-long-uidl"
expect "$T/drop/1-is-a-long-uidl"
check_status 0 'A26: another one in its place' fetch
oracle 'A26: both are there'

# A UIDL that was gone is used again, and the first look at it fails.
back() { # STATUS WHAT SCRIPT-LINE
	fresh 'keep-on-server = yes'
	letter 1 a one
	expect "$T/drop/1-is-a-long-uidl"
	fetch
	rm "$T/drop/1-is-a-long-uidl"
	fetch
	letter 1 b two
	expect "$T/drop/1-is-a-long-uidl"
	script "$3"
	check_status "$1" "A26: a UIDL is back, $2" fetch
	script '# nothing'
	check_status 0 'the next run' fetch
	oracle "A26: $2: both are there"
	check_status 0 'one more' fetch
	check 'fetches nothing' asked_for RETR 0
}
back 75 'TOP is dropped' 'on TOP drop'
back 0 'TOP is refused' 'on TOP reply "-ERR busy\r\n"'
back 0 'RETR is refused' 'on RETR reply "-ERR busy\r\n"'
back 75 'RETR is dropped' 'on RETR drop'
fresh 'keep-on-server = yes'
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
cp "$T/drop/1-is-a-long-uidl" "$T/kept"
fetch
rm "$T/drop/1-is-a-long-uidl"
fetch
cp "$T/kept" "$T/drop/1-is-a-long-uidl"
check_status 0 'A28: the same message is back' fetch
check 'A28: that is seen by its header' asked_for TOP 1
check_status 0 'one more' fetch
check 'and not looked at twice' asked_for TOP 0
oracle 'it is there once'

# No UIDL at all: no change of UIDLs is reported.
start_popd --script "$T/script" --caps USER
fresh 'keep-on-server = no'
for i in $(seq 25); do letter "$i" "a$i" "a$i"; done
expect "$T/drop"/*
script 'on QUIT times 1 drop-after 0'
check_status 75 'A29: no UIDL, and the answer to QUIT is lost' fetch
for i in $(seq 25); do letter "b$i" "b$i" "b$i"; done
expect "$T/drop"/b*
check_status 0 'A29: the next run' fetch
oracle 'A29: all are there once'
start_popd --script "$T/script"

# Two copies of a letter, and the first one has to wait.
fresh 'keep-on-server = no'
cat >>"$conf" <<END
rule "dup" { duplicate = yes discard = yes }
rule "f" { subject = "x" filter = {"sh", "-c", "[ -e $T/up ] && exec cat"}
	filter-must = yes }
END
letter 1 same one
letter 2 same one
check_status 75 'two copies, and a filter that is down' fetch
touch "$T/up"
sql 'UPDATE msg SET hold_until = 0'
check_status 0 'it is up again' fetch
check 'one of them is there' there 1
check 'nothing waits' [ "$(ls "$T/state/spool" | wc -l)" = 0 ]

# A message that was lost from the spool does not count as its own duplicate.
fresh 'keep-on-server = yes'
cat >>"$conf" <<'END'
rule "dup" { duplicate = yes discard = yes }
rule "x" { subject = "x" folder = "X" }
END
mkdir -p "$mail"
: >"$mail/X"
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
check_status 75 'D18: a folder that cannot be' fetch
rm "$T/state/spool"/* "$mail/X"
check_status 75 'D18: its file is gone' fetch
check 'is told of' says 'gone from the spool.*will be fetched again'
check_status 0 'the next run' fetch
oracle 'D18: it is fetched again, and filed'

# The spool is on a disk that is not mounted now.
fresh 'keep-on-server = no'
mkdir -p "$mail"
: >"$mail/Inbox"
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
check_status 75 'mail that waits in the spool' fetch
rm "$mail/Inbox"
mv "$T/state/spool" "$T/unmounted"
mkdir "$T/state/spool"
check_status 75 'the spool is empty' "$postroom" -c "$conf" sort
check 'is told of' says 'it cannot be fetched again. Is the disk of the spool mounted'
check_status 75 'it is said again' "$postroom" -c "$conf" sort
check_status 77 'verify' "$postroom" -c "$conf" state verify
check 'says so, too' says 'a message that waits cannot be read'
cp "$T/unmounted"/* "$T/state/spool"
check_status 0 'the spool is there again' "$postroom" -c "$conf" sort
oracle 'nothing is lost'

# Ninety days without mail: the database gives the same number again.
fresh 'keep-on-server = no'
letter 1 a one
expect "$T/drop/1-is-a-long-uidl"
for i in 1 2 3 4; do fetch; done
for column in 'msg gone_since' 'msg first_seen' 'delivery done' 'run began'; do
	sql "UPDATE ${column% *} SET ${column#* } = ${column#* } - 91 * 86400"
done
check_status 0 'ninety days later' fetch
check 'it is forgotten' [ "$(sql 'SELECT count(*) FROM msg')" = 0 ]
letter 2 b two
expect "$T/drop/2-is-a-long-uidl"
check_status 0 'new mail' fetch
oracle 'is sorted'
done_testing

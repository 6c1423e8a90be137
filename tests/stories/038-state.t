# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# postroom state: shows, checks and repairs what is recorded.
. "$(dirname "$0")/../lib.sh"

state() { "$postroom" -c "$conf" state "$@"; }
last_session() { tac "$T/log" | sed '/ connected$/q'; }
asked_for() { [ "$(last_session | grep -c ' RETR ')" = "$1" ]; }
deleted() { [ "$(grep -c 'C: DELE' "$T/log")" = "$1" ]; }
on_server() { [ "$(ls "$T/drop" | wc -l)" = "$1" ]; }
letter() { # NAME...
	for name in "$@"; do
		printf 'Message-ID: <%s@x>\nSubject: %s\nFrom: a@b.c\n\n%s\n' \
			"$name" "$name" "$name" >"$T/drop/$name"
	done
}
fresh() {
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	: >"$T/log"
	new_config 'undecided = "Odd"'
	add_account a
	letter 1 2 3 4 5
	expect "$T/drop"/*
}
start_popd
fresh
check_status 0 'show, before there is anything' state
check_status 0 'verify, too' state verify
check_status 64 'an unknown word' state mend
check_status 64 'an unknown account' state show b
check_status 64 'mark-seen without an account' state mark-seen
check_status 64 'forget without UIDLs' state forget a
check_status 64 'a dry run of what writes' state -n rebuild
check_status 0 'a fetch' fetch
check_status 0 'show' state
check 'a row for the account' says '^a +5 +0 +0  20..-..-.. ..:..$'
check_status 0 'as JSON' state --json show a
check 'likewise' says '^\{"account":"a","known":5,"gone":0,"waiting":0,"last_success":[0-9]+,"trouble":null\}$'
check_status 0 'export' state export a
check 'a line a message' [ "$(grep -cE \
	"^a	[^	]+	[0-9]+	[0-9a-f]{64}	[0-9]+	known$" "$T/out")" = 5 ]
uidl=$(sed -n '2s/^a	\([^	]*\)	.*/\1/p' "$T/out")
check_status 0 'as JSON' state --json export
check 'likewise' [ "$(grep -c '"sha256":"[0-9a-f]*".*"state":"known"' "$T/out")" = 5 ]

# --- forget -------------------------------------------------------------------------
check_status 0 'forget one' state forget a "$uidl"
check 'that is said' says '1 messages of a are forgotten'
check_status 0 'one that is unknown' state forget a nobody
check 'that is said, too' says 'no message with the UIDL nobody'
check_status 0 'a fetch' fetch
check 'only that one is fetched' asked_for 1
expect "$(printf '%s\n' "$T"/drop/* | sed -n 2p)"
oracle 'it is there twice, as was asked for'
check_status 0 'forget all' state forget a --all
check_status 0 'a fetch' fetch
check 'all are fetched' asked_for 5
check_status 0 'why' "$postroom" -c "$conf" why '<2@x>'
check 'what was done is not forgotten' [ "$(grep -c '<2@x>' "$T/out")" = 3 ]

# --- mark-seen ----------------------------------------------------------------------
fresh
check_status 0 'mark-seen, before the first fetch' state mark-seen a
check 'that is said' says '^5 messages of a are known now$'
check 'nothing was fetched' not logged 'C: RETR'
letter 6
check_status 0 'a fetch' fetch
check 'brings the new one only' asked_for 1
rm -rf "$T/want"
mkdir "$T/want"
expect "$T/drop/6"
oracle 'it is there'
check_status 0 'show' state export
check 'what is marked' [ "$(grep -c '	-	.*	marked$' "$T/out")" = 5 ]
new_config 'undecided = "Odd"'
add_account a 'keep-on-server = no'
check_status 0 'when mail is not kept' fetch
check_status 0 'once more' fetch
check 'what was never here is not deleted there' on_server 5
check 'what was is' deleted 1
letter 7 8
: >"$T/log"
check_status 0 'some of them by UIDL' state mark-seen a nobody
check 'nobody' says '^0 messages'

# --- verify -------------------------------------------------------------------------
fresh
cat >>"$conf" <<'END'
rule "later" { subject = "3" hold = 1h }
END
check_status 0 'a fetch, one message is held' fetch
check_status 0 'verify' state verify
check 'sound' says '^sound; 1 files'
file=$(echo "$T/state/spool"/a*)
cp "$file" "$T/copy"
echo x >>"$file"
check_status 77 'a file in the spool that has changed' state verify
check 'is reported' says 'differs from what was received'
rm "$file"
check_status 77 'one that is gone' state verify
check 'likewise' says 'cannot be read'
check_status 77 'as JSON' state --json verify
check 'likewise' says '"sound":false,"files":1,"troubles":\["a message'
cp "$T/copy" "$file"
check_status 0 'what waits is not forgotten' state forget a --all
check 'but what is done' says '^4 messages'

# --- rebuild ------------------------------------------------------------------------
fresh
check_status 0 'a fetch' fetch
check_status 77 'a sound database' state rebuild
check 'is left alone' says 'is sound; nothing was changed'
check_status 0 'all the same' state rebuild --force
check 'everything could be read' says '5 messages from the old one, 5 files'
check_status 0 'a fetch' fetch
check 'D19: nothing is fetched again' asked_for 0
oracle 'nothing is there twice'

lost() { # what to do with the database
	fresh
	fetch
	"$@"
	: >"$T/log"
}
gone() { rm -f "$T/state"/state.db*; }
zeros() { dd if=/dev/zero of="$T/state/state.db" bs=4096 count=3 conv=notrunc status=none; }
middle() { # damage some pages after the first
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	dd if=/dev/urandom of="$T/state/state.db" bs=1024 seek=9 count=20 \
		conv=notrunc status=none
}
for how in gone zeros; do
	lost $how
	check_status 0 "$how: rebuild" state rebuild
	check 'by the names of the files' says '5 files in the folders'
	letter 6
	expect "$T/drop/6"
	check_status 0 "$how: a fetch" fetch
	check 'D19: only what is new is fetched' asked_for 1
	oracle "$how: each is there once"
	check_status 0 "$how: one more" fetch
	check 'it is known now' asked_for 0
done
lost zeros
check_status 77 'damaged: a fetch' fetch
check 'D14: says what to do' says 'state rebuild'
check 'D14: asks the server for nothing' not logged 'C: (RETR|DELE|TOP)'
check_status 77 'damaged: verify' state verify
lost middle
check_status 0 'pages in the middle: rebuild' state rebuild
check_status 0 'a fetch' fetch
oracle 'each is there once'

# The state of an older version: it is read as it is, not upgraded before.
version_6() {
	sql 'UPDATE delivery SET rule = reason;
		ALTER TABLE delivery DROP COLUMN file;
		ALTER TABLE delivery DROP COLUMN line;
		ALTER TABLE delivery DROP COLUMN reason;
		ALTER TABLE delivery DROP COLUMN undone;
		PRAGMA user_version = 6' >/dev/null
}
bad_steps() { # no step can be read, or upgraded
	version_6
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	page=$(sql "SELECT rootpage FROM sqlite_master WHERE name = 'delivery'")
	size=$(sql 'PRAGMA page_size')
	head -c "$size" /dev/zero | tr '\0' '\377' |
		dd of="$T/state/state.db" bs="$size" seek=$((page - 1)) \
			conv=notrunc status=none
}
lost version_6
check_status 77 'an older version that is sound: rebuild' state rebuild
check 'it is left alone' says 'is sound; nothing was changed'
check_status 0 'all the same' state rebuild --force
check 'an older version can be read, too' says '5 messages from the old one'
lost bad_steps
check_status 77 'an older version with a bad page: a fetch' fetch
check 'asks the server for nothing' not logged 'C: (RETR|DELE|TOP)'
check_status 0 'it is rebuilt' state rebuild
check 'from what can be read' says '5 messages from the old one'
check_status 0 'a fetch' fetch
check 'D19: nothing is fetched again' asked_for 0
oracle 'each is there once'

# Files were moved to cur/, into other folders, edited; UIDLs are used again.
lost gone
mkdir -p "$mail/Other/cur" "$mail/Other/new" "$mail/Other/tmp"
first=$(delivered "$mail" | sed -n 1p)
second=$(delivered "$mail" | sed -n 2p)
mv "$first" "$mail/Other/cur/${first##*/}:2,S"
mv "$second" "$mail/Inbox/cur/${second##*/}:2,RS"
check_status 0 'moved files: rebuild' state rebuild
check_status 0 'a fetch' fetch
check 'nothing is fetched again' asked_for 0
lost gone
printf 'Message-ID: <other@x>\nSubject: 1\nFrom: a@b.c\n\n1 \n' >"$T/drop/1"
expect "$T/drop/1"
check_status 0 'a UIDL that was used again: rebuild' state rebuild
check_status 0 'a fetch' fetch
check 'that one is fetched' asked_for 1
oracle 'both are there'

# Without TOP everything is fetched, and its content is known.
start_popd --caps 'UIDL USER PIPELINING'
fresh
fetch
gone
check_status 0 'no TOP: rebuild' state rebuild
check_status 0 'no TOP: a fetch' fetch
check 'looks at all' asked_for 5
oracle 'no TOP: each is there once'
check_status 0 'no TOP: one more' fetch
check 'all are known now; their UIDLs are numbers, so one is compared' asked_for 1
new_config 'undecided = "Odd"'
add_account a 'keep-on-server = no'
check_status 0 'no TOP: deleting' fetch
check 'all are gone from there' on_server 0
oracle 'and here once'

# No other postroom may run at the same time.
script 'on RETR 2 stall'
start_popd --script "$T/script"
fresh
fetch >"$T/said" 2>&1 &
fetching=$!
wait_for logged 'C: RETR 2'
check_status 75 'rebuild during a fetch' state rebuild --force
check 'is refused' says 'another postroom is running'
check_status 75 'mark-seen during a fetch' state mark-seen a
check_status 75 'forget during a fetch' state forget a --all
kill $fetching
wait $fetching
script '# nothing'

# What waits in the spool is the only copy.
waiting() { # a spool full of mail, gone from the server
	fresh
	mkdir -p "$mail"
	: >"$mail/Inbox"
	new_config 'undecided = "Odd"'
	add_account a 'keep-on-server = no'
	fetch >"$T/out" 2>&1
	rm "$mail/Inbox"
}
waiting
check 'all is in the spool only' on_server 0
gone
check_status 0 'a lost database and a full spool: rebuild' state rebuild
check 'that is told' says '5 messages wait in the spool for the next run, 5'
check_status 0 'the next run' fetch
oracle 'all are delivered'
waiting
zeros
check_status 0 'a damaged one: rebuild' state rebuild
check_status 0 'sort' "$postroom" -c "$conf" sort
oracle 'all are delivered'
done_testing

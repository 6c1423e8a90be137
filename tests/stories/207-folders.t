# shellcheck shell=sh disable=SC2016
# An IMAP account: which folders are looked at, from where on, and what becomes
# of messages on the server.
. "$(dirname "$0")/../lib.sh"

add() { # FOLDER NAME: a message, which is wanted
	mkdir -p "$T/drop/$1"
	printf 'Subject: %s\n\nmessage %s\n' "$2" "$2" >"$T/next"
	[ -n "${unwanted-}" ] || expect "$T/next"
	mv "$T/next" "$T/drop/$1/$2"
}
fresh() { # [LINE...]: an empty mailbox, nothing known, these settings
	empty_folders
	settings "$@"
}
settings() {
	: >"$T/log"
	new_config
	add_account a 'protocol = imap' "$@"
}
# The trips, or what else the last session counted.
counted() { sed -n "s/.*end .*$1=\\([0-9]*\\).*/\\1/p" "$T/log" | tail -n 1; }
at_most() { # WHAT N
	[ "$(counted "$1")" -le "$2" ] || { tail -n 20 "$T/log" && false; }
}
there() { ls "$T/drop/$1" | wc -l; }
in_new() { cat "$mail/$1"/new/* "$mail/$1"/cur/* 2>/dev/null; }

tls=none
mkdir -p "$T/drop/INBOX" "$T/want"
script '# nothing'
start_imapd --script "$T/script"

fresh
for i in 1 2 3; do add INBOX $i; done
check_status 0 'three new messages' fetch
check 'said nothing' silent
oracle 'are here'
check 'INBOX is only examined' logged 'EXAMINE'
: >"$T/log"
check_status 0 'nothing new' fetch
check 'no folder is opened' not logged 'EXAMINE|SELECT'
check 'three trips at most' at_most trips 4
check 'and 2 KB' at_most sent 2048
add INBOX 4
: >"$T/log"
check_status 0 'one more' fetch
oracle 'is here'
check 'and only it was listed' logged 'UID-FETCH 4:\*'
check 'the folder is listed as it is opened' at_most trips 6

fresh 'timeout = 2s'
for i in 1 2 3; do add INBOX $i; done
script 'on EXAMINE flush'
check_status 0 'a server that loses what is sent ahead' fetch
oracle 'sends all, asked one by one'
add INBOX 4
: >"$T/log"
check_status 0 'and is asked so' fetch
check 'from then on' [ "$(grep -c LOGOUT "$T/log")" = 1 ]
oracle 'it sends what is new'

fresh 'limit = 2'
for i in 1 2 3 4 5; do add INBOX $i; done
check_status 0 'a limit of two' fetch
check 'brings two' [ "$(messages "$mail")" = 2 ]
check_status 0 'again' fetch
check_status 0 'and again' fetch
oracle 'all five come, once'

fresh 'max-size = 1k'
add INBOX 1
perl -e 'print "Subject: large\n\n", "x" x 70, "\n" for 1 .. 60' \
	>"$T/drop/INBOX/2"
add INBOX 3
check_status 0 'a message that is too large' fetch
check 'is told of' says 'larger than max-size'
oracle 'and the others are here'
: >"$T/log"
check_status 0 'it waits' fetch
check 'without a look' not logged 'EXAMINE'
settings
expect "$T/drop/INBOX/2"
check_status 0 'until max-size is raised' fetch
oracle 'then it comes'

fresh 'folders = {"INBOX", "Lists/*"}'
add INBOX 1
add Lists/x 2
add Lists/x/y 3
unwanted=1 add Sent 4
check_status 0 'folders by pattern' fetch
oracle 'all of those, and no other'

fresh 'folders = {"Inbx", "Older"}'
add INBOX 1
check_status 77 'names that the server does not have' fetch
check 'it shows those that it has' says "it has INBOX$"
check 'that is no refused login' [ "$(sql 'SELECT refusals FROM account')" = 0 ]
settings 'folders = {"INBOX", "Older"}'
check_status 77 'one name that it does not have' fetch
check 'is told' says 'no folder Older'
oracle 'and the mail of the other comes'

fresh 'folders = {"*"}'
add INBOX 1
add Other 2
check_status 0 'all folders' fetch
mv "$T/drop/INBOX/1" "$T/drop/Other/1"
check_status 0 'a message that the user has moved there' fetch
oracle 'does not come twice'

fresh 'keep-on-server = no'
for i in 1 2 3; do add INBOX $i; done
check_status 0 'keep-on-server = no' fetch
oracle 'all here'
check 'and gone there' [ "$(there INBOX)" = 0 ]
check 'by UID' logged 'UID-EXPUNGE'

fresh 'move-on-server = Done' 'mark-seen = yes'
for i in 1 2 3; do add INBOX $i; done
check_status 0 'move-on-server' fetch
oracle 'all here'
check 'all moved' [ "$(there INBOX) $(there Done)" = '0 3' ]
check 'as read' grep -q 'Seen' "$T/drop/Done/.folder"

fresh 'flags = keep' 'folders = {"*"}' 'move-on-server = "\\Archive"'
add INBOX 1
add INBOX 2
mkdir -p "$T/drop/Archive"
unwanted=1 add Archive 3
printf 'validity 5\nnext 3\nmail 1 1 (\\Seen \\Flagged) 1\nmail 2 1 () 2\n' \
	>"$T/drop/INBOX/.folder"
touch -d '2001-02-03 04:05:06 UTC' "$T/drop/INBOX/2"
check_status 0 'flags = keep, moved by special use' fetch
oracle 'all here, but what is in the archive'
check 'with the flags of the server' \
	[ "$(find "$mail/Inbox/cur" -name '*,FS' | wc -l) $(find "$mail/Inbox/new" -type f | wc -l)" = '1 1' ]
check 'and both are in the archive' [ "$(there INBOX) $(there Archive)" = '0 3' ]
check 'the time of arrival is known' \
	[ "$(sql "SELECT arrived FROM msg WHERE arrived < 1000000000")" = 981173106 ]

fresh 'keep-on-server = "1s"'
add INBOX 1
check_status 0 'kept for a second' fetch
check 'is there' [ "$(there INBOX)" = 1 ]
sql "UPDATE msg SET first_seen = first_seen - 100"
check_status 0 'and then' fetch
check 'is gone' [ "$(there INBOX)" = 0 ]
check 'after its header was seen' logged 'BODY.PEEK\[HEADER\]'
oracle 'it is here once'

fresh
for i in $(seq 30); do add INBOX "$i"; done
check_status 0 'thirty messages' fetch
script 'on EXAMINE renumber'
add INBOX 31
check_status 0 'the server gives all new UIDs' fetch
oracle 'only the new one comes'
script '# nothing'
: >"$T/log"
check_status 0 'then nothing is new' fetch
check 'and no folder is opened' not logged 'EXAMINE'

fresh
for i in 1 2 3; do add INBOX $i; done
script 'on MESSAGE 2 when body refuse "[UNAVAILABLE] cannot read it"'
check_status 0 'a message that the server cannot read' fetch
check 'is told of' says 'cannot read it'
check 'the others are here' [ "$(messages "$mail")" = 2 ]
add INBOX 4
check_status 0 'later ones come' fetch
check 'too' [ "$(messages "$mail")" = 3 ]
script '# nothing'
sql 'UPDATE attempt SET next = 0, last = 0'
check_status 0 'when it can be read' fetch
oracle 'it comes'

fresh
for i in 1 2 3; do add INBOX $i; done
script 'on MESSAGE 2 when body omit'
check_status 0 'a message that the server leaves out' fetch
check 'two are here' [ "$(messages "$mail")" = 2 ]
script '# nothing'
check_status 0 'and shows later' fetch
oracle 'comes then'

fresh 'keep-on-server = "1s"' 'timeout = 2s'
for i in 1 2 3; do add INBOX $i; done
check_status 0 'three that are kept for a second' fetch
sql "UPDATE msg SET first_seen = first_seen - 100"
script 'on MESSAGE 2 when body cut "10"'
check_status 75 'the server closes within a header' fetch
script 'on MESSAGE 2 when body stall-after "10"'
check_status 0 'or says nothing more: it is left alone then' fetch
script '# nothing'
sql 'UPDATE attempt SET next = 0, last = 0'
check_status 0 'until later' fetch
oracle 'each is here once'
check 'and none there' [ "$(there INBOX)" = 0 ]

fresh
for i in 1 2 3; do add INBOX $i; done
script 'on MESSAGE 2 when body cut "15"'
check_status 75 'the server closes within a message' fetch
check_status 0 'and again, when that is read alone: it is left' fetch
add INBOX 4
fetch >"$T/out" 2>&1
fetch >"$T/out" 2>&1
check 'the others come' [ "$(messages "$mail")" = 3 ]
script '# nothing'
sql 'UPDATE attempt SET next = 0, last = 0'
check_status 0 'and at last' fetch
oracle 'all'

fresh 'folders = {"INBOX", "Other"}'
add INBOX 1
cp "$T/drop/INBOX/1" "$T/drop/1" && mkdir "$T/drop/Other" &&
	mv "$T/drop/1" "$T/drop/Other/1"
check_status 0 'one message in two folders' fetch
oracle 'comes once'
delivered "$mail" | xargs rm
check_status 0 'its Maildir is lost' "$postroom" -c "$conf" state forget a --all
check_status 0 'and all is fetched again' fetch
oracle 'then it is here, once'

fresh 'folders = {"INBOX", "Other"}'
for i in 1 2 3; do unwanted=1 add INBOX $i; done
unwanted=1 add Other 4
check_status 0 'mark-seen' "$postroom" -c "$conf" state mark-seen a
check 'names four' says '4'
add INBOX 5
check_status 0 'then' fetch
oracle 'only the new one comes'
rm "$T/state/state.db"* && : >"$T/state/state.db"
check_status 0 'state rebuild' "$postroom" -c "$conf" state rebuild --force
unwanted=
check_status 0 'after it' fetch
check 'what was filed does not come again' \
	[ "$(in_new Inbox | grep -c 'message 5')" = 1 ]

fresh 'folders = {"INBOX", "Other"}'
add INBOX 1
add Other 2
check_status 0 'two folders' fetch
check_status 0 'state rebuild' "$postroom" -c "$conf" state rebuild --force
check_status 0 'after it' fetch
oracle 'nothing comes twice'
check_status 0 'and again' fetch
oracle 'nothing'

# The server takes "Q&A", which is malformed, for its folder Q.
no_utf8='on ENABLE no "Not now."'
malformed='on LIST before "* LIST () \"/\" \"Q&A\"\r\n"'
fresh 'folders = {"Q&A"}'
script "$no_utf8"
add 'Q&A' 1
printf 'validity 5\nnext 2\nmail 1 1 () 1\n' >"$T/drop/Q&A/.folder"
check_status 0 'a folder "Q&A"' fetch
oracle 'its mail is here'
add Q 2
printf 'validity 5\nnext 2\nmail 1 1 () 2\n' >"$T/drop/Q/.folder"
script "$no_utf8" "$malformed"
check_status 0 'K45: another one, whose name is malformed, has its path' fetch
oracle 'its mail comes, too'
add Q 3
add 'Q&A' 4
script "$no_utf8"
check_status 0 'without that' fetch
check 'the first one is what it was' [ "$(messages "$mail")" = 3 ]
script "$no_utf8" "$malformed"
check_status 0 'with it' fetch
oracle 'so is the other'

large() { # FOLDER NAME: more than max-size
	mkdir -p "$T/drop/$1"
	perl -e 'print "Subject: large\n\n", "x" x 70, "\n" for 1 .. 60' \
		>"$T/drop/$1/$2"
}
fresh 'folders = {"INBOX", "Other"}' 'max-size = 1k'
large INBOX 1
large Other 1
add Other 2
check_status 0 'messages that are too large, in two folders' fetch
check 'both are counted' [ "$(sql 'SELECT large FROM account')" = 2 ]
add Other 3
check_status 0 'a folder that has not changed' fetch
check 'counts, too' [ "$(sql 'SELECT large FROM account')" = 2 ]
oracle 'the others are here'

fresh 'folders = {"INBOX", "Other", "Third"}' 'limit = 1'
for i in 1 2 3; do add INBOX $i; done
add Other 4
add Third 5
check_status 0 'a limit of one' fetch
check_status 0 'and again' fetch
check_status 0 'and again' fetch
check 'brings one of each folder' \
	[ "$(in_new Inbox | grep -c 'message [145]')" = 3 ]
check_status 0 'then' fetch
check_status 0 'the others' fetch
oracle 'come'

fresh
for i in 1 2 3; do add INBOX $i; done
script 'on MESSAGE 2 when body before "* OK [UIDVALIDITY 77] made again\r\n"'
check_status 75 'K46: a folder that is made again while it is read' fetch
check 'ends the session' says 'other numbers while it was read .*UIDVALIDITY'
script '# nothing'
printf 'validity 77\nnext 14\nmail 11 1 () 3\nmail 12 1 () 1\nmail 13 1 () 2\n' \
	>"$T/drop/INBOX/.folder"
add INBOX 4
check_status 0 'the next one' fetch
oracle 'has each message once'
check 'no message is blamed' [ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]

fresh
for i in 1 2 3; do add INBOX $i; done
no_next='on EXAMINE hide "*UIDNEXT*"
on STATUS hide "UIDNEXT*"'
script "$no_next" 'on MESSAGE 3 uid "4000000000"'
check_status 0 'K47: a UID that no message has, and no UIDNEXT' fetch
script "$no_next"
add INBOX 4
check_status 0 'what comes later' fetch
oracle 'is seen'

fresh
for i in 1 2 3; do add INBOX $i; done
script "$no_next"
folder() { # UID: of the third message
	printf 'validity 5\nnext %s\nmail 1 1 () 1\nmail 2 1 () 2\nmail %s 1 () 3\n' \
		"$(($1 + 1))" "$1" >"$T/drop/INBOX/.folder"
}
folder 4000000000
check_status 0 'a UID that is too large, and has a message' fetch
folder 3
add INBOX 4
check_status 0 'what comes below it' fetch
oracle 'is seen, and nothing comes twice'

fresh
add INBOX 1
check_status 0 'an account that works' fetch
script 'on AUTHENTICATE bad "User is authenticated but not connected."'
check_status 75 'K14: a server that connects no mailbox' fetch
check_status 75 'twice' fetch
check 'says nothing yet' silent
check_status 77 'and again' fetch
check 'a person is told what that is' says 'finds no mailbox.*licence'
check_status 77 'then' fetch
check 'not again' silent
check 'that is no refused login' [ "$(sql 'SELECT refusals FROM account')" = 0 ]
script '# nothing'
check_status 0 'when it is mended' fetch
oracle 'all is well'

done_testing

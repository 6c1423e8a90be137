# shellcheck shell=sh disable=SC2016
# Servers of IMAP were seen to do all this: each case of section K of FAULTS.md, in
# a run from the login to the Maildir.
. "$(dirname "$0")/../lib.sh"

server() { # OPTION...: a server that is like this, for the cases that follow
	script '# nothing'
	start_imapd --script "$T/script" "$@"
}
add() { # FOLDER NAME...: messages that are wanted
	folder=$1 && shift
	mkdir -p "$T/drop/$folder"
	for name; do
		printf 'Subject: %s\n\nmessage %s\n' "$name" "$name" >"$T/next"
		expect "$T/next"
		mv "$T/next" "$T/drop/$folder/$name"
	done
}
fresh() { # [LINE...]: an empty mailbox, nothing known, these settings
	empty_folders
	settings "$@"
}
settings() {
	: >"$T/log"
	new_config
	add_account a 'protocol = imap' 'timeout = 3s' "$@"
}
there() { ls "$T/drop/$1" | wc -l; }
retry() { sql 'UPDATE attempt SET next = 0, last = 0' >/dev/null && fetch; }
# Three messages come, in spite of this; then a new one, and no other.
odd() { # NAME RULE...
	case=$1 && shift
	fresh
	add INBOX 1 2 3
	script "$@"
	check_status 0 "$case" fetch
	oracle '  all are here'
	add INBOX 4
	check_status 0 '  then one is new' fetch
	oracle '  each is here once'
}
# It does not work like this; nothing wrong is delivered. Without it, it does.
broken() { # STATUS NAME SAYS RULE...
	wanted=$1 case=$2 says=$3
	shift 3
	fresh
	add INBOX 1 2 3
	script "$@"
	check_status "$wanted" "$case" fetch
	check '  is told of' says "$says"
	script '# nothing'
	sql "UPDATE account SET due = 0" 2>/dev/null >/dev/null
	retry >"$T/out" 2>&1
	oracle '  and later each message is here once'
}

mkdir -p "$T/drop/INBOX" "$T/want"

# --- providers -----------------------------------------------------------------
server --like coremail
fresh
add INBOX 1 2
check_status 0 'K1 K2: 163: ID before SELECT, no blank at the end, no SASL-IR' fetch
oracle '  all are here'
check '  ID was first' logged 'C: ID '

server --like outlook
odd 'K3: Outlook: no CONDSTORE, no SPECIAL-USE' '# nothing'
fresh 'move-on-server = Done'
add INBOX 1 2
mkdir "$T/drop/Done"
script 'on UID-MOVE * end "OK [COPYUID 2  1:2 1:2] Done."'
check_status 0 'K4: COPYUID with two blanks, or where it should not be' fetch
check '  both are moved' [ "$(there INBOX) $(there Done)" = '0 2' ]
oracle '  and here'

server --like yahoo --newest 3
fresh 'keep-on-server = no'
add INBOX 1 2 3 4 5 6 7
for _ in 1 2 3; do
	check_status 0 'K5: Yahoo: only the newest of a folder are shown' fetch
done
oracle '  when these are gone, the others come'
check '  and none is left' [ "$(there INBOX)" = 0 ]

server --message-limit 2 --caps 'IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS MOVE MESSAGELIMIT=2'
fresh 'keep-on-server = no'
add INBOX 1 2 3 4 5
check_status 0 'K6: MESSAGELIMIT: so many a command' fetch
check_status 0 '  and the rest' fetch
oracle '  all are here'
check '  and none is left' [ "$(there INBOX)" = 0 ]

server --like icloud
odd 'K7: iCloud: ENABLE says nothing' '# nothing'
check '  K8: bodies by BODY.PEEK[], for RFC822 is empty there' \
	not logged 'FETCH.*RFC822[^.]'

server --like gmail
fresh 'folders = {"*"}'
add INBOX 1 2
mkdir -p "$T/drop/All" "$T/drop/Work"
ln "$T/drop/INBOX/1" "$T/drop/INBOX/2" "$T/drop/All"
ln "$T/drop/INBOX/1" "$T/drop/Work"
check_status 0 'K9: Gmail: labels are folders, and there is one with all' fetch
oracle '  each message comes once'
fresh 'keep-on-server = no'
add INBOX 1 2
mkdir -p "$T/drop/Trash"
check_status 0 'K10: Gmail: only what is moved to the trash is deleted' fetch
oracle '  both are here'
check '  and moved there' logged 'C: UID-MOVE .*Trash'

server --like yandex
fresh
add INBOX 1 2 3
check_status 0 'K11: Yandex: a message without a body' fetch
check '  the others come' [ "$(messages "$mail")" = 2 ]
check_status 0 '  later' fetch
oracle '  it comes, too'

server --like proton
odd 'K12: Proton: BAD to LIST with RETURN' '# nothing'
server --like strato
odd 'K12: Strato: LIST with RETURN shows nothing' '# nothing'

# --- logins -----------------------------------------------------------------------
server
broken 75 'K13: the server is throttled, and names a time' 'throttled' \
	'on AUTHENTICATE no "Request is throttled. Suggested Backoff Time: 178755 milliseconds"'
waits() { [ "$(sql 'SELECT next_poll - last_try FROM account')" -ge "$1" ]; }
fresh
add INBOX 1
script 'on UID-FETCH bad "Request is throttled. Suggested Backoff Time: 900000 milliseconds"'
check_status 75 'K13: the same, for a command' fetch
check '  it is left alone for so long' waits 900
script 'on AUTHENTICATE no "Request is throttled. Suggested Backoff Time: 1800000 milliseconds"'
check_status 75 'K13: and for the login' fetch
check '  it is left alone for so long' waits 1800
fresh
script 'on EXAMINE bad "User is authenticated but not connected."'
add INBOX 1
check_status 75 'K14: authenticated but not connected' fetch
check '  is no refused login' [ "$(sql 'SELECT refusals FROM account')" = 0 ]
script '# nothing'
check_status 0 '  later' fetch
oracle '  all is here'
broken 77 'K15: the server wants OAuth' 'OAuth|token' \
	'on AUTHENTICATE no "Basic authentication is disabled."' \
	'on LOGIN no "Basic authentication is disabled."'
broken 75 'K16: UNAVAILABLE at the login' 'UNAVAILABLE|at the moment' \
	'on AUTHENTICATE no "[UNAVAILABLE] Server error, try later"' \
	'on LOGIN no "[UNAVAILABLE] Server error, try later"'
broken 75 'K17: OVERQUOTA: too many bytes for today' 'bandwidth' \
	'on UID-FETCH no "[OVERQUOTA] Account exceeded command or bandwidth limits"'
fresh
add INBOX 1
script 'on EXAMINE before "* OK [ALERT] Your mailbox is \x1b[2Jfull\r\n"'
check_status 0 'K18: an ALERT' fetch
check '  is shown, without its control characters' \
	says 'Your mailbox is .*full'
check '  ' not grep -q "$(printf '\033')" "$T/out"
oracle '  and the message is here'
server --caps-before 'IMAP4rev1 AUTH=PLAIN' --caps 'IMAP4rev1 UIDPLUS MOVE ENABLE UTF8=ACCEPT' --quiet-caps
odd 'K19: other capabilities after the login' '# nothing'
server --caps 'IMAP4rev1 LOGINDISABLED'
fresh
add INBOX 1
check_status 77 'K20: LOGINDISABLED, and no other way' fetch
check '  the password was not sent' not logged 'C: (LOGIN|AUTHENTICATE)'
server
fresh
add INBOX 1
script 'on GREETING preauth'
check_status 0 'K21: PREAUTH, without TLS as was wished' fetch
check '  no password is sent' not logged 'C: (LOGIN|AUTHENTICATE)'
oracle '  the message is here'

# --- answers ----------------------------------------------------------------------
server
odd 'K22: n:* shows the newest message, too; no UIDNEXT' \
	'on STATUS hide "UIDNEXT*"' 'on LIST hide "UIDNEXT*"' \
	'on EXAMINE hide "OK ?UIDNEXT*"'
odd 'K23: data that nobody asked for, before each answer' \
	'on * when in before "* FLAGS (\\\\X)\r\n* 9 RECENT\r\n* OK still here\r\n* XYZZY {3}\r\na\r\n\r\n"'
odd 'K24: EXPUNGE within FETCH' \
	'on MESSAGE 1 before "* 7 EXPUNGE\r\n"' \
	'on UID-FETCH append "* 3 EXISTS\r\n"'
odd 'K25: news of flags within FETCH' \
	'on MESSAGE * before "* 1 FETCH (FLAGS (\\\\Seen))\r\n* 2 FETCH (UID 2 FLAGS (\\\\Seen))\r\n"'
odd 'K26: NULs before each line' 'on * when in prefix "\x00\x00"'
odd 'K27: OK without a text, with half a code, with a blank' \
	'on EXAMINE end "OK"' 'on UID-FETCH end "OK [READ-ON"' \
	'on STATUS end "OK  "'
odd 'K28: no HIGHESTMODSEQ' 'on EXAMINE hide "OK ?HIGHESTMODSEQ*"' \
	'on STATUS hide "HIGHESTMODSEQ*"' 'on LIST hide "HIGHESTMODSEQ*"'
odd 'K29: MODSEQ -1' 'on MESSAGE * before "* 1 FETCH (UID 1 MODSEQ (-1))\r\n"' \
	'on EXAMINE before "* OK [HIGHESTMODSEQ -1] x\r\n"'
odd 'K30: RFC822.SIZE is too small' 'on MESSAGE * size "1"'
odd 'K30: it is too large' 'on MESSAGE * size "99999999"'
odd 'K30: it is 0' 'on MESSAGE * size "0"'
odd 'K31: numbers like 9.3736e+06' 'on MESSAGE * size "9.3736e+06"' \
	'on LIST before "* STATUS INBOX (MESSAGES 1e+06)\r\n"'
odd 'K32: INTERNALDATE is missing' 'on MESSAGE * hide "INTERNALDATE*"'
odd 'K32: it is no date' 'on MESSAGE * hide "INTERNALDATE*"' \
	'on MESSAGE * before "* 1 FETCH (UID 1 INTERNALDATE \"32-Foo-20x6 25:61:61 +9999\")\r\n"'
odd 'K33: the last message first' 'on UID-FETCH reverse'
odd 'K34: INBOX in small letters, twice' \
	'on LIST append "* LIST () \"/\" inbox\r\n"'
odd 'K35: folders whose names are no UTF-7' \
	'on LIST before "* LIST () \"/\" \"&ZZ\"\r\n* LIST () \"/\" \"a&-&AOk-\xff\"\r\n* LIST () \"/\" {3}\r\n&A \r\n"'
odd 'K36: a hole: UIDs that are not there any more' \
	'on UID-FETCH before "* 2 FETCH (UID 77 FLAGS ())\r\n* VANISHED 77\r\n"'

broken 75 'K37: a literal that claims too much' '.' \
	'on MESSAGE 2 when body claim "7"'
check '  nothing that is cut was delivered' \
	[ -z "$(delivered "$mail" | xargs grep -L '^message [123]$')" ]
broken 75 'K37: a literal that claims too little' '.' \
	'on MESSAGE 2 when body claim "-7"'
check '  nothing that is cut was delivered' \
	[ -z "$(delivered "$mail" | xargs grep -L '^message [123]$')" ]
broken 75 'K38: BYE without an end' 'ended|BYE' \
	'on EXAMINE endless "* BYE x\r\n"'
broken 75 'K38: a line without an end' '.' 'on EXAMINE endless "x"'
broken 75 'K38: data without an end' '.' \
	'on EXAMINE endless "* OK still here\r\n"'
broken 75 'K39: the end of a command that was not given' '.' \
	'on EXAMINE reply "P999 OK done\r\n"'
broken 75 'K40: no UIDVALIDITY' 'UIDs|cannot be read' \
	'on EXAMINE hide "OK ?UIDVALIDITY*"'
broken 75 'K40: UIDNOTSTICKY' 'UIDs|cannot be read' \
	'on EXAMINE before "* NO [UIDNOTSTICKY] x\r\n"'

fresh
add INBOX 1 2 3
script 'on MESSAGE 2 when body refuse "[UNAVAILABLE] Server error"'
check_status 0 'K41: a message that the server cannot read' fetch
check '  the others come' [ "$(messages "$mail")" = 2 ]
script '# nothing'
retry >"$T/out" 2>&1
oracle '  and later it does'
fresh
add INBOX 1 2 3
script 'on MESSAGE 2 when body nil'
fetch >"$T/out" 2>&1
check 'K42: NIL for a body is no message' [ "$(messages "$mail")" = 2 ]
script '# nothing'
retry >"$T/out" 2>&1
oracle '  and later it comes'

# --- deleting ------------------------------------------------------------------------
server --caps 'IMAP4rev1 SASL-IR AUTH=PLAIN'
fresh 'keep-on-server = no'
add INBOX 1 2
check_status 0 'K43: no UIDPLUS: EXPUNGE removes what is marked' fetch
check '  and that is ours' [ "$(there INBOX)" = 0 ]
oracle '  both are here'
fresh 'keep-on-server = no' 'max-size = 1k'
add INBOX 1 2
seq 1000 >"$T/drop/INBOX/3"
printf 'validity 1\nnext 4\nmail 1 1 () 1\nmail 2 1 () 2\nmail 3 1 (\\Deleted) 3\n' \
	>"$T/drop/INBOX/.folder"
check_status 0 'K43: somebody else has marked one' fetch
check '  then it is not sent' not logged 'C: EXPUNGE'
check '  and nothing is removed' [ "$(there INBOX)" = 3 ]
oracle '  ours are here'
server
fresh 'move-on-server = Done'
add INBOX 1 2
script 'on UID-MOVE no "[OVERQUOTA] Quota exceeded"'
check_status 0 'K44: OVERQUOTA: nothing can be moved' fetch
check '  is told of' says 'Quota exceeded'
oracle '  the messages are here'
check '  and there' [ "$(there INBOX)" = 2 ]
script '# nothing'
check_status 0 '  when it can' fetch
check '  they are moved' [ "$(there INBOX) $(there Done)" = '0 2' ]
oracle '  and nothing comes twice'
done_testing

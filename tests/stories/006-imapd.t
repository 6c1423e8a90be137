# shellcheck shell=sh disable=SC2016,SC2059,SC2154
# The scripted IMAP server itself, which the other stories need.
. "$(dirname "$0")/../lib.sh"
command -v bash >/dev/null || skip_all 'needs bash for its /dev/tcp'

talk() { # the commands on standard input, all at once; prints the answers
	sed 's/$/\r/' >"$T/commands"
	timeout 20 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
		cat "$2" >&3; cat <&3' - "$port" "$T/commands" >"$T/out"
}
session() { # COMMAND...: logged in, with tags t1, t2, … and LOGOUT
	n=0
	{
		echo "a LOGIN u $password"
		for command in "$@"; do n=$((n + 1)) && echo "t$n $command"; done
		echo 'z LOGOUT'
	} | talk
}
answers() { # TEXT: what came between login and LOGOUT, CR shown as ~
	tr '\r' '~' <"$T/out" | sed '1,2d; /^\* BYE/,$d' >"$T/got"
	printf "$1" | diff -a - "$T/got"
}
answers_to() { # TAG TEXT: what came after the line before its answers
	tr '\r' '~' <"$T/out" | awk -v tag="^($1) " '
		/^[tz][0-9]* (OK|NO|BAD)/ {
			if ($0 ~ tag) printf "%s%s\n", block, $0
			block = ""; next
		}
		{ block = block $0 "\n" }' | sed '/^\* OK \[CAPABILITY/d; /^a OK/d' \
		>"$T/got"
	printf "$2" | diff -a - "$T/got"
}
has() { # LINE...: each is there, whole
	for line in "$@"; do
		grep -qxF -- "$line$(printf '\r')" "$T/out" ||
			{ printf "no %s\n" "$line" && cat "$T/out" && return 1; }
	done
}
fresh() { # three messages in INBOX, and other folders
	rm -rf "$T/drop" && mkdir -p "$T/drop/INBOX" "$T/drop/Sent" \
		"$T/drop/Archive/2024" "$T/drop/Entwürfe & mehr"
	printf 'Subject: one\nFrom: a@b\n\n.hello\n' >"$T/drop/INBOX/1.eml"
	printf 'Subject: two\n\nlast' >"$T/drop/INBOX/2.eml"
	printf 'Lone\nLF\r\n' >"$T/drop/INBOX/3.raw"
	touch -d '1996-07-17 09:44:25Z' "$T/drop/INBOX"/*
}
fresh
script '# nothing'
start_imapd --script "$T/script"

session 'SELECT INBOX' 'UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])'
check 'SELECT says what there is' has '* 3 EXISTS' \
	'* OK [UIDVALIDITY 1] UIDs valid' '* OK [UIDNEXT 4] Predicted next UID' \
	't1 OK [READ-WRITE] SELECT completed.'
date='INTERNALDATE "17-Jul-1996 09:44:25 +0000"'
sed '/^\* 1 FETCH/,$!d' "$T/out" >"$T/fetched" && mv "$T/fetched" "$T/out"
check 'FETCH: CRLF for LF, *.raw as it is, exact literals' sh -c '
	printf "%s\r\n" "* 1 FETCH (UID 1 FLAGS () $1 RFC822.SIZE 35 BODY[] {35}" \
		"Subject: one" "From: a@b" "" .hello ")" \
		"* 2 FETCH (UID 2 FLAGS () $1 RFC822.SIZE 20 BODY[] {20}" \
		"Subject: two" "" "last)" \
		"* 3 FETCH (UID 3 FLAGS () $1 RFC822.SIZE 9 BODY[] {9}" >"$2/w"
	printf "Lone\nLF\r\n)\r\n" >>"$2/w"; head -n 14 "$2/out" | diff -a "$2/w" -
	' - "$date" "$T"
session 'EXAMINE INBOX' \
	'FETCH 1 (BODY[HEADER.FIELDS (FROM)] BODY.PEEK[TEXT]<1.3> BODY[HEADER])' \
	'UID FETCH 7:* (FLAGS)' 'FETCH 4 FLAGS' 'STORE 1 FLAGS (\Seen)'
check 'parts of a message' has '* 1 FETCH (BODY[HEADER.FIELDS (FROM)] {13}' \
	' BODY[TEXT]<1> {3}' 'hel BODY[HEADER] {27}'
check '"7:*" is the newest message; number 4 is none' has \
	'* 3 FETCH (UID 3 FLAGS ())' 't4 BAD Invalid messageset'
check 'EXAMINE changes nothing' has \
	't5 NO [READ-ONLY] It is open for reading only.'

session 'LIST "" "*"' 'LIST "" "%"' 'LIST "" "Arch*/%" RETURN (STATUS (MESSAGES))'
check 'LIST shows the tree, INBOX first, in modified UTF-7' answers \
'* LIST (\\HasNoChildren) "/" INBOX~\n* LIST (\\HasChildren \\Archive) "/" '\
'Archive~\n* LIST (\\HasNoChildren) "/" Archive/2024~\n'\
'* LIST (\\HasNoChildren) "/" "Entw&APw-rfe &- mehr"~\n'\
'* LIST (\\HasNoChildren \\Sent) "/" Sent~\nt1 OK List completed.~\n'\
'* LIST (\\HasNoChildren) "/" INBOX~\n* LIST (\\HasChildren \\Archive) "/" '\
'Archive~\n* LIST (\\HasNoChildren) "/" "Entw&APw-rfe &- mehr"~\n'\
'* LIST (\\HasNoChildren \\Sent) "/" Sent~\nt2 OK List completed.~\n'\
'* LIST () "/" Archive/2024~\n'\
'* STATUS Archive/2024 (MESSAGES 0)~\nt3 OK List completed.~\n'
session 'STATUS "Entw&APw-rfe &- mehr" (MESSAGES UIDNEXT)' 'ENABLE UTF8=ACCEPT' \
	'LIST "" Entw*' 'STATUS Nowhere (MESSAGES)' 'STATUS "../x" (MESSAGES)'
check 'names are found again; UTF-8 once it is enabled' has \
	'* STATUS "Entw&APw-rfe &- mehr" (MESSAGES 0 UIDNEXT 1)' \
	'* ENABLED UTF8=ACCEPT' \
	'* LIST (\HasNoChildren) "/" "Entwürfe & mehr"' \
	"t4 NO [NONEXISTENT] Mailbox doesn't exist: Nowhere" \
	"t5 NO [NONEXISTENT] Mailbox doesn't exist: ../x"

session 'SELECT INBOX' 'UID STORE 1:2 +FLAGS.SILENT (\Deleted)' \
	'UID STORE 3 +FLAGS (\Flagged work)' 'UID COPY 1 Sent' \
	'UID MOVE 3 Archive/2024' 'UID EXPUNGE 2' 'UID COPY 1 Nowhere'
check 'STORE, COPY, MOVE and EXPUNGE' has \
	'* 3 FETCH (UID 3 FLAGS (\Flagged work))' 't2 OK Store completed.' \
	't4 OK [COPYUID 4 1 1] Copy completed.' '* OK [COPYUID 1 3 1] Moved UIDs.' \
	'* 3 EXPUNGE' '* 2 EXPUNGE' \
	"t7 NO [TRYCREATE] Mailbox doesn't exist: Nowhere"
check 'are seen in the files' [ "$(cd "$T/drop" && find . -type f ! -name '.*' |
	sort | tr '\n' ' ')" = './Archive/2024/3.raw ./INBOX/1.eml ./Sent/1.eml ' ]
check 'and in the log' logged '^[0-9]+ u expunged INBOX/2.eml$'
session 'SELECT Archive/2024' 'FETCH 1 (UID FLAGS)' 'SELECT INBOX' 'CLOSE'
check 'flags survive' has '* 1 FETCH (UID 1 FLAGS (\Flagged work))'
check 'CLOSE expunges' test ! -e "$T/drop/INBOX/1.eml"

fresh
cat >"$T/drop/INBOX/.folder" <<'END'
validity 77
next 900
unsorted
mail 30 5 (\Seen label:\Important label:work thread:12) 3.raw
mail 20 9 () 1.eml
mail 25 7 (a) gone.eml
END
gmail='IMAP4rev1 UIDPLUS X-GM-EXT-1 CONDSTORE XLIST'
start_imapd --script "$T/script" --caps "$gmail" --delimiter .
session 'SELECT INBOX' 'FETCH 1:* (UID FLAGS MODSEQ)' \
	'UID FETCH 30 (X-GM-THRID X-GM-LABELS)' 'XLIST "" "*"' \
	'UID FETCH 1:* (UID) (CHANGEDSINCE 5)' 'IDLE' 'STATUS Archive.2024 (UNSEEN)'
check 'UIDs of a test, in its order' has '* OK [UIDVALIDITY 77] UIDs valid' \
	'* 1 FETCH (UID 30 FLAGS (\Seen) MODSEQ (5))' \
	'* 2 FETCH (UID 20 FLAGS () MODSEQ (9))' \
	'* 3 FETCH (UID 900 FLAGS () MODSEQ (10))'
check 'Gmail has its items, XLIST its words' has \
	'* 1 FETCH (UID 30 X-GM-THRID 12 X-GM-LABELS ("\\Important" "work"))' \
	'* XLIST (\HasNoChildren \Inbox) "." INBOX'
check 'what is not announced is not known' has 't6 BAD Unknown command.'
check 'another delimiter' has '* STATUS Archive.2024 (UNSEEN 0)'

fresh
start_imapd --script "$T/script"
plain=$(printf '\0u\0%s' "$password" | openssl base64)
printf 'a AUTHENTICATE PLAIN %s\nb LOGOUT\n' "$plain" | talk
check 'AUTHENTICATE PLAIN with an initial response' grep -q '^a OK' "$T/out"
printf 'a AUTHENTICATE PLAIN\n%s\nb LOGOUT\n' "$plain" | talk
check 'and without' grep -q '^a OK' "$T/out"
printf 'a LOGIN {1+}\nu {11}\n%s\nb LOGOUT\n' "$password" | talk
check 'LOGIN with literals' grep -q '^a OK' "$T/out"
printf 'a LOGIN u wrong\nb SELECT INBOX\nc LOGOUT\n' | talk
check 'a wrong password, and nothing without a login' has \
	'a NO [AUTHENTICATIONFAILED] Authentication failed.' \
	'b BAD Command is not valid in this state.'
check 'secrets are masked in the log' logged 'C: LOGIN \*\*\*$'
check 'and appear nowhere in it' not logged "$password|$plain"
printf 'b NOOP\r\nc NOOP\r\n' >"$T/commands" # in one write: by cat
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r line <&3
	printf "a LOGIN u %s\r\n" "$2" >&3 && read -r line <&3
	cat "$3" >&3 && read -r line <&3 && read -r line <&3
	printf "d LOGOUT\r\n" >&3 && cat <&3' - "$port" "$password" \
	"$T/commands" >/dev/null
wait_for logged 'u end commands=4 '
check 'round trips are counted' logged 'u end commands=4 trips=3 received=49 sent='

# Faults and quirks.
fresh
start_imapd --script "$T/script"
script 'on SELECT when no-id no "SELECT Unsafe Login."' \
	'on * when blank bad "Request not ending with \\r\\n"' \
	'on AUTHENTICATE when ir bad "Request not ending with \\r\\n"'
session 'SELECT INBOX' 'ID ("name" "x") ' 'ID NIL' 'SELECT INBOX'
check 'Coremail: no SELECT before ID, no blank at the end' has \
	't1 NO SELECT Unsafe Login.' 't2 BAD Request not ending with \r\n' \
	't4 OK [READ-WRITE] SELECT completed.'
printf 'a AUTHENTICATE PLAIN %s\nb LOGOUT\n' "$plain" | talk
check 'and no initial response' has 'a BAD Request not ending with \r\n'
script 'on AUTHENTICATE challenge "{\"status\":\"400\"}"'
printf 'a AUTHENTICATE XOAUTH2 x\n\nb LOGOUT\n' | talk
check 'a token is refused with a reason' has '+ eyJzdGF0dXMiOiI0MDAifQ==' \
	'a NO AUTHENTICATE failed.'
script 'on LOGIN reply "$TAG NO Basic authentication is disabled.\r\n* BYE x\r\n"' \
	'on LOGIN close'
session NOOP
check 'a text with the tag, and the end' sh -c '[ "$(tail -n 2 "$1" |
	tr -d "\r")" = "a NO Basic authentication is disabled.
* BYE x" ]' - "$T/out"
script 'on GREETING preauth'
printf 'a SELECT INBOX\nb LOGOUT\n' | talk
check 'PREAUTH' has '* PREAUTH imapd knows you' \
	'a OK [READ-WRITE] SELECT completed.'

script 'on MESSAGE 1 when body refuse "[UNAVAILABLE] Server error"' \
	'on MESSAGE 2 hide "BODY*"' 'on MESSAGE 3 empty' 'on MESSAGE 3 uid 9' \
	'on MESSAGE 3 size 9.3736e+06' 'on MESSAGE 3 before "\0* 7 EXPUNGE\r\n"' \
	'on UID-FETCH reverse'
session 'SELECT INBOX' 'UID FETCH 1:* (RFC822.SIZE BODY.PEEK[])' \
	'UID FETCH 1 (FLAGS)'
check 'messages: refused, without a body, empty, out of order' answers_to t2 \
'\000* 7 EXPUNGE~\n* 3 FETCH (UID 9 RFC822.SIZE 9.3736e+06 BODY[] {0}~\n)~\n'\
'* 2 FETCH (UID 2 RFC822.SIZE 20)~\nt2 NO [UNAVAILABLE] Server error~\n'
check 'only where a body is asked for' has '* 1 FETCH (UID 1 FLAGS ())'
script 'on MESSAGE 1 claim -3' 'on MESSAGE 2 claim 3' 'on MESSAGE 3 nil' \
	'on MESSAGE * modseq -1' 'on MESSAGE 3 append "* 1 EXISTS\r\n"'
session 'SELECT INBOX' 'UID FETCH 2:3 (MODSEQ BODY.PEEK[])' \
	'UID FETCH 1 (BODY.PEEK[TEXT])'
check 'literals that lie, NIL, odd numbers' answers_to t2 \
'* 2 FETCH (UID 2 MODSEQ (-1) BODY[] {23}~\nSubject: two~\n~\nlast)~\n'\
'* 3 FETCH (UID 3 MODSEQ (-1) BODY[] NIL)~\n* 1 EXISTS~\n'\
't2 OK Fetch completed.~\n'
check 'in both directions' has '* 1 FETCH (UID 1 BODY[TEXT] {5}'
script 'on MESSAGE 2 cut "6 rst"'
check 'a connection that is reset' not session 'SELECT INBOX' 'UID FETCH 2 BODY.PEEK[]'
script 'on MESSAGE 2 cut 6' 'on MESSAGE 1 omit'
session 'SELECT INBOX' 'UID FETCH 1:* (BODY.PEEK[])'
check 'a connection that breaks in a message' sh -c '[ "$(tail -n 1 "$1")" = \
	"Subjec" ]' - "$T/out"
script 'on MESSAGE 1 stall-after 3'
{ printf 'a LOGIN u %s\r\n' "$password"
printf '%s\r\n' 'b SELECT INBOX' 'c UID FETCH 1 BODY.PEEK[]'; } >"$T/commands"
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat "$2" >&3; exec cat <&3' - \
	"$port" "$T/commands" >"$T/out" &
children="$children $!"
wait_for grep -q '^Sub$' "$T/out"
check 'or says no more' [ "$(tail -c 3 "$T/out")" = Sub ]

script 'on LIST *RETURN* bad "Error"' 'on LIST *Sent silent' \
	'on SELECT hide "*UIDNEXT*"' 'on STATUS hide UIDNEXT' \
	'on UID-MOVE end "OK [COPYUID 5 1  2] x"' 'on ENABLE silent' \
	'on NOOP prefix "\0"' 'on CHECK endless "* BYE\r\n"'
session 'LIST "" "*" RETURN (STATUS (MESSAGES))' 'LIST "" Sent' \
	'SELECT INBOX' 'STATUS Sent (UIDNEXT MESSAGES)' 'UID MOVE 1 Sent' \
	'ENABLE UTF8=ACCEPT' NOOP
check 'answers without what belongs there' answers_to 't[123]' \
't1 BAD Error~\nt2 OK List completed.~\n'\
'* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)~\n'\
'* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] '\
'Flags permitted.~\n* 3 EXISTS~\n* 0 RECENT~\n* OK [UNSEEN 1] First unseen.~\n'\
'* OK [UIDVALIDITY 1] UIDs valid~\n* OK [HIGHESTMODSEQ 4] Highest~\n'\
'* OK [MAILBOXID (F1)] Ok~\nt3 OK [READ-WRITE] SELECT completed.~\n'
check 'a malformed end, NUL before a line' sh -c '
	tr "\000" N <"$1" | grep -q "^Nt7 OK" &&
	grep -qF "t5 OK [COPYUID 5 1  2] x" "$1"' - "$T/out"
check 'items can be left out' has '* STATUS Sent (MESSAGES 0)'

fresh
script 'on UID-SEARCH renumber' 'on CHECK validity 99' \
	'on NOOP times 1 before "* 2 EXPUNGE\r\n"'
session 'SELECT INBOX' NOOP NOOP 'UID SEARCH ALL' 'SELECT INBOX' CHECK \
	'STATUS INBOX (UIDVALIDITY)'
check 'UIDVALIDITY changes, also within a session' has \
	'* OK [UIDVALIDITY 1] UIDs valid' '* OK [UIDVALIDITY 2] UIDs valid' \
	'* STATUS INBOX (UIDVALIDITY 99)'
check 'untagged lines come once' [ "$(grep -c '^\* 2 EXPUNGE' "$T/out")" = 1 ]

script 'on SELECT flush'
{ printf 'a LOGIN u %s\r\n' "$password"
printf '%s\r\n' 'b SELECT INBOX' 'c NOOP' 'd NOOP'; } >"$T/commands"
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat "$2" >&3
	while read -r line <&3; do echo "$line"; case $line in "b OK"*) break ;; esac
	done; printf "z LOGOUT\r\n" >&3; cat <&3' - "$port" "$T/commands" >"$T/out"
check 'commands that were sent ahead are lost' not has 'd OK NOOP completed.'

fresh
script '# nothing'
start_imapd --script "$T/script" --newest 2 --message-limit 1 --longest 60 \
	--caps 'IMAP4rev1 MESSAGELIMIT=1 UIDONLY ENABLE AUTH=PLAIN' \
	--caps-before 'IMAP4rev1 AUTH=PLAIN' --quiet-caps
session CAPABILITY 'STATUS INBOX (MESSAGES)' 'ENABLE UIDONLY' 'SELECT INBOX' \
	'UID FETCH 1:* (UID FLAGS)' 'FETCH 1 FLAGS' \
	'UID FETCH 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19 (FLAGS)'
check 'capabilities grow' has \
	'* CAPABILITY IMAP4rev1 MESSAGELIMIT=1 UIDONLY ENABLE'
check 'only the newest messages' has '* STATUS INBOX (MESSAGES 2)' '* 2 EXISTS'
check 'UIDONLY and MESSAGELIMIT' has '* 3 UIDFETCH (FLAGS ())' \
	't5 OK [MESSAGELIMIT 1 3] Fetch completed.' \
	't6 BAD [UIDREQUIRED] Message numbers are disabled.'
check 'long lines are noticed' logged ' u VIOLATION long$'

fresh
script 'on NOOP no "as the script has it"'
start_imapd --script "$T/script" --like coremail
session 'SELECT INBOX' 'ID NIL' 'SELECT INBOX' 'CHECK ' NOOP IDLE
check 'like a provider, and a script on top' has \
	't1 NO SELECT Unsafe Login. Please contact kefu@188.com for help' \
	't3 OK [READ-WRITE] SELECT completed.' \
	't4 BAD Request not ending with \r\n' 't5 NO as the script has it' \
	't6 BAD Unknown command.'
for name in gmail outlook yahoo icloud proton strato yandex; do
	start_imapd --like $name
	session 'LIST "" "*" RETURN (STATUS (MESSAGES))' 'SELECT INBOX' \
		'UID FETCH 1:2 (BODY.PEEK[])' 'ENABLE UTF8=ACCEPT'
	tr -d '\r' <"$T/out" | grep -c '^\* LIST' >"$T/got.$name"
	tr -d '\r' <"$T/out" | grep -c 'BODY\[\]' >>"$T/got.$name"
	tr -d '\r' <"$T/out" | grep -c '^\* ENABLED' >>"$T/got.$name"
done
check 'each in its way' sh -c 'cd "$1" && for name in gmail outlook yahoo icloud \
	proton strato yandex; do echo "$name" $(cat "got.$name"); done |
	diff "$2" -' - "$T" - <<-'END'
	gmail 5 2 1
	outlook 0 2 0
	yahoo 0 2 0
	icloud 0 2 0
	proton 0 2 0
	strato 0 2 0
	yandex 0 1 0
END

# IDLE
start_imapd --script "$T/script"
mkfifo "$T/in"
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat <&3 & cat "$2" >&3; wait' - \
	"$port" "$T/in" >"$T/out" &
children="$children $!"
exec 4>"$T/in"
printf '%s\r\n' "a LOGIN u $password" 'b SELECT INBOX' 'c IDLE' >&4
wait_for grep -q '^+ idling' "$T/out"
printf 'x\n' >"$T/drop/INBOX/.4" && mv "$T/drop/INBOX/.4" "$T/drop/INBOX/4.eml"
wait_for grep -q '^\* 4 EXISTS' "$T/out"
rm "$T/drop/INBOX/2.eml"
wait_for grep -q '^\* 2 EXPUNGE' "$T/out"
printf '* OK still here\r\n' >"$T/pushed" &&
	mv "$T/pushed" "$T/drop/INBOX/.push"
wait_for grep -q '^\* OK still here' "$T/out"
printf 'DONE\r\nd LOGOUT\r\n' >&4
wait_for grep -q '^d OK' "$T/out"
exec 4>&-
check 'IDLE tells what changes' has '* 4 EXISTS' '* 2 EXPUNGE' \
	'c OK Idle completed.'

# Readers that are not ours.
make_cert server IP:127.0.0.1,DNS:localhost 2
set -- --cert "$T/server.pem" --key "$T/server.key"
for tls in implicit starttls; do
	start_imapd "$@" --tls $tls --caps \
		'IMAP4rev1 UIDPLUS STARTTLS SASL-IR AUTH=PLAIN AUTH=XOAUTH2'
	[ $tls = implicit ] && url=imaps || url=imap
	if command -v curl >/dev/null; then
		check "curl, tls = $tls" sh -c 'curl -sS --ssl-reqd --cacert "$1" \
			-u "u:$2" "$3://localhost:$4/INBOX;UID=1" |
			tr -d "\r" | diff - "$5/1.eml"' - "$T/ca.pem" \
			"$password" "$url" "$port" "$T/drop/INBOX"
	else
		skip 'curl is not installed'
	fi
done

cat >"$T/read.py" <<'END'
import imaplib, ssl, sys
port, password, ca = int(sys.argv[1]), sys.argv[2], sys.argv[3]
i = imaplib.IMAP4_SSL("localhost", port,
                      ssl_context=ssl.create_default_context(cafile=ca))
def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]
ok(i.login("u", password))
assert b'(\\HasNoChildren) "/" INBOX' in ok(i.list())
assert ok(i.select()) == [b"3"]
assert i.response("UIDVALIDITY")[1] == [b"1"]
got = ok(i.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])"))
assert [g[1] for g in got if isinstance(g, tuple)] == [
    b"Subject: one\r\nFrom: a@b\r\n\r\n.hello\r\n",
    b"Subject: two\r\n\r\nlast", b"Lone\nLF\r\n"], got
assert ok(i.uid("SEARCH", "SUBJECT", '"two"')) == [b"2"]
ok(i.create("New"))
ok(i.append("New", "(\\Seen)", '"17-Jul-1996 02:44:25 -0700"', b"A: b\r\n\r\nx\r\n"))
ok(i.uid("COPY", "1", "New"))
ok(i.uid("STORE", "2", "+FLAGS", "(\\Deleted)"))
assert ok(i.expunge()) == [b"2"]
assert ok(i.status("New", "(MESSAGES UIDNEXT UNSEEN)")) == [
    b"New (MESSAGES 2 UIDNEXT 3 UNSEEN 1)"]
ok(i.select("New", True))
got = ok(i.fetch("1", "(INTERNALDATE RFC822.SIZE RFC822)"))[0]
assert b'INTERNALDATE "17-Jul-1996 09:44:25 +0000" RFC822.SIZE 11' in got[0], got
assert got[1] == b"A: b\r\n\r\nx\r\n"
ok(i.close())
assert i.logout()[0] == "BYE"
for way, answer in (("PLAIN", b"\0u\0" + password.encode()),
                    ("XOAUTH2", b"user=u\1auth=Bearer %s\1\1" % password.encode())):
    i = imaplib.IMAP4_SSL("localhost", port,
                          ssl_context=ssl.create_default_context(cafile=ca))
    ok(i.authenticate(way, lambda challenge: answer))
    i.logout()
i = imaplib.IMAP4_SSL("localhost", port,
                      ssl_context=ssl.create_default_context(cafile=ca))
ok(i.login_cram_md5("u", password))
i.logout()
END
if python3 -c 'import imaplib, ssl' 2>/dev/null; then
	fresh
	start_imapd "$@" --tls implicit --caps \
		'IMAP4rev1 UIDPLUS AUTH=PLAIN AUTH=XOAUTH2 AUTH=CRAM-MD5'
	check 'imaplib of Python reads the same' python3 "$T/read.py" "$port" \
		"$password" "$T/ca.pem"
else
	skip 'python3 is not installed'
fi
done_testing

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
has() { # LINE...: each is there, whole
	for line in "$@"; do
		grep -qxF -- "$line$(printf '\r')" "$T/out" ||
			{ echo "no $line" && cat "$T/out" && return 1; }
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
	't1 OK [READ-WRITE] Select completed.'
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
'* LIST (\\HasNoChildren) "/" Archive/2024~\n'\
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
check 'round trips are counted' logged '^[0-9]+ u end commands=2 trips=1 '
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Answers while somebody is away: who gets one, what it says, that nobody gets
# two, and what happens when it cannot be sent.
. "$(dirname "$0")/../lib.sh"

deliver() { printf "$1" | "$postroom" -c "$conf" deliver; }
pending() { sql 'SELECT count(*) FROM delivery WHERE done IS NULL'; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
answers() { grep -c "^Auto-Submitted: auto-replied" "$T/smtp.log"; }
away='rule "Away" { vacation = "I am away." }'
begin() { # OPTION...: a new server, a new configuration
	rm -rf "$mail" "$T/state"
	another "$@"
}
another() { # OPTION...: only the server is new
	start_smtpd "$@"
	new_config 'undecided = "Odd"' 'addresses = "me@x.org"'
	add_smtp relay@x.org
	echo "$away" >>"$conf"
}
to='To: Me <me@x.org>\n'
letter="Return-Path: <bob@y.org>\nFrom: Bob <b@z.org>\n${to}"

# --- the answer -----------------------------------------------------------------
begin
check_status 0 'a letter' deliver \
	"${letter}Subject: Lunch?\nMessage-ID: <2@y>\nReferences: <1@y>\n\nx\n"
check 'is silent' silent
check 'is filed' there Inbox 1
check 'nobody sends the answer' told '^MAIL FROM:<>'
check 'to the return path' told '^RCPT TO:<bob@y.org>'
check 'it says so' told '^To: bob@y.org.$'
check 'from the address that was written to' told '^From: me@x.org.$'
check 'about what' told '^Subject: Re: Lunch\?.$'
check 'it belongs to the letter' told '^In-Reply-To: <2@y>.$'
check 'and to its thread' told '^References: <1@y> <2@y>.$'
check 'it is marked' told '^Auto-Submitted: auto-replied.$'
check 'it has a Message-ID' told '^Message-ID: <[0-9a-f]*\.postroom@x\.org>.$'
check 'it has the text' told '^I am away\..$'
deliver "Return-Path: <BOB@y.org>\n${to}Subject: again\n\nx\n"
check 'a second letter is not answered' [ "$(answers)" = 1 ]
deliver "From: carol@y.org\n${to}\n\nx\n"
check 'without a return path, the author is answered' told '^RCPT TO:<carol@y.org>'
check 'the database knows both' [ "$(sql 'SELECT group_concat(sender)
	FROM (SELECT sender FROM vacation ORDER BY sender)')" = bob@y.org,carol@y.org ]
sql "UPDATE vacation SET at = at - 7 * 86400 - 1"
deliver "$letter\nx\n"
check 'after seven days, again' [ "$(answers)" = 3 ]
sed -i 's/I am away/I am still away/' "$conf"
deliver "$letter\nx\n"
check 'another text is another answer' [ "$(answers)" = 4 ]
deliver "$letter\nx\n"
check 'once' [ "$(answers)" = 4 ]
check_status 0 'log' "$postroom" -c "$conf" log
check 'has the answer, without its text' says 'vacation answer'
check 'not even a part' not says 'still away'
printf "${letter}Subject: x\n\nx\n" >"$T/letter"
"$postroom" -c "$conf" explain "$T/letter" >"$T/out" 2>&1
check 'explain shows the answer' grep -q 'vacation answer' "$T/out"
check 'and who would get it' grep -q 'vacation bob@y.org' "$T/out"

# --- no answer ------------------------------------------------------------------
none() { # NAME FORMAT
	deliver "$2\nx\n"
	check "no answer: $1" [ "$(answers)" = 0 ]
}
begin
none 'an empty return path' "Return-Path: <>\nFrom: b@y.org\n${to}"
none 'an empty one without brackets' "Return-Path: \nFrom: b@y.org\n${to}"
none 'no sender' "$to"
none 'not to me' 'From: b@y.org\nTo: other@x.org\n'
none 'to nobody' 'From: b@y.org\n'
none 'to me by name only' 'From: b@y.org\nTo: "me@x.org" <other@x.org>\n'
none 'a list' "${letter}List-Id: <a.b>\n"
none 'news' "${letter}List-Unsubscribe: <mailto:a@b>\n"
none 'a reply' "${letter}Auto-Submitted: auto-replied (vacation)\n"
none 'bulk mail' "${letter}Precedence: Bulk\n"
none 'junk' "${letter}Precedence: junk\n"
none 'a report' "${letter}Content-Type: multipart/report; boundary=x\n"
none 'from me' "From: Me@x.org\n${to}"
for sender in MAILER-DAEMON mailer-daemon@y.org owner-a@y.org a-request@y.org \
	noreply@y.org No-Reply@y.org do-not-reply+1@y.org a-bounces@y.org \
	bounces+5@y.org listserv@y.org; do
	none "$sender" "From: $sender\n${to}"
done
for sender in '-oQ/tmp@y.org' '<"a b"@y.org>' '<"a@y RCPT"@y.org>' '<a@[1.2.3.4]>' \
	'a@-y.org' '<a`id`@y$(id).org>' '<"a;b"@y.org>' '<ä@y.org>' '@y.org' 'a@'; do
	none "$sender" "From: $sender\n${to}"
done
check 'all are filed' there Inbox 33
"$postroom" -c "$conf" explain "$T/letter" >"$T/out" 2>&1
printf "${letter}List-Id: <a.b>\n\nx\n" >"$T/list"
"$postroom" -c "$conf" explain "$T/list" >"$T/out" 2>&1
check 'explain says why' grep -q 'no answer, it came from a mailing list' "$T/out"
deliver "From: b@y.org\nResent-To: ME@x.org\nAuto-Submitted: no\n\nx\n"
check 'resent to me, and not automatic' [ "$(answers)" = 1 ]

# --- the text -------------------------------------------------------------------
printf '\357\273\277Subject: Weg – bis Montag\r\n\r\nIch bin weg.\r\n.\r\nZu: {subject}\r\n' \
	>"$T/away.txt"
away='rule "Away" { vacation = "file:away.txt" days = 1 addresses = "i@x.org" }'
begin
deliver "From: b@y.org\nTo: i@x.org\nSubject: =?utf-8?q?=C3=84rger?=\n\nx\n"
check 'a file, for more addresses' told '^From: i@x.org'
check 'its subject' told '^Subject: =\?utf-8\?B\?'
check 'its text, encoded' told '^Zu: =C3=84rger.$'
check 'as it must be' told '^Content-Transfer-Encoding: quoted-printable'
check 'a dot alone ends nothing' told '^\.\..$'
away='rule "Away" { vacation = "I am away." addresses = "ich@münchen.example" }'
begin
deliver 'From: jo@bücher.example\nTo: Ich <ich@München.example>\n\nx\n'
check 'an address in letters is one of mine' told '^From: ich@xn--mnchen-3ya.example'
check 'one of the sender is answered' told '^RCPT TO:<jo@xn--bcher-kva.example>'
for sender in 'Jo@BÜCHER.example' 'jo@B\374cher.example' '<JO@XN--bcher-kva.Example>'; do
	deliver "From: $sender\nTo: ich@xn--mnchen-3ya.example\n\nx\n"
	check "$sender is the same" [ "$(answers)" = 1 ]
done
away='rule "Away" { vacation = "file:away.txt" days = 1 addresses = "i@x.org" }'
begin
printf 'new text\n' >"$T/away.txt"
deliver "From: b@y.org\nTo: i@x.org\n\nx\n"
check 'a new text' told '^new text.$'
wrong() { # NAME TEXT SETTING...: what check says of the rule
	name=$1 text=$2
	shift 2
	new_config "$@" 'sendmail = "/bin/true"' >/dev/null
	echo "$away" >>"$conf"
	check_status 78 "$name" "$postroom" -c "$conf" check
	check 'is said' says "$text"
}
me='addresses = "me@x.org"'
away='rule "A" { vacation = "file:missing.txt" }'
wrong 'a missing file' 'cannot read .*/missing.txt' "$me"
away='rule "A" { vacation = "file:." }'
wrong 'a directory' 'is not a file' "$me"
mkfifo "$T/fifo"
away='rule "A" { vacation = "file:fifo" }'
wrong 'a FIFO' 'is not a file' "$me"
printf 'a\0b\n' >"$T/nul.txt"
away='rule "A" { vacation = "file:nul.txt" }'
wrong 'a file with a NUL' 'is not text in UTF-8' "$me"
printf 'a\377b\n' >"$T/latin.txt"
away='rule "A" { vacation = "file:latin.txt" }'
wrong 'a file in another charset' 'is not text in UTF-8' "$me"
: >"$T/empty.txt"
away='rule "A" { vacation = "file:empty.txt" }'
wrong 'an empty file' 'is empty' "$me"
head -c 20000 /dev/zero | tr '\0' x >"$T/long.txt"
away='rule "A" { vacation = "file:long.txt" }'
wrong 'a long file' 'at most 16 KiB' "$me"
away='rule "A" { vacation = "a {nothing}" }'
wrong 'an unknown name in the text' 'nothing' "$me"
away='rule "A" { vacation = {"a", "b"} }'
wrong 'two texts' 'a rule answers once' "$me"
away='rule "A" { vacation = "a" days = 0 }'
wrong 'no days' 'days' "$me"
away='rule "A" { vacation = "a" }'
wrong 'no address of ours' "set addresses"
new_config "$me"
echo "$away" >>"$conf"
check_status 78 'no way to send' "$postroom" -c "$conf" check
check 'is said' says "'vacation' needs a way to send mail"

# --- trouble --------------------------------------------------------------------
away='rule "Away" { vacation = "I am away." }'
begin --answer MAIL '451 later'
check_status 0 'later' deliver "$letter\nx\n"
check 'is told of' says 'it is tried again'
check 'it waits' [ "$(pending)" = 1 ]
deliver "${letter}Subject: second\n\nx\n"
check 'a second letter waits for nothing' [ "$(pending)" = 1 ]
another
sql 'UPDATE delivery SET next = 0'
deliver 'From: x@y.org\n\nx\n'
check 'it is sent once' [ "$(answers)" = 1 ]
check 'nothing waits' [ "$(pending)" = 0 ]
begin --answer RCPT '550 no such user'
check_status 0 'a sender that the server refuses' deliver "$letter\nx\n"
check 'is told of' says '550 no such user'
check 'with both senders tried' told '^MAIL FROM:<relay@x.org>'
check 'the letter is where it was' there Inbox 1
check 'only there' [ ! -d "$mail/Odd" ]
begin --hang RCPT
printf "$letter\nx\n" >"$T/waits"
setsid "$postroom" -c "$conf" deliver <"$T/waits" >"$T/ended" 2>&1 &
pid=$!
wait_for grep -q '^RCPT' "$T/smtp.log"
kill -9 "-$pid"
wait "$pid" 2>/dev/null
wait_for group_is_gone "$pid"
another
sql 'UPDATE delivery SET next = 0'
deliver 'From: x@y.org\n\nx\n'
sql 'UPDATE delivery SET next = 0'
deliver 'From: x@y.org\n\nx\n'
check 'killed while it was sent: not twice' [ "$(answers)" = 0 ]
check 'and done' [ "$(pending)" = 0 ]

# --- two who are away ---------------------------------------------------------------
begin
deliver "Return-Path: <you@y.org>\nFrom: you@y.org\n${to}Subject: hi\n\nx\n"
sed -n '/^From: me@x.org/,/^\.\r$/p' "$T/smtp.log" | sed '$d' | tr -d '\r' >"$T/answer"
away='rule "Away" { vacation = "I am away, too." }'
begin
sed -i 's/"me@x.org"/"you@y.org"/' "$conf"
"$postroom" -c "$conf" deliver <"$T/answer"
check 'the other one keeps silent' [ "$(answers)" = 0 ]
check 'and has the answer' there Inbox 1

# --- by a program ---------------------------------------------------------------
cat >"$T/sendmail" <<END
#!/bin/sh
printf '%s|' "\$@" >>$T/sent
cat >>$T/sent
END
chmod +x "$T/sendmail"
new_config "sendmail = {\"$T/sendmail\", \"-i\"}" "$me"
echo "$away" >>"$conf"
rm -rf "$T/state"
deliver "Return-Path: <bob@y.org>\n${to}\nx\n"
check 'a program gets the recipient behind --' grep -q '^-i|--|bob@y.org|' "$T/sent"
check 'and the answer' grep -q '^I am away, too\.$' "$T/sent"
check 'and nothing of the letter' not grep -q '^x$' "$T/sent"
# Nobody knows whether a program that was killed has sent the answer.
echo 'kill -9 $$' >>"$T/sendmail"
rm -rf "$T/state" "$T/sent"
deliver "Return-Path: <bob@y.org>\n${to}\nx\n" 2>"$T/why"
check 'a program that is killed fails' [ "$(pending)" = 1 ]
sql 'UPDATE delivery SET next = 0'
sql 'UPDATE vacation SET at = at - 30 * 86400'
"$postroom" -c "$conf" sort 2>"$T/why"
"$postroom" -c "$conf" fetch 2>"$T/why"
check 'it is not run again, even much later' [ "$(grep -c '^-i' "$T/sent")" = 1 ]
check 'and nothing waits' [ "$(pending)" = 0 ]
if command -v msmtp >/dev/null; then
	away='rule "Away" { vacation = "I am away." }'
	begin
	printf 'account default\nhost 127.0.0.1\nport %s\nfrom me@x.org\n' \
		"$smtp_port" >"$T/msmtprc"
	chmod 600 "$T/msmtprc"
	new_config "sendmail = \"msmtp -C $T/msmtprc\"" "$me"
	echo "$away" >>"$conf"
	deliver "Return-Path: <bob@y.org>\n${to}\nx\n"
	check 'msmtp sends it' told '^RCPT TO:<bob@y.org>'
	check 'with the text' told '^I am away\.'
else
	skip 'msmtp is not installed'
fi
done_testing

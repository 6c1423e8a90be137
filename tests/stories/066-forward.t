# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Forwarding by SMTP: what the server receives, and what happens to a message when
# the server refuses, defers, or does not answer.
. "$(dirname "$0")/../lib.sh"

deliver() { printf "$1" | "$postroom" -c "$conf" deliver; }
pending() { sql 'SELECT count(*) FROM delivery WHERE done IS NULL'; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
begin() { # OPTION...: a new server, a new configuration
	rm -rf "$mail" "$T/state"
	start_smtpd "$@"
	new_config 'undecided = "Odd"'
	add_smtp me@x.org "$auth"
	cat >>"$conf" <<END
rule "f" { subject = "fwd" forward = {"bob@y.org", "carol@z.org"} $then }
END
}
auth='user = "me" password = "open-sesame"' then=
begin
printf 'Subject: fwd\n\n.dot\n..\nno end' >"$T/m"
feed() { "$postroom" -c "$conf" deliver <"$T/m"; }
check_status 0 'forwarding' feed
check 'is silent' silent
check 'logs in' told '^AG1lAG9wZW4tc2VzYW1l'
check 'from whom' told '^MAIL FROM:<me@x.org>'
check 'to one' told '^RCPT TO:<bob@y.org>'
check 'and the other' told '^RCPT TO:<carol@z.org>'
check 'with a mark' told '^X-Postroom-Forwarded: bob@y.org, carol@z.org'
check 'and who sends it again' told '^Resent-From: me@x.org'
# The data, with CRLF, doubled dots, and SMTP's end marker.
sed -n '/^Subject:/,/^\.\r$/p' "$T/smtp.log" >"$T/got"
printf 'Subject: fwd\r\n\r\n..dot\r\n...\r\nno end\r\n.\r\n' >"$T/wanted"
check 'the message is whole' cmp "$T/wanted" "$T/got"
check 'it is filed, too' there Inbox 1
check 'nothing waits' [ "$(pending)" = 0 ]
# Servers disagree about a CR without LF: none may hide an end in it.
begin
printf 'Subject: fwd\n\nhello\r.\r\nMAIL FROM:<evil@x>\n\r.\rx\nend\r' >"$T/m"
check_status 0 'lone CRs' feed
sed -n '/^Subject:/,/^\.\r$/p' "$T/smtp.log" >"$T/got"
printf 'Subject: fwd\r\n\r\nhello\r\n..\r\nMAIL FROM:<evil@x>\r\n\r\n..\r\n' >"$T/wanted"
printf 'x\r\nend\r\n.\r\n' >>"$T/wanted"
check 'leave as CRLF' cmp "$T/wanted" "$T/got"
{ printf 'Subject: fwd\n\n' && yes a | head -20000 | tr '\n' '\r'; } >"$T/m"
check_status 0 'many of them' feed
check 'none is lost where reads meet' \
	[ "$(grep -cx "$(printf 'a\r')" "$T/smtp.log")" = 20000 ]
auth='' then='discard = yes'
begin --answer RCPT '550 nobody <here>'
check_status 0 'a recipient that is refused' deliver 'Subject: fwd\n\nx\n'
check 'is told of' says 'rejected the message: "550 nobody <here>"; it is not'
check 'the message is kept' there Odd 1
check 'nothing waits' [ "$(pending)" = 0 ]
begin --answer . '554 no spam'
check_status 0 'a message that is refused' deliver 'Subject: fwd\n\nx\n'
check 'is told of' says '554 no spam'
check 'and kept' there Odd 1
begin --answer MAIL '451 later'
check_status 0 'later' deliver 'Subject: fwd\n\nx\n'
check 'is told of' says '451 later; the message is kept and it is tried again'
check 'it waits' [ "$(pending)" = 1 ]
begin --close DATA
check_status 0 'a server that goes away' deliver 'Subject: fwd\n\nx\n'
check 'is tried again' [ "$(pending)" = 1 ]
begin --hang RCPT
check_status 0 'a server that says nothing' deliver 'Subject: fwd\n\nx\n'
check 'is tried again' [ "$(pending)" = 1 ]
begin --hang RCPT
printf 'Subject: fwd\n\nx\n' >"$T/waits"
setsid "$postroom" -c "$conf" deliver <"$T/waits" >"$T/ended" 2>&1 &
pid=$!
wait_for grep -q RCPT "$T/smtp.log"
kill -9 "-$pid"
wait "$pid" 2>/dev/null
wait_for group_is_gone "$pid"
check_status 0 'who was ended while it waited for a server' deliver 'X: y\n\nx\n'
check 'suspects no message' [ "$(sql 'SELECT sum(crashes) FROM delivery')" = 0 ]
check 'which rests, for the others to have a turn' [ "$(sql 'SELECT count(*)
	FROM delivery WHERE tries = 1 AND next > 0 AND trouble IS NULL')" -gt 0 ]
auth='user = "me" password = "open-sesame"'
begin --answer AUTH '535 wrong'
check_status 0 'a login that is refused' deliver 'Subject: fwd\n\nx\n'
check 'is told of' says 'refused the login of me'
check 'and tried again' [ "$(pending)" = 1 ]
check 'the password is not said' not says 'open-sesame'
sed -i 's/tls = none/tls = implicit/' "$conf"
sql 'UPDATE delivery SET next = 0'
check_status 0 'TLS where there is none' deliver 'X: y\n\nx\n'
check 'sends nothing' [ "$(pending)" = 1 ]
sed -i 's/host = .*/host = mail.example.org/; s/tls = implicit/tls = none/' "$conf"
check_status 78 'a password in clear to others' "$postroom" -c "$conf" check
check 'is refused' says 'sends the password unencrypted'
done_testing

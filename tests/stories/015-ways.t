# shellcheck shell=sh disable=SC1091,SC2154
# Ways to log in: each mechanism, which one is taken, what follows a refusal,
# what a server says of them or keeps to itself, and what is never sent.
. "$(dirname "$0")/../lib.sh"

make_cert server IP:127.0.0.1,DNS:localhost 2
make_cert client DNS:u.example.org 2
cat "$T/client.pem" "$T/client.key" >"$T/us.pem"
chmod 600 "$T/us.pem"
printf 'Subject: x\n\nx\n' >"$T/drop/1"
expect "$T/drop"/*
secret=$password patience=20
script '# nothing'
serve() { # CAPS [OPTION...]: a server with TLS, or without (tls=none)
	caps=$1
	shift
	[ "$tls" = none ] || set -- --tls "$tls" --cert "$T/server.pem" \
		--key "$T/server.key" "$@"
	start_popd --script "$T/script" --caps "$caps" "$@"
}
fresh() { # ACCOUNT-LINE...
	rm -rf "$T/state" "$mail"
	: >"$T/log"
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" "timeout = $patience" "$@"
}
ways() { # those that were tried, in order, on one line
	sed -n 's/.*C: AUTH \([^ ]*\).*/\1/p; s/.*C: \(PASS\|APOP\).*/\1/p' \
		"$T/log" | paste -sd ' '
}
tried() { [ "$(ways)" = "$1" ] || { ways && cat "$T/log" && false; }; }
# The secret in the forms that it travels in.
plain=$(printf '\0u\0%s' "$secret" | openssl base64)
base64=$(printf %s "$secret" | openssl base64)
no_secret() {
	! grep -F -e "$secret" -e "$plain" -e "$base64" -e 'Bearer' "$T/out"
}
works() { # NAME WAYS: the login works, by these ways, and shows no secret
	check_status 0 "$1" fetch -vv
	check "$1: by $2" tried "$2"
	check "$1: -vv shows no secret" no_secret
}
fails() { # STATUS NAME WAYS PATTERN
	check_status "$1" "$2" fetch
	check "$2: by ${3:-no way}" tried "$3"
	check "$2: says why" says "^postroom: a: .*$4"
}
by_token() { # LINE...: the password is a token
	fresh "$@"
	sed -i "s/password = .*/token-command = {\"echo\", \"$secret\"}/" "$conf"
}

# --- Each mechanism, in clear and over TLS ------------------------------------
all='TOP UIDL SASL=PLAIN=LOGIN=CRAM-MD5=SCRAM-SHA-1=SCRAM-SHA-256'
for tls in none implicit starttls; do
	for way in PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256; do
		serve "TOP UIDL STLS SASL=$way"
		fresh
		works "J1: $tls: $way" "$way"
	done
	serve "$all USER STLS APOP"
	fresh
	works "J1: $tls: the strongest of all" SCRAM-SHA-256
	for way in user plain login cram-md5 scram-sha-1 scram-sha-256; do
		fresh "auth = $way"
		wire=$(echo "$way" | tr '[:lower:]' '[:upper:]')
		[ "$way" != user ] || wire=PASS
		works "J1: $tls: auth = $way" "$wire"
	done
	serve 'TOP UIDL STLS SASL=XOAUTH2=OAUTHBEARER=PLAIN USER'
	by_token
	works "J1: $tls: a token" OAUTHBEARER
	by_token 'auth = xoauth2'
	works "J1: $tls: auth = xoauth2" XOAUTH2
done
tls=implicit
for way in SCRAM-SHA-1 SCRAM-SHA-256; do
	serve "UIDL SASL=LOGIN=$way=$way-PLUS"
	fresh
	works "J1: $way bound to the connection" "$way-PLUS"
	fresh "auth = $(echo $way | tr '[:upper:]' '[:lower:]')"
	works "J1: $way by name" "$way-PLUS"
	# A server that offers PLUS, with somebody between who strikes it out.
	script "on CAPA reply \"+OK\\r\\nSASL $way\\r\\n.\\r\\n\""
	fresh "auth = $(echo $way | tr '[:upper:]' '[:lower:]')"
	fails 77 "J7: $way: PLUS was struck out of the list" "$way" refused
	script '# nothing'
done
serve 'UIDL SASL=SCRAM-SHA-256-PLUS=PLAIN' --max-tls 1.2
fresh
works 'J1: no channel binding below TLS 1.3' PLAIN
oracle 'J1: the mail came'
tls=none
serve 'TOP UIDL USER APOP'
fresh
works 'J1: a timestamp in the greeting: no APOP' PASS
fresh 'auth = apop'
works 'J1: auth = apop' APOP
serve 'TOP UIDL USER'
fresh 'auth = apop'
fails 77 'J1: auth = apop, and no timestamp' '' 'timestamp'
fresh 'auth = scram-sha-256'
script 'on AUTH reply "-ERR Unrecognized command\r\n"'
fails 77 'J1: auth = scram-sha-256 only, which is not known' \
	'SCRAM-SHA-256 SCRAM-SHA-256' 'SCRAM-SHA-256.*Unrecognized command'
script '# nothing'
tls=implicit
serve 'TOP UIDL USER SASL=PLAIN=EXTERNAL' --client-ca "$T/ca.pem"
fresh 'auth = external' "tls-client-cert = \"$T/us.pem\""
works 'J1: auth = external' EXTERNAL
fresh 'auth = external' "tls-client-cert = \"$T/us.pem\""
sed -i '/user = /d' "$conf"
works 'J1: auth = external, the user is in the certificate' EXTERNAL
fresh "tls-client-cert = \"$T/us.pem\""
sed -i '/password = /d' "$conf"
works 'J1: a certificate and no password' EXTERNAL
user=nobody
fresh 'auth = external' "tls-client-cert = \"$T/us.pem\""
fails 77 'J1: EXTERNAL for somebody else' EXTERNAL 'tls-client-cert'
user=u

# --- Refused as a way: the next one -------------------------------------------
serve "$all USER"
unknown='reply "-ERR Unknown command\r\n"'
script "on AUTH $unknown"
fresh
check_status 0 'J2: no AUTH at all' fetch
check 'J2: ends with USER and PASS' logged 'C: PASS'
script 'on AUTH "SCRAM*" reply "-ERR authentication failure\r\n"'
fresh
works 'J2: SCRAM refused' 'SCRAM-SHA-256 PLAIN'
script 'on AUTH "PLAIN ?*" reply "-ERR Protocol error. 10\r\n"'
serve 'TOP UIDL SASL=PLAIN'
fresh
works 'J2: a first response that is not understood' 'PLAIN PLAIN'
serve 'TOP UIDL SASL=CRAM-MD5=PLAIN'
for challenge in '+ \r\n' '+ no base64!\r\n' '+ PDFAYj4\r\n'; do
	script "on AUTH \"CRAM*\" reply \"$challenge\""
	fresh 'auth = cram-md5'
	fails 77 "J2: CRAM-MD5 only, and a challenge $challenge" CRAM-MD5 \
		'challenge'
done
tls=none
serve 'TOP UIDL SASL=CRAM-MD5=PLAIN'
script 'on AUTH "CRAM*" reply "+ no base64!\r\n"'
fresh
works 'J2: a challenge that cannot be answered' 'CRAM-MD5 PLAIN'
serve 'TOP UIDL SASL=SCRAM-SHA-256=PLAIN'
# r=…,s=…,i=1: not our number; m=: an extension that we must know.
for challenge in "$(printf 'r=x,s=eHg=,i=4096' | openssl base64)" \
	"$(printf 'm=x,r=x,s=eHg=,i=4096' | openssl base64)" xxx; do
	script "on AUTH \"SCRAM*\" reply \"+ $challenge\\r\\n\""
	fresh
	works "J2: SCRAM with a challenge $challenge" 'SCRAM-SHA-256 PLAIN'
done
# It hangs up, or does not like what it does not know.
script 'on AUTH "SCRAM*" reply "-ERR no\r\n"' \
	'on AUTH "SCRAM*" drop-after 9'
fresh
works 'J2: a server that hangs up then' 'SCRAM-SHA-256 PLAIN'
script 'on AUTH "SCRAM*" reply "+ x\r\n"' 'on "\\*" drop'
fresh
works 'J2: a server that hangs up when we give up' 'SCRAM-SHA-256 PLAIN'
script 'on AUTH "SCRAM*" drop'
fresh
works 'J2: a server that hangs up at once' 'SCRAM-SHA-256 PLAIN'
script 'on AUTH drop'
fresh
fails 75 'J2: one that hangs up at each of them is tried later' \
	'SCRAM-SHA-256 PLAIN' 'closed'

# --- A refused password is not tried twice ------------------------------------
script '# nothing'
for tls in none implicit; do
	password=$secret
	serve "$all USER PIPELINING"
	password=wrong-sesame
	fresh
	fails 77 "J3: $tls: a wrong password: two tries" \
		'SCRAM-SHA-256 PLAIN' 'login of u.*invalid credentials'
	fresh 'auth = login'
	fails 77 "J3: $tls: auth = login: one" LOGIN 'invalid credentials'
	serve 'UIDL USER SASL=PLAIN=LOGIN'
	for no in '-ERR [AUTH] no' '-ERR Authentication failed' '-ERR' \
		'-ERR [SYS/PERM] disabled' '-ERR \xd0\x9d\xd0\xb5'; do
		script "on AUTH reply \"$no\\r\\n\""
		fresh
		fails 77 "J3: $tls: PLAIN refused: $no" PLAIN 'refuse'
	done
	for no in '-ERR [SYS/TEMP] x' '-ERR [IN-USE] x' '+ERR in trouble' \
		'-ERR [LOGIN-DELAY] x' '-err [sys/temp] x'; do
		script "on AUTH reply \"$no\\r\\n\""
		fresh
		fails 75 "J3: $tls: later: $no" PLAIN 'x"|in trouble'
	done
	script '# nothing'
	password=$secret
	serve 'UIDL SASL=CRAM-MD5=SCRAM-SHA-1=SCRAM-SHA-256=LOGIN'
	password=wrong-sesame
	fresh
	check_status 77 "J3: $tls: not more than three tries" fetch
	check "J3: $tls: three" [ "$(ways | wc -w)" -le 3 ]
	password=$secret
done
serve 'UIDL SASL=SCRAM-SHA-256=PLAIN=LOGIN'
script 'on AUTH "PLAIN ?*" times 1 drop' \
	'on AUTH "PLAIN*" reply "-ERR Unknown command\r\n"'
password=wrong-sesame
fresh
fails 77 'J3: the one that the server hung up at counts, too' \
	'SCRAM-SHA-256 PLAIN PLAIN' 'refused'
password=$secret
tls=none
serve 'UIDL USER'
script 'on PASS reply "+ERR Server error: Failed to fetch messages\r\n"'
fresh
fails 75 'J3: +ERR' PASS '.+ERR Server error: Failed to fetch messages'
script 'on USER reply "+ok\r\n"' 'on PASS reply "-Err [AUTH] no\r\n"'
fresh
fails 77 'J3: +ok and -Err' PASS 'Err .AUTH. no'
script 'on USER reply "maybe\r\n"'
fresh
fails 75 'J3: neither +OK nor -ERR' '' 'maybe'

# --- Tokens ----------------------------------------------------------------------------
script '# nothing'
for tls in none implicit; do
	for way in XOAUTH2 OAUTHBEARER; do
		serve "UIDL USER SASL=PLAIN=$way PIPELINING"
		secret=other
		by_token
		secret=$password
		fails 77 "J4: $tls: a refused token, by $way" "$way" \
			'token.*invalid credentials.*status 400.*token-command'
		check "J4: $tls: $way: not a word of a password" \
			not says 'password'
		secret=$(printf '%01600d' 7)
		password=$secret
		serve "UIDL SASL=$way"
		by_token
		works "J4: $tls: a long token" "$way"
		check "J4: $tls: $way: it has a line of its own" \
			logged "C: AUTH $way\$"
		password=open-sesame secret=open-sesame
	done
done
tls=none
serve 'UIDL USER SASL=PLAIN'
by_token
fails 77 'J4: a token, and no way for it' '' \
	'token.*offers USER, PLAIN|token.*offers PLAIN, USER'
serve 'UIDL SASL=XOAUTH2=GSSAPI'
fresh
fails 77 'J4: a password, and ways for tokens only' '' 'XOAUTH2, GSSAPI'

# --- The list of capabilities ---------------------------------------------------------------------
serve 'UIDL USER SASL=PLAIN=LOGIN'
listed() { # NAME ANSWER WAYS
	script "on CAPA reply \"$2\""
	fresh
	works "J5: CAPA $1" "$3"
}
listed 'is empty' '+OK\r\n.\r\n' PASS
listed 'names no way' '+OK\r\nTOP\r\nUIDL\r\n.\r\n' PASS
listed 'in lower case' '+OK\r\nuidl\r\nuser\r\nsasl plain\r\n.\r\n' PLAIN
listed 'names mechanisms that nobody knows' '+OK\r\nSASL GSSAPI NTLM\r\n.\r\n' \
	PASS
listed 'names SASL alone' '+OK\r\nSASL\r\n.\r\n' PASS
listed 'in the style of IMAP' '+OK\r\nAUTH=LOGIN\r\nAUTH=PLAIN\r\n.\r\n' PLAIN
listed 'with two lines' '+OK\r\nSASL LOGIN\r\nSASL  PLAIN \r\n.\r\n' PLAIN
listed 'with SASL=' '+OK\r\nSASL=LOGIN\r\n.\r\n' LOGIN
listed 'with USER' '+OK\r\nUSER\r\n.\r\n' PASS
listed 'is refused' '-ERR what?\r\n' PASS
listed 'is refused with +ERR' '+ERR what?\r\n' PASS
listed 'is answered with rubbish' '500 unknown\r\n' PASS
listed 'without +OK' 'UIDL\r\nSASL LOGIN\r\n.\r\n' LOGIN
script 'on CAPA drop'
fresh
works 'J5: CAPA ends the connection' PASS
patience=1
listed 'without a list' '+OK nothing\r\n' PASS
script 'on CAPA stall'
fresh
works 'J5: CAPA is not answered' PASS
patience=20
script 'on CAPA reply "+OK\r\n"' 'on CAPA endless "X\r\n"'
fresh
works 'J5: CAPA does not end' PASS
for bad in '+OK\r\nSASL \x00PLAIN\r\n.\r\n' "+OK\\r\\n$(printf %01010d 0)\\r\\n"
do
	script "on CAPA reply \"$bad\""
	fresh
	works 'J5: CAPA with odd bytes' PASS
done

# --- In one flight ---------------------------------------------------------------------------------
tls=implicit
flew() { # what followed the first try of a login, before the next
	[ "$(sed -n 's/.*C: //p' "$T/log" | sed -n '3,6p' | paste -sd ' ')" = \
		'CAPA STAT UIDL LIST' ] || { cat "$T/log" && false; }
}
serve 'UIDL SASL=PLAIN USER PIPELINING'
script "on AUTH $unknown"
fresh
check_status 0 'J6: a refused login with all behind it' fetch
check 'J6: CAPA and the listing went with it' flew
check 'J6: and PASS followed' logged 'C: PASS'
script 'on AUTH reply "+ \r\n"' 'on CAPA skip 1 times 1 reply "-ERR what?\r\n"'
fresh
check_status 0 'J6: a server that asks again' fetch
check 'J6: CAPA and the listing went with AUTH' flew
script '# nothing'
fresh 'pipelining = no'
works 'J6: pipelining = no' PLAIN
oracle 'J6: the mail came'
password=wrong-sesame
fresh
fails 77 'J6: a wrong password' PLAIN 'invalid credentials'
password=$secret
serve 'UIDL SASL=SCRAM-SHA-256=PLAIN USER PIPELINING'
script "on AUTH \"SCRAM*\" $unknown"
fresh
check_status 0 'J6: nothing follows what has a challenge' fetch
check 'J6: SCRAM went alone' not flew
tls=none
serve 'UIDL SASL=PLAIN USER PIPELINING'
script "on AUTH $unknown"
fresh
check_status 0 'J6: in clear' fetch
check 'J6: nothing goes with the login' not flew

# --- Servers that are not what they seem ---------------------------------------------------------------------
script '# nothing'
serve 'UIDL SASL=SCRAM-SHA-256=PLAIN USER' --impostor
fresh
fails 77 'J7: a server that has no proof' SCRAM-SHA-256 \
	'did not prove that it knows the password'
script 'on AUTH reply "+OK welcome\r\n"'
fresh
fails 77 'J7: a server that skips the proof' SCRAM-SHA-256 'proof'
script 'on AUTH reply "+ \r\n"' 'on "[!G]*" reply "+ \r\n"'
fresh
check_status 75 'J7: a server that asks for ever' fetch
for answer in '\x00\r\n' '+ \x00\r\n' "+ $(printf %013000d 0)\\r\\n"; do
	script "on AUTH reply \"$answer\""
	fresh
	fetch >"$T/out" 2>&1
	check "J7: $(printf %.20s "$answer")…: no crash" \
		not says 'Sanitizer|signal|Aborted|ended'
done
script 'on AUTH reply "+ "' 'on AUTH endless "x"'
fresh
fails 75 'J7: an endless challenge' SCRAM-SHA-256 'line of more than'

# --- An empty secret is never sent -----------------------------------------------------------------------------
script '# nothing'
: >"$T/empty" && chmod 600 "$T/empty"
for line in 'password = ""' "password = \"file:$T/empty\"" \
	'password-command = {"echo"}' 'token-command = {"echo"}'; do
	fresh
	sed -i "s|^\tpassword = .*|\t$line|" "$conf"
	check "J8: $line" not fetch
	check "J8: $line: no connection" not logged .
done
done_testing

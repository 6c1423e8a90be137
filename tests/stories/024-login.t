# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Logins that work and that fail: each failure has its exit status and one line
# that says what to do; no secret leaks.
. "$(dirname "$0")/../lib.sh"

printf 'Subject: x\n\nx\n' >"$T/drop/1"
expect "$T/drop"/*
one_line() { # PATTERN: all that was said is one line about account a
	says "^postroom: a: .*$1" && [ "$(grep -c . "$T/out")" = 1 ]
}
fresh() { # ACCOUNT-LINE...
	rm -rf "$T/state" "$mail"
	: >"$T/log"
	new_config
	add_account a "$@"
}
refused() { # STATUS NAME PATTERN: and nothing secret was sent or shown
	check_status "$1" "$2" fetch -vv
	check "$2: -vv shows no secret" not grep -qF "$secret" "$T/out"
	rm -rf "$T/state"
	check_status "$1" "$2: again, from the start" fetch
	check "$2: one line says so" one_line "$3"
}
no_login() { check "$1: no login was tried" not logged 'C: (USER|PASS|AUTH)'; }
secret=$password

script '# nothing'
start_popd --script "$T/script"
password=wrong-sesame
fresh
secret=$password
refused 77 'A8: a wrong password' '127.0.0.1.*login of u.*invalid credentials'
password=open-sesame secret=$password
user=nobody
fresh
refused 77 'A8: a wrong user' 'login of nobody'
user=u
for code in '[AUTH] no' 'no'; do
	script "on AUTH reply \"-ERR $code\\r\\n\""
	fresh
	refused 77 "A8: login refused: $code" '127.0.0.1.*login'
done
for code in '[SYS/TEMP] out of order' '[IN-USE] locked' \
	'[LOGIN-DELAY] 30 seconds'; do
	script "on AUTH reply \"-ERR $code\\r\\n\""
	fresh
	refused 75 "A8: login refused: $code" "${code#*] }"
done
plain=$(printf '\0u\0%s' "$password" | openssl base64)
for code in "AUTH PLAIN $plain" "PASS $password" "AUTH ${plain%???}..."; do
	script "on AUTH reply \"-ERR [AUTH] what is $code\\r\\n\""
	fresh
	check_status 77 'H1: a server that repeats what it got' fetch -vv
	check 'H1: its words are shown' says 'refused.*what is (AUTH|PASS)'
	check 'H1: but no secret in them' not grep -qF -e "$password" \
		-e "${plain%???}" "$T/out"
done
script 'on AUTH reply "-ERR \x1b]0;title\x07\r\n"'
fresh
check_status 77 'A38 H11: a reply with terminal escapes' fetch
check 'is shown without them' not grep -q "$(printf '\033')" "$T/out"
script '# nothing'
fresh
check_status 0 'the right password' fetch
oracle 'brings the mail'
fresh
check_status 0 'and -vv' fetch -vv
check 'H1: does not show it' not grep -qF "$password" "$T/out"
check 'nor what AUTH PLAIN makes of it' not grep -qF \
	"$(printf '\0u\0%s' "$password" | openssl base64)" "$T/out"

open=$port
start_popd
kill "${children##* }"
wait "${children##* }" 2>/dev/null
fresh
refused 75 'A1: a refused connection' '127.0.0.1.*refused|127.0.0.1.*connect'
port=$open
fresh
sed -i 's/127.0.0.1/no-such-host.invalid/; s/tls = none/tls = implicit/' "$conf"
refused 75 'A1: a name that does not exist' 'no-such-host.invalid'
no_login 'a name that does not exist'

# An account that has worked may fail for a while before cron sends mail.
fresh
check_status 0 'it worked' fetch
script 'on GREETING drop'
check_status 75 'it fails' fetch
check 'which is not reported yet' silent
check_status 75 'but with -v' fetch -v
check 'it is said' says '^postroom: a: '
script 'on AUTH reply "-ERR [AUTH] no\r\n"'
check_status 77 'a refused login' fetch
check 'is news at once' one_line login
check_status 77 'but the next time' fetch
check 'it is old' silent
script '# nothing'

make_cert server IP:127.0.0.1,DNS:localhost 2
make_cert other DNS:other.example 2
make_cert expired IP:127.0.0.1 -1
cp "$T/ca.pem" "$T/our-ca.pem"
(cd "$T" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	-nodes -days 2 -subj /CN=self -addext subjectAltName=IP:127.0.0.1 \
	-keyout self.key -out self.pem 2>/dev/null)
rm "$T/ca.pem"
make_cert foreign IP:127.0.0.1 2
for tls in implicit starttls; do
	for cert in other expired self foreign; do
		start_popd --tls $tls --cert "$T/$cert.pem" \
			--key "$T/$cert.key"
		fresh "tls-ca-file = \"$T/our-ca.pem\""
		refused 77 "A4: $tls, certificate $cert" \
			"certificate of 127.0.0.1:$port"
		no_login "$tls, certificate $cert"
	done
	start_popd --tls $tls --cert "$T/server.pem" --key "$T/server.key"
	fresh
	refused 77 "A4: $tls, a CA the system does not know" certificate
	no_login "$tls, a CA the system does not know"
	pin=$(openssl x509 -in "$T/other.pem" -pubkey -noout | openssl pkey \
		-pubin -outform der | openssl dgst -sha256 -binary |
		openssl base64)
	fresh "tls-ca-file = \"$T/our-ca.pem\"" "tls-pin = \"sha256//$pin\""
	refused 77 "$tls, another key than tls-pin" 'tls-pin'
	no_login "$tls, another key than tls-pin"
	fresh "tls-ca-file = \"$T/our-ca.pem\""
	check_status 0 "$tls, a good certificate" fetch
	oracle "$tls, a good certificate: the mail is here"
	start_popd --tls $tls --cert "$T/server.pem" --key "$T/server.key" \
		--max-tls 1.1
	fresh "tls-ca-file = \"$T/our-ca.pem\""
	refused 77 "A4: $tls, TLS 1.1 only" "127.0.0.1:$port speaks only .*too old"
	no_login "$tls, TLS 1.1 only"
done

tls=implicit
start_popd
fresh 'timeout = 2'
refused 77 'A7: no TLS on the TLS port' "127.0.0.1:$port.*without TLS"
no_login 'no TLS on the TLS port'
script 'on GREETING stall'
start_popd --script "$T/script"
fresh 'timeout = 1'
check_status 75 'A5: a handshake that never ends' fetch
no_login 'a handshake that never ends'

tls=starttls
set -- --tls starttls --cert "$T/server.pem" --key "$T/server.key" \
	--script "$T/script"
script '# nothing'
start_popd "$@" --caps 'USER UIDL SASL=PLAIN'
fresh "tls-ca-file = \"$T/our-ca.pem\""
refused 77 'A6 H9: STLS is not offered' "127.0.0.1:$port.*STARTTLS"
no_login 'STLS is not offered'
start_popd "$@"
script 'on STLS reply "-ERR no\r\n"'
fresh "tls-ca-file = \"$T/our-ca.pem\""
check_status 77 'A6 H9: STLS is refused' fetch
check 'STLS is refused: one line says so' one_line 'STARTTLS'
no_login 'STLS is refused'
script 'on STLS reply "-ERR [SYS/TEMP] not at the moment\r\n"'
fresh "tls-ca-file = \"$T/our-ca.pem\""
check_status 75 'A6 H9: STLS is refused for some time' fetch
check 'STLS is refused for some time: its words are shown' \
	one_line 'not at the moment'
no_login 'STLS is refused for some time'
for more in '+OK logged in\r\n' '+OK\r\n+OK 0 0\r\n' 'x'; do
	script "on STLS append \"$more\""
	fresh "tls-ca-file = \"$T/our-ca.pem\"" 'timeout = 2'
	check_status 75 'A6 H9: bytes smuggled in before TLS' fetch
	no_login 'bytes smuggled in before TLS'
done

tls=none
fresh
sed -i 's/127.0.0.1/pop.example.org/' "$conf"
check_status 78 'a password in clear over a network' fetch
check 'is refused with the reason' says 'conf:[0-9]+.*(loopback|clear)'
done_testing

# shellcheck shell=sh disable=SC2016,SC2059,SC2154
# The scripted server itself, which the other stories need.
. "$(dirname "$0")/../lib.sh"
command -v bash >/dev/null || skip_all 'needs bash for its /dev/tcp'

talk() { # the commands on standard input, all at once; prints the answers
	sed 's/$/\r/' >"$T/commands"
	timeout 20 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
		cat "$2" >&3; cat <&3' - "$port" "$T/commands" >"$T/out"
}
session() { # COMMAND...: logged in, in one go, with QUIT
	{ printf 'USER u\nPASS %s\n' "$password"; printf '%s\n' "$@" QUIT; } |
		talk
}
answers() { # TEXT: what came after the login, CR shown as ~
	tr '\r' '~' <"$T/out" | sed 1,3d >"$T/got"
	printf "$1" | diff -a - "$T/got"
}
crash() { # no QUIT: the client goes away after the answer
	printf '%s\r\n' 'USER u' "PASS $password" "$1" >"$T/commands"
	bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat "$2" >&3; head -n 4 <&3' \
		- "$port" "$T/commands" >"$T/out"
}

printf 'Subject: one\n\n.\n..\n.x\nlast' >"$T/drop/1"
printf 'Subject: two\n\na\nb\nc\n' >"$T/drop/2"
: >"$T/drop/3"
printf 'Lone\nLF\r\n.\r\n' >"$T/drop/4.raw"
script '# nothing'
start_popd --script "$T/script"

session STAT 'LIST 1' 'UIDL 2' LIST
check 'sizes are as sent, without stuffing' answers '+OK 4 67~\n'\
'+OK 1 33~\n+OK 2 2~\n+OK they are~\n1 33~\n2 25~\n3 0~\n4 9~\n.~\n+OK bye~\n'
session 'RETR 1'
check 'dots are stuffed, the last line is ended' answers '+OK here it is~\n'\
'Subject: one~\n~\n..~\n...~\n..x~\nlast~\n.~\n+OK bye~\n'
session 'RETR 3' 'RETR 4'
check 'an empty message; a raw one byte for byte' answers \
	'+OK here it is~\n.~\n+OK here it is~\nLone\nLF~\n.~\n+OK bye~\n'
session 'TOP 2 0' 'TOP 2 2'
check 'TOP sends the header and so many lines' answers '+OK here it is~\n'\
'Subject: two~\n~\n.~\n+OK here it is~\nSubject: two~\n~\na~\nb~\n.~\n+OK bye~\n'
session 'DELE 1' 'RETR 1' 'DELE 1' RSET 'LIST 1' NOOP 'RETR 0' 'RETR 5' XYZ
check 'marked messages are gone until RSET; bad numbers and words' answers \
'+OK marked~\n-ERR no such message~\n-ERR no such message~\n'\
'+OK nothing is marked~\n+OK 1 33~\n+OK nothing done~\n'\
'-ERR no such message~\n-ERR no such message~\n-ERR unknown command~\n+OK bye~\n'

printf 'STAT\nCAPA\nUSER u\nPASS wrong\nUSER u\nQUIT\n' | talk
check 'nothing without a login' grep -q '^-ERR not in this state' "$T/out"
check 'a wrong password' grep -q '^-ERR \[AUTH\]' "$T/out"
check 'CAPA tells of PIPELINING' grep -q '^PIPELINING' "$T/out"
check 'but of STLS only where there is TLS' not grep -q STLS "$T/out"
plain=$(printf '\0u\0%s' "$password" | openssl base64)
printf 'AUTH PLAIN %s\nSTAT\nQUIT\n' "$plain" | talk
check 'AUTH PLAIN with an initial response' grep -q '^+OK 4 67' "$T/out"
printf 'AUTH PLAIN\n%s\nSTAT\nQUIT\n' "$plain" | talk
check 'and without' grep -q '^+OK 4 67' "$T/out"
check 'secrets are masked in the log' logged 'C: PASS \*\*\*$'
check 'and appear nowhere in it' not logged "$password|$plain"

crash 'DELE 2'
check 'DELE without QUIT deletes nothing' test -f "$T/drop/2"
script 'on QUIT reply "+OK\r\n"'
session 'DELE 2'
check 'QUIT can lie about deleting' test -f "$T/drop/2"
script 'on QUIT drop'
session 'DELE 2'
check 'QUIT can break before' test -f "$T/drop/2"
script 'on QUIT drop-after 0'
session 'DELE 2'
check 'and after deleting' test ! -f "$T/drop/2"
check 'which is logged' logged '^[0-9]+ u deleted 2$'
check 'without an answer' answers '+OK marked~\n'

script 'on RETR 1 drop-after 5' 'on RETR 2 times 1 reply "+OK x\r\n"'
session 'RETR 2' 'RETR 2' 'RETR 1'
check 'a rule for one argument, and for one time; a cut answer' answers \
	'+OK x~\n+OK here it is~\n.~\n+OK h'
script 'on RETR drop-after -2'
session 'RETR 1'
check 'all but the last bytes' answers '+OK here it is~\n'\
'Subject: one~\n~\n..~\n...~\n..x~\nlast~\n.'
script 'on RETR lf' 'on RETR unstuffed' 'on RETR append "+OK?\r\n"'
session 'RETR 1'
check 'rules add up: bare LF, no stuffing, extra bytes' answers \
	'+OK here it is\nSubject: one\n\n.\n..\n.x\nlast\n.\n+OK?~\n+OK bye~\n'
script 'on * chunk 1'
session 'RETR 1'
check 'one byte at a time is the same' answers '+OK here it is~\n'\
'Subject: one~\n~\n..~\n...~\n..x~\nlast~\n.~\n+OK bye~\n'
script 'on GREETING drop rst'
check 'a reset at once' not timeout 9 bash -c \
	'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat <&3' - "$port"
script 'on UIDL endless "1 x\r\n"' 'on UIDL reply "+OK\r\n"'
printf 'USER u\nPASS %s\nUIDL\n' "$password" | sed 's/$/\r/' >"$T/commands"
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat "$2" >&3; head -c 10000000 <&3' \
	- "$port" "$T/commands" >"$T/out" 2>/dev/null
check 'an endless answer' [ "$(wc -c <"$T/out")" = 10000000 ]
script 'on STAT stall'
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "%s\r\n" "USER u" "PASS $2" \
	STAT >&3; timeout 0.3 cat <&3' - "$port" "$password" >"$T/out"
check 'no answer at all' [ "$(grep -c . "$T/out")" = 3 ]

script '# nothing'
bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "%s\r\n" "USER u" "PASS $2" \
	STAT >&3; for i in 1 2 3 4; do read -r line <&3; done; echo in >"$3"
	exec cat <&3' - "$port" "$password" "$T/in" &
holder=$!
wait_for test -s "$T/in"
session STAT
check 'a maildrop is locked while a session is open' \
	grep -q '^-ERR \[IN-USE\]' "$T/out"
kill $holder
mkdir "$T/drop2"
printf '1 odd one\n2 \n3 \\x00\\\\\n' >"$T/drop2/.uidl"
for i in 1 2 3; do echo x >"$T/drop2/$i"; done
start_popd --drop "v:$password:$T/drop2" --caps 'TOP USER' --script "$T/script"
printf 'USER v\nPASS %s\nSTAT\nAUTH PLAIN\nUIDL\nQUIT\n' "$password" | talk
check 'what --caps does not name is not known' [ "$(grep -c '^-ERR unknown' \
	"$T/out")" = 2 ]
check 'not waiting for an answer is noticed' logged 'v VIOLATION pipelined'
start_popd --drop "v:$password:$T/drop2" --no-capa
printf 'CAPA\nUSER v\nPASS %s\nUIDL\nQUIT\n' "$password" | talk
check 'no CAPA at all' grep -q '^-ERR unknown' "$T/out"
check 'UIDLs can be anything' answers '+OK logged in~\n+OK they are~\n'\
'1 odd one~\n2 ~\n3 \000\\~\n.~\n+OK bye~\n'

make_cert server IP:127.0.0.1,DNS:localhost 2
talk_tls() { # OPTION...: STAT over TLS
	printf 'USER u\nPASS %s\nSTAT\nQUIT\n' "$password" | sed 's/$/\r/' |
		timeout 20 openssl s_client -quiet -connect "127.0.0.1:$port" \
		-CAfile "$T/ca.pem" -verify_return_error "$@" >"$T/out" 2>"$T/tls"
	grep -q '^+OK 3 42' "$T/out" || { cat "$T/out" "$T/tls" && false; }
}
set -- --cert "$T/server.pem" --key "$T/server.key"
start_popd "$@" --tls implicit
check 'TLS from the first byte' talk_tls
start_popd "$@" --tls starttls
check 'TLS by STLS' talk_tls -starttls pop3
start_popd "$@" --tls implicit --max-tls 1.1
check 'TLS of yesterday only' not timeout 9 openssl s_client \
	-connect "127.0.0.1:$port" -min_protocol TLSv1.2

head -c 50000000 /dev/zero | tr '\0' 'x' | fold -w 76 >"$T/drop/9"
echo >>"$T/drop/9"
start_popd
printf 'USER u\nPASS %s\nRETR 4\nQUIT\n' "$password" | talk
tr -d '\r' <"$T/out" | sed -e 1,4d | head -n -2 >"$T/got"
check 'a large message' cmp "$T/drop/9" "$T/got"
done_testing

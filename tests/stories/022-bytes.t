# shellcheck shell=sh disable=SC1091,SC2012,SC2059,SC2119,SC2154
# The delivered bytes are those that the server sent, whatever they are and
# wherever the network cuts them; and no message can look like two.
. "$(dirname "$0")/../lib.sh"

fresh() { # ACCOUNT-LINE...
	rm -rf "$T/state" "$mail" "$T/drop"
	cp -r "$T/messages" "$T/drop"
	: >"$T/log"
	new_config
	add_account a "$@"
}
message() { # NAME FORMAT: as the file is and as it will be delivered
	printf "$2" >"$T/messages/$1"
}
raw() { # NAME WIRE DELIVERED: formats of printf
	printf "$2" >"$T/messages/$1.raw"
	printf "$3" >"$T/raw/$1"
}
mkdir "$T/messages" "$T/raw"

message 00-empty ''
message 01-newline '\n'
message 02-newlines '\n\n\n'
message 03-nul-first '\0Subject: x\n\nNUL\n'
message 04-nul-inside 'Subject: a\0b\n\nbo\0dy\n\0\n'
message 05-dot '.\n'
message 06-dots '.\n..\n...\n\n.\n..\n'
message 07-dot-after-header 'Subject: x\n\n.\n'
message 08-dot-at-end 'Subject: x\n\nx\n.'
message 09-dot-words '.x\n..y\n. z\n.\t\n'
message 10-no-final-newline 'Subject: x\n\nno end'
message 11-header-only 'Subject: x\n'
message 12-header-open 'Subject: x'
message 13-no-header '\nbody\n'
message 14-body-only 'this is no header\nat all\n'
message 15-from 'From x\nFrom: a@b\n\nFrom here\n>From there\n'
message 16-cr 'Subject: a\rb\n\n\rx\r\r\n\r'
message 17-crcrlf 'Subject: x\r\n\r\nCRLF in the file\r\n.\r\n\r\n'
message 18-latin 'Subject: caf\351\n\n\377\376\200\n'
message 19-like-an-answer 'Subject: x\n\n+OK\n-ERR\n.\n+OK 2 octets\nQUIT\n'
{ i=0; while [ $i -lt 256 ]; do printf "\\$(printf %03o $i)"; i=$((i + 1)); done
} >"$T/messages/20-all-bytes"
{ printf 'X: '; head -c 3000 /dev/zero | tr '\0' x; printf '\n\nx\n'
} >"$T/messages/21-long-line"
expect "$T/messages"/*
raw 30-smuggling 'Subject: a\r\n\r\nx\n.\n+OK 9 octets\nSubject: b\r\n.\r\n' \
	'Subject: a\n\nx\n.\n+OK 9 octets\nSubject: b\n'
raw 31-dot-lf 'Subject: a\r\n\r\n.\nx\r\n.\r\n' 'Subject: a\n\n.\nx\n'
raw 32-lf-dot-crlf 'a: b\r\n\r\nx\n.\r\ny\r\n.\r\n' 'a: b\n\nx\n.\ny\n'
raw 33-cr-dot-crlf 'a: b\r\n\r\nx\r.\r\ny\r\n.\r\n' 'a: b\n\nx\r.\ny\n'
raw 34-dot-cr-x 'a: b\r\n\r\n.\rx\r\n.\r\n' 'a: b\n\n.\rx\n'
raw 35-dot-cr-cr-lf 'a: b\r\n\r\n.\r\r\n.\r\n' 'a: b\n\n.\r\n'
raw 36-unstuffed 'a: b\r\n\r\n.hidden\r\n.\r\n' 'a: b\n\n.hidden\n'
raw 37-lf-only 'a: b\n\nx\ny\r\n.\r\n' 'a: b\n\nx\ny\n'
raw 38-nul-dot 'a: b\r\n\r\n\0.\r\n\0\r\n.\r\n' 'a: b\n\n\0.\n\0\n'
expect "$T/raw"/*

go() { # NAME
	check_status 0 "$1: fetch" fetch
	check "$1: silence" silent
	oracle "$1: each message, once, byte for byte"
}
script '# nothing'
start_popd --script "$T/script"
for chunk in 1 2 3 7 100 1000; do
	script "on RETR chunk $chunk"
	fresh
	go "A12 A14 A16 B1 B2 B3 B4 B5: pieces of $chunk bytes"
done
script '# nothing'
fresh 'keep-on-server = no'
go 'A14 A16 B1 B2 B3 B4 B5: all at once'
check 'nothing is left on the server' [ -z "$(ls "$T/drop")" ]
start_popd --script "$T/script" --caps 'USER UIDL'
script 'on RETR chunk 1'
fresh
go 'A12: without pipelining, byte by byte'
make_cert server IP:127.0.0.1 2
start_popd --script "$T/script" --tls implicit --cert "$T/server.pem" \
	--key "$T/server.key"
tls=implicit
for chunk in 1 1000; do
	script "on RETR chunk $chunk"
	fresh "tls-ca-file = \"$T/ca.pem\""
	go "A12 A41: TLS records of $chunk bytes"
done

tls=none
rm -rf "$T/messages" "$T/want"
mkdir "$T/messages" "$T/want"
head -c 20000000 /dev/urandom >"$T/messages/1-random"
head -c 9000000 /dev/zero >"$T/messages/2-zero"
{ printf 'Subject: one line\n\n' && head -c 9000000 /dev/zero | tr '\0' .
} >"$T/messages/3-dots"
yes . | head -n 900000 >"$T/messages/4-dot-lines"
seq 500000 >"$T/messages/5-lines"
{ seq -f 'X-%g: x' 100000 && printf '\nbody\n'; } >"$T/messages/6-headers"
{ printf 'Subject: x\n' && seq -f ' %g' 200000 && printf '\n\n'
} >"$T/messages/7-folded"
expect "$T/messages"/*
script '# nothing'
start_popd --script "$T/script"
fresh 'keep-on-server = no'
check_status 0 'B6: large messages of strange shapes' fetch
oracle 'each, once, byte for byte'
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Connections that do not come about: each kind has its exit status and one line
# that says what is wrong and what to set. Nothing secret is sent before.
. "$(dirname "$0")/../lib.sh"

unset SSL_CERT_DIR SSL_CERT_FILE
printf 'Subject: x\n\nx\n' >"$T/drop/1"
expect "$T/drop"/*
host=localhost
# As long as the timeout is for a silent server, no test waits for it.
fresh() { # ACCOUNT-LINE...
	rm -rf "$T/state" "$mail"
	: >"$T/log"
	new_config
	add_account a 'insecure = "yes-send-password-in-clear"' "$@"
	sed -i "s/host = 127.0.0.1/host = \"$host\"/" "$conf"
	grep -q timeout "$conf" || sed -i 's/^}/\ttimeout = 600\n}/' "$conf"
}
soon() { timeout 100 "$@"; }
says_once() { says "^postroom: a: .*$1" && [ "$(grep -c . "$T/out")" = 1 ]; }
no_login() { not logged 'C: (USER|PASS|AUTH)' && not grep -qF "$password" "$T/out"; }
fails() { # STATUS NAME PATTERN
	check_status "$1" "$2" soon "$postroom" -c "$conf" fetch
	check "$2: is told of" says_once "$3"
	check "$2: nothing secret was sent" no_login
}
works() { # NAME
	check_status 0 "$1" soon "$postroom" -c "$conf" fetch
	oracle "$1: the mail is here"
}
sign() { # NAME SUBJECT-ALT-NAME START END [OPTION...]: by ca.pem
	name=$1 san=$2 start=$3 end=$4 && shift 4
	: >"$T/index" && echo 01 >"$T/serial"
	printf '%s\n' '[ca]' 'default_ca = x' '[x]' "database = $T/index" \
		"serial = $T/serial" "new_certs_dir = $T" 'default_md = sha256' \
		'policy = p' 'x509_extensions = e' '[p]' \
		'commonName = supplied' '[e]' "subjectAltName = $san" >"$T/cnf"
	(cd "$T" && openssl req -nodes -newkey "${key:-rsa:2048}" -subj "/CN=$name" \
		-keyout "$name.key" -out "$name.csr" && openssl ca -batch \
		-config cnf -in "$name.csr" -out "$name.pem" -cert ca.pem \
		-keyfile ca.key -startdate "$start" -enddate "$end" -notext \
		"$@") >"$T/openssl" 2>&1 || { cat "$T/openssl" && exit 1; }
}
serve() { # CERTIFICATE [OPTION...]
	certificate=$1 && shift
	start_popd --tls "$tls" --cert "$T/$certificate.pem" \
		--key "$T/$certificate.key" --script "$T/script" "$@"
}
script '# nothing'
make_cert server DNS:localhost,DNS:xn--pp-fka.example 2
long='20200101000000Z 20400101000000Z'
ca="tls-ca-file = \"$T/ca.pem\""

# Certificates.
sign early DNS:localhost 20390101000000Z 20400101000000Z
sign expired DNS:localhost 20200101000000Z 20210203040506Z
# shellcheck disable=SC2086
sign sha1 DNS:localhost $long -md sha1
# shellcheck disable=SC2086
key=rsa:1024 sign small DNS:localhost $long
# shellcheck disable=SC2086
sign address DNS:localhost,DNS:127.0.0.1 $long
# shellcheck disable=SC2086
sign 127.0.0.1 email:a@example.org $long
# shellcheck disable=SC2086
sign named 'DNS:pop.example.org,DNS:*.mail.example.org,IP:10.1.2.3' $long
# shellcheck disable=SC2086
sign localhost email:a@localhost $long
for tls in implicit starttls; do
	serve localhost
	fresh "$ca"
	fails 77 "A4: $tls, a name in the subject only" \
		'has its name \(localhost\) only in the subject'
	fresh "tls-ca-file = \"$T/localhost.pem\""
	fails 77 "A4: $tls, also if that certificate is trusted" 'subjectAltName'
	serve expired
	fresh "$ca"
	fails 77 "A4: $tls, expired" 'expired on 2021-02-03 04:05 UTC'
	serve early
	fresh "$ca"
	fails 77 "A4: $tls, not valid yet" 'only from 2039-01-01.*clock'
	serve sha1
	fresh "$ca"
	fails 77 "A4: $tls, signed with SHA-1" 'too weak'
	serve small
	fresh "$ca"
	fails 77 "A4: $tls, a key of 1024 bits" 'too weak'
	serve named
	fresh "$ca"
	fails 77 "A4: $tls, other names" \
		'is for pop.example.org, \*.mail.example.org, 10.1.2.3, not for localhost'
	fresh "$ca" 'tls-name = "x.mail.example.org"'
	works "$tls, another name by tls-name"
	fresh "$ca" 'tls-name = "pop.example.com"'
	fails 77 "A4: $tls, a wrong tls-name" 'not for pop.example.com'
	serve address
	fresh "$ca" 'tls-name = "127.0.0.1"'
	fails 77 "A4: $tls, an address as a name" 'has 127.0.0.1 as a name.*add IP:127.0.0.1'
	serve server
	fresh
	fails 77 "A4: $tls, a CA of its own" '"CA".*set tls-ca-file'
	fresh "$ca" "tls-pin = \"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""
	fails 77 "$tls, another key" 'is sha256//[A-Za-z0-9+/]{43}=, not the one of tls-pin'
	serve server --max-tls 1.0
	fresh "$ca"
	fails 77 "A4: $tls, TLS 1.0 only" 'speaks only .*too old'
done

tls=starttls
serve server
fresh "$ca"
check_status 0 'keys of a session' \
	env SSLKEYLOGFILE="$T/keys" "$postroom" -c "$conf" fetch
check 'are not written to a file' [ ! -e "$T/keys" ]

# The system's certificates.
tls=implicit
serve 127.0.0.1
fresh "$ca" 'tls-name = "127.0.0.1"'
fails 77 'A4: an address in the subject' 'name .127.0.0.1. only in the subject.*a subjectAltName'
serve server
fresh
mkdir "$T/empty" "$T/hashed"
cp "$T/ca.pem" "$T/hashed" && openssl rehash "$T/hashed"
with() { env "$@" "$postroom" -c "$conf" fetch; }
check_status 77 'A4: a machine without CAs' with SSL_CERT_DIR="$T/empty"
check 'a machine without CAs: is told what to install' says_once 'ca-certificates'
check 'a machine without CAs: nothing secret was sent' no_login
check_status 0 'a bundle of CAs' with SSL_CERT_FILE="$T/ca.pem"
oracle 'a bundle of CAs: the mail is here'
fresh
check_status 0 'a directory of CAs' with SSL_CERT_DIR="$T/hashed"
oracle 'a directory of CAs: the mail is here'
fresh
check_status 0 'a directory, and a bundle that has more' \
	with SSL_CERT_DIR="$T/hashed" SSL_CERT_FILE="$T/server.pem"
rm "$T/hashed"/*
cp "$T/server.pem" "$T/hashed" && openssl rehash "$T/hashed"
fresh
check_status 0 'a bundle, and a directory that has less' \
	with SSL_CERT_DIR="$T/hashed" SSL_CERT_FILE="$T/ca.pem"
fresh "tls-ca-file = \"$T/server.pem\""
works "tls-ca-file with the server's own certificate"
fresh "tls-ca-file = \"$T/early.pem\""
check_status 77 'A4: tls-ca-file replaces the CAs of the system' \
	with SSL_CERT_FILE="$T/ca.pem"
fresh "tls-ca-file = \"$T/none.pem\""
fails 77 'A4: tls-ca-file is not there' 'cannot read tls-ca-file'
fresh "tls-ca-file = \"$T/conf\""
fails 77 'A4: tls-ca-file has no certificate' 'has no certificate'

# Certificates of clients.
for max in 1.2 1.3; do
	serve server --client-ca "$T/ca.pem" --need-client --max-tls $max
	fresh "$ca"
	fails 77 "A4: TLS $max, a certificate of ours is wanted" 'tls-client-cert'
	cat "$T/named.pem" "$T/named.key" >"$T/own.pem"
	chmod 600 "$T/own.pem"
	fresh "$ca" "tls-client-cert = \"$T/own.pem\""
	works "TLS $max, a certificate of ours"
	serve server --client-ca "$T/server.pem" --need-client --max-tls $max
	fresh "$ca" "tls-client-cert = \"$T/own.pem\""
	fails 77 "A4: TLS $max, ours is not accepted" 'does not accept'
done
serve server
cat "$T/named.pem" "$T/named.key" >"$T/own.pem"
chmod 640 "$T/own.pem"
fresh "$ca" "tls-client-cert = \"$T/own.pem\""
fails 77 'A4: a key that others can read' 'run: chmod 600'
chmod 600 "$T/own.pem"
openssl pkey -aes256 -passout pass:x1234 -in "$T/named.key" \
	-out "$T/phrase.key" 2>"$T/openssl"
cat "$T/named.pem" "$T/phrase.key" >"$T/own.pem"
fresh "$ca" "tls-client-cert = \"$T/own.pem\""
fails 77 'A4: a key with a pass phrase' 'pass phrase'
fresh "$ca" "tls-client-cert = \"$T/named.pem\""
fails 77 'A4: a certificate without its key' 'no key'
cat "$T/named.pem" "$T/server.key" >"$T/own.pem"
fresh "$ca" "tls-client-cert = \"$T/own.pem\""
fails 77 'A4: a certificate with the key of another' 'does not belong'

# Other protocols: what answers is shown, at once.
speaks() { # NAME STATUS PATTERN BYTES
	for tls in none starttls implicit; do
		sampled || continue
		script "on GREETING reply \"$4\""
		fresh "$ca"
		fails "$2" "A7: $1 in place of POP3, tls = $tls" "$3"
	done
}
tls=none
start_popd --script "$T/script"
speaks IMAP 77 'speaks IMAP \("\* OK' '* OK [CAPABILITY IMAP4rev1] ready\r\n'
speaks SMTP 77 'speaks SMTP \("220 mx' '220 mx.example.org ESMTP\r\n'
speaks FTP 77 'speaks FTP' '220 ProFTPD\r\n'
speaks SSH 77 'speaks SSH \("SSH-2.0' 'SSH-2.0-OpenSSH_9\r\n'
speaks NNTP 77 'speaks NNTP' '200 news\r\n'
speaks HTTP 75 'speaks HTTP.*login page' 'HTTP/1.1 302 Found\r\n\r\n'
speaks 'the unknown' 75 'speaks something unknown \("hello"\)' 'hello\r\n'
tls=implicit
for text in '+OK hi' '-ERR busy'; do
	script "on GREETING reply \"$text\\r\\n\""
	fresh "$ca"
	fails 77 "A7: $text without TLS on a port with TLS" 'tls = starttls'
done
script '# nothing'
tls=implicit
serve server
for tls in none starttls; do
	fresh "$ca" 'timeout = 9'
	fails 77 "A7: TLS from the first byte, tls = $tls" 'set tls = implicit'
done

# Names of hosts, and their addresses.
tls=none
if start_popd --ipv6 2>/dev/null && [ -s "$T/port.$servers" ]; then
	for host in ::1 '[::1]'; do
		fresh
		works "host = $host"
	done
fi
export NAMES="$T/names"
if ${CC:-cc} -shared -fPIC -o "$T/names.so" "$tests/tools/names.c" \
	2>"$T/cc.err"; then
	echo 'xn--pp-fka.example 127.0.0.1' >"$NAMES"
	real=$postroom
	named() {
		LD_PRELOAD=$T/names.so ASAN_OPTIONS=verify_asan_link_order=0 \
			"$real" "$@"
	}
	tls=implicit
	serve server
	for host in xn--pp-fka.example pöp.example PÖP.example \
		xn--pp-fka.example.; do
		fresh "$ca"
		check_status 0 "host = $host" named -c "$conf" fetch
		oracle "host = $host: the mail is here"
	done
	# Two addresses accept connections and say nothing; the third is good.
	echo 'pop.example 127.0.0.2 127.0.0.3 127.0.0.1' >"$NAMES"
	host=pop.example
	for tls in none implicit starttls; do
		sampled || continue
		serve server
		perl -MIO::Socket::INET -e '$SIG{CHLD} = "IGNORE"; my @s = map {
			IO::Socket::INET->new(Listen => 9, LocalAddr => $_,
			LocalPort => $ARGV[0]) or die } qw(127.0.0.2 127.0.0.3);
			open my $f, ">", $ARGV[1]; close $f; sleep 600' \
			"$port" "$T/silent.$tls" &
		children="$children $!"
		wait_for test -e "$T/silent.$tls"
		fresh "$ca" 'timeout = 12' 'tls-name = localhost'
		check_status 0 "A39: $tls, two silent addresses before the good one" \
			named -c "$conf" fetch
		oracle "A39: $tls, silent addresses: the mail is here"
		echo 'pop.example 127.0.0.2 127.0.0.3' >"$NAMES"
		fresh "$ca" 'timeout = 3' 'tls-name = localhost'
		check_status 75 "A39: $tls, all addresses are silent" \
			named -c "$conf" fetch
		check "A39: $tls, all addresses are silent: is told of" \
			says_once '3 seconds \(timeout\)'
		echo 'pop.example 127.0.0.2 127.0.0.3 127.0.0.1' >"$NAMES"
	done
else
	skip 'names of hosts: no compiler'
fi
unset NAMES
host=localhost

# Proxies. The password of one is not shown.
proxy() { # ANSWER-TO-CONNECT: sets $proxy_port; empty: it works
	servers=$((servers + 1))
	perl "$T/proxy" "$T/port.$servers" "$1" &
	children="$children $!"
	wait_for test -s "$T/port.$servers"
	proxy_port=$(cat "$T/port.$servers")
}
cat >"$T/proxy" <<'END'
use IO::Socket::INET;
use IO::Select;
my ($file, $answer) = @ARGV;
my $l = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1') or die;
open my $f, '>', "$file.part" or die;
print $f $l->sockport, "\n";
close $f;
rename "$file.part", $file;
$SIG{CHLD} = 'IGNORE';
while (my $c = $l->accept) {
	next if fork;
	my $request = '';
	sysread $c, $request, 1, length $request until $request =~ /\r\n\r\n/;
	if ($answer) {
		syswrite $c, "HTTP/1.1 $answer\r\nContent-Length: 0\r\n\r\n";
		exit;
	}
	my ($port) = $request =~ /^CONNECT \S+:(\d+) /;
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or exit;
	syswrite $c, "HTTP/1.1 200 OK\r\n\r\n";
	my $both = IO::Select->new($c, $s);
	while (1) {
		for my $from ($both->can_read) {
			sysread $from, my $bytes, 65536 or exit;
			syswrite $from == $c ? $s : $c, $bytes;
		}
	}
}
END
for tls in none implicit starttls; do
	serve server
	proxy ''
	fresh "$ca" "proxy = \"http://127.0.0.1:$proxy_port\""
	works "$tls, through a proxy"
done
through() { # STATUS NAME PATTERN PROXY
	fresh "$ca" "proxy = \"$4\""
	fails "$1" "A50: $2" "$3"
	check "A50: $2: its password is not shown" not says geheim
}
proxy '407 Proxy Authentication Required'
through 77 'a proxy that wants a password' "the proxy http://127.0.0.1:$proxy_port wants" \
	"http://u:geheim@127.0.0.1:$proxy_port"
proxy '403 Forbidden'
through 77 'a proxy that does not permit it' "refuses to connect to localhost:$port" \
	"http://u:geheim@127.0.0.1:$proxy_port"
proxy '502 Bad Gateway'
through 75 'a proxy that cannot reach the server' "cannot reach localhost:$port" \
	"http://u:geheim@127.0.0.1:$proxy_port"
kill "${children##* }"
wait "${children##* }" 2>/dev/null
proxy '429 Too Many Requests'
through 75 'a proxy that has too many requests' "cannot reach localhost:$port" \
	"http://u:geheim@127.0.0.1:$proxy_port"
kill "${children##* }"
wait "${children##* }" 2>/dev/null
for scheme in http socks5h; do
	through 75 "a proxy that is down, $scheme" \
		"cannot reach the proxy $scheme://127.0.0.1:$proxy_port,.*refused" \
		"$scheme://u:geheim@127.0.0.1:$proxy_port"
done
tls=none
start_popd --script "$T/script"
through 77 'SOCKS with what is no proxy' 'does not speak SOCKS' \
	"socks5h://u:geheim@127.0.0.1:$port"

# A libcurl that cannot be loaded is missed only where it is needed.
mkdir "$T/broken" && : >"$T/broken/libcurl.so.4"
LD_LIBRARY_PATH=$T/broken
export LD_LIBRARY_PATH
through 77 'no libcurl, but a proxy' 'cannot load libcurl.*install it' \
	"socks5h://u:geheim@127.0.0.1:$port"
for tls in none implicit; do
	serve server
	fresh "$ca"
	works "$tls, without libcurl"
done
done_testing

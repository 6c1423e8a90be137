# shellcheck shell=sh disable=SC1091,SC2034,SC2086,SC2154
# Logging in to a real Dovecot by each mechanism that it has; and what its log
# says has arrived, when the certificate is not the right one.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

offer_all_ways
printf 'Subject: x\n\nx\n' >"$T/source"
expect "$T/source"
start_dovecot
fill_drop u "$T/source"

account() { # TLS PORT LINE...
	tls=$1 port=$2
	shift 2
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" "$@"
	rm -rf "$T/state" "$mail"
	: >"$d/log"
}
tried() { # the mechanisms that its log says were tried
	sed -n 's/.*client in: AUTH\t[0-9]*\t\([^\t]*\).*/\1/p' "$d/log" |
		paste -sd ' '
}
by() { # WAYS: and there was no other way
	[ "$(tried)" = "$1" ] || { tried && cat "$T/out" && false; }
}
nothing_came() { # of a login
	wait_for grep -q 'pop3-login' "$d/log"
	! grep -E 'client in: AUTH|user=<u>' "$d/log"
}
over() { # TLS: the port of Dovecot
	[ "$1" = implicit ] && echo "$pop3s_port" || echo "$pop3_port"
}

for tls in implicit starttls none; do
	account $tls "$(over $tls)"
	check_status 0 "J1: $tls: Dovecot" fetch
	check "J1: $tls: by the strongest way" by SCRAM-SHA-256
	oracle "J1: $tls: the mail is here"
	for way in plain login cram-md5 scram-sha-1 scram-sha-256; do
		account $tls "$(over $tls)" "auth = $way"
		check_status 0 "J1: $tls: $way" fetch -vv
		check "J1: $tls: $way it was" by "$(echo $way | tr '[:lower:]' '[:upper:]')"
		check "J1: $tls: $way shows no secret" \
			not grep -qF "$password" "$T/out"
		account $tls "$(over $tls)" "auth = $way"
		sed -i 's/password = .*/password = "wrong-sesame"/' "$conf"
		check_status 77 "J3: $tls: $way, a wrong password" fetch
		check "J3: $tls: $way, once" by "$(echo $way | tr '[:lower:]' '[:upper:]')"
		check "J3: $tls: $way: Dovecot's words" \
			says '.AUTH. Authentication failed'
	done
	account $tls "$(over $tls)" 'auth = user'
	check_status 0 "J1: $tls: USER and PASS" fetch
	account $tls "$(over $tls)"
	sed -i 's/password = .*/password = "wrong-sesame"/' "$conf"
	check_status 77 "J3: $tls: a wrong password" fetch
	check "J3: $tls: two tries" by 'SCRAM-SHA-256 PLAIN'
done
for way in xoauth2 oauthbearer; do
	for secret in "$password" other; do
		account implicit "$pop3s_port" "auth = $way"
		sed -i "s/password = .*/token-command = {\"echo\", \"$secret\"}/" \
			"$conf"
		fetch >"$T/out" 2>&1
		check "J4: $way: the token arrives" by "$(echo $way | tr '[:lower:]' '[:upper:]')"
	done
	check "J4: $way: a refused token is spoken of" says 'refused the token'
done
account implicit "$pop3s_port" "tls-client-cert = \"$T/us.pem\""
sed -i '/password = /d' "$conf"
check_status 0 'J1: a client certificate and no password' fetch
check 'J1: EXTERNAL it was' by EXTERNAL

# --- Nothing secret leaves before the server is known ------------------------------
make_cert other DNS:other.example 2
(cd "$T" && cp ca.pem good-ca.pem && cp ca.key good-ca.key && rm ca.pem)
make_cert foreign IP:127.0.0.1 2
(cd "$T" && mv ca.pem foreign-ca.pem && cp good-ca.pem ca.pem &&
	cp good-ca.key ca.key)
make_cert late IP:127.0.0.1 -1
for tls in implicit starttls; do
	account $tls "$(over $tls)"
	sed -i '/tls-ca-file/d' "$conf"
	check_status 77 "A4: $tls: a CA that nobody knows" fetch
	check "A4: $tls: a CA that nobody knows: nothing came" nothing_came
	account $tls "$(over $tls)"
	sed -i "s|tls-ca-file = .*|tls-ca-file = \"$T/foreign-ca.pem\"|" "$conf"
	check_status 77 "A4: $tls: another CA" fetch
	check "A4: $tls: another CA: nothing came" nothing_came
done
stop_dovecot
for cert in late other; do
	cp "$T/$cert.pem" "$T/server.pem"
	cp "$T/$cert.key" "$T/server.key"
	start_dovecot
	for tls in implicit starttls; do
		account $tls "$(over $tls)"
		check_status 77 "A4: $tls: certificate $cert" fetch
		check "A4: $tls: certificate $cert: nothing came" nothing_came
	done
	[ $cert = other ] || stop_dovecot
done

# Somebody between takes STLS out of what Dovecot offers.
cat >"$T/strip.pl" <<'END'
use IO::Socket::INET; use IO::Select;
my ($to, $heard) = @ARGV; $| = 1;
my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1") or die;
print $l->sockport, "\n";
open(my $log, ">>", $heard) or die; $log->autoflush(1);
while (my $c = $l->accept) {
	my $s = IO::Socket::INET->new("127.0.0.1:$to") or die;
	my $both = IO::Select->new($c, $s);
	CONNECTION: while (1) {
		for my $from ($both->can_read) {
			sysread($from, my $p, 65536) or last CONNECTION;
			print $log $p if $from == $c;
			$p =~ s/^STLS\r\n//m if $from == $s;
			syswrite($from == $c ? $s : $c, $p);
		}
	}
	close $_ for $c, $s;
}
END
perl "$T/strip.pl" "$pop3_port" "$T/heard" >"$T/strip.port" &
children="$children $!"
wait_for test -s "$T/strip.port"
account starttls "$(cat "$T/strip.port")"
check_status 77 'A6: STLS stripped on the way' fetch
check 'A6: is said' says 'STARTTLS'
check 'A6: nothing came to Dovecot' nothing_came
check 'A6: nor to the one between' not grep -E '^(USER|PASS|AUTH)' "$T/heard"
done_testing

# shellcheck shell=sh disable=SC1091,SC2034,SC2046,SC2086,SC2154
# Logging in to a real Dovecot by IMAP: each mechanism, over TLS, STARTTLS and in
# clear; and servers that do not speak IMAP, or would have us do without TLS.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

imaplogin=$top/tests/tools/imaplogin
need_imap
offer_all_ways
printf 'Subject: x\n\nx\n' >"$T/source"
start_dovecot
fill_drop u "$T/source"

# As enum auth_mode.
auto=0 user=1 plain=2 login=3 cram_md5=4 scram_sha_1=5 scram_sha_256=6 xoauth2=7
oauthbearer=8 external=9
log_in() { # TLS AUTH SECRET SETTING...
	tls=$1 auth=$2 secret=$3
	shift 3
	: >"$d/log"
	[ "$tls" = implicit ] && port=$imaps_port || port=$imap_port
	"$imaplogin" 127.0.0.1 "$port" "$tls" "$auth" u "$secret" \
		"ca=$T/ca.pem" "$@" >"$T/out" 2>&1
}
status() { # NUMBER NAME ARGUMENTS OF log_in...
	wanted=$1 name=$2
	shift 2
	log_in "$@"
	got=$?
	check "$name" [ "$got" = "$wanted" ]
	[ "$got" = "$wanted" ] || sed 's/^/# /' "$T/out"
}
tried() { # the mechanisms that its log says were tried
	sed -n 's/.*client in: AUTH\t[0-9]*\t\([^\t]*\).*/\1/p' "$d/log" |
		paste -sd ' '
}
by() { # WAYS: and there was no other way
	[ "$(tried)" = "$1" ] || { tried && cat "$T/out" && false; }
}
name_of() { # WAY
	echo "$1" | tr '[:lower:]_' '[:upper:]-'
}
together() { # what follows went with PLAIN, before any answer
	awk '/^> .* AUTHENTICATE PLAIN / { n = NR }
		/^> .* ID / { m = NR } END { exit m != n + 2 }' "$T/out"
}

for tls in implicit starttls none; do
	status 0 "J1: $tls: Dovecot by IMAP" $tls $auto "$password"
	check "J1: $tls: by the strongest way" by SCRAM-SHA-256
	for way in plain login cram_md5 scram_sha_1 scram_sha_256; do
		eval "number=\$$way"
		status 0 "J1: $tls: $way" $tls $number "$password"
		check "J1: $tls: $way it was" by "$(name_of $way)"
		check "J1: $tls: $way shows no secret" \
			not grep -qF "$password" "$T/out"
		status 77 "J3: $tls: $way, a wrong password" $tls $number wrong
		check "J3: $tls: $way, once" by "$(name_of $way)"
		check "J3: $tls: $way: Dovecot's words" says \
			'refused the login of u: .*AUTHENTICATIONFAILED'
	done
	status 0 "J1: $tls: LOGIN" $tls $user "$password"
	check "J1: $tls: LOGIN it was" says '^> P[0-9]* LOGIN \*\*\*$'
	status 77 "J3: $tls: LOGIN, a wrong password" $tls $user wrong
	status 77 "J3: $tls: a wrong password" $tls $auto wrong
	check "J3: $tls: two tries" by 'SCRAM-SHA-256 PLAIN'
	status 77 "J3: $tls: LOGIN, a password that must be a literal" \
		$tls $user "$(printf 'caf\303\251')"
	check "J3: $tls: is understood" says 'AUTHENTICATIONFAILED'
done
status 0 'what follows goes with PLAIN' implicit $plain "$password"
check '  before any answer' together
for way in xoauth2 oauthbearer; do
	eval "number=\$$way"
	for secret in "$password" other; do
		log_in implicit $number "$secret" token=yes
		check "J4: $way: the token arrives" by "$(name_of $way)"
	done
	check "J4: $way: a refused token is spoken of" says 'refused the token'
done
status 0 'J1: a client certificate' implicit $external '' "cert=$T/us.pem"
check 'J1: EXTERNAL it was' by EXTERNAL

# --- A proxy ------------------------------------------------------------------------
start_proxy
for tls in implicit starttls none; do
	status 0 "A40: $tls: by a proxy" $tls $auto "$password" \
		"proxy=http://127.0.0.1:$proxy_port"
done

# --- Other servers ------------------------------------------------------------------
# It says one line, and the next one for each that it hears.
cat >"$T/other.pl" <<'END'
use IO::Socket::INET;
my ($file, $log, $script) = @ARGV;
my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1") or die;
open(my $port, ">", "$file.new") or die;
print $port $listen->sockport();
close $port;
rename("$file.new", $file);
my $client = $listen->accept();
for my $line (split(/\n/, $script)) {
	$line =~ s/\|/\r\n/g;
	syswrite($client, "$line\r\n");
	my $heard = <$client> // last;
	open(my $out, ">>", $log);
	print $out $heard;
	close $out;
}
END
: >"$T/heard"
other() { # SCRIPT
	rm -f "$T/other.port"
	perl "$T/other.pl" "$T/other.port" "$T/heard" "$1" &
	children="$children $!"
	wait_for [ -s "$T/other.port" ]
	imap_port=$(cat "$T/other.port") imaps_port=$imap_port
}
other '* PREAUTH [CAPABILITY IMAP4rev1] hi'
status 77 'PREAUTH before STARTTLS' starttls $auto "$password"
check '  is taken for an attack' says 'which looks like an attack; nothing was sent'
other '* OK hi
* CAPABILITY IMAP4rev1|A001 OK done'
status 77 'a server without STARTTLS' starttls $auto "$password"
check '  is spoken of' says 'offers no STARTTLS.* port 993'
other '* OK hi
* CAPABILITY STARTTLS|A001 OK done
A002 BAD no'
status 77 'a server that refuses STARTTLS' starttls $auto "$password"
check '  is spoken of' says 'refuses STARTTLS: "BAD no".* port 993'
other '* BYE Too many connections'
status 75 'BYE with STARTTLS' starttls $auto "$password"
check '  is temporary' says 'at the moment: "BYE Too many'
other '* BYE Too many connections'
status 75 'BYE in clear' none $auto "$password"
check '  is temporary, too' says 'at the moment: "BYE Too many'
for tls in implicit starttls none; do
	other '+OK POP3 ready'
	status 77 "POP3 in place of IMAP, $tls" $tls $auto "$password"
	check '  is known' says 'speaks POP3 .*not IMAP.*port = 993'
done
other '* OK IMAP ready'
status 77 'IMAP without TLS in place of TLS' implicit $auto "$password"
check '  is known' says 'speaks IMAP without TLS .*not TLS.*port 143'
other '220 mx.example.org ESMTP'
status 77 'SMTP' none $auto "$password"
check '  is known' says 'speaks SMTP .*not IMAP.*993 for tls = implicit'
check 'nothing secret was sent to any' not grep -F "$password" "$T/heard"
done_testing

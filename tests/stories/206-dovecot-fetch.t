# shellcheck shell=sh disable=SC2016
# The main job against a real IMAP server: implicit TLS, STARTTLS and plain,
# with real mail where the corpus is present, else with the fixtures.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

need_imap
# A literal has its own end, so no line end is added; it cannot hold a NUL.
list_mail 'tr/\0/\x80/'
cp "$T/numbered"/* "$T/want/1"
start_dovecot

repeated() { delivered "$mail" | hashes | uniq -d | wc -l; }
account() { # TLS PORT LINE...: a fresh configuration
	tls=$1 port=$2
	shift 2
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" 'protocol = imap' "$@"
}

for tls in implicit starttls none; do
	fill_drop u $(cat "$T/list")
	rm -rf "$mail" "$T/state"
	: >"$T/log"
	case $tls in
	implicit) account implicit "$imaps_port" ;;
	*) account $tls "$imap_port" ;;
	esac
	check_status 0 "tls = $tls: fetch" fetch
	check "tls = $tls: says nothing" silent
	oracle "tls = $tls: all $total messages, once, byte for byte"
	check_status 0 "tls = $tls: fetch again" fetch
	oracle "tls = $tls: brings nothing"
	check "tls = $tls: the mail is still on the server" \
		[ "$(left_in_drop u)" = "$total" ]
done

# The same mailbox by another protocol: the headers tell what is known.
rm -rf "$mail" "$T/state" "$T/want/1"
fill_drop u $(cat "$T/list")
new_config
tls=none port=$pop3_port
add_account a
check_status 0 'by POP3' fetch
again=$(repeated)
account none "$imap_port"
check_status 0 'then by IMAP' fetch
# By IMAP some of it has other bytes: without a line end at its end, with NULs.
check 'nothing comes twice with the same bytes' [ "$(repeated)" = "$again" ]
had=$(messages "$mail")
check_status 0 'and again' fetch
check 'nothing' [ "$(messages "$mail")" = "$had" ]
new_config
tls=none port=$pop3_port
add_account a
check_status 0 'and back' fetch
check 'nothing either' [ "$(messages "$mail")" = "$had" ]

# Deleting on the server, and a new UIDVALIDITY.
rm -rf "$mail" "$T/state"
account none "$imap_port" 'keep-on-server = no'
check_status 0 'keep-on-server = no' fetch
check 'empties the mailbox' [ "$(left_in_drop u)" = 0 ]
check 'and all is here' [ "$(messages "$mail")" = "$total" ]

account none "$imap_port"
fill_drop u $(cat "$T/list")
rm -rf "$mail" "$T/state"
check_status 0 'all again' fetch
rm -f "$T/dovecot/mail/u"/dovecot*
check_status 0 'after the server has lost its index' fetch
check 'nothing comes twice' [ "$(messages "$mail")" = "$total" ]
check_status 0 'n: nothing is new' fetch -n
done_testing

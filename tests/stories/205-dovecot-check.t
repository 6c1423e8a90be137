# shellcheck shell=sh disable=SC2016
# check --connect at a real server: POP3 and IMAP, over TLS.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

need_imap
list_mail '1'
start_dovecot
fill_drop u $(cat "$T/list")
fill_drop v $(head -n 3 "$T/list")
drop=$T/dovecot/mail/u
mkdir -p "$drop/.Lists/cur" "$drop/.Lists/new" "$drop/.Lists/tmp"
chown -R "$drop_user" "$drop/.Lists"
seen() { find "$drop" -type f -path '*/cur/*' -name '*:2,*S*' | wc -l; }
row() { says "^ +$1 +$2\$"; } # LABEL PATTERN

new_config
tls=implicit port=$imaps_port
add_account i "tls-ca-file = \"$T/ca.pem\"" 'protocol = imap'
user=v port=$pop3s_port
add_account p "tls-ca-file = \"$T/ca.pem\""
tls=starttls port=$pop3_port user=w
add_account s "tls-ca-file = \"$T/ca.pem\"" 'tls-name = localhost'
check_status 0 'before the first session' "$postroom" -c "$conf" check --connect
check 'IMAP' row protocol 'IMAP, TLS 1.3'
check 'what it can do' row can 'UIDPLUS MOVE .*LIST-STATUS CONDSTORE.* IDLE.*'
check 'all is new' row folders "INBOX  $total messages: $total new \\(.*\\), 0 known"
check 'another folder' says '[1-9][0-9]* others?, not named by'
check 'POP3' row protocol 'POP3, TLS 1.3'
check 'what that can do' row can 'UIDL TOP PIPELINING'
check 'of another user' row mailbox '3 messages: 3 new \(.*\), 0 known'
check 'one without mail' row mailbox '0 messages'
check 'nothing is here' [ ! -e "$T/state" ]
check 'nothing is read there' [ "$(seen)" = 0 ]
check_status 0 'a session' fetch
check_status 0 'after it' "$postroom" -c "$conf" check --connect
check 'all is known' row folders "INBOX  $total messages: 0 new, $total known"
check 'by POP3, too' row mailbox '3 messages: 0 new, 3 known'
check 'nothing would be fetched' [ "$(grep -c '^ *to fetch  nothing$' "$T/out")" = 3 ]
check 'and nothing is read there' [ "$(seen)" = 0 ]

done_testing

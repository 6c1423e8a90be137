# shellcheck shell=sh disable=SC2016
# check --connect: what is on the servers, and what would be fetched; nothing
# changes, here or there.
. "$(dirname "$0")/../lib.sh"

look() { "$postroom" -c "$conf" check --connect "$@"; }
add() { # FOLDER NAME [LINES]: a message
	mkdir -p "$T/drop/$1"
	printf 'Subject: %s\n\n%s\n' "$2" "$2" >"$T/drop/$1/$2"
	[ $# = 2 ] || perl -e 'print "x" x 70, "\n" for 1 .. shift' "$3" \
		>>"$T/drop/$1/$2"
}
row() { says "^ +$1 +$2\$"; } # LABEL PATTERN

tls=none
mkdir -p "$T/drop/INBOX" "$T/want"
script '# nothing'
start_imapd --script "$T/script"
imap_port=$port
new_config
add_account a 'protocol = imap' 'max-size = 1k' 'folders = {"INBOX", "Lists/*"}'
for i in 1 2 3; do add INBOX $i; done
add Lists/x 4
add Lists/y 5 60
add Other 6
mkdir -p "$T/drop/Empty"
check_status 0 'before the first session' look
check 'the account' row account 'a: u at 127.0.0.1:[0-9]+'
check 'the protocol' row protocol 'IMAP, not encrypted'
check 'what the server can do' row can '.*UIDPLUS.*MOVE.*IDLE.*'
check 'a folder' row folders 'INBOX    3 messages: 3 new \(.*\), 0 known'
check 'another one' row '' 'Lists/x  1 message: 1 new \(.*\), 0 known'
check 'and one with a large message' \
	row '' 'Lists/y  1 message: 0 new, 1 larger than max-size \(4.* KB\), 0 known'
check 'how many others there are' row '' "3 others, not named by 'folders'"
check 'what would be fetched' row 'to fetch' '4 messages \(0.1 KB\)'
check 'nothing is on disk' [ ! -e "$T/state" ]
check 'nor in the Maildir' [ "$(delivered "$mail" 2>/dev/null | wc -l)" = 0 ]
check 'no folder was selected, no message was read' \
	not logged 'SELECT|STORE|BODY\[|BODY.PEEK\[\]'

check_status 0 'a session' fetch
add INBOX 7
before=$(cksum <"$T/state/state.db")
: >"$T/log"
check_status 0 'after it' look a
check 'what is known' row folders 'INBOX    4 messages: 1 new \(.*\), 3 known'
check 'what is too large' \
	row '' 'Lists/y  1 message: 0 new, 1 larger than max-size \(.*\), 0 known'
check 'what is new' row 'to fetch' '1 message \(.*\)'
check 'the state is as it was' [ "$(cksum <"$T/state/state.db")" = "$before" ]
check 'with nothing beside it' \
	[ "$(find "$T/state" -name 'state.db-wal' -size +0 | wc -l)" = 0 ]
check 'no flag was set' not grep -q Seen "$T/drop/INBOX/.folder"
check_status 0 'as JSON' look --json
cat >"$T/json.pl" <<'END'
use JSON::PP;
my $o = decode_json(do { local $/; <STDIN> });
my ($i) = grep { $_->{name} eq "INBOX" } @{$o->{folders}};
print join(" ", $o->{account}, $o->{ok} ? 1 : 0, $o->{protocol},
	defined $o->{tls} ? 1 : 0, $o->{new}, $o->{known}, $o->{too_large},
	$o->{other_folders}, $i->{messages}, $i->{new},
	(grep { $_ eq "UIDPLUS" } @{$o->{capabilities}})), "\n";
END
check 'an object' \
	[ "$(grep '^{' "$T/out" | perl "$T/json.pl")" = 'a 1 imap 0 1 4 1 3 4 1 UIDPLUS' ]
script 'on EXAMINE *Lists/x* no "[NOPERM] not yours"'
check_status 75 'a folder that cannot be read' look
check 'is shown' row '' 'Lists/x  cannot be read'
check 'and why' says 'folder Lists/x cannot be read: ".*not yours"'
check 'the others are shown' row folders 'INBOX    4 messages.*'

# The default is INBOX, which is always there.
new_config
add_account a 'protocol = imap'
script 'on LIST hide "*INBOX*"'
check_status 0 'a server that does not list INBOX' look
check 'has it' row folders 'INBOX  4 messages: .*'
check 'and others' row '' "5 others, not named by 'folders'"

# Trouble with one account leaves the others.
script 'on AUTHENTICATE no "[AUTHENTICATIONFAILED] Invalid credentials"'
mkdir "$T/pop" && printf 'Subject: p\n\nx\n' >"$T/pop/1"
start_popd --drop "p:$password:$T/pop"
add_account off 'enabled = no'
user=p
add_account p
user=q
add_account pop 'protocol = imap' 'timeout = 2s'
port=$imap_port
add_account imap 'timeout = 2s'
port=1
add_account dead 'timeout = 2s'
check_status 77 'five accounts' look
check 'a wrong password' says '^a: 127.0.0.1 refused the login of u: '
check 'an account that works' row mailbox '1 message: 1 new \(.*\), 0 known'
check 'by POP3' row protocol 'POP3, not encrypted'
check 'a server that is dead' says '^dead: .*127.0.0.1'
check 'POP3 at an IMAP server' says '^imap: .*set protocol = imap'
check 'IMAP at a POP3 server' says '^pop: .*set protocol = pop3'
check 'one that is switched off is left alone' not says 'off: '
check_status 75 'only the dead one, twice' look dead dead
check 'is tried once' [ "$(grep -c '^dead: ' "$T/out")" = 1 ]
check_status 75 'as JSON' look --json dead
check 'it is an object, too' says '"account":"dead","ok":false.*"temporary":true'
check_status 64 'an account that there is not' look nobody
check 'is told' says "no account 'nobody'"
check_status 64 'a name without --connect' "$postroom" -c "$conf" check p
echo 'nonsense' >>"$conf"
: >"$T/log"
check_status 78 'a wrong configuration' look
check 'connects nowhere' not logged .

done_testing

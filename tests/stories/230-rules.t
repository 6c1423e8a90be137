# shellcheck shell=sh
# Rules, layouts and folder names, on the fixtures: `deliver -n` shows exactly
# what deliver does.
. "$(dirname "$0")/../lib.sh"

deliver() { "$postroom" -c "$conf" deliver "$@"; }
port=1
rules() { # LINE...: a fresh configuration with these lines
	rm -rf "$mail" "$T/state"
	new_config "$@"
}
message() { printf '%b' "$1" >"$T/m"; }
goes_to() { # FOLDER NAME: where $T/m goes, foretold and done
	deliver -n <"$T/m" >"$T/out" 2>&1
	check "$2: foretold" says "→ $1( |$)"
	deliver <"$T/m" >"$T/out" 2>&1
	check "$2: done" [ "$(messages "$mail/$1")" = 1 ]
	rm -rf "$mail" "$T/state"
}

rules 'rule "r" {' "header = 'List-Id: /<(?<l>[^>]+)>/'" 'folder = "L/{l}"' '}'
message 'List-Id: <notmuch>\n\n'
goes_to L/notmuch 'a name from the message'
for bad in ../../../etc/cron.d/x . .. a/b -rf '~root' .hidden 'a\001b' \
	'a\tb' "$(printf %0300d 1)"; do
	message "List-Id: <$bad>\n\n"
	deliver <"$T/m" >"$T/out" 2>&1
	check "$bad: to a folder of one level" [ "$(find "$mail/L" \
		-mindepth 3 -maxdepth 3 -path '*/new/*' | wc -l)" = 1 ]
	check "$bad: without a word" not says 'could not be judged|cannot be'
	check "$bad: nothing else is made" [ "$(find "$T" -name Mail -prune \
		-exec find {} -mindepth 1 -maxdepth 1 \; | wc -l)" = 1 ]
	rm -rf "$mail" "$T/state"
done

rules 'undecided = "Odd"' 'rule "wild" {' "subject = '/^(a+)+\$/'" \
	'folder = "A"' '}' 'rule "next" {' 'folder = "B"' '}'
message 'Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n\n'
goes_to Odd 'a pattern that runs wild is never "no match"'
message 'Subject: aaa\n\n'
goes_to A 'a match'
message 'Subject: b\n\n'
goes_to B 'no match'
{
	yes 'X: y' | head -20000
	echo
} >"$T/m"
goes_to Odd '20,000 header fields'
{
	printf 'Subject: '
	head -c 3000000 /dev/zero | tr '\0' x
	printf '\n\n'
} >"$T/m"
goes_to Odd 'a header of 3 MB'

rules 'rule "r" {' 'any {' 'subject = "发票"' 'all {' 'larger = 1K' \
	'from = "@example.org"' '}' '}' 'none {' 'header = "X-No: /./"' '}' \
	'folder = "Finance/{date:%Y}"' '}'
message 'Subject: =?gb2312?B?t6LGsQ==?=\nDate: Mon, 23 Nov 2026 10:00:00 +0800\n\n'
goes_to Finance/2026 'decoded, with the year of the message'
message 'Subject: =?gb2312?B?t6LGsQ==?=\nX-No: 1\n\n'
goes_to Inbox 'not with none'
message 'Subject: x\nFrom: a@example.org\n\n'
goes_to Inbox 'nor a small one'

rules 'rule "r" {' 'subject = "drop"' 'discard = yes' '}' \
	'rule "s" {' 'subject = "stay"' 'stop = yes' '}' \
	'rule "t" {' 'folder = "T"' '}'
message 'Subject: stay\n\n'
goes_to Inbox 'stop: to the inbox'
message 'Subject: other\n\n'
goes_to T 'the rule behind'
message 'Subject: drop\n\n'
deliver -n <"$T/m" >"$T/out" 2>&1
check 'discard: foretold' says discarded
deliver <"$T/m" >"$T/out" 2>&1
check 'discard: nothing is filed' [ "$(messages "$mail" 2>/dev/null)" = 0 ]
check 'discard: nothing is left' [ -z "$(find "$T/state/spool" -type f)" ]

# An existing maildir++ is kept, with modified UTF-7, as Dovecot reads it.
rules 'rule "r" {' 'subject = "x"' 'folder = "发票/a.b"' '}'
mkdir -p "$mail/cur" "$mail/new" "$mail/tmp"
message 'Subject: x\n\n'
deliver <"$T/m"
check 'maildir++: the folder' \
	[ "$(messages "$mail/.&U9F5aA-.a_b/new")" = 1 ]
check 'maildir++: its mark' test -f "$mail/.&U9F5aA-.a_b/maildirfolder"
message 'Subject: y\n\n'
deliver <"$T/m"
check 'maildir++: the inbox is the top' [ "$(messages "$mail/new")" = 1 ]
rules 'layout = fs' 'folder-encoding = utf7' 'rule "r" {' 'folder = "发票"' '}'
deliver <"$T/m"
check 'fs with utf7' [ "$(messages "$mail/&U9F5aA-/new")" = 1 ]
rules 'layout = "maildir++"' 'folder-encoding = utf8' 'rule "r" {' \
	'folder = "发票"' '}'
deliver <"$T/m"
check 'maildir++ with utf8' [ "$(messages "$mail/.发票/new")" = 1 ]
check 'folders are for us only' \
	[ -z "$(find "$mail" -perm /077 ! -type l)" ]

# At most 200 folders a day come from names in messages.
rules 'rule "r" {' "subject = '/(.+)/'" 'folder = "S/{1}"' '}'
start_popd
add_account a
for i in $(seq 203); do
	printf 'Subject: %s\n\n%s\n' "$i" "$i" >"$T/drop/$i"
done
check_status 0 '203 messages, each with a folder of its own' fetch
check '200 folders' [ "$(find "$mail/S" -name new | wc -l)" = 200 ]
check 'the rest to the fallback folder' [ "$(messages "$mail/Inbox")" = 3 ]
check 'with the reason' says '200 folders'
done_testing

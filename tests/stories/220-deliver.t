# shellcheck shell=sh
# deliver: one message on standard input, from an MTA or another fetcher. Whatever
# goes wrong, the exit status says whether postroom has it.
. "$(dirname "$0")/../lib.sh"

deliver() { # FILE OPTION...
	file=$1
	shift
	"$postroom" -c "$conf" deliver "$@" <"$file"
}
# check_status() gives no input: FILE goes through a function.
given() {
	wanted=$1 name=$2 got=0
	shift 2
	deliver "$@" >"$T/out" 2>&1 || got=$?
	{ cat "$T/out" && echo "status $got"; } >"$T/why"
	verdict=ok && [ "$got" = "$wanted" ] || verdict='not ok'
	result "$verdict" "$name" "$T/why"
}
port=1
new_config
cat >>"$conf" <<'EOF'
rule "Lists" {
    header = 'List-Id: /<(?<list>[^.>]+)/'
    folder = "Lists/{list}"
}
rule "Backup" {
    copy = "Backup"
}
rule "Marked" {
    subject = "look"
    mark    = {read, flagged}
    folder  = "Marked"
}
EOF

printf 'From: a@example.org\nList-Id: X <x.example.org>\n\nlist\n' >"$T/list"
given 0 'a message for a list' "$T/list"
check 'says nothing' silent
check 'is filed by the rule' cmp "$T/list" "$(find "$mail/Lists/x/new" -type f)"
check 'and nowhere else' [ "$(messages "$mail")" = 1 ]

printf 'Subject: =?utf-8?Q?l=6Fok?=\n\nhere\n' >"$T/look"
given 0 'a message to mark' "$T/look"
check 'is in cur/ with its flags' \
	[ -n "$(find "$mail/Marked/cur" -name '*:2,FS')" ]
check 'its copy is in new/, unmarked' [ "$(messages "$mail/Backup/new")" = 1 ]
check 'both are its bytes' [ "$(find "$mail/Marked/cur" "$mail/Backup/new" \
	-type f -exec cmp "$T/look" {} \; -print | wc -l)" = 2 ]
check 'they are two files' [ "$(find "$mail/Backup/new" -type f -links 1 |
	wc -l)" = 1 ]
check 'nothing stays in the spool' \
	[ -z "$(find "$T/state/spool" -type f)" ]

rm -rf "$mail" "$T/state"
printf 'From a@example.org Mon Nov 23 10:00:00 2026\r\nSubject: x\r\n\r\nFrom here\r\n' >"$T/crlf"
printf 'Return-Path: <a@example.org>\nSubject: x\n\nFrom here\n' >"$T/lf"
printf 'From : a@example.org\nSubject: x\n\nx\n' >"$T/field"
given 0 'a field "From :" is no envelope line' "$T/field"
check 'it is kept' cmp "$T/field" "$mail/Inbox/new/"*
rm -rf "$mail" "$T/state"
given 0 'with an envelope line and CRLF' "$T/crlf"
check 'both are gone, the sender is kept, the body is as it was' \
	cmp "$T/lf" "$(find "$mail/Inbox/new" -type f)"
rm -rf "$mail" "$T/state"
: >"$T/empty"
given 0 'an empty message' "$T/empty"
check 'is a message' [ "$(messages "$mail/Inbox")" = 1 ]
rm -rf "$mail" "$T/state"
printf 'a\0b\rc\n\n\377' >"$T/bytes"
given 0 'NUL, lone CR, no last line end' "$T/bytes"
check 'B2 B3: are kept' cmp "$T/bytes" "$(find "$mail/Inbox/new" -type f)"

rm -rf "$mail" "$T/state"
given 0 'a dry run' "$T/list" -n
check 'shows where it would go' says 'Lists/x .rule "Lists", .*:3'
check 'and does nothing' [ ! -e "$mail" ]

for i in $(seq 12); do
	printf 'Subject: %s\n\n%s\n' "$i" "$i" >"$T/many.$i"
	deliver "$T/many.$i" &
	pids="${pids:-} $!"
done
for pid in $pids; do wait "$pid" || echo "# status $? of $pid"; done
check 'twelve at once: all delivered' [ "$(messages "$mail/Inbox")" = 12 ]

given 64 'arguments are a mistake' "$T/list" somebody
printf 'rule "x" { foldr = "y" }\n' >>"$conf"
rm -rf "$mail" "$T/state"
given 75 'a wrong configuration must not bounce mail' "$T/list"
check 'is told with its place' says "$conf:[0-9]*:[0-9]*: error: .*folder"
check 'and takes nothing' [ ! -e "$mail" ]

new_config
mkdir "$T/ro" && chmod 500 "$T/ro"
sed -i "s|^maildir = .*|maildir = \"$T/file/Mail\"|" "$conf"
: >"$T/file"
given 0 'a Maildir that cannot be: the spool has the message' "$T/list"
check 'which is said' says 'safe in the spool'
sed -i "s|^maildir = .*|maildir = \"$mail\"|" "$conf"
given 0 'mended, with the next message' "$T/look"
check 'both are there' [ "$(messages "$mail")" = 2 ]

sed -i "s|^state = .*|state = \"$T/file/state\"|" "$conf"
given 75 'no place for the spool: not accepted' "$T/list"
check 'which is said' says 'not accepted'
done_testing

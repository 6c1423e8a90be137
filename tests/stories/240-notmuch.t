# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# tag-style = notmuch, with the real notmuch and a database of its own.
. "$(dirname "$0")/../lib.sh"
command -v notmuch >/dev/null || skip_all 'notmuch is not installed'

NOTMUCH_CONFIG=$T/notmuch
export NOTMUCH_CONFIG
printf '%s\n' '[database]' "path=$mail" '[user]' 'primary_email=me@example.org' \
	'[new]' 'tags=inbox;unread' '[maildir]' 'synchronize_flags=false' \
	>"$NOTMUCH_CONFIG"
mkdir "$mail"
notmuch new --quiet >"$T/why" 2>&1 || {
	sed 's/^/# /' "$T/why"
	skip_all 'notmuch does not run here'
}
n=0
deliver() { # HEADER-FORMAT: as one more message
	n=$((n + 1))
	printf "From: a@example.org\nSubject: s$n\n$1\nbody $n\n" >"$T/$n.eml"
	"$postroom" -c "$conf" deliver <"$T/$n.eml"
}
tags() { # of the newest message
	notmuch search --output=tags "subject:s$n" | sort | tr '\n' ' '
}
tags_are() { tags >"$T/tags" && cat "$T/tags" && [ "$(tags)" = "$1" ]; }
is_tagged() { # NAME HEADER-FORMAT TAGS
	check_status 0 "$1" deliver "$2"
	check "  has its tags" tags_are "$3"
}

new_config 'tag-style = notmuch'
cat >>"$conf" <<'END'
rule "work"  { header = "X-Is: work" tag = {work, "发票"} untag = {inbox, later} }
rule "later" { header = "X-Is: later" tag = later }
rule "away"  { header = "X-Is: away" untag = inbox folder = "Away" }
rule "back"  { header = "X-Is: back" untag = inbox }
rule "again" { header = "X-Is: back" tag = inbox }
rule "id"    { header = "X-Is: id" set-header = "Message-ID: <new@example.org>" }
rule "no id" { header = "X-Is: none" remove-header = "Message-ID" }
rule "all"   { tag = all folder = "N" }
END
w='X-Is: work\n' as_work='all unread work 发票 '
is_tagged 'a message' "${w}Message-ID: <1@example.org>\n" "$as_work"
check 'is as it was' cmp "$T/1.eml" "$(delivered "$mail/N")"
check_status 0 'why' "$postroom" -c "$conf" why 1@example.org
check '  says which tags' says 'notmuch tags 1@example.org, tags work 发票 all -inbox'
is_tagged 'no Message-ID' "$w" "$as_work"
is_tagged 'an empty one' "${w}Message-ID:  \n" "$as_work"
is_tagged 'archived, without a tag' 'X-Is: away\nMessage-ID: <2@x>\n' 'unread '
is_tagged 'removed and set again' 'X-Is: back\nMessage-ID: <3@x>\n' \
	'all inbox unread '
is_tagged 'no rule of tags' 'X-Is: later\nMessage-ID: <4@x>\n' \
	'all inbox later unread '
is_tagged 'a new Message-ID' 'X-Is: id\nMessage-ID: <5@x>\n' 'all inbox unread '
is_tagged 'one that is gone' 'X-Is: none\nMessage-ID: <6@x>\n' \
	'all inbox unread '

# Message-IDs as they come. The line must be of this message, and of no other.
long=$(printf '%0200d' 7)
for id in '<a"b@x>' '<"">' '<a\\\\b@x>' '< s p @x >' '<a"" or tag:all or id:b@x>' \
	'<*>' '<)(@x>' 'bare@x' '<open@x' '(comment) <c1@x>' '<a@x> <b@x>' \
	'<%%22@x>' '\n <folded@x>' '<>' '=?utf-8?q?=3Cw=40x=3E?=' \
	'<\345\217\221@x>' '<\377@x>' '<tab\tbed@x>' '<\001@x>' "<$long>" \
	'<(c)d1@x>' 'two words "q"' '<a>' '(open <x1@x>' '"q" <q1@x>'
do
	is_tagged "Message-ID: $id" "${w}Message-ID: $id\n" "$as_work"
done
check 'H15: nobody else lost the tag inbox' [ "$(notmuch count tag:inbox)" = 4 ]

# Many at once, and while notmuch cannot be used.
for i in $(seq 40); do
	printf 'From: b@example.org\nSubject: many\nX-Is: work\n\n%s\n' "$i" \
		>"$T/drop/$i"
done
start_popd
add_account a
check_status 0 'forty without a Message-ID' fetch
check '  have their tags' [ "$(notmuch count tag:work and not tag:inbox \
	and subject:many)" = 40 ]
mv "$NOTMUCH_CONFIG" "$NOTMUCH_CONFIG.away"
check_status 0 'notmuch fails' deliver "${w}Message-ID: <late@x>\n"
check '  it is named, though it is of no rule' \
	says 'tag: notmuch .*exited with 1'
mv "$NOTMUCH_CONFIG.away" "$NOTMUCH_CONFIG"
sql 'UPDATE delivery SET next = 1 WHERE next > 1'
check_status 0 'and later' fetch
check '  has its tags' tags_are "$as_work"
check 'nothing waits' [ -z "$(find "$T/state/spool" -type f)" ]
done_testing

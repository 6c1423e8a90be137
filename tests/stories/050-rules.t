# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Rules, from the words of the configuration to the folders on the disk.
. "$(dirname "$0")/../lib.sh"

new_config
cp "$conf" "$T/base"
rules() { # the rules on standard input, nothing filed yet
	rm -rf "$T/state" "$mail"
	cp "$T/base" "$conf"
	chmod 600 "$conf"
	cat >>"$conf"
}
send() { # HEADER-LINE...: a message with them
	{ printf '%s\n' "$@" && printf '\nbody\n'; } >"$T/message"
	"$postroom" -c "$conf" deliver <"$T/message" >"$T/out" 2>&1 ||
		echo "status $?" >>"$T/out"
}
filed() { # FOLDER: one message was filed, and it is there
	find "$mail" && cat "$T/out"
	[ "$(messages "$mail")" = 1 ] && [ "$(messages "$mail/$1")" = 1 ]
}
goes() { # FOLDER HEADER-LINE...
	folder=$1 name="$2 → $1"
	shift
	rm -rf "$mail" "$T/state"
	send "$@"
	check "$name" filed "$folder"
}

rules <<'EOT'
rule "exact"     { from = "bob@example.org"              folder = "Bob" }
rule "domain"    { from = "@example.net"                 folder = "Net" }
rule "below"     { from = "@.example.com"                folder = "Com" }
rule "contains"  { subject = "in[voice"                  folder = "Finance" }
rule "chinese"   { subject = "发票"                      folder = "发票" }
rule "regex"     { subject = '/^re: (?<topic>\w+)/'      folder = "Topics/{topic}" }
rule "case"      { subject = '/CASE/c'                   folder = "Case" }
rule "number"    { subject = '/ticket (\d+)-(\d+)/'      folder = "T{1}/{2}" }
rule "list"      { header = 'List-Id: /<(?<list>[^.>]+)/' folder = "Lists/{list}" }
rule "value"     { header = "X-Spam-Flag: YES"           folder = "Spam" }
rule "present"   { header = "X-There: /./"               folder = "There" }
rule "or"        { to = {"one@x.org", "two@x.org"}       folder = "Or" }
rule "recipient" { recipient = "list@lists.org"          folder = "Rcpt" }
rule "and"       { subject = "alpha" subject = "omega"   folder = "And" }
rule "groups"    {
    any  { subject = "red" subject = "blue" }
    none { from = "@bad.org" all { subject = "blue" to = "@x.org" } }
    folder = "Colours"
}
EOT
goes Bob 'From: Bob <bob@example.org>'
goes Bob 'From: BOB@EXAMPLE.ORG'
goes Inbox 'From: bob@example.organic'
goes Inbox 'From: "bob@example.org" <eve@evil.org>'
goes Inbox 'From: notbob@example.org'
goes Net 'From: x@example.net'
goes Inbox 'From: x@sub.example.net'
goes Inbox 'From: x@evil-example.net'
goes Com 'From: x@sub.example.com'
goes Com 'From: x@example.com'
goes Finance 'Subject: Your IN[VOICE of May'
goes Finance 'Subject: =?UTF-8?Q?in=5Bvo?= =?UTF-8?Q?ice?='
goes Inbox 'Subject: invoice'
goes 发票 'Subject: =?GB2312?B?t6LGsQ==?='
goes 发票 'Subject: =?utf-8?B?55S15a2Q5Y+R56Wo?='
goes Topics/apples 'Subject: Re: apples and pears'
goes Case 'Subject: a CASE for it'
goes Inbox 'Subject: a case for it'
goes T12/34 'Subject: ticket 12-34'
goes Lists/dev 'List-Id: Developers <dev.example.org>'
goes Lists/dev 'List-Id: Developers of things,' ' folded <dev.example.org>'
goes Spam 'X-Spam-Flag: YES'
goes Inbox 'X-Spam-Flag: NO'
goes There 'X-There: anything'
goes Or 'To: a@x.org, Two <two@x.org>'
goes Inbox 'Cc: two@x.org'
goes Rcpt 'Cc: list@lists.org'
goes Rcpt 'To: x@y.z, list@lists.org'
goes And 'Subject: from alpha to omega'
goes Inbox 'Subject: alpha only'
goes Colours 'Subject: red'
goes Inbox 'Subject: red' 'From: x@bad.org'
goes Inbox 'Subject: blue' 'To: a@x.org'
goes Colours 'Subject: red and blue' 'To: a@y.org'

# Text of a sender must not decide where files are written.
rules <<'EOT'
rule "hostile" { header = 'List-Id: /<(?<list>[^>]*)>/' folder = "Lists/{list}" }
EOT
for name in ../../../etc/cron.d/x .. . /etc/passwd '~root' -rf '' ' ' a/../../b \
	"$(printf '%0300d' 7)" 'x:2,S' 'new' 'cur' '%s%n' '$HOME' '`id`' \
	"$(printf 'escape\033[31m')" ..%2f.. '..\..' '=?utf-8?q?=2E=2E=2F=2E=2E?='; do
	rm -rf "$mail" "$T/state"
	send "List-Id: <$name>"
	check "B16 H4: a list called $(printf %.20s "$name" | tr -c '[:graph:]' '?')" \
		[ "$(messages "$mail")" = 1 ]
	check 'stays in the Maildir, in a folder that can be used' [ -z "$(find \
		"$mail" -name '.*' -o -name '-*' -o -name '~*' -o \
		-name '*[[:cntrl:]]*')" ]
done
check 'and nothing was made beside it' [ "$(find "$T" -newer "$T/base" -type d \
	-not -path "$mail*" -not -path "$T/state*" -not -path "$T" | wc -l)" = 0 ]

rules <<'EOT'
rule "copy"    { subject = "copy"                     copy = "Copies" copy = "More" }
rule "mark"    { subject = "mark"                     mark = {read, flagged} }
rule "discard" { subject = "discard"                  discard = yes }
rule "stop"    { subject = "stop"                     stop = yes }
rule "off"     { enabled = no                         folder = "Off" }
rule "file"    { subject = {"copy", "file", "stop"}   folder = "Filed" }
rule "later"   { subject = "file"                     copy = "Never" }
EOT
send 'Subject: copy'
check 'C14: two copies and a filing' [ "$(messages "$mail")" = 3 ]
check 'one in each' [ "$(messages "$mail/Copies" "$mail/More")" = 2 ]
check 'byte for byte' [ "$(delivered "$mail" | hashes | uniq | wc -l)" = 1 ]
check 'in files of their own' [ "$(find "$mail" -type f -links 1 | wc -l)" = 3 ]
goes Filed 'Subject: file'
goes Inbox 'Subject: stop'
rm -rf "$mail" "$T/state"
send 'Subject: mark'
check 'marked mail is in cur/ with its flags in order' \
	[ "$(find "$mail/Inbox/cur" -name '*:2,FS' | wc -l)" = 1 ]
rm -rf "$mail" "$T/state"
send 'Subject: discard'
check 'C14: discarded mail is nowhere' [ "$(messages "$mail" 2>/dev/null)" = 0 ]
check 'not even in the spool' [ -z "$(find "$T/state/spool" -type f)" ]

rules <<'EOT'
rule "large"  { larger = 10K   folder = "Large" }
rule "small"  { smaller = 100  folder = "Small" }
EOT
goes Small 'A: b'
goes Large "A: $(printf '%010300d' 1)"
goes Inbox "A: $(printf '%0300d' 1)"

# A pattern that runs wild is not "no match".
rules <<'EOT'
rule "wild" { subject = '/^(a+)+$/c' folder = "Wild" }
rule "rest" { folder = "Rest" }
EOT
send "Subject: $(printf '%060d' 0 | tr 0 a)b"
check 'C1: a pattern that runs wild: not the next rule' filed Inbox
check 'but said' says 'could not be judged: rule "wild"'
"$postroom" -c "$conf" status >"$T/out" 2>&1
check 'by status, too' says '^in quarantine: 1 messages of the last 30 days '

for i in 1 2 3; do
	printf 'Subject: %s\n\nx\n' "$i" >"$T/drop/$i"
done
expect "$T/drop"/*
start_popd
rm -rf "$T/state" "$mail"
new_config 'undecided = "Unsure"'
add_account a 'inbox = "Work/In"'
cat >>"$conf" <<'EOT'
rule "account" { account = a subject = "2" folder = "Two" }
rule "wild"    { subject = '/3(?:x|(\1))*+(?R)/' folder = "Wild" }
EOT
check_status 0 'rules about accounts' fetch
oracle 'nothing is lost'
check 'the inbox of the account' [ "$(messages "$mail/Work/In")" -ge 1 ]
check 'a rule for the account' [ "$(messages "$mail/Two")" = 1 ]

rm -rf "$T/state" "$mail"
"$postroom" -c "$conf" -n fetch >"$T/out" 2>&1
check 'C16: a dry run foretells' says 'Two'
fetch
check_status 0 'other rules later' sh -c 'sed -i "s/Two/Second/" "$1"' - "$conf"
check_status 0 'do not file again' fetch
oracle 'what was filed'
check 'stays where it was' [ "$(messages "$mail/Two")" = 1 ]
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Hostile mail: each message is filed once, in limited time and memory, and
# nothing in it becomes a path, a command or a line of the log.
. "$(dirname "$0")/../lib.sh"

new_config 'undecided = "Odd"' 'command-timeout = 10s'
cat >>"$conf" <<END
rule "body" { body = "never there" folder = "Never" }
rule "attachment" { attachment = '/never there\$/' folder = "Never" }
rule "address" { recipient = {"nobody@never.example", "@.never.example"} folder = "Never" }
rule "any" { header = 'X-None: /./' folder = "Never" }
rule "pipe" { header = 'X-Pipe: /(?<x>.*)/' pipe = {"sh", "-c", "printf '%s|' \
	\"\$@\" \"\$POSTROOM_X\" >>$T/piped", "sh", "{x}", "{from}", "{subject}"} }
rule "log" { header = 'X-Log: /./' log = "{subject} {from}" }
rule "header" { header = 'X-Set: /(.*)/' set-header = "X-Got: {1}" }
rule "save" { attachment = '/./' save-attachments = "$T/saved" }
rule "list" { header = 'List-Id: /<(?<l>.*)>/' folder = "Lists/{l}" }
rule "name" { header = 'X-Name: /./' folder = "Names/{from-name}" }
END
not_says() { ! says "$1"; }
feed() { "$postroom" -c "$conf" deliver <"$T/m"; }
n=0
survives() { # NAME: $T/m is filed, once, and nobody's hands are tied
	n=$((n + 1))
	start=$(date +%s)
	check_status 0 "$1" feed
	check "$1: in time" [ $(($(date +%s) - start)) -lt 20 ]
	check "$1: filed once" [ "$(messages "$mail")" = $n ]
}
hostile() { # NAME FORMAT
	printf "$2" >"$T/m"
	survives "$1"
}
{
	printf 'Subject: long\n\n'
	yes 'a line of text' | head -c 5000000
} >"$T/m"
survives 'text of 5 MB'
check 'has a line in the log' says 'too large or too deeply nested; rules saw a part'
check_status 0 'explained' "$postroom" -c "$conf" explain "$T/m"
check 'it says what was not found' says 'body "never there": no, in the part that was read$'
check 'and what is sure' says 'attachment .*: no$'
check_status 0 'shown' "$postroom" -c "$conf" --json show "$T/m"
check 'it says so, too' says 'this is the part that rules see'
check 'and in JSON' says '"cut":true'
hostile 'text of which all is read' 'A: b\n\nx\n'
check 'has none' not_says 'rules saw a part'
hostile 'B16 H4: a List-Id that climbs' 'List-Id: <../../../etc/x>\n\nx\n'
hostile 'B16 H4: an absolute one' 'List-Id: </etc/x>\n\nx\n'
hostile 'B16 H4: one with a NUL' 'List-Id: <a\0b>\n\nx\n'
hostile 'B16 H4: one that hides' 'List-Id: <.ssh>\n\nx\n'
hostile 'B16 H4: a very long one' "List-Id: <$(head -c 5000 /dev/zero | tr '\0' x)>\n\nx\n"
hostile 'B16 H4: one in an encoded word' 'List-Id: =?utf-8?q?<=2E=2E/x>?=\n\nx\n'
hostile 'B12 H11: a newline in an encoded word' \
	'X-Log: 1\nSubject: =?utf-8?q?a=0AEvil:_1=0D=0A=0D=0Abody?=\nFrom: a@b\n\nx\n'
check 'is one line of the log' [ "$(wc -l <"$T/out")" = 1 ]
hostile 'B12 H11: terminal escapes' 'X-Log: 1\nSubject: \033]0;x\007\033[2J\nFrom: \233x\n\nx\n'
no_controls() { ! LC_ALL=C grep -q '[[:cntrl:]]' "$T/out"; }
check 'are not in the log' no_controls
hostile 'B15 H10: a shell' \
	'X-Pipe: `touch /tmp/x`; $(reboot) | rm -rf ~ && "\n '\''x\nFrom: `id`@$(id)\nSubject: ; exit 1\n\nx\n'
check 'is a text' [ "$(cut -d'|' -f1 "$T/piped")" = '`touch /tmp/x`; $(reboot) ' ]
hostile 'G6: options' 'X-Pipe: --help\nFrom: -rf@-x\n\nx\n'
hostile 'B12: a value with a header in it' \
	'X-Set: =?utf-8?q?a=0ABcc:_evil@x?=\n\nx\n'
check 'adds no header' not grep -rqi '^Bcc:' "$mail"
hostile 'B12: percent signs' 'X-Log: 1\nX-Pipe: %%s%%n%%s\nSubject: %%n%%s\n\nx\n'
hostile 'a name as a folder' 'X-Name: 1\nFrom: "../.." <a@b>\n\nx\n'
hostile 'H12: a name with SQL' "X-Name: 1\nFrom: x'); DROP TABLE msg; -- <a@b>\n\nx\n"
hostile 'H10: names of attachments' \
	'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b; name="../../x"\n\n1\n--b\nContent-Type: a/b; name*=utf-8'\'''\''%%2e%%2e%%2fy\n\n2\n--b\nContent-Disposition: attachment; filename="=?utf-8?q?=2F=00=0A?="\n\n3\n--b--\n'
check 'stay where they belong' [ "$(find "$T/saved" -mindepth 1 -type f | wc -l)" = 3 ]
check 'all of them' [ -z "$(find "$T" -path '*saved/*/*')" ]

{ seq 200000 | sed 's/.*/X-N&: v/' && printf '\nx\n'; } >"$T/m"
survives 'B6: 200,000 headers'
{ printf 'To: ' && seq 300000 | sed 's/.*/ a&@x.org,/' && printf ' z@z\n\nx\n'; } >"$T/m"
survives 'B7: 300,000 addresses'
{ printf 'Content-Type: multipart/mixed; boundary=b0\n' &&
	seq 0 20000 | awk '{ printf "\n--b%d\nContent-Type: multipart/mixed; boundary=b%d\n", $1, $1 + 1 }'
} >"$T/m"
survives 'B8: 20,000 nested parts'
{ printf 'Content-Type: multipart/mixed; boundary=b\n' &&
	seq 50000 | sed 's/.*/\n--b\nContent-Type: a\/b; name=n&/'; } >"$T/m"
survives 'B8: 50,000 parts'
{ printf 'Content-Type: message/rfc822\n' &&
	seq 5000 | sed 's/.*/\nContent-Type: message\/rfc822/'; } >"$T/m"
survives 'B8 B19: 5,000 messages in messages'
{ printf 'Subject: ' && head -c 3000000 /dev/zero | tr '\0' y && printf '\n\nx\n'; } >"$T/m"
survives 'B6: a subject of 3 MB'
{ printf 'X-Pipe: ' && head -c 200000 /dev/zero | tr '\0' y && printf '\n\nx\n'; } >"$T/m"
survives 'G6: an argument of 200 KB'
{ printf 'A: b\nContent-Type: text/html\n\n' && yes '<div><!--' | head -c 8000000; } >"$T/m"
survives '8 MB of open tags'
{ printf 'From: ' && yes '(' | head -c 400000 | tr -d '\n' && printf '\n\nx\n'; } >"$T/m"
survives '400,000 open comments'
{ printf 'Subject: ' && yes '=?utf-8?q?a?=' | head -c 700000 | tr '\n' ' ' && printf '\n\nx\n'; } >"$T/m"
survives 'B6: 50,000 encoded words'
{ printf 'A: b\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n' &&
	yes 'M' | head -c 3000000; } >"$T/m"
survives 'B10: uuencoding without an end'
check 'none escaped' [ -z "$(find "$T" -newer "$conf" -type f -path '*etc*' \
	-not -path "$mail/*")" ]
check 'none was lost' [ "$(messages "$mail/Never" 2>/dev/null || echo 0)" = 0 ]
check 'the spool is empty' [ -z "$(find "$T/state/spool" -type f)" ]
done_testing

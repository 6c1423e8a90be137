# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Rules for mail that is on disk already: moved mail keeps its flags, other mail is
# not touched, and a killed run can be repeated.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
folder() { mkdir -p "$mail/$1/cur" "$mail/$1/new" "$mail/$1/tmp"; }
put() { # FOLDER/PART/NAME FORMAT
	printf "$2" >"$mail/$1" && touch -d '2020-01-02 03:04:05' "$mail/$1"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
named() { delivered "$mail/$1" | grep -qE "$2" || { delivered "$mail" && false; }; }
old() { # FOLDER: the time of arrival is what it was
	[ "$(stat -c %Y "$(delivered "$mail/$1")")" = "$(date -d '2020-01-02 03:04:05' +%s)" ]
}
tree() { (cd "$mail" && find . -type f -exec sha256sum {} + | sort); }

new_config
cat >>"$conf" <<END
rule "l" { header = 'List-Id: /<(\\w+)/' folder = "Lists/{1}" mark = read }
rule "d" { subject = "drop" discard = yes }
rule "t" { subject = "tag" tag = t folder = "Tagged" }
rule "h" { subject = "hold" hold = 15m folder = "Held" }
rule "i" { subject = "stay" folder = "Inbox" }
rule "p" { subject = "pipe" pipe = {"sh", "-c", "cat >>$T/piped"} }
END
folder Inbox
folder Lists/b
put 'Inbox/cur/1.a.h:2,FR' 'List-Id: <a>\n\n1\n'
put 'Inbox/new/2.b.h' 'List-Id: <a>\n\n2\n'
put 'Inbox/cur/3.c.h:2,S' 'Subject: stay\n\n3\n'
put 'Inbox/cur/4.d.h:2,ST' 'List-Id: <a>\n\n4\n'
put 'Inbox/new/5.e.h' 'Subject: drop\n\n5\n'
put 'Inbox/cur/6.f.h:2,' 'Subject: tag\n\n6\n'
put 'Inbox/new/7.g.h' 'Subject: nothing\n\n7\n'
put 'Lists/b/cur/8.h.h:2,S' 'List-Id: <b>\n\n8\n'
put 'Inbox/new/9.i.h' 'Subject: pipe\n\n9\n'
put 'Inbox/cur/10.j.h:2,S' 'Subject: hold\n\n10\n'
tree >"$T/before"
check_status 0 'a dry run' run -n sort --all "$mail"
check 'says what would move' says 'Inbox/cur/1.a.h:2,FR: .* → Lists/a FRS'
check 'what would be piped' says '9.i.h: .*stays, pipe to sh|9.i.h: .*pipe to sh.*stays'
check 'not what stays' not says '3.c.h|7.g.h|8.h.h'
tree >"$T/after"
check 'and changes nothing' cmp "$T/before" "$T/after"
check 'not even a state' [ ! -e "$T/state" ]
check_status 0 'one folder' run sort "$mail" Lists/b
tree >"$T/after"
check 'where all is right' cmp "$T/before" "$T/after"
check_status 0 'a dry run of what can be undone' run -n sort "$mail"
check 'pipes nothing' not says 'pipe'
check_status 0 'all folders' run sort --all "$mail"
check 'silently' silent
check 'lists are filed' there Lists/a 2
check 'with their flags' named Lists/a '/cur/.*:2,FRS$'
check 'what stays, stays' [ -e "$mail/Inbox/cur/3.c.h:2,S" ]
check 'what is to be deleted, too' [ -e "$mail/Inbox/cur/4.d.h:2,ST" ]
check 'and what would be discarded' [ -e "$mail/Inbox/new/5.e.h" ]
check 'what was to be held has been here long' there Held 1
check 'a tag is set' [ "$(cat "$(delivered "$mail/Tagged")")" = "$(printf \
	'Subject: tag\nX-Label: t\n\n6')" ]
check 'what was in cur/ is not new' named Tagged '/cur/.*:2,$'
check 'the time of arrival stays' old Tagged
check 'what no rule decides, stays' [ -e "$mail/Inbox/new/7.g.h" ]
check 'a pipe ran' [ "$(tail -n 1 "$T/piped")" = 9 ]
check 'on what stays' [ -e "$mail/Inbox/new/9.i.h" ]
check 'nothing is left behind' [ -z "$(find "$T/state/spool" -type f)" ]
check 'six are there' there Inbox 5
check_status 0 'with --discard' run sort --discard "$mail" Inbox
check 'it is done' [ ! -e "$mail/Inbox/new/5.e.h" ]
check_status 78 'a folder that is not there' run sort "$mail" Nowhere
check 'is reported' says 'there is no folder Nowhere'
check_status 64 'no such Maildir' run sort "$T/none"
check_status 78 'no Maildir' run sort "$T/home"
check_status 0 'the spool only' run sort
check_status 64 'which cannot be foretold' run -n sort

# Killed at any moment: one run more, and each message is there, once.
cat >"$conf" <<END
maildir = "$mail"
state = "$T/state"
rule "all" { header = 'X-N: /(\\d)/' folder = "N/{1}" }
END
for try in 1 2 3 4 5 6 7 8; do
	sampled || continue
	rm -rf "$mail" "$T/state"
	folder Inbox
	for i in $(seq 100 399); do
		printf 'X-N: %s\n\n%s\n' "$i" "$i" >"$mail/Inbox/cur/$i.x.h:2,S"
	done
	find "$mail" -type f -exec cat {} + | sort >"$T/wanted"
	"$postroom" -c "$conf" sort "$mail" Inbox >/dev/null 2>&1 &
	pid=$!
	sleep "0.0$try"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	run sort "$mail" Inbox >"$T/out" 2>&1
	find "$mail" -type f -exec cat {} + | sort >"$T/got"
	check "killed after 0.0$try s" cmp "$T/wanted" "$T/got"
	check 'all are filed' there Inbox 0
done
check 'with their flags' [ "$(delivered "$mail/N" | grep -c ':2,S$')" = 300 ]
done_testing

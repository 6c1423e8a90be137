# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# What `sort` and `undo` keep: the first of several copies, Dovecot's keywords,
# flags behind other separators.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
folder() { mkdir -p "$mail/$1/cur" "$mail/$1/new" "$mail/$1/tmp"; }
put() { printf "$2" >"$mail/$1" && touch -d "${3:-2020-01-02}" "$mail/$1"; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
named() { delivered "$mail/$1" | grep -qE "$2" || { delivered "$mail" && false; }; }
fresh() { # RULES
	rm -rf "$mail" "$T/state"
	new_config
	printf '%s\n' "$1" >>"$conf"
	folder Inbox
}
tree() { (cd "$mail" && find . -type f | sort); }
foretold() { # FOLDER: -n and the run say the same of what goes there
	run -n sort "$mail" | grep -c "→ $1" >"$T/foretold"
	run sort "$mail" >"$T/out" 2>&1
	there "$1" "$(cat "$T/foretold")"
}

# --- duplicates -----------------------------------------------------------------
fresh 'rule "d" { duplicate = yes folder = "Dup" }'
put 'Inbox/cur/3.c.h:2,S' 'X-N: 3\nMessage-ID: <a@x>\n\nx\n' 2020-01-03
put 'Inbox/cur/1.a.h:2,S' 'X-N: 1\nMessage-ID: <a@x>\n\nx\n' 2020-01-01
put 'Inbox/new/2.b.h' 'X-N: 2\nMessage-ID: <a@x>\n\nx\n' 2020-01-02
put 'Inbox/new/4.d.h' 'Message-ID: <b@x>\n\n4\n'
check 'duplicates are moved as -n said' foretold Dup
check 'all but the first' there Dup 2
check 'which is the one that came first' [ -e "$mail/Inbox/cur/1.a.h:2,S" ]
tree >"$T/before"
check_status 0 'again' run sort "$mail"
tree >"$T/after"
check 'nothing is left to be moved' cmp "$T/before" "$T/after"
fresh 'rule "d" { duplicate = yes tag = dup }
rule "t" { tagged = dup folder = "Dup" }
rule "l" { header = "List-Id: l" folder = "L" }'
for i in 1 2 3 4 5; do
	put "Inbox/cur/$i.x.h:2,S" "List-Id: l\nX-N: $i\nMessage-ID: <a@x>\n\nx\n"
done
put 'Inbox/cur/6.x.h:2,S' 'Message-ID: <a@x>\n\nx\n' 2019-01-01
check 'by a tag, after one that stays' foretold Dup
check 'all five' there Dup 5

# --- names ----------------------------------------------------------------------
fresh 'rule "x" { subject = "x" folder = "F" }'
put 'Inbox/cur/1.a.h;2,FS' 'Subject: x\n\n1\n'
put 'Inbox/cur/2.b.h!2,PRS' 'Subject: x\n\n2\n'
put 'Inbox/cur/3.c.h;2,ST' 'Subject: x\n\n3\n'
put 'Inbox/cur/4;2,no.h:2,S' 'Subject: x\n\n4\n'
tree >"$T/before"
check_status 0 'other separators' run sort "$mail" Inbox
check 'flags are known behind ;' named F ':2,FS$'
check 'and behind !, with P' named F ':2,PRS$'
check 'what is to be deleted stays' [ -e "$mail/Inbox/cur/3.c.h;2,ST" ]
check 'all others are filed' there F 3
check_status 0 'undo' run undo
tree >"$T/after"
check 'brings the old names back' cmp "$T/before" "$T/after"

# --- keywords -------------------------------------------------------------------
fresh 'rule "x" { subject = "x" folder = "F" }'
folder F
printf '0 one\n1 two\n' >"$mail/Inbox/dovecot-keywords"
printf '0 other\n1 two\n' >"$mail/F/dovecot-keywords"
put 'Inbox/cur/1.a.h:2,Sab' 'Subject: x\n\n1\n'
put 'Inbox/cur/2.b.h:2,Sz' 'Subject: x\n\n2\n'
put 'Inbox/cur/3.c.h:2,S' 'Subject: x\n\n3\n'
put 'Inbox/new/4.d.h' 'Subject: x\n\n4\n'
tree >"$T/before"
check_status 0 'keywords' run sort "$mail" Inbox
check 'get the letters of the folder' named F ':2,Sbc$'
check 'which knows their names' grep -qx '2 one' "$mail/F/dovecot-keywords"
check 'a letter without a name stays' named F ':2,Sz$'
check_status 0 'undo' run undo
tree >"$T/after"
check 'brings the old letters back' cmp "$T/before" "$T/after"
check_status 0 'once more' run sort "$mail" Inbox
f=$(delivered "$mail/F" | grep ':2,Sbc$')
mv "$f" "${f%:2,*}:2,FSab"
check_status 0 'undo' run undo
check 'keeps what a reader has changed' [ -e "$mail/Inbox/cur/1.a.h:2,FSbc" ]
check 'and has told the inbox' grep -qx '2 other' "$mail/Inbox/dovecot-keywords"

# --- undo, killed ---------------------------------------------------------------
fresh 'rule "x" { subject = "x" folder = "F" }'
for i in 1 2 3 4 5 6 7 8 9; do
	put "Inbox/cur/$i.x.h:2,S" "Subject: x\n\n$i\n"
done
tree >"$T/before"
check_status 0 'nine' run sort "$mail" Inbox
f=$(delivered "$mail/F" | head -1)
mv "$f" "$mail/Inbox/cur/$(tail -n 1 "$f").x.h:2,S"
check_status 0 'undo after one that was killed' run undo
check 'has nothing to complain of' silent
tree >"$T/after"
check 'and all are back' cmp "$T/before" "$T/after"
done_testing

# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Where a message went and why, after the fact; and putting it back.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
deliver() { printf "$1" | run deliver; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
tree() { (cd "$mail" && find . -type f -exec sha256sum {} + | sort); }

new_config
cat >>"$conf" <<'END'
rule "Bills" { subject = '/\b(?<what>invoice)\b/' folder = "Bills" copy = "All" }
rule "Lists" { header = 'List-Id: /<(\w+)/' tag = list folder = "L/{1}" }
rule "Later" { subject = "later" pipe = {"sh", "-c", "echo busy >&2; exit 75"} }
END
check_status 1 'before there is any mail' run why x
deliver 'Message-ID: <1@x>\nFrom: Ann <ann@x.org>\nSubject: your invoice\n\nx\n'
deliver 'Message-ID: <2@x>\nFrom: Bob\nSubject: \033[1mlist\nList-Id: <a.b>\n\nx\n'
deliver 'Message-ID: <3@x>\nSubject: later\n\nx\n' 2>/dev/null
check_status 0 'why, by id' run why '<1@x>'
check 'names it' says '^20..-..-.. ..:..  "your invoice" from Ann <ann@x.org>  <1@x>'
check 'the folder and the rule' says '^    → Bills  \(rule "Bills", .*conf:3\)$'
check 'what matched' says 'subject ".*invoice.*" matches "your invoice"'
check 'where it is' says "^      $mail/Bills/new/"
check 'the copy' says '^    copy → All'
check_status 0 'by words' run why invoice ann
check 'likewise' says '<1@x>'
check_status 1 'all of them' run why invoice bob
check_status 0 'without words' run why
check 'all are shown' [ "$(grep -c '^20' "$T/out")" = 3 ]
check 'the newest first' [ "$(sed -n '1s/.*<\(.\)@x>.*/\1/p' "$T/out")" = 3 ]
check 'nothing steers the terminal' says '"\\x1b\[1mlist" from Bob'
check 'tags' says '→ L/a, tags list'
check 'what waits' says 'next try 20.*: sh exited with 75: busy'
check_status 0 'as JSON' run why --json 1@x
check 'too' says '"summary":"\\"your invoice.*"action":"folder","folder":"Bills".*"path":"'
mv "$(delivered "$mail/Bills")" "$T/elsewhere"
check_status 0 'of one that is gone' run why 1@x
check 'that is said' says '^      it is not there any more$'

# --- the folder on the server -----------------------------------------------------
cp "$conf" "$T/conf.whole"
new_config
cat >>"$conf" <<'END'
rule "Wait" { on-server-folder = '/^$/' hold = 15m }
rule "Mirror" { on-server-folder = ../dev folder = "In/{folder}" }
END
deliver 'Message-ID: <4@x>\nSubject: held\n\nx\n'
check_status 0 'a message without one' run why 4@x
check 'waits for that rule' says 'held until'
sql "UPDATE msg SET hold_until = 0, folder = '../Dev' WHERE message_id = '4@x'"
check_status 0 'one that came from a folder' run sort
check 'H4: is filed below the Maildir' there In/_./Dev 1
check_status 0 'why, as JSON' run why --json 4@x
check 'knows the folder' says '"account":null,"folder":"../Dev",'
check_status 0 'and so does the log' run --json log --limit 1
check 'likewise' says '"folder":"../Dev",'
cp "$T/conf.whole" "$conf"

# --- undo ---------------------------------------------------------------------------
rm -rf "$mail" "$T/state"
cat >"$T/drop/1" <<'END'
Message-ID: <1@x>
Subject: invoice

END
cat >"$T/drop/2" <<'END'
Message-ID: <2@x>
Subject: letter

END
cat >"$T/drop/3" <<'END'
Message-ID: <3@x>
List-Id: <c.d>

END
start_popd
add_account a
check_status 0 'a fetch' fetch
check 'files one' there Bills 1
check_status 0 'undo -n' run -n undo
check 'says what it would do' says "invoice.* → $mail/Inbox/new/"
check 'and does not' there Bills 1
check_status 0 'undo' run undo
check 'silently' silent
check 'it is in the inbox' there Inbox 3
check 'not in the folder' there Bills 0
check_status 1 'again' run undo
check 'there is nothing' says 'no run that could be undone'
check_status 0 'why tells' run why 1@x
check 'that it was undone' says '→ Inbox .*; undone'
tree >"$T/before"
check_status 0 'sorting it again' run sort "$mail" Inbox
check 'files it' there Bills 1
f=$(delivered "$mail/Bills")
mkdir -p "$mail/Bills/cur"
mv "$f" "$mail/Bills/cur/$(basename "$f"):2,S"
f=$(delivered "$mail/L/c")
mkdir -p "$mail/L/c/cur"
mv "$f" "$mail/L/c/cur/$(basename "$f"):2,RS"
check_status 0 'and undoing that' run undo
check 'puts it back where it lay' there Inbox 2
check 'but not what was answered' says 'left alone: it was answered since'
check 'which stays' there L/c 1
done_testing

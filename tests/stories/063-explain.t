# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# explain: what the rules would do with a message, and why. test: the tests in a
# configuration.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
explain() { # OPTION...: of $T/m
	run explain "$@" "$T/m"
}
json_has() { grep -qF -- "$1" "$T/out" || { cat "$T/out" && false; }; }
untouched() { [ ! -e "$mail" ] && [ ! -e "$T/state" ]; }

new_config
cat >>"$conf" <<END
rule "Backup" { copy = "Backup/{date:%Y}" }
rule "Seen" { duplicate = yes folder = "Duplicates" }
rule "Ask" { smaller = 512K filter = {"sh", "-c", "echo X-Bogosity: Ham; cat"} }
rule "Spam" { header = {"X-Spam-Flag: YES", "X-Bogosity: Spam"} folder = "Spam" }
rule "Tag" { from = "@example.org" tag = {a, b} mark = read }
rule "Off" { enabled = no folder = "Off" }
rule "Pipe" { account = work pipe = {"touch", "$T/piped", "{subject}"} }
rule "Lists" { header = 'List-Id: /<(?<list>[^.>]+)/' folder = "Lists/{list}" }
rule "Rest" { folder = "Rest" }
END
printf '%s\n' 'Date: Sat, 03 Feb 2024 23:30:00 +0800' \
	'From: Bob <bob@example.org>' 'List-Id: Notmuch <notmuch.notmuchmail.org>' \
	'Subject: =?utf-8?B?5Y+R56Wo?=' 'Message-ID: <1@x>' '' 'body' >"$T/m"

check_status 0 'explain' explain
check 'names the message' says '^"发票" from Bob <bob@example.org>, .*<1@x>$'
check 'each rule, its place and outcome' says ' 1  Backup +conf:3  applies$'
check 'what it does' says 'copy → Backup/2024$'
check 'why not' says 'duplicate yes: no$'
check 'what a header is instead' says \
	'header "X-Spam-Flag: YES", "X-Bogosity: Spam": no, it is "Ham"'
check 'what matched' says 'header "List-Id: .*": yes, "Notmuch <notmuch'
check 'what is off' says 'Off +conf:8  off$'
check 'how many were not reached' says '\(1 rules not reached\)'
check 'the result' says '^  =  copy → Backup/2024 .*→ Lists/notmuch S, tags a b'
check 'and touches nothing' untouched
check_status 0 'all rules' explain --all
check 'are shown' says ' 9  Rest +conf:11  not reached'
check_status 0 'with an account' explain --account work
check 'that counts' says 'pipe to touch .*/piped 发票'
check 'a pipe is not run' [ ! -e "$T/piped" ]
stdin() { run explain - <"$T/m"; }
check_status 0 'from standard input' stdin
check 'likewise' says 'Lists/notmuch'

check_status 0 'as JSON' explain --json
check 'rules' json_has '{"rules":[{"name":"Backup","file":'
check 'their outcome' json_has '"line":6,"applies":false,"outcome":"no","why":["header'
check 'deliveries' json_has '"deliveries":[{"action":"copy","folder":"Backup/2024","rule":'
check 'with flags' json_has '{"action":"folder","folder":"Lists/notmuch","flags":"S"'
check 'tags' json_has '"tags":["a","b"]}'
check_status 0 'a pipe as JSON' explain --json --account work
check 'has its arguments' json_has "{\"action\":\"pipe\",\"argv\":[\"touch\",\"$T/piped\",\"发票\"]"
# The folder on the server: for rules, and as a place, which it cannot leave.
cp "$conf" "$T/conf.whole"
new_config
cat >>"$conf" <<'END'
rule "Junk" { on-server-folder = {Junk, "Bulk Mail"} folder = Spam }
rule "Dev" { on-server-folder = '/^lists\/(?<list>.+)/' folder = "L/{list:lower}" }
rule "Ask" { on-server-folder = '/^-r/' test-command = {"true", "{folder}"} folder = A }
rule "Mirror" { folder = "{folder}" copy = "All/{folder:lower}/x" }
test "junk" {
	mail = 'Subject: x'
	account = home
	on-server-folder = "bulk mail"
	expect-folder = Spam
}
END
folder() { check_status 0 "from $1" explain --folder "$1" && check "to $2" says "→ $2"; }
folder Junk Spam
folder Lists/Dev L/dev
check_status 0 'as JSON' explain --json --folder Old/Mail
check 'the levels stay' json_has '"action":"folder","folder":"Old/Mail"'
check 'also in small letters' json_has '"folder":"All/old/mail/x"'
stays() { # NAME PLACE: where a hostile name leads
	check_status 0 "H4: a folder called $1" explain --json --folder "$1"
	check '  stays below the Maildir' json_has "\"action\":\"folder\",\"folder\":\"$2\""
}
stays ../../x _./_./x
stays /etc/ _/etc/_
stays .. _.
stays new new_
stays -f _f
stays "$(printf 'a\342\200\256b')" ab
stays "$(printf 'a\tb\001\377')" 'a b__'
stays a/b/c/d/e/f/g/h/i a/b/c/d/e/f/g/h_i
check_status 0 'G6: a name that would be an option' explain --folder -rf
check 'is refused' says 'begins with "-", as an option does'
long=$(head -c 990 /dev/zero | tr '\0' x)
stays "$long" "$(echo "$long" | cut -c1-100)"
check_status 64 'a name that is too long' explain --folder "$long$long" "$T/m"
check_status 0 'none' explain --json
check 'is a level without a name' json_has '"action":"folder","folder":"_"'
check_status 0 'a test with a folder' run test
check 'of the server' says '^1 tests passed, 0 failed'
cp "$T/conf.whole" "$conf"

check_status 64 'no file' run explain
check_status 64 'two files' run explain a b
check_status 75 'a file that is not there' run explain "$T/none"
check_status 75 'a directory' run explain "$T"
printf 'X: %060db\n' 0 | tr 0 a >"$T/m"
new_config && cat >>"$conf" <<'END'
rule "wild" { header = 'X: /^(a+)+$/c' folder = "Wild" }
END
check_status 0 'a rule that fails' explain
check 'says so' says 'cannot be judged: rule "wild"'
check_status 0 'and as JSON' explain --json
check 'too' json_has '"trouble":"rule \"wild\"'

# --- test ---------------------------------------------------------------------------
new_config
cat >"$T/two.eml" <<'END'
Subject: two

END
cat >>"$conf" <<END
rule "f" { header = "X-F: 1" filter = {"sh", "-c", "echo X-New: 1; cat"} }
rule "n" { header = "X-New: 1" folder = "New" }
rule "d" { subject = "drop" discard = yes }
rule "t" { subject = '/one|two/' tag = "t" copy = "C" }
test "a copy and a tag" {
	mail = 'Subject: one

	        body'
	expect-folder = "Inbox"
	expect-copies = "C"
	expect-tags = "t"
	expect-rule = "t"
}
test "from a file" { mail = "file:two.eml" expect-copies = "C" }
test "nothing" { mail = 'Subject: drop' expect-folder = {} expect-tags = {} }
test "below the quote" {
	mail = '
	        Subject: drop

	        body
	'
	expect-folder = {}
}
test "a filter is not run" { mail = 'X-F: 1' expect-folder = "Inbox" }
END
check_status 0 'test' run test
check 'counts' says '^5 tests passed, 0 failed$'
check 'touches nothing' untouched
check_status 1 'with commands' run test --run-commands
check 'a filter is run' says 'folder: expected "Inbox", got "New"'
check 'where' says 'conf:[0-9]+: test "a filter is not run" failed'
check_status 0 'as TAP' run test --tap
check 'it is' [ "$(head -n 2 "$T/out")" = "$(printf '1..5\nok 1 - a copy and a tag')" ]
check_status 1 'failing TAP' run test --tap --run-commands
check 'says why' says '^# folder: expected'
check_status 0 'a record' run test --record "$T/two.eml"
check 'is a test' says '^    expect-copies = \{"C"\}$'
cat "$T/out" >>"$conf"
check_status 0 'that holds' run test
check 'and counts' says '^6 tests passed'
echo 'test "no mail" { expect-folder = "x" }' >>"$conf"
check_status 78 'a test without mail' run test
check 'is an error' says 'test "no mail" has no mail'
check_status 64 'an unknown option' run test --nonsense
done_testing

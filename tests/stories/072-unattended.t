# shellcheck shell=sh disable=SC2154
# Unattended runs: systemd units, completions, cron, the log file.
. "$(dirname "$0")/../lib.sh"

# --- units
if command -v systemd-analyze >"$T/found"; then
	XDG_RUNTIME_DIR=$T
	export XDG_RUNTIME_DIR
	mkdir "$T/units"
	units=$tests/../src/service
	for unit in "$units"/*.service.in "$units"/*.timer; do
		to=$T/units/$(basename "$unit" .in)
		sed "s|@bindir@|$(cd "$top" && pwd)|" "$unit" >"$to"
	done
	mv "$T/units/postroom@.service" "$T/units/postroom@alice.service"
	verified() {
		systemd-analyze --man=no verify "$@" >"$T/out" 2>&1 && silent
	}
	check 'the unit of a user' verified --user "$T/units/postroom.service"
	check 'the timer and what it starts' verified --user \
		"$T/units/postroom-fetch.timer" "$T/units/postroom-fetch.service"
	check 'the unit of the system' verified "$T/units/postroom@alice.service"
else
	skip 'systemd-analyze is not installed: the units are not verified'
fi

# --- completions
new_config 'log = "~/postroom.log"'
script '# all is well'
mkdir "$T/drop.v"
start_popd --script "$T/script" --drop "v:$password:$T/drop.v" \
	--caps 'UIDL TOP USER LOGIN-DELAY=900 EXPIRE=30=USER'
add_account work 'every = 20m'
user=v
add_account home
cat >>"$conf" <<'END'
rule "Mailing lists" { header = 'List-Id: /<(?<list>[^.>]+)/' folder = "Lists/{list}" }
END
candidates() { "$postroom" __complete -- -c "$conf" "$@" >"$T/out" 2>&1; }
completes() { # EXPECTED WORD...
	expected=$1 && shift && candidates "$@"
	[ "$(sort "$T/out" | tr '\n' ' ')" = "$expected " ] || { cat "$T/out"; false; }
}
candidates ''
check 'each command is offered' [ "$("$postroom" help |
	sed -n 's/^  \([a-z]\{3,9\}\) .*/\1/p' | sort)" = "$(sort "$T/out")" ]
check 'accounts' completes 'home work' poll ''
check 'options of a command' completes '--background --json --pidfile' daemon --
check 'rules' completes 'Mailing lists' why --rule ''
mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Lists/x/cur" "$mail/Lists/x/new"
check 'folders' completes 'Inbox Lists/x' why --folder ''
rm -rf "$mail"
if command -v bash >"$T/found"; then
	in_bash() { # WORD...: what bash would offer
		PATH=$(cd "$top" && pwd):$PATH bash -c '. "$1" && shift
			COMP_WORDS=(postroom "$@") COMP_CWORD=$#
			_postroom 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' - \
			"$tests/../src/service/postroom.bash" "$@" >"$T/out"
	}
	in_bash -c "$conf" poll w
	check 'bash asks for them' [ "$(cat "$T/out")" = work ]
	in_bash -c "$conf" why --rule M
	check 'and protects their blanks' [ "$(cat "$T/out")" = 'Mailing\ lists' ]
else
	skip 'bash is not installed'
fi

# --- cron
printf 'Subject: one\n\nx\n' >"$T/drop/1"
check_status 0 '--exit-code: 0 when there was mail' fetch --exit-code work
check 'and nothing is said' silent
check_status 1 '--exit-code: 1 when there was none' fetch --exit-code work
check 'nor then' silent
"$postroom" -c "$conf" status --json >"$T/out"
check 'what the server wants is learned' \
	says '"name":"work".*"login_delay":900,"expire_days":30,'
check 'and what it has' says '"on_server":1'
check 'the log file has it' grep -qE \
	'^20..-..-..T..:..:..[+-][0-9]{4} postroom\[[0-9]+\]: work: "one"' \
	"$HOME/postroom.log"
check 'and is private' [ "$(stat -c %a "$HOME/postroom.log")" = 600 ]
mkdir "$T/log.d"
sed -i "s|^log = .*|log = \"$T/log.d\"|" "$conf"
printf 'Subject: two\n\nx\n' >"$T/drop/2"
check_status 0 'a log that cannot be written stops no mail' fetch work
check 'and is told of' says "cannot open $T/log.d"
ln -s "$T/log.real" "$T/log.link"
sed -i "s|^log = .*|log = \"$T/log.link\"|" "$conf"
check_status 0 'a link of ours as log' fetch
check 'is followed' [ -e "$T/log.real" ]
if [ "$(id -u)" = 0 ]; then
	chown -h 65534 "$T/log.link" && rm "$T/log.real"
	fetch >"$T/out" 2>&1
	check 'a link of another user is not' [ ! -e "$T/log.real" ]
	check 'and said so' says 'log.link: Too many levels of symbolic links'
fi
sed -i '/^log = /d' "$conf"

# --- the summary of new mail
printf 'Subject: <b>&"three\nList-Id: <a.b>\n\nx\n' >"$T/drop/3"
fetch work
"$postroom" -c "$conf" log >"$T/out"
check 'log: a line each, the newest last' [ "$(sed 's/.* work: "\([^"]*\)".*/\1/' "$T/out" |
	tr '\n' ' ')" = 'one two <b>& ' ]
check 'with folder and rule' says 'three.* → Lists/a  \(rule "Mailing lists"'
"$postroom" -c "$conf" log --folder Lists/a >"$T/out"
check 'those of a folder' [ "$(wc -l <"$T/out")" = 1 ]
"$postroom" -c "$conf" log --rule 'Mailing lists' >"$T/out"
check 'or rule' [ "$(wc -l <"$T/out")" = 1 ]
"$postroom" -c "$conf" log --rule 'lists' >"$T/out"
check 'which is named as a whole' silent
"$postroom" -c "$conf" --json log --account work --limit 1 >"$T/out"
check 'as JSON' says '^\{"time":"20..-..-..T..:..:..Z","account":"work",.*"steps":"Lists/a"'
"$postroom" -c "$conf" log --account home >"$T/out"
check 'of an account that got nothing' silent
check_status 64 'an unknown option' "$postroom" -c "$conf" log --fold x
"$postroom" -c "$conf" stats >"$T/out"
check 'stats: as bars, by folder' says '^  Inbox  +2 ▇▇▇'
check 'by account' says '^  work  +3 ▇▇▇'
check 'by rule, under its name' says '^  Mailing lists  +1 ▇'
check 'by day' says "^  $(date +%Y-%m-%d) +3 ▇"
"$postroom" -c "$conf" --json stats --days 1 >"$T/out"
check 'as JSON' says '"folders":\[\{"folder":"Inbox","messages":2,"bytes":[0-9]+,"last":'
check_status 0 'as a page' "$postroom" -c "$conf" stats --html "$T/page.html"
check 'with charts' grep -q '<svg role="img" aria-label="messages by folder"' \
	"$T/page.html"
check 'that loads nothing' not grep -qE 'https?:|<script|<link|<img' "$T/page.html"
check_status 64 'more days than are remembered' \
	"$postroom" -c "$conf" stats --days 91

# Tables stay aligned with characters that are two columns wide.
cp "$conf" "$T/before"
sed -i 's/account "work"/account "仕事のメール"/' "$conf"
echo 'rule "Bills" { subject = "four" folder = "発票" }' >>"$conf"
printf 'Subject: four\n\nx\n' >"$T/drop/4"
fetch 仕事のメール
"$postroom" -c "$conf" stats >"$T/out"
check 'stats: a wide name fills two columns for each character' \
	says '^  発票 {24}       1 ▇'
"$postroom" -c "$conf" status >"$T/out"
check 'status, too' says '^仕事のメール {9}20[0-9-]{8} '
"$postroom" -c "$conf" state show >"$T/out"
check 'state show, too' says '^仕事のメール {5}       4 '
cp "$T/before" "$conf"

# Providers lock accounts: after a refusal, do not try again too soon.
logins() { grep -cE 'C: (PASS|AUTH|\*\*\*)' "$T/log"; }
script 'on PASS reply "-ERR no\r\n"'
touch -d '-1 hour' "$conf"
for _ in 1 2 3; do fetch work >>"$T/said" 2>&1; done
tried=$(logins)
check_status 77 'refused three times: it is not tried again' fetch
check 'though others are' [ "$(logins)" -gt "$tried" ]
tried=$(logins)
check_status 77 'unless it is named' fetch work
check 'then it is' [ "$(logins)" -gt "$tried" ]
touch "$conf"
tried=$(logins)
script '# let in'
check_status 0 'or the configuration has changed' fetch
echo "$password" >"$T/password" && chmod 600 "$T/password"
sed "s#password = \"$password\"#password = \"file:$T/password\"#" "$conf" >"$T/c"
cp "$T/c" "$conf" && touch -d '-1 hour' "$conf" "$T/password"
script 'on PASS reply "-ERR no\r\n"'
for _ in 1 2 3; do fetch work >>"$T/said" 2>&1; done
script '# let in'
check_status 77 'refused again' fetch
touch "$T/password"
check_status 0 'or the file with its password has' fetch

# --- Gmail lists a part of its mail, and more once that is fetched
new_config
mkdir "$T/gmail" "$T/gmail/.later"
start_popd --drop "g:$password:$T/gmail" --script "$T/script"
user=g
add_account gmail 'provider = gmail'
for i in 1 2 3; do printf 'Subject: Gmail %s\n\nx\n' $i >"$T/gmail/$i"; done
before=$(grep -c 'g C: QUIT' "$T/log")
check_status 0 'Gmail: a fetch' fetch
check 'has another session after one that brought something' \
	[ "$(grep -c 'g C: QUIT' "$T/log")" = $((before + 2)) ]

# --- notifications to systemd
if perl -MIO::Socket::UNIX -e 1 2>"$T/why"; then
	take_datagrams "$T/notify" "$T/notified"
	NOTIFY_SOCKET=$T/notify WATCHDOG_USEC=200000 \
		"$postroom" -c "$conf" daemon 2>"$T/daemon.err" &
	daemon=$!
	children="$children $daemon"
	wait_for grep -q '^READY=1' "$T/notified"
	wait_for grep -q '^STATUS=1 accounts, 0 .*; [a-z]*: next poll [0-2][0-9]:[0-5][0-9]$' "$T/notified"
	wait_for sh -c "[ \$(grep -c '^WATCHDOG=1' '$T/notified') -gt 3 ]"
	result ok 'systemd hears that it is ready and lives'
	kill -HUP "$daemon"
	wait_for grep -q '^RELOADING=1' "$T/notified"
	wait_for sh -c "[ \$(grep -c '^READY=1' '$T/notified') = 2 ]"
	result ok 'that it reads its configuration'
	kill "$daemon"
	wait_for grep -q '^STOPPING=1' "$T/notified"
	result ok 'and that it ends'
else
	skip 'no perl to play systemd'
fi

# journald names the program itself; it says which descriptor is its own.
: >"$T/journal"
stream=$(stat -c %d:%i "$T/journal")
JOURNAL_STREAM=$stream "$postroom" -c "$conf" fetch nobody 2>"$T/journal"
check 'lines in the journal are not signed' \
	grep -q '^there is no account .nobody.' "$T/journal"
"$postroom" -c "$conf" fetch nobody 2>"$T/other"
check 'those in a file are' \
	grep -q '^postroom: there is no account .nobody.' "$T/other"
done_testing

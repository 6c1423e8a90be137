# shellcheck shell=sh disable=SC2016,SC2154
# The display on a terminal: in tmux, with a size that changes.
. "$(dirname "$0")/../lib.sh"

command -v tmux >/dev/null || skip_all 'tmux is not installed'
LC_ALL=C.UTF-8
export LC_ALL
terminals=0
trap 'end; end_story' EXIT
tmux() { command tmux -S "$T/tmux.$terminals" -f /dev/null "$@"; }
colored() { tmux capture-pane -e -p -t s | grep -q "$1"; }
# Including lines that have scrolled off its top.
screen() { tmux capture-pane -p -S - -t s >"$T/screen" && cat "$T/screen"; }
seen() { screen | grep -qE -- "$1"; }
shows() { # PATTERN: the screen, now
	seen "$1" || { cat "$T/screen" && false; }
}
shows_times() { # N PATTERN
	screen | grep -cE -- "$2" | grep -qx "$1" || { cat "$T/screen" && false; }
}
begin() { # COLUMNS ROWS COMMAND...: in a new terminal, behind a line of before
	columns=$1 rows=$2 terminals=$((terminals + 1)) && shift 2
	printf '%s\n' '#!/bin/sh' 'echo what was there before' \
		"$*" 'echo "status $?"' 'exec sleep 600' >"$T/run"
	chmod +x "$T/run"
	tmux new-session -d -s s -x "$columns" -y "$rows" "$T/run" 2>>"$T/tmux.err"
}
end() { tmux kill-server 2>/dev/null; }
begin 80 24 true
wait_for seen 'status 0'
end

script '# all is well'
start_popd --script "$T/script"
new_config 'parallel = 2'
add_account slow
printf 'account "dead" {\n\thost = 127.0.0.1\n\tport = 1\n\ttls = none\n\tuser = u\n\tpassword = "x"\n}\n' >>"$conf"
echo 'rule "n" { subject = "n" folder = "Lists/n" }' >>"$conf"
fill() { # FROM TO: messages of 100,000 bytes
	for i in $(seq "$1" "$2"); do
		{ printf 'Subject: n %s\n\n' "$i" && head -c 75000 /dev/zero |
			base64; } >"$T/drop/$(printf %03d "$i")"
	done
}
fill 1 30
# A megabyte a second, and at the end it stalls.
script 'on RETR 1? chunk 10000 10' 'on RETR 2 chunk 20000 10' \
	'on RETR 20 stall'
begin 80 24 "'$postroom' -c '$conf'"
wait_for seen '^slow  █*░+  [0-9]+/30  [0-9.]+ MB  [0-9.]+ [KM]B/s  [0-9]+:[0-9][0-9] left$'
result ok 'a live line: bar, count, bytes, rate, what is left'
wait_for seen '^slow  .* 1./30 '
result ok 'which goes on'
check 'an error stands above it' shows '^dead: cannot reach 127.0.0.1:1'
check 'what was there before stays' shows '^what was there before$'
check 'and there is one line for one account' shows_times 1 '^slow '
# tmux wraps lines a moment before it signals the new size. Lines drawn in between
# leave a row behind, whatever the program does.
tmux resize-window -t s -x 60 -y 20
wait_for seen '^slow  [█░]{8}  '
result ok 'narrower: a smaller bar'
check 'one line, or a row more' shows_times '[12]' '^slow '
tmux resize-window -t s -x 30 -y 20
wait_for seen '^slow  1[0-9]/30  '
result ok 'narrower than that: none'
check 'one line, or a row more for each' shows_times '[123]' '^slow '
check 'and none goes on in the next row' not shows '^( *[0-9.]+ )?[KM]?B?/s *|^ *(t|ft|eft|left)$'
check 'what was there before still stays' shows '^what was there before$'
check 'so does the error' shows '^dead: cannot reach'
tmux resize-window -t s -x 100 -y 24
wait_for seen '^slow  [█░]{20}  '
result ok 'wider: all of it'
check 'one line' shows_times 1 '^slow .* left$'
# The end.
kill "${children##* }"
wait_for seen '^status 75'
result ok 'when the session breaks'
check 'it ends with a summary' shows '^slow  failed, see above · Lists/n 1[0-9]   [0-9]+ s$'
check 'of each account' shows '^dead  failed, see above$'
check 'and no live line is left' not shows '[█░].* left$'
check 'in red' colored '31mfailed'
end

start_popd --script "$T/script"
script '# all is well'
new_config
add_account slow
fill 31 40
begin 80 24 "NO_COLOR=1 '$postroom' -c '$conf'"
wait_for seen '^status 0'
check 'all is well' shows '^slow  [0-9]+ new · Inbox [0-9]+   [0-9]+ s$'
end
begin 80 24 "NO_COLOR=1 '$postroom' -c '$conf'"
wait_for seen '^status 0'
check 'nothing new' shows '^slow  nothing new$'
end

# A terminal that was stopped does not stop the mail.
# More mail than reports of it fit into a pipe.
for i in $(seq 1000 1599); do printf 'Subject: %s\n\nx\n' "$i" >"$T/drop/$i"; done
before=$(messages "$mail")
script 'on RETR * times 1 delay 2000'
begin 80 24 "'$postroom' -c '$conf'"
wait_for seen '^slow  [█░]+  '
tmux send-keys -t s C-s
arrived() { [ "$(messages "$mail")" = $((before + 600)) ]; }
wait_for arrived
result ok 'mail comes though the terminal stands still'
tmux send-keys -t s C-q
wait_for seen '^status 0'
result ok 'and it ends when that goes on'
end
script '# all is well'
begin 80 24 "'$postroom' -c '$conf' --json"
wait_for seen '^status 0'
check '--json: objects' shows '^\{"ts":.*"event":"fetch-end"'
check 'and no lines' not shows '^slow '
end
new_config
add_account held 'password-command = {"sh", "-c", "echo what the key ring says >&2; exit 1"}'
sed -i '/password = /d' "$conf"
begin 80 24 "'$postroom' -c '$conf'"
wait_for seen '^status 75'
check 'what a password-command says is seen' shows '"what the key ring says"'
end

# Many accounts in a small terminal.
new_config 'parallel = 8'
for i in $(seq 30); do
	mkdir "$T/drop.$i"
	drops="${drops-} --drop u$i:$password:$T/drop.$i"
done
cp "$T/drop/001" "$T/drop.1/1" && cp "$T/drop/001" "$T/drop.2/1"
# shellcheck disable=SC2086
start_popd --script "$T/script" $drops
for i in $(seq 30); do user=u$i && add_account "account-$i"; done
script 'on RETR stall'
begin 80 10 "NO_COLOR=1 '$postroom' -c '$conf'"
wait_for seen '^account-2 .*0/1'
wait_for not seen 'more$|connecting|nothing new'
check 'what is done has no line' shows_times 2 '^account-'
check 'and what was before stays' shows '^what was there before$'
check 'NO_COLOR: there is none' not colored '\[3[0-9]m'
end
script 'on CAPA stall' # and so before any login
begin 80 10 "'$postroom' -c '$conf'"
wait_for seen '^… and [0-9]+ more$'
result ok 'no more lines than the terminal has'
check 'and what was before stays' shows '^what was there before$'
end
script '# all is well'

# Without a terminal.
rm -f "$T/drop.1/1" "$T/drop.2/1"
begin 80 40 "TERM=dumb '$postroom' -c '$conf'"
wait_for seen '^status 0'
check 'TERM=dumb: a summary only' shows '^account-30  nothing new$'
end
check_status 0 'no terminal' fetch
check 'no word' silent
done_testing

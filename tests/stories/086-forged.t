# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# Rows of the database that the sorter has not planned: by a fetcher that its
# server has taken over (084-fetcher.t), or by a broken disk. Nothing is done for
# them, and the message arrives.
. "$(dirname "$0")/../lib.sh"
inject=$top/tests/tools/inject

begin() { # no state, no mail, and files that are none of postroom's business
	rm -rf "$mail" "$T/state" "$T/ran" "$T/saved" "$HOME/dir"
	mkdir -p "$HOME/dir/cur" "$HOME/dir/new" "$T/saved"
	new_config 'undecided = "Odd"' "sendmail = {\"sh\", \"-c\", \"touch $T/ran\"}"
	cat >>"$conf" <<-END
	rule "h" { subject = "hold" hold = 15m folder = "Held" }
	rule "p" {
		subject = "pipe"
		pipe = {"sh", "-c", "cat >>\$0; exit 75", "$T/piped"}
		folder = "A"
	}
	rule "q" { subject = "quiet" pipe = {"sh", "-c", "cat >>\$0", "$T/piped"} }
	rule "m" { subject = "move" folder = "Moved" }
	END
	rm -f "$T/piped"
}
bring() { # SUBJECT
	printf 'Subject: %s\n\ntext\n' "$1" >"$T/input"
	"$postroom" -c "$conf" deliver <"$T/input" >"$T/deliver.out" 2>&1
}
# A message whose plan somebody else writes: the columns of its only step.
forge() { # COLUMNS VALUES
	begin
	bring hold
	sql "UPDATE msg SET state = 2, hold_until = 0;
		INSERT INTO delivery (message, $1) VALUES (1, $2)"
}
run() { "$postroom" -c "$conf" "$@"; }
flat() { # WORD...: a command without environment, as it is stored
	perl -e 'print unpack("H*", join("", pack("Q", scalar @ARGV),
		(map { pack("Q", length) . $_ } @ARGV), pack("Q", 0)))' "$@"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
clean() { # nothing ran, nothing is left, files of the user are there
	[ ! -e "$T/ran" ] && [ -z "$(ls "$T/saved")" ] &&
		[ "$(sql 'SELECT count(*) FROM msg WHERE spool IS NOT NULL')" = 0 ] &&
		[ "$(find "$T/state/spool" -type f | wc -l)" = 0 ]
}
in_fallback() { there Odd 1 && cmp "$T/input" "$(delivered "$mail/Odd")"; }
refused() { # NAME
	check_status 75 "H17: $1" run sort
	check "$1: it is told" says 'was not planned by postroom, or is damaged'
	check "$1: the message is in the fallback folder" in_fallback
	check "$1: nothing was done, nothing waits" clean
	check_status 0 "$1: the next run" run sort
	check "$1: it has nothing to say" silent
}

ran=$(flat sh -c "touch $T/ran")
forge 'n, kind, flags, command' "0, 4, 0, X'$ran'"
refused 'a command'
check 'why says so' eval 'run why 1 >"$T/out"; run log >>"$T/out"; says "was not planned by postroom"'
forge 'n, kind, flags, command' "0, 5, 0, X'$(flat x@y.example)'"
refused 'a forward'
forge 'n, kind, flags, folder' "0, 6, 0, '$T/saved'"
refused 'attachments into a directory'
forge 'n, kind, flags, tags, folder' "0, 7, 0, 'x', 'id@x'"
refused 'tags of notmuch'
forge 'n, kind, flags, command' "0, 8, 0, X'$ran'"
refused 'an answer'
forge 'n, kind, flags, folder, base, spool' \
	"0, 1, 0, '../home/dir', 'evil', (SELECT spool FROM msg)"
refused 'a folder that is none'
check 'which was not used' [ -z "$(find "$HOME" -name 'evil*')" ]
forge 'n, kind, flags' '0, 3, 0'
refused 'a discard'
forge 'n, kind, flags' '0, 0, 0'
refused 'mail that stays'
forge 'n, kind, flags' '0, 99, 0'
refused 'an unknown step'
forge 'n, kind, flags, seal' "0, X'34', 0, randomblob(32)"
refused 'a step that is no number'
echo secret >"$HOME/secret"
forge 'n, kind, flags, folder, base, spool' "0, 2, 0, 'Copy', 'b', '../../home/secret'"
refused 'a file of the user as its bytes'
check 'which is there, and in no folder' \
	eval '[ -s "$HOME/secret" ] && ! grep -rl secret "$mail"'
sql_of() { sql "SELECT count(*) FROM delivery WHERE $1"; }

# Numbers of steps that do not fit, and plans without a step: decided again.
for n in "X'31'" "'x'" 1.5 -1 4294967296 9223372036854775807; do
	forge 'n, kind, flags, command' "$n, 4, 0, X'$ran'"
	sql "UPDATE msg SET first_seen = 0"
	check_status 0 "H17: step number $n" run sort
	check "$n: it does not run, and the message arrives" \
		eval 'clean && there Held 1'
done
forge 'n, kind, flags, command' "0, 4, 0, X'$ran'"
sql 'INSERT INTO delivery (message, n, kind, flags) VALUES (1, 2147483646, 4, 0)'
refused 'the highest number'

# Rows of the sorter, changed afterwards.
waiting() { # SUBJECT: it is filed, and its command is to be tried again
	begin
	bring "$1"
	rm -f "$T/piped"
	sql 'UPDATE delivery SET next = 0'
}
kept() { # NAME: the message was filed before, and is there once
	check_status 75 "H17: $1" run sort
	check "$1: it is told" says 'was not planned by postroom, or is damaged'
	check "$1: the message is where it was, once" eval 'there A 1 && there Odd 0'
	check "$1: nothing was done, nothing waits" clean
	check "$1: the command did not run" [ ! -e "$T/piped" ]
}
for change in "command = X'$ran'" 'kind = 6' "rule = 'x'" "folder = '$T/saved'" \
	"spool = '../../home/secret'" 'n = 7' 'flags = 1' 'seal = NULL' \
	"seal = X'00'" "seal = CAST(seal AS TEXT)"; do
	waiting pipe
	sql "UPDATE delivery SET $change WHERE kind = 4"
	[ "$change" = 'seal = CAST(seal AS TEXT)' ] || kept "$change"
done
waiting pipe
bring hold
sql 'UPDATE msg SET state = 2, hold_until = 0 WHERE id = 2;
	UPDATE delivery SET message = 2, n = 0, next = 0 WHERE kind = 4'
check_status 75 'H17: a row of another message' run sort
check 'it is told' says 'message 2: a step .pipe. .*not planned by postroom'
check 'that message is in the fallback folder' in_fallback
check 'the command did not get it' not grep -q hold "$T/piped"

again() { # KIND: a step that was done is to be done once more
	echo other >"$T/state/spool/d-0123456789abcdef"
	sql "UPDATE msg SET state = 2, spool = 'd-0123456789abcdef', size = 6;
		UPDATE delivery SET done = NULL WHERE kind = $1"
	printf 'other\n' >"$T/input"
}
begin
bring quiet
check 'a command runs' [ -s "$T/piped" ]
rm "$T/piped"
again 4
check_status 75 'H17: again, with other bytes' run sort
check 'it does not run' eval '[ ! -e "$T/piped" ] && clean'

# --- names of files ------------------------------------------------------------------
begin
bring hold
sql "UPDATE msg SET state = 1, hold_until = 0, first_seen = 0, size = 7,
	spool = '../../home/secret'"
check_status 75 'H17: a name in the spool that leads out of it' run sort
check 'it is told' says 'names a file that is none of the spool'
check 'the file is there, and in no folder' \
	eval '[ -s "$HOME/secret" ] && ! grep -rl secret "$mail"'

# --- paths on disk -------------------------------------------------------------------
precious() {
	printf 'Subject: hold\n\ntext\n' >"$HOME/dir/cur/precious"
}
begin
bring quiet
precious
sum=$(sha256sum <"$HOME/dir/cur/precious" | cut -c1-64)
sql "UPDATE msg SET origin = '$HOME/dir/cur/precious', moved = 1,
	size = $(wc -c <"$HOME/dir/cur/precious"), sha256 = X'$sum'"
run sort >"$T/out" 2>&1
check 'H17: an old file that was never sorted stays' [ -s "$HOME/dir/cur/precious" ]
check 'it is told' says 'this file was filed elsewhere, but that was not written by postroom'
check_status 0 'the next run' run sort
check 'has nothing to say' silent
begin
bring hold
sql "UPDATE msg SET hold_until = 0, first_seen = 0, moved = 1,
	origin = '$HOME/dir/cur/precious'"
precious
run sort >"$T/out" 2>&1
check 'H17: new mail with a path on disk is new mail' there Held 1
check 'and removes nothing there' [ -s "$HOME/dir/cur/precious" ]

# `sort MAILDIR` removes what it has filed, and no more.
on_disk() {
	begin
	mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Inbox/tmp"
	printf 'Subject: move\n\ntext\n' >"$mail/Inbox/cur/1.a.h:2,S"
}
on_disk
check_status 0 'mail on disk' run sort "$mail"
check 'is moved' eval 'there Inbox 0 && there Moved 1'
sql "UPDATE msg SET moved = 1, origin = '$HOME/dir/cur/precious'"
precious
run sort >"$T/out" 2>&1
check 'H17: its row with another path' [ -s "$HOME/dir/cur/precious" ]
sql "UPDATE msg SET origin = '$HOME/dir/cur/evil'"
check_status 0 'H17: undo with another path' run undo
check 'leaves it alone' \
	eval 'says "left alone: its record" && there Moved 1 && [ ! -e "$HOME/dir/cur/evil" ]'
on_disk
run sort "$mail" >"$T/out" 2>&1
check_status 0 'an honest undo' run undo
check 'moves it back' eval 'there Inbox 1 && there Moved 0'
begin
bring move
sql "UPDATE delivery SET folder = 'Inbox/../../home/dir', base = 'precious'"
precious
check_status 0 'H17: undo with another folder' run undo
check 'moves nothing' [ -s "$HOME/dir/cur/precious" ]
# Filed in the database, but nowhere else.
on_disk
no_leak_search
"$inject" --call linkat --nth 1 kill-all "$postroom" -c "$conf" sort "$mail" >"$T/out" 2>&1
sql "UPDATE msg SET state = 3, moved = 1"
run sort >"$T/out" 2>&1
check 'H17: not filed, but said to be: it stays' there Inbox 1

# --- the schema ------------------------------------------------------------------
for object in 'TRIGGER t AFTER INSERT ON msg BEGIN DELETE FROM msg; END' \
	'VIEW v AS SELECT 1'; do
	begin
	bring hold
	sql "CREATE $object"
	check_status 77 "H17: ${object%% *}" run sort
	check 'is told of' says 'state.db holds triggers or views'
	check_status 77 'and by verify' run state verify
	check_status 0 'rebuild makes a database without' run state rebuild
	sql "UPDATE msg SET first_seen = 0"
	check_status 0 'which is sorted' run sort
	check 'the message is there' there Held 1
done

# --- the key ---------------------------------------------------------------------
key=$T/state/state.key
private() { [ "$(stat -c '%a %s' "$key")" = '600 32' ]; }
waiting pipe
check 'the key is private' private
cp "$key" "$T/key"
rm "$key"
run sort >"$T/out" 2>&1
check 'a key that is gone is made again: what waits is done' [ -s "$T/piped" ]
check 'it is another one' eval 'private && ! cmp -s "$key" "$T/key"'
for damage in 'truncate -s 31' 'truncate -s 0' 'chmod 644' 'rm -f'; do
	waiting pipe
	$damage "$key"
	[ "$damage" != 'rm -f' ] || mkdir "$key"
	check_status 77 "a damaged key: $damage" run sort
	check 'is told of, and nothing is done' \
		eval 'says "state.key.*remove it" && [ ! -e "$T/piped" ]'
	check 'mail is still accepted' bring move
	rm -rf "$key"
	check_status 75 'without it' run sort
	check 'all goes on' eval '[ -s "$T/piped" ] && there Moved 1'
done
# Killed on the way: the next start does it again.
if "$inject" count "$postroom" help >/dev/null 2>&1; then
	for nth in 1 2 3 4 6 8 10 12 14 16; do
		waiting pipe
		rm "$key"
		"$inject" --after "$key.lock" --nth $nth kill-all \
			"$postroom" -c "$conf" sort >"$T/out" 2>&1
		rm -f "$T/piped"
		sql 'UPDATE delivery SET next = 0'
		run sort >"$T/out" 2>&1
		check "killed before call $nth: what waits is done" \
			eval '[ -s "$T/piped" ] && private && there A 1 && there Odd 0'
	done
else
	skip 'system calls cannot be traced here'
fi
waiting pipe
sql 'ALTER TABLE delivery DROP COLUMN seal; ALTER TABLE msg DROP COLUMN seal;
	DROP TABLE idle; DROP TABLE watermark; DROP TABLE unfetched;
	DROP INDEX msg_server_id; DROP INDEX msg_in_folders;
	ALTER TABLE msg DROP COLUMN folder; ALTER TABLE msg DROP COLUMN arrived;
	ALTER TABLE msg DROP COLUMN server_flags;
	ALTER TABLE msg DROP COLUMN server_id;
	PRAGMA user_version = 9'
rm "$key"
check_status 75 'a database of version 9' run sort
check 'what waits in it is done' [ -s "$T/piped" ]
done_testing

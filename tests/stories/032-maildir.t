# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# The Maildir and the spool as other programs leave them: parts are missing, in
# the way, owned by others, moved, or full of other files.
. "$(dirname "$0")/../lib.sh"
no_leak_search
inject=$top/tests/tools/inject sql=$top/tests/tools/sql db=$T/state/state.db

"$inject" count true >"$T/counts" 2>&1 && can_inject=yes || can_inject=no
if ${CC:-cc} -shared -fPIC -o "$T/system.so" "$tests/tools/system.c" 2>"$T/cc.err"
then can_preload=yes
else can_preload=no
fi
preloaded() { # VARIABLE=VALUE COMMAND...
	env "$1" LD_PRELOAD="$T/system.so" \
		ASAN_OPTIONS=verify_asan_link_order=0 \
		"$postroom" -c "$conf" "$2"
}
serial=0
comes() { # N: so many new messages, fetched and deleted on the server
	for _ in $(seq "$1"); do
		serial=$((serial + 1))
		printf 'Subject: %s\n\ntext %s\n' $serial $serial \
			>"$T/drop/$serial"
	done
	[ "$1" = 0 ] || expect "$T/drop"/*
	: >"$T/log"
}
anew() { # nothing known, nothing filed
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	new_config
	add_account a 'keep-on-server = no'
}
unused() { # NAME WORDS: the Maildir is refused, and mail stays on the server
	check_status 77 "$1" fetch
	check "$1: is told of" says "$2"
	check "$1: the server keeps the mail" [ -n "$(ls "$T/drop")" ]
}
well() { # NAME: a good run, in which nothing needs to be fetched
	: >"$T/log"
	check_status 0 "$1: the next run" fetch
	oracle "$1: all is there once"
}
waits() { # NAME WORDS: fetched, and safe in the spool; nothing is lost
	forget_told
	check_status 75 "$1" fetch
	check "$1: is told of" says "$2"
	check "$1: and where the mail is" says 'safe in the spool'
	check "$1: the server is empty" [ -z "$(ls "$T/drop")" ]
}
start_popd
anew

# --- D9: parts of a folder ----------------------------------------------------
comes 2
check_status 0 'a folder' fetch
for part in new cur tmp; do
	find "$mail/Inbox/$part" -type f -exec mv {} "$T" \;
	rm -rf "$mail/Inbox/$part" "$T/want"
	mkdir "$T/want"
	comes 1
	check_status 0 "D9: $part/ is missing" fetch
	oracle "D9: $part/ is missing: is made"
	check "D9: $part/ for us alone" [ "$(stat -c %a "$mail/Inbox/$part")" = 700 ]
	rm -rf "$mail/Inbox/$part" "$T/want"
	mkdir "$T/want"
	find "$mail" -type f -delete
	: >"$mail/Inbox/$part"
	comes 1
	waits "D9: a file in the place of $part/" "Inbox/$part exists and is not a folder"
	rm "$mail/Inbox/$part"
	well "D9: a file in the place of $part/"
	mv "$mail/Inbox/$part" "$T/elsewhere"
	ln -s "$T/elsewhere" "$mail/Inbox/$part"
	comes 1
	check_status 0 "D9: $part/ is a link to a directory" fetch
	check "D9: $part/: which is followed" test -h "$mail/Inbox/$part"
	rm "$mail/Inbox/$part"
	mv "$T/elsewhere" "$mail/Inbox/$part"
	oracle "D9: $part/ is a link: nothing is lost"
	find "$mail" -type f -delete
	rm -rf "$T/want" "$mail/Inbox/$part"
	mkdir "$T/want"
	ln -s "$T/nowhere" "$mail/Inbox/$part"
	comes 1
	waits "D9: $part/ is a link to nothing" "Inbox/$part"
	check "D9: $part/: nothing is made there" [ ! -e "$T/nowhere" ]
	rm "$mail/Inbox/$part"
	well "D9: $part/ is a link to nothing"
	find "$mail" -type f -delete
	rm -rf "$T/want"
	mkdir "$T/want"
done
chmod 777 "$mail"
comes 1
unused 'D9: a Maildir that all may write to' 'everybody can write to the Maildir'
chmod 770 "$mail"
well 'D9: a Maildir that all may write to'
chmod 777 "$mail/Inbox" "$mail/Inbox/new"
comes 1
well 'D9: folders that all may write to'
check 'D9: the mail in them is ours' \
	[ "$(find "$mail" -type f ! -perm 600 | wc -l)" = 0 ]
check_status 0 'D9: check' "$postroom" -c "$conf" check
check 'D9: warns of it' says "$mail: warning: other users may write.*chmod go-w"
chmod 700 "$mail" "$mail/Inbox" "$mail/Inbox/new"
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$mail"
	check_status 0 'D9: check' "$postroom" -c "$conf" check
	check 'D9: warns of the Maildir of another user' \
		says "$mail: warning: it belongs to another user .uid 65534"
	comes 1
	unused 'D9: the Maildir of another user' 'belongs to another user'
	chown 0 "$mail"
	well 'D9: the Maildir of another user'
else
	skip 'D9: only root has a Maildir of somebody else'
	chmod 500 "$mail/Inbox/new"
	comes 1
	waits 'D9: new/ cannot be written to' 'Permission denied'
	chmod 700 "$mail/Inbox/new"
	well 'D9: new/ cannot be written to'
fi

# --- D10: the Maildir goes away --------------------------------------------------
vanished='Mail is missing or empty.*mounted'
anew
comes 2
check_status 0 'D10: two messages' fetch
for how in 'gone' 'an empty place'; do
	mv "$mail" "$T/away"
	[ "$how" = gone ] || mkdir "$mail"
	comes 1
	forget_told
	check_status 75 "D10: the Maildir is $how" fetch
	check "D10: $how: is told of" says "$vanished"
	check "D10: $how: before any login" not logged 'USER|PASS|AUTH'
	check "D10: $how: none is made" [ -z "$(ls "$mail" 2>/dev/null)" ]
	check_status 0 "D10: $how: deliver takes what comes" \
		sh -c 'printf "A: %s\n\nx\n" "$0" | tee "$1" | "$2" -c "$3" deliver' \
		"$how" "$T/delivered" "$postroom" "$conf"
	check "D10: $how: into the spool" says 'safe in the spool'
	expect "$T/delivered"
	[ "$how" = gone ] || rmdir "$mail"
	mv "$T/away" "$mail"
	well "D10: mounted again after it was $how"
done
rm -rf "$mail"
mkdir -p "$mail/Inbox"
rm -rf "$T/want"
mkdir "$T/want"
comes 1
well 'D10: a new one, made by hand'
# What was filed elsewhere says nothing about a new place.
new_config && sed "s|^maildir.*|maildir = \"$T/Other\"|" "$conf" >"$T/other"
to_other() { printf 'A: b\n\nx\n' | "$postroom" -c "$T/other" deliver; }
check_status 0 'D10: another place in the configuration' to_other
check 'D10: mail is filed there' [ "$(messages "$T/Other/Inbox")" = 1 ]
mv "$T/Other" "$T/away"
check_status 0 'D10: but once it is known, it may not vanish' to_other
check 'D10: which is told' says 'Other is missing or empty.*mounted'
check 'D10: and the mail waits' [ ! -e "$T/Other" ]
rm -rf "$T/away" && mkdir -p "$T/Other/Inbox" "$T/home"
check_status 0 'D10: made by hand' to_other
check 'D10: both are there' [ "$(messages "$T/Other/Inbox")" = 2 ]

# During the session. The sorter has the old folders open.
script 'on RETR 3 delay 700'
start_popd --script "$T/script"
anew
during() { # COMMAND...: when two messages are filed and one is to come
	script 'on RETR 3 delay 700'
	comes 3
	fetch >"$T/out" 2>&1 &
	fetching=$!
	wait_for logged 'C: RETR 3'
	"$@"
	got=0
	wait $fetching || got=$?
	script '# nothing'
}
comes 1
check_status 0 'D10: a message' fetch
swap() { mv "$mail" "$T/away" && mkdir "$mail" && mkdir "$mail/Inbox"; }
back() { rm -rf "$mail" && mv "$T/away" "$mail"; }
during mv "$mail" "$T/away"
check 'D10: moved away during the session: all is well, or later' \
	[ "$got" = 0 -o "$got" = 75 ]
[ ! -e "$mail" ] || { cp -a "$mail/." "$T/away" && rm -rf "$mail"; }
mv "$T/away" "$mail"
well 'D10: moved away during the session'
during swap
check 'D10: replaced during the session: all is well, or later' \
	[ "$got" = 0 -o "$got" = 75 ]
cp -a "$mail/." "$T/away"
back
well 'D10: replaced during the session'
# Removed: mail filed before is lost with it; mail that comes then is not.
rm -rf "$T/want" && mkdir "$T/want"
find "$mail" -type f -delete
comes 1
check_status 0 'D10: a message' fetch
rm -rf "$T/want" && mkdir "$T/want"
during rm -rf "$mail"
check 'D10: removed during the session' [ "$got" = 0 -o "$got" = 75 ]
mkdir -p "$mail/Inbox"
check_status 0 'D10: removed during the session: the next run' fetch
check 'D10: the spool is empty' [ -z "$(ls "$T/state/spool")" ]
check 'D10: and the server' [ -z "$(ls "$T/drop")" ]

# --- D11: the name is taken ---------------------------------------------------------
if [ "$can_inject" = yes ]; then
	anew
	comes 1
	"$inject" --role 0.2 --call linkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	base=$("$sql" "$db" 'SELECT base FROM delivery')
	echo 'somebody else' >"$mail/Inbox/new/$base"
	for try in once 'once more'; do
		forget_told
		check_status 75 "D11: the name is taken, $try" fetch
		check "D11: is told of, $try" says "another file has the name $base"
	done
	check 'D11: the other file is as it was' \
		grep -q 'somebody else' "$mail/Inbox/new/$base"
	rm "$mail/Inbox/new/$base"
	well 'D11: when it is free'
	comes 1
	"$inject" --role 0.2 --call linkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	base=$("$sql" "$db" 'SELECT base FROM delivery WHERE done IS NULL')
	cp "$T/state/spool"/* "$mail/Inbox/new/$base"
	well 'D11: the same message under the name is a delivery'

	# --- E14: a disk that has lost bytes it claimed to have ---------------------
	comes 1
	"$inject" --role 0.2 --call linkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	before=$(messages "$mail")
	for file in "$T/state/spool"/*; do
		cp "$file" "$T/whole" && truncate -s -9 "$file"
	done
	check_status 75 'E14: a planned file that is cut' fetch
	check 'E14: is told of' says 'is incomplete'
	check 'E14: and not taken for mail' [ "$(messages "$mail")" = "$before" ]
	cp "$T/whole" "$file"
	well 'E14: its bytes are back'

	# --- D24: other links of a file in the spool ----------------------------
	comes 2
	"$inject" --role 0.2 --call linkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	mkdir "$T/backup"
	for file in "$T/state/spool"/*; do ln "$file" "$T/backup"; done
	well 'D24: a backup that links to the spool'
	check 'D24: is told of' says 'delivered again to be sure'
	check 'D24: and keeps its files' [ "$(find "$T/backup" -type f | wc -l)" = 2 ]
	comes 2
	"$inject" --role 0.2 --call linkat --nth 2 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	for file in "$T/state/spool"/*; do
		ln "$file" "$T/backup/late.$((n = ${n:-0} + 1))"
	done
	well 'D24: and one when half was filed'
else
	skip 'D11: processes cannot be traced here'
	skip 'D24: processes cannot be traced here'
fi

# --- D12, D13: names -----------------------------------------------------------------
anew
if [ "$can_preload" = yes ]; then
	long=$(printf '%0255d' 0 | tr 0 h)
	for host in "$long" 'a/b:c' 'h ost,S=1' '' "$(printf 'b\303\274ro')" ../..; do
		comes 1
		check_status 0 "D12: on the host $(printf %.12s "$host")" \
			preloaded "HOST=$host" fetch
	done
	check 'D12 D13: names are short and of ASCII letters' [ -z "$(find "$mail" \
		-type f -name '*[!A-Za-z0-9.,=\\-]*' -o -type f -size -99 -print |
		awk -F/ 'length($NF) > 192')" ]
	check 'D12: / and : as Maildir wants them' \
		[ -n "$(find "$mail" -name '*.a\\057b\\072c,S=*')" ]
	find "$mail" -name '*\\*' | while IFS= read -r file; do
		mv "$file" "${file%%\\*}"
	done
	oracle 'D12: all is there once'
else
	skip 'D12: no compiler for another system'
fi
deep=$(seq 900 | tr -dc 0-9 | fold -w 200 | tr '\n' /)
sed "s|^maildir = .*|maildir = \"$mail/$deep$deep\"|" "$conf" >"$T/deep"
chmod 600 "$T/deep"
check_status 78 'D12: a path that is too long is an error of check' \
	"$postroom" -c "$T/deep" check
check 'D12: and says so' says "'maildir': the path is too long"

# --- D18: other files in the spool -------------------------------------------------
anew
comes 1
check_status 0 'D18: a message' fetch
spool=$T/state/spool
for file in README a1-short a1-0123456789abcdeF a1-0123456789abcdef0 .hidden \
	x1-0123456789abcdef 'a1-0123456789abcdef '; do
	echo "$file" >"$spool/$file"
done
mkdir "$spool/a1-00000000000000aa" "$spool/directory"
ln -s /etc/passwd "$spool/a1-00000000000000bb"
for i in 1 2 3; do echo orphan >"$spool/a1-000000000000000$i"; done
echo orphan >"$spool/s-0000000000000001"
echo orphan >"$spool/d-0000000000000001"
find "$spool" -type f ! -name '*-0000000*' | sort >"$T/foreign"
comes 1
check_status 0 'D18: things in the spool' fetch
check 'D18: what is not ours stays' \
	sh -c 'find "$1" -type f | sort | cmp "$2" -' - "$spool" "$T/foreign"
check 'D18: so do directories' \
	[ -d "$spool/directory" -a -d "$spool/a1-00000000000000aa" ]
check 'D18: where a link leads to nothing is removed' [ -s /etc/passwd ]
rm -rf "$spool" && mkdir "$spool"
oracle 'D18: mail is filed beside them'

# --- D21: a slow disk -------------------------------------------------------------------
if [ "$can_preload" = yes ]; then
	anew
	comes 3
	# The server times out during a slow sync, and closes the connection.
	script 'on DELE drop'
	check_status 75 'D21: a sync that takes its time' preloaded SLOW=60 fetch
	check 'D21: the server keeps what it had' [ "$(ls "$T/drop" | wc -l)" = 3 ]
	script '# nothing'
	well 'D21: a slow disk'
	check 'D21: nothing is fetched once more' not logged 'C: RETR'
	check 'D21: the server is empty' [ -z "$(ls "$T/drop")" ]
else
	skip 'D21: no compiler for another system'
fi

# --- D23: who may read it --------------------------------------------------------------
anew
mkdir "$mail"
chmod 2770 "$mail"
umask 000
comes 2
check_status 0 'D23: with umask 000 and a directory that is setgid' fetch
umask 022
oracle 'D23: all is there'
check 'D23: files are for us only' [ -z "$(find "$mail" "$T/state" \
	-type f -perm /077)" ]
check 'D23: so are folders' [ -z "$(find "$mail/Inbox" "$T/state" \
	-type d -perm /077)" ]
done_testing

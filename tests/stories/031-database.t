# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# The database is damaged, gone, locked, old, or from another place. SQLite
# repairs what it can, everything else is reported. Never is an empty one made
# instead, because that would fetch all mail again.
. "$(dirname "$0")/../lib.sh"
no_leak_search
sql=$top/tests/tools/sql inject=$top/tests/tools/inject
db=$T/state/state.db

letter() { # N: a message on the server
	printf 'Subject: message %s\n\ntext %s\n' "$1" "$1" >"$T/drop/$1"
}
for i in 1 2 3 4 5; do letter "$i"; done
start_popd
new_config
add_account a
check_status 0 'five messages' fetch
for i in 6 7; do letter "$i"; done
expect "$T/drop"/*
cp -a "$T/state" "$T/saved"
cp -a "$mail" "$T/saved.mail"
cp -a "$T/drop" "$T/saved.drop"

again() { # five are known and filed, two are new
	rm -rf "$T/state" "$mail" "$T/drop"
	cp -a "$T/saved" "$T/state"
	cp -a "$T/saved.mail" "$mail"
	cp -a "$T/saved.drop" "$T/drop"
	: >"$T/log"
}
asked() { grep -cE 'C: (RETR|DELE)' "$T/log"; }
untouched() { # on the server, and in the folders
	[ "$(asked)" = 0 ] && [ "$(messages "$mail")" = 5 ]
}
refused() { # STATUS NAME WORDS: what it must say
	check_status "$1" "$2" fetch
	check "$2: is told of" says "state.db.*($3)"
	check "$2: nothing is fetched or deleted" untouched
}
mended() { # NAME: by a backup of the database
	rm -rf "$T/state"
	cp -a "$T/saved" "$T/state"
	check_status 0 "$1: mended" fetch
	oracle "$1: all is there once"
	check "$1: two were fetched" [ "$(asked)" = 2 ]
}

# --- D14: gone, empty, cut off ----------------------------------------------
lost='missing or empty.*postroom state rebuild'
again
rm "$db"
refused 77 'D14: no database where there was one' "$lost"
check 'D14: none is made' [ ! -e "$db" ]
check_status 75 'D14: nothing is accepted for it' \
	sh -c 'echo x | "$@" deliver' - "$postroom" -c "$conf"
check_status 77 'D14: no dry run without it' fetch -n
mended 'D14: no database'
again
: >"$db"
refused 77 'D14: an empty file' "$lost"
mended 'D14: an empty file'
again
rm "$T/state"/*.lock "$db"
touch "$T/state/spool/a1-0123456789abcdef"
refused 77 'D14: no database and no locks, but mail in the spool' "$lost"
check 'D14: which stays there' [ -e "$T/state/spool/a1-0123456789abcdef" ]
again
dd if=/dev/zero of="$db" bs=4096 count=24 2>/dev/null
refused 77 'D14: a file of zeros' 'is damaged.*state verify.*state rebuild'

again
rm "$db"
"$sql" "$db" 'PRAGMA journal_mode = WAL' >/dev/null
check 'D14: a database that is a header only' [ -s "$db" ]
refused 77 'D14: for its log is gone' "$lost"

kept_in_spool() { # the sorter found the damage, after the mail had come
	says 'sorting stopped' && [ "$(ls "$T/state/spool" | wc -l)" -ge 2 ]
}
# Damage is reported, or it is in unused space and harmless.
harmless() { # NAME: another run, and how it went
	got=0
	fetch >"$T/out" 2>&1 || got=$?
	case $got in
	0) all_is_well >"$T/why" 2>&1 && [ "$(asked)" = 2 ] && again ;;
	77) found=$((found + 1)) && says 'is damaged' >/dev/null &&
		{ untouched || kept_in_spool; } ;;
	*) false ;;
	esac || { bad=$((bad + 1)) && echo "# $1: $got" && cat "$T/out"; }
}
again
# (test-state.c does the same at each 512 bytes, and with many more bits.)
size=$(wc -c <"$db") at=512 bad=0 found=0 n=0
while [ "$at" -lt "$size" ]; do
	cp "$T/saved/state.db" "$db"
	truncate -s "$at" "$db"
	harmless "cut to $at"
	n=$((n + 1)) at=$((at + 9728 * sparse))
done
check "D14: cut off at any of $n places" [ "$bad" = 0 ]
check "D14: which is found mostly ($found)" [ "$found" -gt $((n - 3)) ]
again
mended 'D14: cut off'

# Bits that flip, at the same places each time: damage that is found is reported;
# damage that is not found (in unused pages, in a time) is harmless.
flip() { # SEED N: so many bits
	awk -v seed="$1" -v n="$2" -v size="$size" 'BEGIN {
		x = seed * 7919 + 17
		for (i = 0; i < n; i++) {
			x = (x * 16807) % 2147483647
			print x % size, int(x / size) % 8
		}
	}' | while read -r at bit; do
		byte=$(od -An -tu1 -j "$at" -N 1 "$db")
		printf '%b' "\\0$(printf %03o $((byte ^ 1 << bit)))" |
			dd of="$db" bs=1 seek="$at" conv=notrunc 2>/dev/null
	done
}
bad=0 found=0
again
for seed in $(seq 5); do
	cp "$T/saved/state.db" "$db"
	flip "$seed" $((seed * 20 - 19))
	harmless "seed $seed"
done
check 'D14: bits that flip' [ "$bad" = 0 ]
check "D14: which is found often ($found of 5)" [ "$found" -gt 0 ]
again
mended 'D14: bits that flip'

# --- D14: something else in its place ---------------------------------------
for other in mkdir mkfifo; do
	again
	rm "$db"
	$other "$db"
	refused 77 "D14: a $other in its place" 'not a file'
done
again
rm "$db"
ln -s "$T/nowhere" "$db"
refused 77 'D14: a link to nothing' "$lost"
check 'D14: nothing is made there' [ ! -e "$T/nowhere" ]
again
mv "$db" "$T/elsewhere.db"
ln -s "$T/elsewhere.db" "$db"
check_status 0 'D14: a link to where it lies' fetch
oracle 'D14: is followed'
for version in 0 2; do
	again
	rm "$db"
	"$sql" "$db" "CREATE TABLE t (x); PRAGMA user_version = $version"
	cp "$db" "$T/foreign"
	refused 77 "D14: a database of another program, version $version" \
		'not a database of postroom'
	check 'D14: which is not touched' cmp "$db" "$T/foreign"
	rm "$T/state"/*.lock
	refused 77 'D14: nor at a first start' 'not a database of postroom'
done
again
"$sql" "$db" 'PRAGMA user_version = 99'
refused 77 'D14: from a newer postroom' 'newer postroom.*99.*Install a newer'
check_status 77 'D14: which a dry run finds, too' fetch -n
check 'D14: and says' says newer
mended 'D14: from a newer postroom'

# --- D14: what lies beside the database --------------------------------------
# Killed with everything in the log, before the first link is made. Roles:
# 0.1 fetches, 0.2 sorts.
killed() {
	"$inject" --role 0.2 --call linkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
}
"$inject" count true >"$T/counts" 2>&1 && can_inject=yes || can_inject=no
if [ "$can_inject" = yes ]; then
	again
	killed
	check 'D14: killed: there is a log' [ -s "$db-wal" ]
	rm -f "$db-shm"
	check_status 0 'D14: the index of the log deleted' fetch
	oracle 'D14: is made again'
	again
	killed
	rm -f "$db-wal"
	check_status 0 'D14: the log deleted' fetch
	oracle 'D14: what was in it is fetched again'
	again
	killed
	truncate -s 100 "$db-wal"
	check_status 0 'D14: the log cut off' fetch
	oracle 'D14: what was in it is fetched again'

	# The log of another user's database.
	again
	rm -rf "$T/state"
	killed
	cp "$db-wal" "$T/other-wal"
	again
	cp "$T/other-wal" "$db-wal"
	got=0
	fetch >"$T/out" 2>&1 || got=$?
	# It may be intact, with messages that are not in the folders.
	check 'D14: the log of another database' \
		[ "$got" = 0 -o "$got" = 75 -o "$got" = 77 ]
	rm -rf "$T/state" "$mail"
	cp -a "$T/saved" "$T/state"
	cp -a "$T/saved.mail" "$mail"
	check_status 0 'D14: restored' fetch
	oracle 'D14: nothing was lost on the server'
else
	skip 'D14: processes cannot be traced here'
fi

# --- E10, D14: a first start that was broken off, an old schema ----------------
first_start() { # broken off before call number $1
	rm -rf "$T/state" "$mail"
	"$inject" --after "$conf" --nth "$1" --log "$T/injected" kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
}
broken_off() { # FUNCTION STEP: at each STEP-th call of the first process
	nth=1 bad=0 points=0
	while rm -f "$T/injected" && $1 "$nth"; [ -s "$T/injected" ]; do
		points=$((points + 1))
		nth=$((nth + $2 * sparse))
		fetch >"$T/out" 2>&1 && all_is_well >"$T/why" 2>&1 && continue
		bad=$((bad + 1))
		echo "# before call $((nth - $2 * sparse)):" && cat "$T/out"
	done
	[ "$bad" = 0 ]
}
old_schema() { # VERSION: what was known is known to that one
	again
	rm "$db"
	awk -v last="$1" '/state_migrations.* = \{/ { on = 1; next }
		on && /^};/ { exit }
		on && /^\t"/ {
			text = $0
			sub(/^\t"/, "", text)
			ends = sub(/",$/, "", text)
			if (!ends) sub(/"$/, "", text)
			print text
			if (ends && ++n == last) exit
		}' "$tests/../src/state/schema.c" >"$T/schema"
	"$sql" "$db" "$(cat "$T/schema")" &&
		"$sql" "$db" "PRAGMA user_version = $1;
			PRAGMA application_id = 0x706f7374;
			PRAGMA journal_mode = WAL;
			ATTACH '$T/saved/state.db' AS now;
			INSERT INTO account (id, name, last_success, last_session,
				failing_since, complained, kind, trouble)
			SELECT id, name, last_success, last_session,
				failing_since, complained, kind, trouble
			FROM now.account;
			INSERT INTO msg (id, account, uidl, listed_size, size,
				sha256, identity, state, session, first_seen)
			SELECT id, account, uidl, listed_size, size,
				sha256, identity, state, session, first_seen
			FROM now.msg" >/dev/null
}
for version in 1 2 3 4 5 6 7 8; do
	check "D14: a database of version $version" old_schema $version
	check_status 0 "D14: version $version is read" fetch
	oracle "D14: version $version: all is there once"
	check "D14: version $version: two were fetched" [ "$(asked)" = 2 ]
	check 'D14: and it has become the new version' [ "$("$sql" "$db" \
		'PRAGMA user_version')" = "$("$sql" "$T/saved/state.db" \
		'PRAGMA user_version')" ]
done
upgrade() {
	again
	cp "$T/old.db" "$db"
	"$inject" --after "$conf" --nth "$1" --log "$T/injected" kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
}
if [ "$can_inject" = yes ]; then
	broken_off first_start 23
	check "E10: a first start broken off at $points places" [ $bad = 0 ]
	check 'E10: these are some' [ "$points" -gt $((5 / sparse)) ]
	old_schema 1
	cp "$db" "$T/old.db"
	broken_off upgrade 23
	check "E10: an upgrade broken off at $points places" [ $bad = 0 ]
	check 'E10: these are some' [ "$points" -gt $((5 / sparse)) ]
else
	skip 'E10: processes cannot be traced here'
fi

# --- D15: locked ----------------------------------------------------------------
endless='WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
	SELECT count(*) FROM c'
lock() { # another program works with the database
	"$sql" "$db" "$1; SELECT 'locked'; $endless" >"$T/locker" 2>&1 &
	locker=$!
	children="$children $locker"
	wait_for is_locked
}
is_locked() { ! "$top/tests/tools/sql" "$db" "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE" >/dev/null 2>&1; }
unlock() {
	kill "$locker"
	wait "$locker" 2>/dev/null
}
again
lock 'BEGIN IMMEDIATE'
fetch >"$T/out" 2>&1 &
waiting=$!
wait_for logged "C: (UIDL|LIST)"
unlock
got=0
wait $waiting || got=$?
check 'D15: a lock that is given back is waited for' [ "$got" = 0 ]
oracle 'D15: then all is there'
if ${CC:-cc} -shared -fPIC -o "$T/system.so" "$tests/tools/system.c" 2>"$T/cc.err"; then
	can_preload=yes
else
	can_preload=no
fi
preloaded() { # VARIABLE=VALUE COMMAND...
	env "$1" LD_PRELOAD="$T/system.so" \
		ASAN_OPTIONS=verify_asan_link_order=0 \
		"$postroom" -c "$conf" "$2"
}
if [ "$can_preload" = yes ]; then
	again
	lock 'BEGIN IMMEDIATE'
	check_status 75 'D15: one that is kept' preloaded HASTY=1 fetch
	check 'D15: is told of' says 'state.db is locked by another program'
	check 'D15: the session does not end well' not logged 'C: (DELE|QUIT)'
	unlock
	check_status 0 'D15: when it has gone' fetch
	oracle 'D15: all is there'

	# --- D17: a network file system has no shared memory for the log --------
	again
	check_status 0 'D17: on a network file system' preloaded NETWORK=1 fetch
	oracle 'D17: all is there'
	check 'D17: its log is of the other kind' \
		[ "$("$sql" "$db" 'PRAGMA journal_mode')" = delete ]
	check_status 0 'D17: check' env NETWORK=1 LD_PRELOAD="$T/system.so" \
		ASAN_OPTIONS=verify_asan_link_order=0 \
		"$postroom" -c "$conf" check -v
	check 'D17: tells of it' says 'state .*network file system'
	letter 8
	expect "$T/drop/8"
	check_status 0 'D17: back on a local disk' fetch
	oracle 'D17: all is there'
	check 'D17: with the usual log' \
		[ "$("$sql" "$db" 'PRAGMA journal_mode')" = wal ]
	rm -rf "$T/want/$wants"
else
	skip 'D15: no compiler for another system'
	skip 'D17: no compiler for another system'
fi

# --- D16: SQLite cannot write ------------------------------------------------------
# From the n-th write on no write of the database succeeds, or only the n-th
# fails. The next run knows whether it was a commit.
deleting() {
	again
	rm -rf "$T/state" "$mail"
	new_config
	add_account a 'keep-on-server = no' 'timeout = 5'
}
failing() { # ROLE CALL ERROR STEP OPTION...
	role=$1 call=$2 error=$3 step=$((($4 - 1) * sparse / 2 + 1)) nth=1 bad=0 points=0
	shift 4
	while :; do
		deleting
		rm -f "$T/injected"
		got=0
		"$inject" --after "$conf" --log "$T/injected" --role "$role" \
			--path state.db --call "$call" --nth "$nth" "$@" \
			error "$error" "$postroom" -c "$conf" fetch \
			>"$T/said" 2>&1 || got=$?
		[ -s "$T/injected" ] || break
		points=$((points + 1)) nth=$((nth + step))
		# The index and the last checkpoint need not succeed.
		[ "$got" = 0 ] || [ "$got" = 75 ] || bad=$((bad + 1))
		[ "$got" = 0 ] || grep -q 'state.db' "$T/said" ||
			bad=$((bad + 1))
		fetch >"$T/out" 2>&1 && all_is_well >"$T/why" 2>&1 &&
			[ -z "$(ls "$T/drop")" ] && continue
		bad=$((bad + 1))
		echo "# $role $call $error $((nth - step)) $*: $got"
		cat "$T/said" "$T/out" "$T/why" | sed 's/^/#  /'
	done
	check "D16: $role: $call $error${*:+ and on}: $points places" \
		[ "$bad" = 0 -a "$points" -gt 1 ]
}
if [ "$can_inject" = yes ]; then
	for role in 0.1 0.2; do
		failing "$role" pwrite64 ENOSPC 9 --on
		failing "$role" fdatasync EIO 1
	done
	failing 0.2 fdatasync EIO 1 --on
	failing 0 pwrite64 EIO 23 --on
else
	skip 'D16: processes cannot be traced here'
fi
new_config
add_account a

# --- D19: a backup of last week -----------------------------------------------------
again
check_status 0 'D19: seven messages' fetch
rm -rf "$T/state"
cp -a "$T/saved" "$T/state"
if "$postroom" state rebuild --help >/dev/null 2>&1; then
	check_status 0 'D19: an old backup, and state rebuild' \
		"$postroom" -c "$conf" state rebuild --force
	check_status 0 'D19: the next run' fetch
	oracle 'D19: fetches nothing twice'
else
	skip 'D19: there is no state rebuild'
fi
rm -rf "$T/state" && cp -a "$T/saved" "$T/state"
find "$mail" -type f -delete
cp -a "$T/saved.mail/." "$mail"
check_status 0 'D19: database and Maildir from one backup' fetch
oracle 'D19: what came since is fetched again'

# --- D20: no run reads all folders ---------------------------------------------------
if [ "$can_inject" = yes ]; then
	reads() {
		"$inject" count "$postroom" -c "$conf" fetch 2>/dev/null |
			awk '$2 == "getdents64" { n += $3 } END { print n }'
	}
	again
	few=$(reads)
	again
	(cd "$mail/Inbox/cur" && seq -f 'old.%.0f.host:2,S' 4000 | xargs touch)
	many=$(reads)
	check 'D20: new mail comes, and 4000 old messages are not looked at' \
		[ "$few" = "$many" -a "$(messages "$mail")" = 4007 ]
	(cd "$mail/Inbox/cur" && find . -name 'old.*' -delete)
	oracle 'D20: all is there'
else
	skip 'D20: processes cannot be traced here'
fi
done_testing

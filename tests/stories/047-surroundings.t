# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Limits, environments, arguments, users, a missing log: a run works or reports an
# error, and no mail is lost in either case.
. "$(dirname "$0")/../lib.sh"

fresh() { # N: so many messages, to be deleted when fetched
	fresh_drop "$1"
	new_config
	add_account a 'keep-on-server = no' 'timeout = 3'
}
recovers() { # WHAT
	script '# nothing'
	check_status 0 "$1: the next run" fetch
	oracle "$1: each message is there once"
	check "$1: and none on the server" server_has 0
}
script '# nothing'
start_popd --script "$T/script"

# Limits, lower and lower: at some point it reports an error.
said_or_done() { [ "$got" = 0 ] || { [ "$got" = 75 ] && says .; }; }
limited() { # NAME PROGRAM ARGUMENT...: a run that works, or says why not
	what=$1 got=0 && shift
	timeout 60 "$@" "$postroom" -c "$conf" fetch >"$T/out" 2>&1 </dev/null ||
		got=$?
	check "F10: $what: works, or 75 and a word" said_or_done
	[ "$(id -u)" != 0 ] || chown -R 0 "$T"
	recovers "F10: $what"
}
# A search for leaks needs a process of its own.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
if prlimit --nofile=64 true 2>"$T/out"; then
	for n in 9 12 16 24 64; do
		sampled || continue
		fresh 5
		limited "$n descriptors" prlimit --nofile=$n
	done
	for kb in 256 1024; do
		fresh 5
		limited "a stack of $kb KiB" prlimit --stack=$((kb * 1024))
	done
	for mb in 16 32 64 128; do
		prlimit --as=$((mb << 20)) "$postroom" --version >"$T/out" 2>&1 ||
			{ skip "F10: $mb MiB do not hold the program" && continue; }
		fresh 5
		limited "$mb MiB of memory" prlimit --as=$((mb << 20))
	done
	if [ "$(id -u)" != 0 ]; then
		fresh 5
		limited 'one process' prlimit --nproc=1
	else
		# The other user may have no way to where the program was built.
		fresh 5
		built=$postroom
		cp "$built" "$T/program"
		postroom=$T/program
		chown -R 65534 "$T"
		if setpriv --reuid=65534 --clear-groups env "$postroom" \
			--version >"$T/out" 2>&1; then
			limited 'one process' setpriv --reuid=65534 \
				--clear-groups prlimit --nproc=1
		else
			skip 'F10: another user cannot run this program'
		fi
		chown -R 0 "$T"
		postroom=$built
	fi
else
	skip 'F10: no prlimit here'
fi

# Environments.
fresh 5
check_status 0 'F11: no environment at all' env -i "$postroom" -c "$conf" fetch
recovers 'F11: no environment at all'
check_status 0 'F11: none, and no configuration' env -i "$postroom"
fresh 5
sed -i '/^state/d' "$conf"
check_status 78 'F11: no HOME, and no state in the configuration' \
	env -i "$postroom" -c "$conf" fetch
check 'F11: is told of' says 'HOME'
for home in '' relative /nonexistent/x /dev/null; do
	sampled || continue
	fresh 5
	check_status 0 "F11: HOME is '$home', and not needed" \
		env HOME="$home" "$postroom" -c "$conf" fetch
done
recovers 'F11: odd homes'
fresh 5
mkdir "$T/hostile"
printf '#!/bin/sh\ntouch "%s/hit"\n' "$T" >"$T/hostile/sh"
chmod +x "$T/hostile/sh"
for name in curl openssl sendmail notmuch hostname env; do
	cp "$T/hostile/sh" "$T/hostile/$name"
done
check_status 0 'F11: a hostile PATH and locale' env PATH="$T/hostile" \
	LC_ALL=../../x LANGUAGE=%n TZ=:/etc/passwd IFS=/ TMPDIR=/nonexistent \
	SQLITE_TMPDIR=/nonexistent OPENSSL_CONF=/nonexistent \
	"$postroom" -c "$conf" fetch
check 'F11: nothing from PATH was run' [ ! -e "$T/hit" ]
recovers 'F11: a hostile PATH'
fresh 5
big=$(head -c 100000 /dev/zero | tr '\0' x)
check_status 0 'F11: an environment of a megabyte' env A="$big" B="$big" \
	C="$big" D="$big" E="$big" F="$big" G="$big" H="$big" I="$big" J="$big" \
	"$postroom" -c "$conf" fetch
recovers 'F11: an environment of a megabyte'

# Arguments.
usage() { # NAME ARGUMENT...
	what=$1 && shift
	check_status 64 "F12: $what" "$postroom" "$@"
	check "F12: $what: a word, without control characters" \
		sh -c '[ -s "$1" ] && ! tr -d "\n" <"$1" | grep -q "[[:cntrl:]]"' \
		- "$T/out"
}
usage 'an argument of 100 KB' "$big"
usage 'a megabyte of arguments' -c "$conf" fetch "$big" "$big" "$big" "$big" \
	"$big" "$big" "$big" "$big" "$big" "$big"
usage 'bytes that are no UTF-8' "$(printf '\377\376\200')"
usage 'an account that steers the terminal' -c "$conf" fetch \
	"$(printf 'a\033[31m\007')"
usage 'a format' -c "$conf" fetch '%s%n%s%n'
usage 'an unknown option' fetch --no-such-option
usage '-c without a file' fetch -c
check_status 78 'F12: -c with an empty name' "$postroom" -c '' fetch
fresh 5
check_status 0 'F12: options that are there twice' "$postroom" -v -c /nonexistent \
	-v -q -q -c "$conf" fetch a a a
recovers 'F12: options that are there twice'
fresh 5
check_status 0 'F12: an empty argument is not an account' \
	sh -c '"$1" -c "$2" fetch ""; [ $? = 64 ]' - "$postroom" "$conf"
recovers 'F12: an empty argument'

# Users.
fresh 0
if [ "$(id -u)" = 0 ]; then
	check_status 0 'F13: root may' fetch
	check_status 0 'F13: check' "$postroom" -c "$conf" check
	check 'F13: but check warns' says 'root'
	cp -L "$postroom" "$T/set-id"
	chmod 4755 "$T/set-id"
	chmod 755 "$T"
	if setpriv --reuid=65534 --clear-groups sh -c '[ -x "$1" ]' - \
		"$T/set-id"; then
		check_status 64 'F13: a setuid program' setpriv --reuid=65534 \
			--clear-groups "$T/set-id" -c "$conf" fetch
		check 'F13: is told of' says 'setuid'
	else
		skip 'F13: another user cannot run this program'
	fi
else
	check_status 0 'F13: check' "$postroom" -c "$conf" check
	check 'F13: warns of root only' not says 'root'
fi

# A log that nobody reads.
fresh 5
check_status 0 'F14: standard error is a closed pipe' sh -c \
	'{ "$1" -vv -c "$2" fetch; echo $? >"$3"; } 2>&1 >/dev/null | :
	exit "$(cat "$3")"' - "$postroom" "$conf" "$T/status"
oracle 'F14: a closed pipe: each message is there once'
fresh 30
mkfifo "$T/full"
sleep 99 <>"$T/full" &
children="$children $!"
exec 8<>"$T/full"
timeout 1 cat /dev/zero >&8 # a pipe has room for so much
timeout 60 "$postroom" -vv -c "$conf" fetch 2>&8 >&8 </dev/null
got=$?
exec 8<&-
check 'F14: standard error is a full pipe' [ $got = 0 ]
oracle 'F14: a full pipe: each message is there once'
if [ -w /dev/full ]; then
	fresh 5
	"$postroom" -vv -c "$conf" fetch 2>/dev/full
	check 'F14: standard error is a full disk' [ $? = 0 ]
	oracle 'F14: a full disk: each message is there once'
fi

# Another version is installed meanwhile.
fresh 5
cp -L "$postroom" "$T/program"
script 'on RETR 3 delay 300'
"$T/program" -c "$conf" fetch >"$T/said" 2>&1 &
pid=$!
wait_for logged 'RETR 3'
printf '#!/bin/sh\nexit 99\n' >"$T/program.new"
chmod 755 "$T/program.new"
mv "$T/program.new" "$T/program"
wait "$pid"
got=$?
check 'F15: the program was replaced while it ran' [ $got = 0 ]
check 'F15: and said nothing' [ ! -s "$T/said" ]
oracle 'F15: each message is there once'

# A backup of the database while mail comes in.
fresh 60
script 'on RETR *0 delay 30' 'on RETR *5 delay 30'
fetch >"$T/said" 2>&1 &
pid=$!
wait_for test -s "$T/state/state.db"
n=0 bad=0
while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do
	n=$((n + 1))
	"$top/tests/tools/sql" "$T/state/state.db" "VACUUM INTO '$T/backup.$n'" &&
		[ "$("$top/tests/tools/sql" "$T/backup.$n" \
			'PRAGMA integrity_check')" = ok ] || bad=$((bad + 1))
done >"$T/out" 2>&1
wait "$pid"
got=$?
check "F18: $n backups while mail comes in" [ $n -gt 0 -a $bad = 0 ]
check 'F18: which does not disturb it' [ $got = 0 -a ! -s "$T/said" ]
oracle 'F18: each message is there once'
rm "$T/state"/state.db*
cp "$T/backup.$n" "$T/state/state.db"
# Mail that was in the spool then is in the folders now: a person must decide.
fetch >"$T/out" 2>&1 || says 'state rebuild --force' >/dev/null &&
	"$postroom" -c "$conf" state rebuild --force >"$T/said" 2>&1
check_status 0 'F18: the backup can be worked with' fetch
oracle 'F18: and nothing comes twice'
done_testing

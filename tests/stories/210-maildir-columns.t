# shellcheck shell=sh
# What a careful delivery into a Maildir does, column by column: exclusive
# temporary file, interrupted and short writes (tests/unit/util/test-io.c), file synced,
# close checked, linked into new/, directory synced, nothing left on failure.
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null || skip_all 'strace is not installed'
"$strace" -qq -o "$T/probe" true 2>/dev/null ||
	skip_all 'strace may not trace here'

printf 'Subject: one\n\none\n' >"$T/drop/1"
printf 'Subject: two\n\n.two\n' >"$T/drop/2"
expect "$T/drop"/*
start_popd
new_config
add_account a 'keep-on-server = no'

again() { # everything as it was before the first fetch
	rm -rf "$T/state" "$mail"
	cp "$T/want/1"/* "$T/drop"
}
traced() { grep -qE -- "$1" "$T/trace"; }
before() { # PATTERN PATTERN: the first line of one before the last of other
	first=$(grep -nE -- "$1" "$T/trace" | head -1 | cut -d: -f1)
	last=$(grep -nE -- "$2" "$T/trace" | tail -1 | cut -d: -f1)
	[ -n "$first" ] && [ -n "$last" ] && [ "$first" -lt "$last" ]
}
# strace prints a call that another process interrupted in two lines: join them
# where the call ended. Remove the blanks that align results.
join_lines() {
	awk '/<unfinished \.\.\.>$/ {
			sub(/ *<unfinished \.\.\.>$/, "")
			begun[$1] = $0
			next
		}
		/<\.\.\. [a-z0-9_]+ resumed>/ {
			pid = $1
			sub(/^.* resumed>/, "")
			$0 = begun[pid] $0
		}
		{ sub(/\) += /, ") = "); print }' "$T/trace.raw" >"$T/trace"
}
trace() { # STRACE-OPTION...: a fetch under strace, where leaks cannot be seen
	ASAN_OPTIONS=detect_leaks=0 "$strace" -f -y -qq -o "$T/trace.raw" "$@" \
		"$postroom" -c "$conf" fetch
	traced_status=$?
	join_lines
	return $traced_status
}

check_status 0 'a fetch under strace' trace -s 64
oracle 'delivers'
check '1: the temporary file is made exclusively' \
	traced 'openat\(.*state/spool.*"a1-[0-9a-f]+",.*O_EXCL'
check '3: it is synced' traced 'fsync\([0-9]+<[^>]*/spool/a1-[0-9a-f]+>\) = 0'
check '3: the spool directory too' traced 'fsync\([0-9]+<[^>]*/spool>\) = 0'
check '3: before the server is told to delete' before \
	'fsync\([0-9]+<[^>]*/spool>\) = 0' 'sendto\(.*"DELE '
check '3: and before the row is durable' before \
	'fsync\([0-9]+<[^>]*/spool>\)' 'fdatasync\(.*state.db-wal'
check '5: it is linked into new/' \
	traced 'linkat\(.*spool.*"a1-.*Inbox/new>.* = 0'
check '5: after the plan was durable' before \
	'fdatasync\(.*state.db-wal' 'linkat\(.*Inbox/new>'
check '6: new/ is synced' traced 'fsync\([0-9]+<[^>]*Inbox/new>\) = 0'
check '6: after the link' before 'linkat\(.*Inbox/new' \
	'fsync\([0-9]+<[^>]*Inbox/new>\)'
check '6: before the spool file goes' before \
	'fsync\([0-9]+<[^>]*Inbox/new>\)' 'unlinkat\(.*"a1-'

spooled() { # how many messages wait in the spool
	find "$T/state/spool" -type f -size +0 | wc -l
}
# inject WAITING NAME CALL ERROR [WHEN]: a fetch with a fault, after which WAITING
# messages are in the spool; then a fetch without.
inject() {
	again
	check_status 75 "$2: later" trace -e trace="$3" \
		-e inject="$3:error=$4:when=${5:-1+}"
	check "$2: was injected" traced INJECTED
	check "$2: $1 in the spool" [ "$(spooled)" = "$1" ]
	check_status 0 "$2: the next run" fetch
	oracle "$2: then all is well"
}
inject 0 '7: disk full while writing' write ENOSPC
inject 0 '7: quota exceeded while writing' write EDQUOT
inject 0 '3: the file cannot be synced' fsync EIO
inject 2 '5: the link cannot be made' linkat ENOSPC
inject 2 '5: nor for another reason' linkat EACCES
inject 1 '5: nor the first one only' linkat EROFS 1

again
check_status 0 'D8: a file system without links' trace -e trace=linkat \
	-e inject=linkat:error=EPERM:when=1+
oracle 'gets a copy that is moved'
for error in EPERM:EINVAL ENOSYS:ENOSYS; do
	again
	check_status 0 "D8: one that knows no exclusive rename: ${error#*:}" \
		trace -e trace=linkat,renameat2 \
		-e "inject=linkat:error=${error%:*}:when=1+" \
		-e "inject=renameat2:error=${error#*:}:when=1+"
	oracle 'gets a copy that is moved'
done
again
check_status 0 'D8: another file system' trace -e trace=linkat \
	-e inject=linkat:error=EXDEV:when=1
oracle 'gets a copy that is linked'
again
check_status 0 'D6: interrupted calls' trace -e trace=write,fsync \
	-e inject=write,fsync:error=EINTR:when=1+2
oracle 'are repeated'
done_testing

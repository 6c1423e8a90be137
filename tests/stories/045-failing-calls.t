# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Each system call that can lose mail fails, once, at every place: after the
# next good run each message is there once, and gone from the server.
. "$(dirname "$0")/../lib.sh"
[ "$sparse" = 1 ] ||
	skip_all 'make check-crash does more of it; set POSTROOM_TEST_ALL=1'
command -v strace >/dev/null || skip_all 'strace is not installed'
"$strace" -qq -o "$T/probe" true 2>/dev/null ||
	skip_all 'strace may not trace here'

for i in 1 2 3; do
	printf 'Subject: %s\n\n.message %s\n' "$i" "$i" >"$T/drop/$i"
done
expect "$T/drop"/*
start_popd
fresh() {
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir "$T/drop"
	cp "$T/want/1"/* "$T/drop"
	new_config
	add_account a 'keep-on-server = no' 'timeout = 2'
	cat >>"$conf" <<-EOF
	rule "mark" { subject = "3" mark = read folder = "Marked/deep" }
	rule "copy" { enabled = $copies subject = "2" copy = "Copies" }
	EOF
}
is_well() {
	all_is_well && [ -z "$(ls "$T/drop")" ]
}
# strace counts in each process separately, so one number is one place in each of
# them. The loop ends when no call is left to fail. Of frequent calls only some
# are tried: make check-crash tries all.
each() { # SYSCALL FAULT [STEP]
	step=${3:-1} tried=-1 bad=0
	n=$((1 - step))
	while [ $((n += step)) -lt 100 ]; do
		tried=$((tried + 1))
		fresh
		ASAN_OPTIONS=detect_leaks=0 timeout 60 "$strace" -f -qq -o "$T/trace" -e "trace=$1" \
			-e "inject=$1:$2:when=$n" "$postroom" -c "$conf" fetch \
			>"$T/said" 2>&1 </dev/null
		grep -qE 'INJECTED|killed by SIGKILL' "$T/trace" || break
		fetch >"$T/then" 2>&1
		is_well >"$T/lost" 2>&1 && continue
		bad=$((bad + 1))
		echo "# $1 $2, place $n"
		cat "$T/said" "$T/then" "$T/lost" | sed 's/^/#  /' | head -n 9
	done
	check "D1 D2 D4 D5 D6 E1: $1 $2: $tried places" [ "$bad" = 0 -a "$tried" -gt 0 ]
}
# Without copies: when calls of the judge fail, a message is filed without its
# copy, which is right but not what is checked here.
copies=no
for error in ENOSPC EIO EINTR; do each write error=$error 3; done
each write signal=SIGKILL 3
each openat error=EMFILE 5
copies=yes
expect "$T/want/1/2"
for call in fsync fdatasync; do each $call error=EIO; done
for error in ENOSPC EACCES EROFS; do each linkat error=$error; done
each pwrite64 error=EIO 9
each pwrite64 error=ENOSPC 9
each unlinkat error=EIO
each mkdir,mkdirat error=ENOSPC
each pwrite64 signal=SIGKILL 9
for call in linkat fsync fdatasync unlinkat sendto; do
	each $call signal=SIGKILL
done
done_testing

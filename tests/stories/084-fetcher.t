# shellcheck shell=sh disable=SC1091,SC2016,SC2089,SC2090,SC2119,SC2154
# A server takes over the process that talks to it; and that process cannot be
# confined.
. "$(dirname "$0")/../lib.sh"
no_leak_search
taken=$top/tests/tools/taken inject=$top/tests/tools/inject

start_popd
fresh() { # SANDBOX N: so many messages are on the server
	fresh_drop "$2"
	new_config "sandbox = $1"
	add_account a
	rm -rf "$HOME/.ssh" "$HOME/.profile"
	mkdir -p "$T/state" && head -c 32 /dev/urandom >"$T/state/state.key"
	chmod 600 "$T/state/state.key"
	cp "$T/state/state.key" "$T/key"
	mkdir -p "$HOME/.ssh" "$mail"
	for file in id old moved; do echo secret >"$HOME/.ssh/$file"; done
}
try() { # WHEN WHAT
	fresh strict 1
	POSTROOM_WHEN=$1 POSTROOM_TRY=$2 "$taken" -c "$conf" fetch \
		>"$T/out" 2>&1
	cmp -s "$T/key" "$T/state/state.key" &&
		[ "$(wc -l <"$HOME/.ssh/old")" = 1 ] && [ -f "$HOME/.ssh/moved" ] &&
		[ ! -e "$HOME/.profile" ] && [ ! -e "$mail/forged" ] ||
		echo 'files were changed' >>"$T/out"
}
fresh strict 1
"$postroom" -v -c "$conf" check >"$T/out" 2>&1
if ! says 'seccomp and Landlock' >/dev/null; then
	skip 'this system has no Landlock'
	done_testing
	exit
fi

# What was tried, and what came of it. "killed": the kernel ends the fetcher,
# which is told; the mail stays on the server, for the next one.
while read -r what wanted; do
	try after "$what"
	result=$(sed -n "s/^$what: //p" "$T/out")
	! says 'ended by signal 31' >/dev/null || result=killed
	! says 'files were changed' >/dev/null || result='changed files'
	check "H16: $what: $wanted" [ "$result" = "$wanted" ]
	[ "$wanted" = killed ] ||
		check "$what: the session goes on" [ "$(messages "$mail")" = 1 ]
	rm -f "$T/state/own" "$T/state/spool/own"
	check_status 0 "$what: an honest one" fetch
	oracle "$what: the message is there once"
done <<'END'
reads-key Permission denied
reads-configuration Permission denied
lists-home Permission denied
writes-profile Permission denied
writes-maildir Permission denied
changes-mode Permission denied
removes-file Permission denied
moves-file-in Permission denied
links-file-in Permission denied
links-out Permission denied
writes-spool it worked
writes-state Permission denied
reads-seal-key Permission denied
writes-seal-key Permission denied
removes-seal-key Permission denied
replaces-seal-key Permission denied
runs-program killed
forks killed
opens-tcp Permission denied
opens-udp Permission denied
opens-unix Permission denied
connects-elsewhere Permission denied
sends-elsewhere Permission denied
listens killed
kills-parent killed
traces-parent killed
reads-parent killed
opens-memory Permission denied
opens-own-memory Permission denied
makes-code Permission denied
makes-memory-file killed
types-for-user Permission denied
takes-namespace killed
uses-ring killed
END
# It can still write rows, but the sorter acts on none of them.
POSTROOM_SQL="INSERT INTO msg (id, account, listed_size, size, sha256, identity,
		state, spool, session, first_seen)
	VALUES (9, 1, 1, 1, randomblob(32), randomblob(32), 2,
		'a1-0123456789abcdef', 1, 1);
	INSERT INTO delivery (message, n, kind, flags, command, seal)
	VALUES (9, 0, 4, 0, X'$(perl -e 'print unpack("H*", pack("Q", 2) . join("",
		map { pack("Q", length) . $_ } @ARGV) . pack("Q", 0))' \
	touch "$T/ran")', randomblob(32))"
export POSTROOM_SQL
try after forges-step
check 'H17: a row with a command can be forged' says '^forges-step: it worked'
check 'the command does not run' [ ! -e "$T/ran" ]
check 'a person is told' says 'message 9: a step .pipe. in the database was not planned by postroom'
check 'the messages arrive, that of the forger in the fallback folder' \
	eval '[ "$(messages "$mail")" = 2 ] && grep -rqx x "$mail"/*/new'
unset POSTROOM_SQL

# The same before the login, to see that the tries are real.
for what in reads-key writes-profile opens-tcp forks kills-parent makes-code; do
	try before "$what"
	check "before the login: $what" says "^$what: it worked"
done

# What needs a program, or another connection, after the login is left to the
# parent.
told_person() { grep -qE -- "$1" "$T/told"; }
with_hook() { # SANDBOX N LINE: of the script
	stop_popd
	script "$3"
	start_popd --script "$T/script"
	fresh "$1" "$2"
	script "$3"
	rm -f "$T/told"
	sed -i "1i on-trouble = {\"sh\", \"-c\", \"cat >>'$T/told'\"}" "$conf"
}
stop_popd() {
	{ kill "${children##* }" && wait "${children##* }"; } 2>/dev/null
	children=${children% *}
}
refusal='on UIDL reply "-ERR not here\r\n"'
with_hook strict 2 "$refusal"
check_status 75 'a listing that is refused' fetch
check 'on-trouble is told of it, once' [ "$(grep -c 'a: the server refused UIDL' "$T/told")" = 1 ]
check_status 75 'the second time' fetch
check 'not again' [ "$(grep -c . "$T/told")" = 1 ]
with_hook strict 2 "$refusal"
"$postroom" -c "$conf" daemon >"$T/daemon.err" 2>&1 &
children="$children $!"
wait_for told_person 'a: the server refused UIDL'
result ok 'the daemon does it, too'
stop_popd
with_hook strict 9 'on RETR 3 drop'
check_status 75 'a session that breaks' fetch
check 'is followed by another one' [ "$(grep -c 'connected' "$T/log")" -ge 2 ]
script '# nothing'
check_status 0 'the next run' fetch
oracle 'brings the rest'

# It cannot be confined.
if ! "$inject" --role 0.1 --call seccomp error EPERM "$postroom" help >/dev/null 2>&1; then
	skip 'system calls cannot be traced here'
	done_testing
	exit
fi
refused() { # CALL ERROR
	"$inject" --role 0.1 --call "$1" error "$2" "$postroom" -c "$conf" fetch
}
with_hook strict 2 '# nothing'
check_status 77 'H16: seccomp is refused' refused seccomp EPERM
check 'it says what, and what to do' \
	says 'a: mail cannot be fetched by a process that is confined: this system does not allow the filter of system calls.*sandbox = best-effort'
check 'on-trouble is told' told_person 'cannot be fetched'
check 'the mail stays on the server' server_has 2
for _ in 1 2 3 4; do refused seccomp EPERM; done >"$T/out" 2>&1
check_status 0 'it does not count as a refused login' fetch
oracle 'the mail is there once'
with_hook best-effort 2 '# nothing'
check_status 0 'best-effort fetches nevertheless' refused seccomp EPERM
oracle 'all mail'
with_hook strict 2 '# nothing'
check_status 0 'a system without Landlock' refused landlock_create_ruleset ENOSYS
oracle 'is confined by seccomp'
with_hook strict 2 '# nothing'
check_status 77 'Landlock fails' refused landlock_restrict_self ENOMEM
check 'it says so' says 'does not allow locking files'
done_testing

# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# The judge dies, or cannot be confined.
. "$(dirname "$0")/../lib.sh"
no_leak_search

deliver() { printf "$@" | "$postroom" -c "$conf" deliver; }
letter='From: a@b.org\nSubject: s\n\nFirst line of the body, which is long enough.\nSecond line.\n'
only_file() { find "$1" -type f -path "*/new/*" | head -1; }
body() { sed '1,/^$/d' "$(only_file "$1")"; }
fresh() { # RULE...
	rm -rf "$T/state" "$mail" "$T/count"
	new_config 'command-environment = T'
	printf '%s\n' "$@" >>"$conf"
}

# A filter that adds a field, longer each time. Its first run kills the judge, as
# the kernel does when memory is short: the sorter's other child.
printf '#!/bin/sh\nT=%s\n' "$T" >"$T/grow"
cat >>"$T/grow" <<'EOF'
n=$(cat "$T/count" 2>/dev/null || echo 0)
n=$((n + 1))
echo "$n" >"$T/count"
[ "$n" != 1 ] || for p in $(cat /proc/$PPID/task/*/children); do
	[ "$p" = $$ ] || kill -9 "$p"
done
printf 'X-Run: %s' "$n"
for i in $(seq "$n"); do printf ' ----------'; done
echo
cat
EOF
chmod +x "$T/grow"
expected=$(printf "$letter" | sed '1,/^$/d')
for actions in 'set-header = "X-Checked: yes"' 'remove-header = "Subject"' \
	'add-header = "X-One: 1"' "filter = {\"$T/grow\"}"; do
	fresh 'rule "b" {' ' larger = 1' " filter = {\"$T/grow\"}" " $actions" \
		' folder = "A"' '}'
	check_status 0 "a judge that is killed at a filter ($actions)" \
		deliver "$letter"
	check 'the filter ran again' [ "$(cat "$T/count")" -ge 2 ]
	check 'the body is whole' [ "$(body "$mail/A")" = "$expected" ]
done
fresh 'rule "b" {' " test-command = {\"$T/grow\"}" ' set-header = "X-C: y"' \
	' folder = "A"' '}'
check_status 0 'a judge that is killed at a test' deliver "$letter"
check 'the test ran again, the body is whole' [ "$(body "$mail/A")" = "$expected" ]

# What the system does not allow.
inject() { # CALL ERROR COMMAND...
	call=$1 error=$2 && shift 2
	"$top/tests/tools/inject" --role 0.1 --call "$call" error "$error" "$postroom" "$@"
}
plain() { fresh 'rule "x" { subject = "s" folder = "A" }'; }
if ! inject seccomp EPERM help >/dev/null 2>&1; then
	skip 'system calls cannot be traced here'
	done_testing
	exit
fi
send() { printf "$letter" | inject "$1" "$2" -c "$conf" deliver; }
plain
check_status 0 'H5: seccomp is refused' send seccomp EPERM
check 'it says what, and what to do' \
	says 'does not allow the filter of system calls.*sandbox = best-effort'
check 'the message waits' [ "$(ls "$T/state/spool" | wc -l)" = 1 ]
check_status 77 'the next run fails' inject seccomp EPERM -c "$conf" sort
check_status 0 'where it is allowed' "$postroom" -c "$conf" sort
check 'it is filed' [ -n "$(only_file "$mail/A")" ]
plain
sed -i '1i sandbox = best-effort' "$conf"
check_status 0 'best-effort judges nevertheless' send seccomp EPERM
check 'it is filed by the rule' [ -n "$(only_file "$mail/A")" ]
plain
check_status 0 'H6: a system without Landlock' send landlock_create_ruleset ENOSYS
check 'is confined by seccomp' [ -n "$(only_file "$mail/A")" ]
plain
check_status 0 'and one that forbids it' send landlock_create_ruleset EPERM
check 'is, too' [ -n "$(only_file "$mail/A")" ]
plain
check_status 0 'one without close_range' send close_range ENOSYS
check 'closes one by one' [ -n "$(only_file "$mail/A")" ]
check_status 0 'check there' inject seccomp EPERM -c "$conf" check
check 'warns' says 'cannot be confined.*mail waits'
check_status 0 'status' "$postroom" -c "$conf" status
check 'says what holds' grep -q 'confined by seccomp' "$T/out"
done_testing

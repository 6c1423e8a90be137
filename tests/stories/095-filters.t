# shellcheck shell=sh disable=SC1091,SC2154
# The rule sets that come with postroom: each one passes check and its own tests,
# alone and with others, with folders under other names.
. "$(dirname "$0")/../lib.sh"
filters=${top_srcdir:-$tests/..}/filters
POSTROOM_FILTERS=$filters
export POSTROOM_FILTERS

run() { "$postroom" -c "$conf" "$@"; }
sets=$(cd "$filters" && for f in *.conf; do echo "${f%.conf}"; done)
for set in mailing-lists spam-headers bogofilter rspamd spamassassin github \
	gitlab newsletters calendar receipts invoices-zh automatic \
	phishing-hints; do
	check "std:$set is there" test -f "$filters/$set.conf"
done
for set in $sets; do
	new_config
	echo "include(\"std:$set\")" >>"$conf"
	check_status 0 "std:$set is in order" run -q check
	check_status 0 "std:$set passes its tests" run -q test
	check "and has some" not says '^0 tests'
done

# Together: their tests pass in any order and number, beside rules of the user
# that take every message.
together() { # NAME SET...
	name=$1 && shift
	new_config
	for set in "$@"; do echo "include(\"std:$set\")" >>"$conf"; done
	[ -z "$rules" ] || echo "$rules" >>"$conf"
	check "$name" run -q test
}
rules=
new_config
for set in $sets; do echo "include(\"std:$set\")" >>"$conf"; done
check_status 0 'all of them are in order together' run check
# shellcheck disable=SC2086
together 'all, from a to z' $sets
for seed in 1 2 3 4 5; do
	# shellcheck disable=SC2046,SC2086
	together "all, in order $seed" $(printf '%s\n' $sets |
		awk -v s=$seed 'BEGIN { srand(s) } { print rand(), $0 }' |
		sort -g | cut -d' ' -f2)
done
for first in $sets; do
	for second in $sets; do
		[ "$first" != "$second" ] || continue
		! sampled || together "$first before $second" "$first" "$second"
	done
done
new_config
echo 'rule "mine" { folder = "Mine" }' >>"$conf"
for set in $sets; do echo "include(\"std:$set\")" >>"$conf"; done
check_status 0 'behind a rule that takes every message' run -q test
printf 'test "own" { mail = "%s" expect-folder = "Mine" }\n' \
	'X-Spam-Flag: YES' >>"$conf"
check_status 0 'a test of the user is about all rules' run -q test

# Folders under other names, in rules and in what tests expect.
new_config
cat >>"$conf" <<'END'
include("std:spam-headers", "Spam=Junk/Marked")
include("std:invoices-zh", "发票 = 财务/发票", "Spam=Junk")
include("std:receipts", "Receipts/{date:%Y}=Paid")
include("std:gitlab", "GitLab/=Lab")
include("std:github", "GitHub/{owner}/{repo} = Repositories/", "GitHub=Code")
END
check_status 0 'renamed folders' run check
check_status 0 '  pass their tests' run -q test
where() { # HEADER FOLDER
	printf 'From: a@github.com\n%s\n\n' "$1" | run explain - >"$T/out" 2>&1
	says "$2"
}
check '  the whole name' where 'X-Spam-Flag: YES' '→ Junk/Marked'
check '  and what is below' where 'X-GitLab-Project: b' '→ Lab/b'
check '  what depends on the message may go' \
	where 'List-Id: <b.a.github.com>' '→ Repositories '
check '  other names stay' not where 'X-Spam-Flag: YES' 'Spam '
bad() { # LINE TEXT: what check says of it
	new_config
	echo "$1" >>"$conf"
	check_status 78 "$1" run check
	check '  says so' says "$2"
}
bad 'include("std:bogofilter", "Span=Junk")' \
	'no rule of std:bogofilter has the folder "Span"; there is "Spam"'
bad 'include("std:bogofilter", "Spam")' 'is not written "FOLDER=FOLDER"'
bad 'include("std:bogofilter", "=Junk")' 'is not written "FOLDER=FOLDER"'
bad 'include("std:bogofilter", "Spam={from}")' 'the new name of a folder has no {'
bad 'include("std:bogofilter", "Spam=../x")' 'cannot be used'
bad 'include("std:newsletters", "Newsletter=N")' 'has the folder "Newsletter"'

# A daemon that starts judges as one that reads its configuration again.
new_config
printf 'rule "x" { folder = "X" }\ntest "t" { mail = "A: b" %s }\n' \
	'expect-folder = "Y"' >>"$conf"
check_status 78 'the daemon does not start when a test fails' \
	timeout 60 "$postroom" -c "$conf" daemon
check '  which one' says 'test "t" failed'
done_testing

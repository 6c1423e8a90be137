# shellcheck shell=sh disable=SC1091,SC2154
# The rule sets that come with postroom: each one passes check and its own tests,
# and all of them together pass check.
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
new_config
for set in $sets; do echo "include(\"std:$set\")" >>"$conf"; done
check_status 0 'all of them are in order together' run check
done_testing

# shellcheck shell=sh disable=SC1091,SC2046,SC2119,SC2154
# Whatever comes from outside can be any bytes: all test mail, whole, cut short,
# and with bytes changed, and the seeds of each target. Sanitizers and assertions
# find what is done wrong.
. "$(dirname "$0")/lib.sh"
seeds_from=${top_srcdir:-$tests/..}/tests
. "$seeds_from/fuzz/seeds.sh"

make_seeds "$T/in"
check 'there is test mail' [ "$(find "$T/in/mail" -type f | wc -l)" -gt 100 ]
for source in "$seeds_from"/fuzz/*.c; do
	target=$(basename "$source" .c)
	[ "$target" != replay ] || continue
	check "H7: $target" "$top/tests/fuzz/$target" \
		$(seeds_of "$target" "$T/in" | xargs -I{} find {} -type f)
done
done_testing

# shellcheck shell=sh disable=SC1091,SC2046,SC2119,SC2154
# The parsers must take any bytes: all test mail, whole, cut short, and with
# bytes changed. Sanitizers and assertions find what they do wrong.
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

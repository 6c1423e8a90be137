# shellcheck shell=sh
# The catalogue of faults: each case is in the table of FAULTS.md once, and each
# test that the table names has a check that begins with the case's number.
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$top/tests" || exit 1
count=0 failed=0
sed -n 's/^| \([A-I][0-9]*\) | [^|]* | \([^|]*\) |.*/\1 \2/p' FAULTS.md \
	>"${TMPDIR:-/tmp}/faults.$$"
has() { # NUMBER TEST: in a check's name, or in a suite's first comment
	file=$(find . -name "$2" -o -name "$2.c")
	case $file in
	*/crash*) grep '^#' "$file" | grep -qw "$1" ;;
	*) grep -qE "['\" ]$1([: ]|\"})" "$file" ;;
	esac
}
while read -r number tests; do
	count=$((count + 1)) lacking=
	for test in $tests; do
		[ "$test" = – ] || has "$number" "$test" || lacking="$lacking $test"
	done
	if [ -z "$lacking" ]; then
		echo "ok $count - $number: $tests"
	else
		echo "not ok $count - $number: not in$lacking"
		failed=1
	fi
done <"${TMPDIR:-/tmp}/faults.$$"
for range in A42 B20 C16 D24 E14 F18 G12 H12 I8; do
	letter=${range%"${range#?}"} last=${range#?}
	count=$((count + 1))
	if [ "$(grep -c "^$letter" "${TMPDIR:-/tmp}/faults.$$")" = "$last" ] &&
		[ "$(grep "^$letter" "${TMPDIR:-/tmp}/faults.$$" | cut -d' ' -f1 |
			sort -u | wc -l)" = "$last" ]; then
		echo "ok $count - ${letter}1 to $range are in the table"
	else
		echo "not ok $count - ${letter}1 to $range are in the table"
		failed=1
	fi
done
rm -f "${TMPDIR:-/tmp}/faults.$$"
echo "1..$count"
exit $failed

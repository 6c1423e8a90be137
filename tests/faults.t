# shellcheck shell=sh
# The catalogue of faults: each case is in the table of FAULTS.md once, and each
# test that the table names has a check that begins with the case's number. The
# files that the table of SECURITY.md names are there, and so are its checks.
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$top/tests" || exit 1
count=0 failed=0
sed -n 's/^| \([A-K][0-9]*\) | [^|]* | \([^|]*\) |.*/\1 \2/p' FAULTS.md \
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
for range in A50 B22 C17 D25 E15 F22 G12 H17 I8 J8 K47; do
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
sed -n 's/^| \(R[0-9]*\) | [^|]* | \([^|]*\) | \([^|]*\) |.*/\1 \2 : \3/p' \
	SECURITY.md >"${TMPDIR:-/tmp}/faults.$$"
while read -r rule words; do
	count=$((count + 1)) lacking='' test=''
	for word in $words; do
		case $word in
		:) test=none ;;
		[A-K][0-9]*) has "$word" "$test" || lacking="$lacking $word" ;;
		*) if [ -z "$test" ]; then
			[ -f "../src/$word" ]
		else
			test=$word
			[ -n "$(find . -name "$word" -o -name "$word.c")" ]
		fi || lacking="$lacking $word" ;;
		esac
	done
	if [ -z "$lacking" ] && [ "$test" != none ]; then
		echo "ok $count - $rule: $words"
	else
		echo "not ok $count - $rule: there is no$lacking"
		failed=1
	fi
done <"${TMPDIR:-/tmp}/faults.$$"
count=$((count + 1))
if [ "$(cut -d' ' -f1 "${TMPDIR:-/tmp}/faults.$$" | tr '\n' ' ')" = \
	"$(seq -f R%g -s ' ' 25) " ]; then
	echo "ok $count - R1 to R25 are in the table"
else
	echo "not ok $count - R1 to R25 are in the table"
	failed=1
fi
rm -f "${TMPDIR:-/tmp}/faults.$$"
echo "1..$count"
exit $failed

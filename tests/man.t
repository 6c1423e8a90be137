# shellcheck shell=sh
# The manual: no warning of mandoc, and a page for each command.
top=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
command -v mandoc >/dev/null || {
	echo '1..0 # SKIP mandoc is not installed'
	exit 0
}
count=0 failed=0
for page in "$top"/man/*.[1-9]; do
	count=$((count + 1))
	if said=$(mandoc -Tlint -Wwarning "$page" 2>&1); then
		echo "ok $count - ${page##*/}"
	else
		failed=1
		echo "not ok $count - ${page##*/}"
		printf '%s\n' "$said" | sed 's/^/# /'
	fi
done
for file in "$top"/src/cmd/*.c; do
	sed -n 's/^	\.name = "\([a-z]*\)",$/\1/p' "$file"
done >"${TMPDIR:-/tmp}/commands.$$"
while read -r command; do
	count=$((count + 1))
	if grep -q "^\.It Cm $command" "$top/man/postroom.1"; then
		echo "ok $count - postroom(1) tells of $command"
	else
		failed=1
		echo "not ok $count - postroom(1) tells of $command"
	fi
done <"${TMPDIR:-/tmp}/commands.$$"
rm -f "${TMPDIR:-/tmp}/commands.$$"
echo "1..$count"
[ "$failed" = 0 ]

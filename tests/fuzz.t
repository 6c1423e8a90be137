# shellcheck shell=sh disable=SC1091,SC2119,SC2154
# The parsers must take any bytes: all test mail, whole, cut short, and with
# bytes changed. Sanitizers and assertions find what they do wrong.
. "$(dirname "$0")/lib.sh"

mkdir "$T/in"
for file in "${top_srcdir:-$tests/..}"/tests/mail/*.eml; do
	name=${file##*/}
	cp "$file" "$T/in/$name"
	head -c "$(($(wc -c <"$file") * 2 / 3))" "$file" >"$T/in/$name.cut"
	tr 'Q=\n' '=\200\r' <"$file" >"$T/in/$name.bent"
done
check 'there is test mail' [ "$(find "$T/in" -type f | wc -l)" -gt 100 ]
for target in message mime words; do
	check "H7: $target" "$top/tests/fuzz/$target" "$T"/in/*
done
done_testing

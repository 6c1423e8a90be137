#!/bin/sh
# Charsets as mail has them: what show shows is what the rules see.
. "${top_srcdir:-.}/tests/lib.sh"

new_config 'charset-fallback = {"KOI8-R"}' \
	'rule "koi" { subject = "тест" folder = "Koi" }' \
	'rule "bill" { subject = "счёт" folder = "Bills" }' \
	'rule "body" { body = "invoice" folder = "Invoices" }' \
	'rule "name" { attachment = "Müller" folder = "Names" }'

# MAIL, with the escapes of printf
# shellcheck disable=SC2059
shown() { printf "$1" | "$postroom" -c "$conf" show -; }
# shellcheck disable=SC2059
sorted() { printf "$1" | "$postroom" -c "$conf" --json explain -; }

koi='Subject: \324\305\323\324\n\nx\n'
check_status 0 "show reads the charsets of the configuration" shown "$koi"
check "and decodes by them" says '^Subject: тест$'
check_status 0 "the rules see the same" sorted "$koi"
check "raw KOI8-R" says '"folder": *"Koi"'

own='Subject: \321\367\270\362\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=windows-1251\n\nx\n--b--\n'
check_status 0 "a raw header in the charset of a part" shown "$own"
check "is shown" says '^Subject: Счёт$'
check_status 0 "the judge, who reads the header only" sorted "$own"
check "sees it, too" says '"folder": *"Bills"'

hyphen='Subject: x\nContent-Type: text/plain; charset=utf-8\n\nYour in\302\255voice\n'
check_status 0 "a soft hyphen in a word" sorted "$hyphen"
check "does not hide it" says '"folder": *"Invoices"'

name="Subject: x\nContent-Type: text/plain; name*=UTF-8''Mu%%CC%%88ller.txt\n\nx\n"
check_status 0 "a name in two characters a letter" sorted "$name"
check "matches" says '"folder": *"Names"'

page='Subject: x\nContent-Type: text/html; charset=unknown-8bit\n\n<meta charset="windows-1251">\321\367\270\362\n'
check_status 0 "a page with an unknown label" shown "$page"
check "says its charset" says '^Счёт$'

if "$strace" -qq -o "$T/probe" true 2>/dev/null; then
	printf 'Subject: тест' >"$T/many"
	for charset in windows-1251 koi8-u ibm866 iso-8859-5 iso-8859-7 iso-8859-8 \
		iso-8859-9 windows-1253 windows-1254 windows-1255 big5 gbk euc-kr; do
		printf ' =?%s?q?=E1?=' "$charset"
	done >>"$T/many"
	printf '\n\nx\n' >>"$T/many"
	check_status 0 "a header in thirteen charsets" \
		env ASAN_OPTIONS=detect_leaks=0 "$strace" -f -qq -o "$T/forks" \
		-e trace=clone,clone3,fork,vfork \
		"$postroom" -c "$conf" --json explain "$T/many"
	check "is judged" says '"folder": *"Koi"'
	check "by four judges at most" \
		test "$(grep -cE '(clone3?|v?fork)\(' "$T/forks")" -le 4
else
	skip 'strace may not trace here'
fi

check_status 78 "a configuration that is named must be there" \
	"$postroom" -c "$T/missing" show /dev/null
done_testing

# shellcheck shell=sh disable=SC1091,SC2016,SC2154
# A message that takes over the judge changes nothing for the others: each gets the
# place, flags and bytes that it gets without that message. POSTROOM_MAIL: a
# directory with other mail than ours.
. "$(dirname "$0")/../lib.sh"
no_leak_search
here=${POSTROOM_MAIL:-$tests/mail}
script '# nothing'
start_popd --script "$T/script" --lifetime 0

n=0
find "$here" -type f ! -name '*.tsv' | sort >"$T/list"
while read -r file; do
	n=$((n + 1))
	cp "$file" "$T/drop/$((1000000 + n))"
done <"$T/list"
letter=$T/drop/$((1000000 + n / 2)).x
placed() { # PROGRAM: the folder, flags and hash of each message, sorted
	rm -rf "$T/state" "$mail"
	new_config 'undecided = "Odd"'
	cat >>"$conf" <<'END'
rule "list" { header = 'List-Id: /<([^>]+)>/' folder = "Lists/{1}" }
rule "paper" { attachment = ".pdf" folder = "Papers" mark = flagged }
rule "words" { body = "the" tag = words }
rule "links" { body = "http" folder = "Links" }
rule "answer" { subject = '/^re:/' folder = "Answers/{date:%Y}" }
rule "rest" { larger = 0 folder = "Rest" }
END
	add_account a
	"$1" -c "$conf" -q fetch >"$T/out" 2>&1 || { cat "$T/out" && return 1; }
	(cd "$mail" && delivered . | while read -r file; do
		flags=${file##*/}
		case $flags in *:2,*) flags=${flags##*:2,} ;; *) flags=- ;; esac
		printf '%s %s %s\n' "${file%/*}" "$flags" \
			"$(sha256sum <"$file" | cut -c1-64)"
	done) | sort
}
placed "$postroom" >"$T/without"
check "$n messages" [ "$(wc -l <"$T/without")" = "$n" ]
check 'are in several folders' \
	[ "$(cut -d' ' -f1 "$T/without" | sort -u | wc -l)" -gt 4 ]
for payload in crash exec loop; do
	printf 'Subject: taken\nX-Payload: %s\n\nhttp\n' "$payload" >"$letter"
	placed "$top/tests/tools/bent" >"$T/with"
	grep /Odd/ "$T/with" >"$T/odd"
	check "H5: $payload: the message itself is undecided" \
		[ "$(wc -l <"$T/odd")" = 1 ]
	grep -v /Odd/ "$T/with" >"$T/others"
	check "H5: $payload: all others are as they were" \
		diff "$T/without" "$T/others"
done
done_testing

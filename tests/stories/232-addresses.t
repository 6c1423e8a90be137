# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Addresses as mail has them: only the address of a sender is one, in
# whatever form it is written, and with a domain of any language.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
letter() { printf "$1\nSubject: t\n\nx\n"; }
fits() { # HEADER: the rule applies
	letter "$1" | run explain - >"$T/out" 2>&1
	says '→ YES'
}
rule() { # CONDITION
	printf '%s\nrule "r" { %s folder = "YES" }\n' "$base" "$1" >"$conf"
}
gives() { # TEMPLATE HEADER WANTED
	printf '%s\nrule "r" { pipe = {"cat", "%s"} folder = "F" }\n' \
		"$base" "$1" >"$conf"
	letter "$2" | run --json explain - >"$T/out" 2>&1
	grep -qF "\"cat\",\"$3\"" "$T/out" ||
		grep -qF "\"cat\", \"$3\"" "$T/out" || { cat "$T/out" && false; }
}

new_config
base=$(cat "$conf")

rule 'from = "boss@x.example"'
check 'the address of a sender' fits 'From: Boss <BOSS@x.example>'
for form in 'boss @ x.example' '(c) boss@x.example (Boss)' '"boss"@x.example' \
	'<'\''boss@x.example'\''>' 'boss(a (b) c)@x.example.' \
	'<mailto:boss@x.example>' '<@a.example,@b.example:boss@x.example>' \
	'Boss, The <boss@x.example>' 'Sad :-( <boss@x.example>' \
	'=?utf-8?q?Boss_=3Cboss=40x.example=3E?=' 'Boss [boss@x.example]' \
	'[boss@x.example]' 'boss@x.example;' '<boss@x.example> ; ' \
	'm@evil.example via List; Boss <boss@x.example>' \
	'Boss <boss@x．example>'; do
	check "also as $form" fits "From: $form"
done
rule 'any { from = "boss@x.example" from = "@x.example" header = "From: @.x.example" }'
m=m@evil.example
long=$(printf '%0700d' 0)
for forged in "\"boss@x.example\" <$m>" "boss@x.example <$m>" \
	"=?utf-8?Q?Boss_<boss@x.example>?= <$m>" \
	"=?utf-8?Q?Boss <boss@x.example>, a?= <$m>" \
	"=?utf-8?B?Ym9zc0B4LmV4YW1wbGU=?= <$m>" \
	"=?utf-8?q?=3Cboss=40x.example=3E?= <$m>" \
	"\"Boss <boss@x.example>\" <$m>" "Boss <boss@x.example> <$m>" \
	"<$m> boss@x.example" "<$m> (boss@x.example)" "$m (boss@x.example)" \
	"$m ($long <boss@x.example>)" "$m (a (b) boss@x.example)" \
	"$m (, boss@x.example" "$m (<boss@x.example>" "boss@x.example $m" \
	"\"boss@x.example\" $m" "boss, boss@x.example <$m>" \
	"$m \"boss@x.example" "\"a\\\\\" boss@x.example\" <$m>" \
	"<boss@x.example@evil.example>" "<\"boss@x.example\"@evil.example>" \
	"<m@x.example.evil.example>" "\"boss@x.example\" <>" \
	"boss@x.example; <$m>" "boss@x.example; M <$m>" "<boss@x.example>; <$m>" \
	"boss@x.example;; $m" "boss@x.example; <>" "\"boss@x.example\" via L <$m>" \
	"Boss (boss@x.example)" "[boss@x.example] <$m>" "boss@x.example [$m]" \
	"$m [boss@x.example]" "boss @ x.example [$m]" "[boss@x.example] [$m]" \
	"boss@x.example: <$m>" "boss@x.example (a) <$m>" "boss＠x.example <$m>" \
	"<boss＠x.example>" "＜boss@x.example＞ <$m>"; do
	check "not $forged" not fits "$(echo "From: $forged" | sed 's/\\/\\\\/g')"
done

rule 'header = "Reply-To: boss@x.example"'
check 'header knows fields of addresses' fits 'Reply-To: Boss <boss@x.example>'
check 'and compares whole ones' not fits 'Reply-To: <boss@x.example.evil.example>'
rule 'header = "Return-Path: @x.example"'
check 'a domain' fits 'Return-Path: <bounce@x.example>'
check 'not in a name' not fits 'Return-Path: "@x.example" <bounce@evil.example>'
rule 'any { header = "X-Authenticated-Sender: jo@x.example" header = "X-Original-Recipient: jo@x.example"
	header = "X-BeenThere: @x.example" header = "X-Mailing-List: jo@x.example" }'
check 'fields with words before a known name' fits \
	'X-Authenticated-Sender: host.example: jo@x.example'
check 'are no text' not fits 'X-Authenticated-Sender: my-jo@x.example'
check 'nor are those with a type' fits 'X-Original-Recipient: rfc822;jo@x.example'
check 'nor those of lists' fits 'X-BeenThere: list@x.example'
check 'nor those with an archive' fits 'X-Mailing-List: <jo@x.example> archive/1'
rule 'recipient = "jo@x.example"'
check 'the recipient of Yahoo' fits \
	'X-Apparently-To: jo@x.example via 192.0.2.1; Mon, 01 Feb 2010 10:00:00 +0000'
rule 'header = "Delivered-To: me"'
check 'a word is found anywhere' fits 'Delivered-To: mailbox-me@x.example'

rule 'to = "boss@x.example"'
check 'recipients may have semicolons' fits "To: boss@x.example; <$m>"
check 'a name with a comma' gives '{from-name}: {from}' \
	'From: Doe, John <john@x.example>' 'Doe, John: john@x.example'
check 'its domain' gives '{from-domain}' 'From: Doe; J. <john@x.example>' x.example
check 'a name in a comment' gives '{from-name}' \
	"From: john@x.example (John (Joe) D'Oe)" "John (Joe) D'Oe"
check 'in quotes' gives '{from-name}' \
	'From: "Doe \\"X\\" <John>" <john@x.example>' 'Doe \"X\" <John>'
check 'encoded' gives '{from-name}' \
	'From: john@x.example (=?utf-8?q?J=C3=B6hn?=)' 'Jöhn'
check 'or none' gives '{from-name}' 'From: john @ x.example' john@x.example

for domain in 'münchen.example' 'MÜNCHEN.example' 'xn--mnchen-3ya.example' \
	'XN--MNCHEN-3YA.Example'; do
	for form in "@$domain" "jo@$domain" "@.$domain" "$domain"; do
		rule "from = \"$form\""
		check "$form is written in letters" fits 'From: Jo <jo@München.example>'
		check "$form is written for DNS" fits 'From: jo@xn--mnchen-3ya.example'
		check "$form is no other" not fits 'From: jo@munchen.example'
	done
done
printf '# friends\njo@münchen.example\n@.bücher.example # all\n' >"$T/friends"
rule "from = \"file:$T/friends\""
check 'also in a list' fits 'From: jo@xn--mnchen-3ya.example'
check 'and below a domain' fits 'From: jo@a.BÜCHER.example'
printf '%s\naddresses = "me@münchen.example"\nrule "r" { to-me = yes folder = "YES" }\n' \
	"$base" >"$conf"
check 'and for addresses of your own' fits 'To: me@xn--mnchen-3ya.example'

nfd=$(printf 'jose\314\201')
for value in 'josé@x.example' 'JOSÉ@X.example' "$nfd@x.example"; do
	rule "from = \"$value\""
	check "$value is composed" fits 'From: José <josé@x.example>'
	check "$value is large" fits 'From: JOSÉ@x.example'
	check "$value is in pieces" fits "From: <$nfd@x.example>"
	check "$value is raw" fits 'From: jos\351@x.example'
	check "$value is no other" not fits 'From: jose@x.example'
done
printf 'José@x.example\n' >"$T/friends"
rule "from = \"file:$T/friends\""
check 'also in a list' fits "From: <$nfd@x.example>"
rule 'any { from = "@bücher.example" header = "X-Sender: @bücher.example" sender = "@bücher.example" }'
check 'a domain of 8-bit bytes' fits 'From: Jo <jo@B\374cher.example>'
check 'in the charset of the mail' fits \
	'Content-Type: text/plain; charset=IBM437\nX-Sender: jo@b\201cher.example'
for host in BÜCHER xn--bcher-kva 'bu\314\210cher'; do
	check "the sender of an envelope is $host" fits "Return-Path: <jo@$host.example>"
	check "of a From line" fits "From jo@$host.example Mon Feb  1 10:00:00 2010\nTo: me"
done
check 'its text is UTF-8' gives '{from}' 'From: jo@B\374cher.example' 'jo@Bücher.example'

# 1 MiB of the worst bytes, in fields of the largest size.
rule 'any { from = "boss@x.example" header = "To: @x.example" }'
for worst in '(' '<' '"' ',' '[' '(",<' '=?a?q?' ') (' "\\\\" \
	"$(printf '\377@')" 'ü@' "$(printf '\314\210')"; do
	perl -e 'for (1 .. 4) { print $_ & 1 ? "From: " : "To: ",
		substr($ARGV[0] x 262000, 0, 262000), "\n" } print "\nx\n"' \
		"$worst" >"$T/worst"
	check_status 0 "much of $worst is judged" run explain "$T/worst"
	check '  in time' not says 'cannot be judged'
done
done_testing

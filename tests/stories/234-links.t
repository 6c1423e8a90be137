# shellcheck shell=sh disable=SC1091,SC2016,SC2154
# Links: what rules and show see of them, in HTML and in text.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
page() { # HTML
	printf '%s\n' 'From: a@example.net' 'Content-Type: text/html' '' "$1"
}
rule_is() { # CONDITION, for $T/m
	new_config
	echo "rule \"x\" { $1 folder = \"Linked\" }" >>"$conf"
	run explain "$T/m" >"$T/out" 2>&1
	grep -q '→ Linked' "$T/out"
}
rule_is_not() { ! rule_is "$@"; }
new_config

page '<p>See <a href="HTTP://Shop.example&#46;org:80/%61?b=1&amp;c">here</a> or
<a href="http://example.com@3325256711/">us</a>. <img src="https://t.example/p.gif">
<div hidden><a href="https://bit.example/x">x</a></div> At www.plain.example, too.' >"$T/m"
check_status 0 'show' run show "$T/m"
check 'prints a link' says '^Link: http://shop\.example\.org:80/a\?b=1&c$'
check 'B22: and the host behind it' says \
	'^Link: http://example\.com@198\.51\.100\.7/ \(shown as example\.com\)$'
check_status 0 'show --json' run --json show "$T/m"
check 'has them after the attachments' says '"attachments":\[\],"links":\["http://shop\.example\.org:80/a\?b=1&c","http://example\.com@198\.51\.100\.7/","https://t\.example/p\.gif","https://bit\.example/x","http://www\.plain\.example"\],"headers"'

for value in '"shop.example"' '"@shop.example.org"' '"@.example.org"' \
	'"@198.51.100.7"' '"example.com@198.51.100.7"' '"p.gif"' \
	"'/^https:..bit\\.example.x\$/'" '"@www.plain.example"'
do
	check "link = $value" rule_is "link = $value"
done
for value in '"@example.org"' '"@example.com"' '"@.com"' '"%61"' '"&amp;"'
do
	check "not link = $value" rule_is_not "link = $value"
done
check 'a body rule sees them, too' rule_is 'body = "bit.example"'
check 'a misleading one' rule_is 'misleading-link = yes'
check 'not without one' rule_is_not 'misleading-link = no'
printf '%s\n' '# known' '@.bad.example' '@plain.example' >"$T/hosts"
check 'a list without its hosts' rule_is_not "link = \"file:$T/hosts\""
echo '@www.plain.example # that one' >>"$T/hosts"
check 'a list of hosts' rule_is "link = \"file:$T/hosts\""

for host in https://bücher.example/x http://xn--bcher-kva.example HTTP://BÜCHER.example \
	https://www.bu%CC%88cher.example; do
	page "<a href='$host'>x</a>" >"$T/m"
	for value in @.bücher.example @.xn--bcher-kva.example BÜCHER.example xn--bcher-kva.example; do
		check "$value is $host" rule_is "link = \"$value\""
	done
	check 'and no other' rule_is_not 'link = "@.bucher.example"'
done
echo '@.bücher.example' >>"$T/hosts"
check 'also in a list' rule_is "link = \"file:$T/hosts\""
page '<a href="http://xn--bcher-kva.example/">www.bücher.example</a>' >"$T/m"
check 'one host in two forms is not misleading' rule_is 'misleading-link = no'

printf '%s\n' 'From: a@example.net' '' 'No link: example.org, a@b.example' >"$T/m"
check 'no link' rule_is_not "link = '/./'"
check 'is not misleading' rule_is 'misleading-link = no'
check_status 0 'show without links' run --json show "$T/m"
check 'has an empty array' says '"links":\[\]'
done_testing

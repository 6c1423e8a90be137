# shellcheck shell=sh disable=SC1091,SC2016,SC2086,SC2154
# The manual: no warning of mandoc, all that the source means is in the rendered
# page, and every command, setting, condition and action is described.
. "$(dirname "$0")/lib.sh"
command -v mandoc >/dev/null || skip_all 'mandoc is not installed'
root=$tests/..

# Bold and underlined text is overstruck; header and footer are not the page's.
render() { # PAGE
	mandoc -Tutf8 -O width=1000 "$1" |
		sed -e '1d;$d' -e 's/[\xC0-\xFF][\x80-\xBF]*\x08//g; s/.\x08//g'
}
# Both without blanks; where they begin to differ is shown.
reads_as_meant() { # PAGE
	awk -f "$tests/man.awk" "$1" >"$T/meant"
	{ render "$1" | tr -d ' \t\n' && echo; } >"$T/read"
	cmp -s "$T/meant" "$T/read" || awk 'NR == FNR { meant = $0; next }
	{
		for (at = 1; substr(meant, at, 9) == substr($0, at, 9); at++)
			;
		at = at > 30 ? at - 30 : 1
		print "meant: " substr(meant, at, 72)
		print "read:  " substr($0, at, 72)
		exit 1
	}' "$T/meant" "$T/read"
}
# Each line of an example is a line of the rendered page.
examples_are_whole() { # PAGE
	render "$1" | sed 's/^ *//' >"$T/lines"
	sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\.[BE]d/d; p; }' "$1" |
		sed 's/\\&//g; s/\\(dq/"/g; s/\\e/\\/g; s/^ *//' |
		not grep -vxF -f "$T/lines"
}
for page in "$root"/man/*.[1-9]; do
	check "${page##*/}: no warning" mandoc -Tlint -Wwarning "$page"
	check '  reads as its source means it' reads_as_meant "$page"
	check '  shows its examples as they are' examples_are_whole "$page"
done

# The test notices what was wrong once.
page_of() { # LINE: in a page
	printf '%s\n' '.Dd January 1, 2026' '.Dt X 7' '.Os' '.Sh NAME' '.Nm x' \
		'.Nd y' '.Sh TEXT' '.Bl -tag -width Ds' '.It Ic a' 'b' '.El'
	printf '%s\n' "$1"
}
while IFS= read -r line; do
	page_of "$line" >"$T/x.7"
	check "noticed: $line" not reads_as_meant "$T/x.7"
done <<'END'
.Ss An answer
.Ql {"prog", "{subject}"}
.Pq Brq 1 No to Brq 9
.Pq Brq from , Brq to
.Pq Sq - No when it was never here
.Ic set No = Qq Ar Name : text , Ic remove No = Ar Name
END
page_of 'a \d+ b' >"$T/x.7"
check 'noticed: a backslash that is not shown' not reads_as_meant "$T/x.7"

# Each name stands where a reader looks for it.
section() { # PAGE TITLE: its macro lines that name something
	awk -v title="$2" '/^\.S[hs] / { inside = substr($0, 5) == title }
		inside && /^\.(It|Ic|Op|Cm) /' "$root/man/$1"
}
describes() { # PAGE TITLE NAME...
	section "$1" "$2" >"$T/section" && shift 2
	[ $# -gt 1 ] || { echo 'the names are not found in the sources' && return 1; }
	for name in "$@"; do
		grep -qE -- " $name( |\$)" "$T/section" || echo "lacks $name"
	done | not grep .
}
commands=$("$postroom" help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
check 'SYNOPSIS names every command' describes postroom.1 SYNOPSIS $commands
check 'COMMANDS describes every command' \
	describes postroom.1 COMMANDS $commands
check 'every file of a command is in the table' sh -c '
	cat "$1"/src/cmd/*.c | sed -n "s/^	.name = \"\([a-z]*\)\",$/\1/p" |
	while read -r name; do "$2" help "$name" >/dev/null || exit 1; done
	' - "$root" "$postroom"
settings() { # SECTION: of settings.c
	sed -n "/ rows\[\] = {/,/^}/ s/^	{\"\([a-z-]*\)\", SECTION_$1,.*/\1/p" \
		"$root/src/config/settings.c"
}
conditions=$(sed -n '/ types\[\] = {/,/^}/ s/^	{"\([a-z-]*\)",.*/\1/p' \
	"$root/src/rules/condition.c")
actions=$(sed -n 's/^	X([A-Z_]*, "\([a-z-]*\)".*/\1/p' \
	"$root/src/rules/action_type.h")
for pair in MAIN:Main\ part ACCOUNT:Accounts SMTP:Forwarding RULE:Rules \
	TEST:Tests; do
	check "every setting of ${pair#*:} is described" describes \
		postroom.conf.5 "${pair#*:}" $(settings "${pair%%:*}")
done
check 'every condition is described' \
	describes postroom-rules.7 Conditions $conditions
check 'every action is described' \
	describes postroom-rules.7 Actions $actions
done_testing

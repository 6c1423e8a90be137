# shellcheck shell=sh disable=SC1091,SC2016,SC2086,SC2154
# What the manual and README show is true: each configuration passes check, the
# complaints are those of the program, and so are the members of JSON.
. "$(dirname "$0")/../lib.sh"
root=$tests/..

# Files and programs that the examples name, and the directory of mail.
mkdir -p "$HOME/Mail" "$XDG_CONFIG_HOME/postroom/rules.d" "$HOME/bin"
cd "$XDG_CONFIG_HOME/postroom" || exit 1
(umask 077 && echo secret | tee gmail.pass >work.pass &&
	echo 'machine mail.lan login alice password secret' >"$HOME/.netrc")
for program in pass oama secret-tool x; do
	ln -s /bin/true "$HOME/bin/$program"
done
PATH=$PATH:$HOME/bin
echo mum@example.org >family.txt
echo 'rule "split off" { subject = "x" folder = "X" }' >rules.d/x.conf
make_cert lan DNS:mail.lan 9
cp "$T/ca.pem" lan-ca.pem

# Example N of a page is in $T/PAGE.N, as a reader sees it.
examples() { # PAGE
	sed 's/\\&//g; s/\\(dq/"/g; s/\\e/\\/g' "$root/man/$1" |
		awk -v out="$T/$1" '/^\.Bd -literal/ { n++; inside = 1; next }
			/^\.Ed/ { inside = 0 }
			inside { print >(out "." n) }'
}
# A fragment is made whole: with a Maildir, an account, the account around it.
make_whole() { # FILE
	grep -q '^maildir' "$1" || echo 'maildir = "~/Mail"'
	! grep -q 'vacation *=' "$1" || grep -q '^addresses' "$1" ||
		echo 'addresses = "alice@example.org" sendmail = "/bin/true"'
	grep -q '^account' "$1" || grep -q '^password' "$1" ||
		echo 'account "x" { host = x.org user = x@x.org password-command = x }'
	! grep -q '^password' "$1" || echo 'account "x" { host = x.org user = x'
	cat "$1"
	! grep -q '^password' "$1" || echo '}'
}
checked=0
passes_check() { # NAME FILE
	checked=$((checked + 1))
	make_whole "$2" >postroom.conf
	check_status 0 "$1" "$postroom" -v check
	check '  without a warning' not says warning
}
for page in postroom.conf.5 postroom-rules.7; do
	examples $page
	for file in "$T/$page".*; do
		first=$(head -1 "$file")
		case $first in
		'rule '* | 'account '* | maildir* | include* | password*)
			passes_check "${page%.*}: $first" "$file"
			;;
		esac
	done
done
sed -n '/^```$/,/^```$/{/^```/d;p;}' "$root/README.md" >"$T/readme"
passes_check README "$T/readme"
check 'there are as many as there should be' [ $checked -ge 27 ]


# The cookbook is one configuration, too.
{
	echo 'maildir = "~/Mail"'
	echo 'addresses = "alice@example.org" sendmail = "/bin/true"'
	sed -n '/^\.Sh COOKBOOK/,/^\.Sh READY/p' "$root/man/postroom-rules.7" |
		sed -n '/^rule/,/^}/{s/\\e/\\/g;p;}'
} >postroom.conf
check_status 0 'the cookbook as a whole' "$postroom" check
check '  without a warning' not says warning
check '  has twelve rules' [ "$(grep -c '^rule' postroom.conf)" = 12 ]

# DIAGNOSTICS: said of a file that has these faults at these places.
{
	printf '%s\n' 'maildir = "~/Mail"' '' 'account "home" {' \
		'    host = x.org' '    user = x' '    passwordeval = x' '}' \
		'rule "digits" {' '    subject = "\d+\."' '    folder = "X"' '}'
	yes '' | head -6
	printf '%s\n' 'rule "all" { folder = "X" }' 'rule "late" { folder = "Y" }'
} >faulty.conf
sed -e s/passwordeval/password-command/ -e '9s/".*"/"x"/' faulty.conf >late.conf
{ "$postroom" -c faulty.conf check; "$postroom" -c late.conf check; } 2>&1 |
	sed -n '/: error: \|: warning: /s/^[a-z]*/postroom/p' >"$T/said"
shown=$(grep -l '^postroom.conf:6:5:' "$T"/postroom.conf.5.*)
sed -e ':a' -e '$!N;s/\n  */ /;ta' -e 'P;D' "$shown" >"$T/shown"
check 'DIAGNOSTICS are those of the program' cmp "$T/shown" "$T/said"

# Members of JSON: those of the page, and no others.
shown_members() { # WORD: of the page's block that has it
	grep -ohE '"[a-z_]+"' "$(grep -l "\"$1\"" "$T"/postroom.1.*)" |
		tr -d '"' | sort -u
}
given_members() { grep -oE '"[a-z_]+":' "$T/out" | tr -d '":' | sort -u; }
has_members() { # WORD
	shown_members "$1" >"$T/shown" && given_members >"$T/given"
	cmp "$T/shown" "$T/given"
}
examples postroom.1
new_config 'addresses = "x@x.org"' 'rule "x" { mark = read pipe = "x" folder = "X" }'
echo 'account "a" { host = x.org user = x@x.org password-command = x }' >>"$conf"
printf 'Subject: x\n\n' | "$postroom" -c "$conf" deliver 2>"$T/err"
sql "INSERT INTO account (id, name) VALUES (1, 'a');
	INSERT INTO attempt (account, uidl, size, last) VALUES (1, 'u', 1, 1)"
check_status 0 'status --json' "$postroom" -c "$conf" status --json
check '  has the members that the page shows' has_members quarantined
check_status 0 'explain --json' sh -c 'echo | "$1" -c "$2" explain --json -' - \
	"$postroom" "$conf"
check '  has the members that the page shows' has_members outcome

check 'NEWS begins with this version' [ "postroom $(
	sed -n 's/^## //p' "$root/NEWS.md" | head -1)" = "$("$postroom" version)" ]

# The documents for developers: files and functions that they name are there,
# and the rooms are those of layers.t.
cd "$root" || exit 1
named() { # PATTERN: of what stands in backquotes, but for placeholders
	grep -ohE "\`$1\`" README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md |
		tr -d '`()' | grep -vE 'NAME|MODULE|ROOM|NNN' | sort -u
}
missing_files() {
	named '[A-Za-z_/0-9.-]+\.(c|h|t|sh|md|conf)' | grep -v '^postroom.conf$' |
		while read -r file; do
			[ -e "$file" ] || [ -e "src/$file" ] ||
				[ -n "$(ls src/*/"$file" 2>/dev/null)" ] ||
				echo "$file is not there"
		done
}
missing_functions() {
	named '[a-z_]+\(\)' | while read -r function; do
		grep -qrw "$function" src || echo "$function() is not there"
	done
}
rooms_differ() {
	sed -n '/^main: /,/^END/{/^END/d;s/[|:]//g;s/  */ /g;p;}' \
		tests/layers.t | sed 's/ *$//; s/ \*$//' >"$T/rooms"
	awk '/^\* \*\*/ || /^[^ ]/ || /^$/ { if (room ~ /^\* \*\*/) print room
			room = "" }
		{ room = room " " $0; sub(/^ /, "", room) }' ARCHITECTURE.md |
		sed -n '/^\* \*\*main\*\*/,/^\* \*\*util\*\*/p' |
		sed 's/ → \([^.]*\)\..*Doors:/ \1/; s/ → \([^.]*\)\..*/ \1/
			s/\*\*\..*Doors: all.*/\*\*/; s/\*\*\..*Doors:/\*\*/
			s/[*`,]//g; s/\.$//; s/  */ /g; s/^ //; s/ *$//' |
		diff "$T/rooms" -
}
check 'documents name files that are there' not grep . <<END
$(missing_files)
END
check 'and functions that are there' not grep . <<END
$(missing_functions)
END
check 'the rooms of ARCHITECTURE.md are those of layers.t' rooms_differ

# The programs of postroom-filter(7).
examples postroom-filter.7
cp "$(grep -l X-Known "$T"/postroom-filter.7.*)" "$HOME/bin/known"
cp "$(grep -l create-ticket "$T"/postroom-filter.7.*)" "$HOME/bin/ticket"
printf '#!/bin/sh\necho "$2: $(grep -c .)" >>~/made\n' >"$HOME/bin/create-ticket"
chmod +x "$HOME"/bin/*
PATH=$HOME/bin:$PATH
echo mum@example.org >"$HOME/.addresses"
new_config 'rule "Known" { filter = "~/bin/known" }' \
	'rule "Tickets" { pipe = "~/bin/ticket" }'
printf 'From: mum@example.org\nSubject: it leaks\n\nx\n' >"$T/mum"
check_status 0 'the programs of postroom-filter(7)' \
	sh -c '"$1" -c "$2" deliver <"$3"' - "$postroom" "$conf" "$T/mum"
check '  the filter adds its field' grep -rqx 'X-Known: yes' "$mail"
check '  the pipe makes a ticket' grep -qx 'it leaks: 4' "$HOME/made"
check '  and not another with the same key' sh -c '
	POSTROOM_KEY=$(ls "$HOME/.tickets") "$HOME/bin/ticket" again </dev/null &&
	[ "$(grep -c . "$HOME/made")" = 1 ]'
done_testing

# shellcheck shell=sh
# The house, checked: which room (folder of src/) may use which, by includes
# and by symbols; private headers at home; no circle of files in a room; one
# home for each library; sizes that stay readable.
#
#	layers.t [TREE]          the checks, of that tree
#	layers.t --list [TREE]   the rooms: what they use, their doors, sizes
list=
[ "${1-}" != --list ] || { list=1 && shift; }
top=${1:-${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}}
build=${top_builddir:-$top/build}
[ -d "$build" ] && build=$(cd "$build" && pwd)
cd "$top" || exit 1
T=$(mktemp -d "${TMPDIR:-/tmp}/postroom-layers.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT

# From the top of the house to the ground, so no circle of rooms is possible:
# ROOM: the rooms it may use (util may be used by all) | its doors, the headers
# that other rooms may include. All other headers are private.
cat >"$T/rooms" <<'END'
main: cmd config |
cmd: run config sort rules state maildir mail | cmd.h
run: config fetch sort state maildir pop3 tell account | daemon.h round.h preview.h survey.h mark.h account.h options.h
config: rules mail account maildir | config.h
fetch: pop3 imap net state mail tell account | session.h peek.h survey.h health.h live.h
sort: judge rules state maildir mail tell net account | sort.h plan.h disk.h undo.h preview.h
judge: rules mail | judge.h
rules: mail | rule.h ruleset.h judge.h verdict.h request.h action_type.h folder.h allow.h
state: maildir mail account | state.h accounts.h admin.h attempt.h command.h daemon.h dir.h duplicate.h failing.h found.h history.h import.h key.h mailbox.h plan.h queue.h rebuild.h rules.h seen.h server.h spool.h stats.h told.h vacation.h watermark.h
maildir: mail | maildir.h find.h index.h keywords.h walk.h
pop3: net account | pop3.h
imap: net account | imap.h
net: account | conn.h intake.h login.h mailbox.h rest.h sasl.h smtp.h way.h wire.h
tell: | event.h hook.h report.h
account: | account.h provider.h password.h refusal.h
mail: | message.h address.h charset.h date.h edit.h flags.h fold.h identity.h mailing_list.h mime.h mime_save.h notmuch.h origin.h reply.h tags.h
util: | *
END

# Circles that are there for a reason: ROOM FILE FILE…: WHY
cat >"$T/circles" <<'END'
cmd cmd help: help is a row of the table that it shows
END

# "INCLUDING-FILE INCLUDED-HEADER", without src/.
grep -o '^#include "[^"]*"' src/*.[ch] src/*/*.[ch] |
	sed 's,^src/\([^:]*\):#include "\(.*\)",\1 \2,' >"$T/includes"

# "FILE USED-FILE SYMBOL" for each function or object that a file uses of
# another one, by the objects of the build; objects of files that were moved
# away may still lie there.
objects=$(for file in src/*.c src/*/*.c; do echo "$build/${file%.c}.o"; done)
# shellcheck disable=SC2086
if nm -A -P -g $objects >"$T/nm" 2>/dev/null
then
	awk '{
		file = $1
		sub(/.*\/src\//, "", file)
		sub(/\.o:?$/, "", file)
		if ($3 == "U")
			use[++n] = file " " $2
		else
			home[$2] = file
	}
	END {
		for (i = 1; i <= n; i++) {
			split(use[i], u, " ")
			if (u[2] in home && home[u[2]] != u[1])
				print u[1], home[u[2]], u[2]
		}
		for (symbol in home)
			print home[symbol], symbol >"'"$T"'/symbols"
	}' "$T/nm" >"$T/uses"
else
	: >"$T/uses"
	: >"$T/symbols"
	no_objects='no nm, or no objects to read'
fi

# The circles in each room: "ROOM FILE FILE…", by transitive closure.
awk '{
	split($1, from, "/")
	split($2, to, "/")
	if (from[1] != to[1] || to[2] == "")
		next
	reach[$1, $2] = 1
	file[$1] = file[$2] = from[1]
}
END {
	for (k in file)
		for (i in file)
			if ((i, k) in reach)
				for (j in file)
					if ((k, j) in reach)
						reach[i, j] = 1
	for (i in file) {
		if (!((i, i) in reach) || i in seen)
			continue
		line = ""
		for (j in file)
			if ((i, j) in reach && (j, i) in reach) {
				seen[j] = 1
				line = line " " substr(j, index(j, "/") + 1)
			}
		print file[i] line
	}
}' "$T/uses" | while read -r room files; do
	# shellcheck disable=SC2086
	echo "$room" $(printf '%s\n' $files | sort)
done | sort >"$T/found"

if [ -n "$list" ]; then
	while IFS=':|' read -r room may doors; do
		echo "$room"
		uses=$(awk -v room="$room" '
			function of(file) { return file ~ /\// ? \
				substr(file, 1, index(file, "/") - 1) : "main" }
			of($1) == room && of($2) != room && of($2) != "util" {
				print of($2) }' "$T/includes" | sort -u | tr '\n' ' ')
		[ "$room" = main ] && files=src/main.c || files="src/$room/*.[ch]"
		# shellcheck disable=SC2086
		echo "  files, lines: $(ls $files | wc -l), $(cat $files | wc -l)"
		echo "  may use: ${may# }"
		echo "  uses:    $uses"
		echo "  doors:   ${doors# }"
		sed -n "s/^$room /  circle:  /p" "$T/found"
	done <"$T/rooms"
	awk 'FILENAME ~ /uses$/ {
		split($1, from, "/")
		split($2, to, "/")
		used[$3] = 1
		if (from[1] != to[1])
			abroad[$3] = 1
		next
	}
	{ n++; home += !($2 in abroad); own += !($2 in used) }
	END { printf "symbols: %d exported, %d of them used in their own room" \
		" only, %d in their own file only\n", n, home, own }' \
		"$T/uses" "$T/symbols"
	echo "circles: $(wc -l <"$T/found") in rooms, 0 between them"
	exit
fi

count=0
failed=0
result() { # NAME TEXT: passes when the text is empty
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		failed=$((failed + 1))
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/#   /'
	fi
}
result_of_objects() { # the same, when there are objects
	if [ -z "${no_objects-}" ]; then
		result "$@"
	else
		count=$((count + 1))
		echo "ok $count # SKIP $no_objects"
	fi
}

result "a room uses rooms below it only" "$(awk -F '[:|]' '{
	n = split($2, may, " ")
	for (i = 1; i <= n; i++)
		if (may[i] in seen)
			print $1 " may not use " may[i] ", which is above it"
	seen[$1] = 1
}' "$T/rooms")"

# shellcheck disable=SC2016
# What both checks of arrows begin with: may[ROOM, ROOM] and door[HEADER].
arrows='
function of(file) {
	return file ~ /\// ? substr(file, 1, index(file, "/") - 1) : "main"
}
FILENAME ~ /rooms$/ {
	split($0, part, /[:|]/)
	known[part[1]] = may[part[1], part[1]] = may[part[1], "util"] = 1
	n = split(part[2], to, " ")
	for (i = 1; i <= n; i++)
		may[part[1], to[i]] = 1
	n = split(part[3], to, " ")
	for (i = 1; i <= n; i++)
		door[part[1] "/" to[i]] = 1
	next
}
!(of($1) in known) { print "src/" $1 ": its room is not in the table"; next }
!((of($1), of($2)) in may) {
	print "src/" $1 " uses " $2 ($3 == "" ? "" : " (" $3 "())") \
		": " of($1) " may not use " of($2)
	next
}'

result "includes follow the arrows, and go through doors" "$(awk "$arrows"'
	of($1) != of($2) && !($2 in door) && !("util/*" in door && of($2) == "util") {
		print "src/" $1 " includes " $2 ", which is private"
	}' "$T/rooms" "$T/includes")"

result_of_objects "symbols follow the arrows" \
	"$(awk "$arrows" "$T/rooms" "$T/uses")"

result "doors are there, and somebody outside uses them" "$(awk '
	FILENAME ~ /includes$/ {
		if (substr($1, 1, index($1, "/")) != substr($2, 1, index($2, "/")))
			used[$2] = 1
		next
	}
	{
		split($0, part, /[:|]/)
		n = split(part[3], to, " ")
		for (i = 1; i <= n; i++)
			if (to[i] != "*" && !((part[1] "/" to[i]) in used))
				print part[1] "/" to[i]
	}' "$T/includes" "$T/rooms")"

sed 's/:.*//' "$T/circles" | sort >"$T/listed"
result_of_objects "no circle of files in a room but those listed" \
	"$(comm -23 "$T/found" "$T/listed")"
result_of_objects "listed circles are there" \
	"$(comm -13 "$T/found" "$T/listed")"

result "Makefile.am lists each file, in its room" "$(
	awk -F '[ \t]*=' '/^[a-z0-9]+_room =/ { sub(/_room$/, "", $1); room = $1 }
		/^$/ { room = "" }
		room != "" {
			while (match($0, /src\/[a-z0-9_\/]+\.[ch]/)) {
				print room, substr($0, RSTART, RLENGTH)
				$0 = substr($0, RSTART + RLENGTH)
			}
		}' Makefile.am | sort >"$T/made"
	for file in src/*/*.[ch]; do
		room=${file#src/}
		echo "${room%%/*} $file"
	done | sort | diff "$T/made" - | sed -n 's/^[<>]/&/p')"

one_home() { # HEADER FILE
	result "only $2 includes $1" "$(grep -l "^#include <$1" src/*.[ch] \
		src/*/*.[ch] | grep -v "^src/$2\$")"
}
one_home curl/ net/libcurl.h
one_home pcre2.h rules/regex.c
one_home confuse.h config/parse.c
one_home sqlite3.h state/db.c
one_home jansson.h util/json.c
one_home idn2.h mail/idn.c
one_home openssl/evp.h util/hash.c
one_home openssl/ssl.h net/libssl.h
one_home iconv.h mail/charset_iconv.c
one_home uninorm.h mail/unicode.c

result "H8: every .c file bans the dangerous functions, last of all" "$(
	for file in src/*.c src/*/*.c; do
		[ "$(grep '^#include' "$file" | tail -1)" = \
			'#include "util/banned.h"' ] || echo "$file"
	done)"

result "only main, cmd, fetch, sort and run log" "$(
	grep -lE '\blog_(error|warning|info|wire|event|object|plain)\(' \
		src/*.c src/*/*.c |
		grep -vE '^src/(main\.c$|util/log\.c$|(cmd|fetch|sort|run)/)')"

result "no function is longer than 60 lines" "$(awk '
	FNR == 1 { open = 0 }
	/^{/ { start = FNR; open = 1 }
	/^}/ {
		if (open && FNR - start - 1 > 60)
			print FILENAME ":" start ": " FNR - start - 1 " lines"
		open = 0
	}' src/*.c src/*/*.c tests/*/*.c tests/*/*/*.c)"

longer_than() { # LINES FILE...
	most=$1
	shift
	wc -l "$@" | awk -v most="$most" '$2 != "total" && $1 > most'
}
result "no file is longer than 600 lines" \
	"$(longer_than 600 src/*.c src/*/*.[ch])"
result "no header is longer than 120 lines" "$(longer_than 120 src/*/*.h)"

result "no global variables but the log level" "$(
	grep -nE '^(static )?[a-z][a-z_ ]*[ *][a-z_]+( =[^(]*)?;$' src/*.c \
		src/*/*.c | grep -vE '\b(const|typedef|return|extern)\b' |
		grep -vE 'util/log.c:.*target')"

echo "1..$count"
[ "$failed" = 0 ]

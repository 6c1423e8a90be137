# shellcheck shell=sh
# The architecture, checked: a file includes headers of its own place or
# further down the list of sources in Makefile.am only; each library has one
# file that includes its header; sizes stay where they are readable.
# With an argument: check that tree instead.
top=${1:-${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}}
cd "$top" || exit 1
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

result "includes point down the list of sources" "$(awk '
	function family(name) {
		sub(/_.*/, "", name)
		return name
	}
	FILENAME == "Makefile.am" {
		# The place of a module is where its first file stands.
		while (match($0, /src\/[a-z0-9_\/]+\.[ch]/)) {
			file = substr($0, RSTART + 4, RLENGTH - 4)
			$0 = substr($0, RSTART + RLENGTH)
			name = file
			sub(/\.[ch]$/, "", name)
			if (!(name in place))
				place[name] = ++n
		}
		next
	}
	/^#include "/ {
		split($0, part, "\"")
		target = part[2]
		sub(/\.h$/, "", target)
		self = FILENAME
		sub(/^src\//, "", self)
		sub(/\.[ch]$/, "", self)
		if (self == "main")
			next
		if (!(self in place))
			print FILENAME ": is not in Makefile.am"
		else if (!(target in place))
			print FILENAME ": includes unknown " part[2]
		else if (family(self) == family(target))
			next # the files of one module, NAME and NAME_*
		else if (self ~ /^util\// && target !~ /^util\//)
			print FILENAME ": util knows nothing of " part[2]
		else if (target !~ /^util\// && place[target] < place[self] &&
			 !(self ~ /^cmd_/ && target == "cmd"))
			print FILENAME ": includes " part[2] ", which is above it"
	}' Makefile.am src/*.[ch] src/util/*.[ch])"

one_home() { # HEADER FILE
	result "only $2 includes $1" "$(grep -l "^#include <$1" src/*.[ch] \
		src/util/*.[ch] | grep -v "^src/$2\$")"
}
one_home curl/ conn.c
one_home pcre2.h regex.c
one_home confuse.h config_parse.c
one_home sqlite3.h state.c
one_home gmime/ mime.c
one_home jansson.h json.c
one_home openssl/ util/hash.c
one_home iconv.h charset.c

result "H8: every .c file bans the dangerous functions, last of all" "$(
	for file in src/*.c src/util/*.c; do
		[ "$(grep '^#include' "$file" | tail -1)" = \
			'#include "util/banned.h"' ] || echo "$file"
	done)"

result "only main, cmd_*, fetch, sort and schedule log" "$(
	grep -lE '\blog_(error|warning|info|wire|event|object|plain)\(' src/*.c |
		grep -vE 'src/(main|cmd_[a-z_]+|fetch(_[a-z]+)?|preview|sort(_[a-z]+)?|schedule(_[a-z]+)?)\.c$')"

result "no function is longer than 60 lines" "$(awk '
	FNR == 1 { open = 0 }
	/^{/ { start = FNR; open = 1 }
	/^}/ {
		if (open && FNR - start - 1 > 60)
			print FILENAME ":" start ": " FNR - start - 1 " lines"
		open = 0
	}' src/*.c src/util/*.c tests/*.c)"

result "no file is longer than 600 lines" "$(
	wc -l src/*.[ch] src/util/*.[ch] | awk '$2 != "total" && $1 > 600')"

result "no header is longer than 250 lines" "$(
	wc -l src/*.h src/util/*.h | awk '$2 != "total" && $1 > 250')"

result "no global variables but the log level" "$(
	grep -nE '^(static )?[a-z][a-z_ ]*[ *][a-z_]+( =[^(]*)?;$' src/*.c \
		src/util/*.c | grep -vE '\b(const|typedef|return|extern)\b' |
		grep -vE 'util/log.c:.*target')"

echo "1..$count"
[ "$failed" = 0 ]

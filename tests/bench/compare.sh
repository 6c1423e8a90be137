#!/bin/sh
# shellcheck disable=SC2046,SC2086
# Usage: compare.sh POSTROOM DIRECTORY-OF-MESSAGES
# Sorts the messages with the same five header rules by postroom, procmail,
# maildrop and fdm, and prints where they differ. Each message needs a field
# "X-Test-Id: NAME", NAME being its file's.
set -eu
postroom=$1 in=$(cd "$2" && pwd) T=$(mktemp -d)
export HOME="$T" LOGNAME=root
. "$(dirname "$0")/peers.sh"
for tool in postroom procmail maildrop fdm; do
	for folder in $five_folders; do
		mkdir -p "$T/$tool/$folder/cur" "$T/$tool/$folder/new" "$T/$tool/$folder/tmp"
	done
done
printf 'maildir = "%s"\nstate = "%s"\n' "$T/postroom" "$T/state" >"$T/postroom.conf"
five_rules_postroom "$T/postroom.conf"
five_rules_procmail "$T/procmailrc"
five_rules_maildrop "$T/mailfilter"
five_rules_fdm "$T/fdm.conf" 'account "stdin" stdin'
for m in "$in"/*; do
	procmail -m "$T/procmailrc" <"$m" 2>>"$T/procmail.err" || echo "procmail: $m"
	maildrop "$T/mailfilter" <"$m" 2>>"$T/maildrop.err" || echo "maildrop: $m"
	fdm -q -f "$T/fdm.conf" -a stdin fetch <"$m" 2>>"$T/fdm.err" || echo "fdm: $m"
done
mkdir -p "$T/postroom/Inbox/new"
cp "$in"/* "$T/postroom/Inbox/new"
"$postroom" -q -c "$T/postroom.conf" sort "$T/postroom" Inbox
for tool in postroom procmail maildrop fdm; do
	(cd "$T/$tool" && grep -rao -m1 '^X-Test-Id: .*' . |
		sed 's|^\./\([^/]*\)/.*X-Test-Id: \(.*\)|\2 \1|' | sort) >"$T/$tool.map"
	echo "$tool: $(wc -l <"$T/$tool.map") messages:" \
		$(cut -d' ' -f2 "$T/$tool.map" | sort | uniq -c)
done
for tool in procmail maildrop fdm; do
	join "$T/postroom.map" "$T/$tool.map" |
		awk -v t=$tool '$2 != $3 { print t ": " $1 ": " $3 ", postroom: " $2 }'
done
echo "$T"

#!/bin/sh
# shellcheck disable=SC2046,SC2086
# Usage: compare.sh POSTROOM DIRECTORY-OF-MESSAGES
# Sorts the messages with the same five header rules by postroom, procmail,
# maildrop and fdm, and prints where they differ. Each message needs a field
# "X-Test-Id: NAME", NAME being its file's.
set -eu
postroom=$1 in=$(cd "$2" && pwd) T=$(mktemp -d)
export HOME="$T" LOGNAME=root
for tool in postroom procmail maildrop fdm; do
	for folder in Spam Patch Alibaba Ettus Re Inbox; do
		mkdir -p "$T/$tool/$folder/cur" "$T/$tool/$folder/new" "$T/$tool/$folder/tmp"
	done
done
cat >"$T/postroom.conf" <<END
maildir = "$T/postroom"
state = "$T/state"
rule "1" { header = "X-Spam-Flag: YES" folder = "Spam" }
rule "2" { subject = "patch" folder = "Patch" }
rule "3" { from = "@linux.alibaba.com" folder = "Alibaba" }
rule "4" { header = "List-Id: ettus" folder = "Ettus" }
rule "5" { subject = '/^Re:/' folder = "Re" }
END
cat >"$T/procmailrc" <<END
MAILDIR=$T/procmail
DEFAULT=$T/procmail/Inbox/
:0
* ^X-Spam-Flag:.*YES
Spam/
:0
* ^Subject:.*patch
Patch/
:0
* ^From:.*@linux\\.alibaba\\.com
Alibaba/
:0
* ^List-Id:.*ettus
Ettus/
:0
* ^Subject:[ 	]*Re:
Re/
END
cat >"$T/mailfilter" <<END
DEFAULT="$T/maildrop/Inbox"
if (/^X-Spam-Flag:.*YES/)
	to "$T/maildrop/Spam"
if (/^Subject:.*patch/)
	to "$T/maildrop/Patch"
if (/^From:.*@linux\\.alibaba\\.com/)
	to "$T/maildrop/Alibaba"
if (/^List-Id:.*ettus/)
	to "$T/maildrop/Ettus"
if (/^Subject:[ \\t]*Re:/)
	to "$T/maildrop/Re"
to "$T/maildrop/Inbox"
END
chmod 600 "$T/mailfilter"
cat >"$T/fdm.conf" <<END
set default-user "root"
set lock-file "$T/fdm.lock"
account "stdin" stdin
action "Spam" maildir "$T/fdm/Spam"
action "Patch" maildir "$T/fdm/Patch"
action "Alibaba" maildir "$T/fdm/Alibaba"
action "Ettus" maildir "$T/fdm/Ettus"
action "Re" maildir "$T/fdm/Re"
action "Inbox" maildir "$T/fdm/Inbox"
match "^X-Spam-Flag:.*YES" in headers action "Spam"
match "^Subject:.*patch" in headers action "Patch"
match "^From:.*@linux\\\\.alibaba\\\\.com" in headers action "Alibaba"
match "^List-Id:.*ettus" in headers action "Ettus"
match "^Subject:[ \\t]*Re:" in headers action "Re"
match all action "Inbox"
END
chmod 600 "$T/fdm.conf"
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

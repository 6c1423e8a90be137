# shellcheck shell=sh disable=SC1091,SC2016,SC2059,SC2154
# The cookbook of postroom-rules(7): each recipe files the same letters into the
# same folders, by postroom and, as the manual shows it, by the real procmail,
# fdm and Sieve (sieve-test of Pigeonhole).
. "$(dirname "$0")/../lib.sh"
page=${top_srcdir:-$tests/..}/man/postroom-rules.7
PATH=$HOME/bin:$PATH
mkdir "$HOME/bin"
printf '#!/bin/sh\ncat >/dev/null\n[ "$1" != -- ] || shift\necho "${1-$TICKET}" >>%s/tickets\n' "$T" \
	>"$HOME/bin/ticket"
chmod +x "$HOME/bin/ticket"
echo 'mum@example.org' | tee "$T/family.txt" >"$HOME/family.txt"
month=$(date +%Y-%m)
# Sieve does not run as root.
owner=$(id -un)
[ "$owner" != root ] || owner=mail
printf '%s\n' "mail_uid = $(id -u "$owner")" "mail_gid = $(id -g "$owner")" \
	'first_valid_uid = 1' 'mail_location = maildir:/nonexistent' \
	>"$T/dovecot.conf"
chmod 755 "$T"

# The example of a section: the first is the rule, others follow their name.
recipe() { # SECTION [procmail|Sieve]
	awk -v section=".Ss $1" -v column=".It ${2-}" '
		/^\.Ss / { inside = $0 == section; found = column == ".It " }
		!inside { next }
		$0 == column { found = 1 }
		/^\.Bd/ && found { printing = 1; next }
		/^\.Ed/ { if (printing) exit }
		printing' "$page" | sed 's/\\e/\\/g; s/\\&//g'
}
letter() { # NAME FORMAT
	printf "$2" >"$T/$1.eml"
}
folders() { # DIRECTORY: with the number of letters in each
	(cd "$1" 2>/dev/null && find . -type f \( -path '*/new/*' -o \
		-path '*/cur/*' \) | sed 's|^\./||; s|/[^/]*/[^/]*$||' | sort |
		uniq -c | awk '{ n = $1; $1 = ""; print substr($0, 2), n }')
}
are() { # DIRECTORY WANTED
	folders "$1" >"$T/got" && cat "$T/got" && [ "$(cat "$T/got")" = "$2" ]
}
by_postroom() { # SECTION LETTER...
	rm -rf "$mail" "$T/state"
	new_config
	recipe "$1" | sed "s|file:family|file:$T/family|" >>"$conf"
	shift
	for letter; do
		"$postroom" -c "$conf" deliver <"$T/$letter.eml" || return
	done >"$T/out" 2>&1
}
by_procmail() { # SECTION LETTER...
	rm -rf "$T/pm" && mkdir "$T/pm" && cp "$T/family.txt" "$T/pm"
	{
		printf 'SHELL=/bin/sh\nPATH=%s\nMAILDIR=%s\n' "$PATH" "$T/pm"
		echo "HOME=$HOME"
		printf 'DEFAULT=%s/Inbox/\nLOGFILE=%s\n' "$T/pm" "$T/pm.log"
		recipe "$1" procmail
	} >"$T/rc"
	shift
	for letter; do
		procmail -m "$T/rc" <"$T/$letter.eml" || return
	done
}
# Its %h and ~ are the home directory in the list of users. Of root, it reads and
# writes its cache as another user.
by_fdm() { # SECTION LETTER...
	rm -rf "$T/fdm" "$T/fdm.d"
	mkdir -m 777 "$T/fdm.d"
	{
		printf 'set default-user "%s"\n' "$(id -un)"
		printf 'set lock-file "%s/fdm.lock"\naccount "a" stdin\n' "$T"
		for folder in Big Duplicates Family Finance Inbox Spam; do
			printf 'action "%s" maildir "%s/fdm/%s"\n' \
				"$(echo "$folder" | tr '[:upper:]' '[:lower:]')" \
				"$T" "$folder"
		done
		recipe "$1" fdm | sed "s|%h/Mail|$T/fdm|; s|~|$T/fdm.d|g"
		echo 'match all action "inbox"'
	} >"$T/fdm.conf"
	chmod 600 "$T/fdm.conf"
	shift
	for letter; do
		(cd "$T" && fdm -q -f "$T/fdm.conf" fetch <"$T/$letter.eml") ||
			return
	done
}
same() { # SECTION WANTED WANTED-OF-PROCMAIL LETTER...
	section=$1 wanted=$2 procmail=$3
	shift 3
	check "$section" by_postroom "$section" "$@"
	check '  files the letters' are "$mail" "$wanted"
	[ -n "$procmail" ] || return
	if command -v procmail >/dev/null && command -v formail >/dev/null; then
		check '  and so does procmail' by_procmail "$section" "$@"
		check '  into the same folders' are "$T/pm" "$procmail"
	else
		skip 'procmail is not installed'
	fi
	if command -v fdm >/dev/null && command -v formail >/dev/null; then
		check '  and so does fdm' by_fdm "$section" "$@"
		check '  into the same folders' are "$T/fdm" "$procmail"
	else
		skip 'fdm is not installed'
	fi
}
by_sieve() { # REQUIRE SECTION LETTER FOLDER
	{
		echo "require [$1];"
		recipe "$2" Sieve
	} >"$T/script.sieve"
	sieve-test -c "$T/dovecot.conf" "$T/script.sieve" "$T/$3.eml" \
		>"$T/out" 2>&1
	grep -q "store message in folder: $4\$" "$T/out" || {
		cat "$T/script.sieve" "$T/out"
		return 1
	}
}
sieve() { # REQUIRE SECTION LETTER FOLDER LETTER: the other is kept
	if ! command -v sieve-test >/dev/null; then
		skip 'sieve-test is not installed'
		return
	fi
	check "  Sieve files $3 into $4" by_sieve "$1" "$2" "$3" "$4"
	check "  and keeps $5" by_sieve "$1" "$2" "$5" INBOX
}

letter plain 'From: bob@example.net\nSubject: lunch\nMessage-ID: <1@x>\n\nhi\n'
letter other 'From: bob@example.net\nSubject: lunch\nMessage-ID: <2@x>\n\nhi\n'
letter flag 'From: a@b\nX-Spam-Flag: YES\n\nx\n'
letter bogo 'From: a@b\nX-Bogosity: Spam, tests=bogofilter, spamicity=0.99\n\nx\n'
letter ham 'From: a@b\nX-Bogosity: Ham, tests=bogofilter, spamicity=0.0\n\nx\n'
letter no 'From: a@b\nX-Spam-Flag: NO\n\nx\n'
letter list 'From: a@b\nList-Id: Dev <dev.example.org>\n\nx\n'
letter mum 'From: Mum <mum@example.org>\n\nx\n'
letter invoice 'From: a@b\nDate: Sat, 03 Feb 2024 23:30:00 +0800\nSubject: an invoice\n\nx\n'
letter review 'From: Ann <x@github.com>\nSubject: Fix (PR #12)\n\nx\n'
letter ticket 'From: a@b\nSubject: [JIRA-77] it leaks\n\nx\n'
{
	printf 'From: a@b\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\n'
	printf 'Content-Type: application/pdf; name="a.pdf"\n'
	printf 'Content-Disposition: attachment; filename="a.pdf"\n\n'
	awk 'BEGIN { for (i = 0; i < 90000; i++) print \
		"012345678901234567890123456789012345678901234567890123456789" }'
	printf -- '--b--\n'
} >"$T/big.eml"

same 'A copy of everything, by month' "Backup/$month 1
Inbox 1" "Backup-$month 1
Inbox 1" plain
same Duplicates 'Duplicates 1
Inbox 2' 'Duplicates 1
Inbox 2' plain plain other
same 'Mail that is marked as spam' 'Inbox 3
Spam 2' 'Inbox 3
Spam 2' flag bogo ham no plain
sieve '"fileinto", "imap4flags"' 'Mail that is marked as spam' flag Spam no
same 'A folder for each mailing list' 'Inbox 1
Lists/dev 1' 'Inbox 1
Lists.dev 1' list plain
sieve '"fileinto", "mailbox", "regex", "variables"' \
	'A folder for each mailing list' list Lists.dev plain
same 'Senders in a file' 'Family 1
Inbox 1' 'Family 1
Inbox 1' mum plain
same 'Large attachments' 'Big 1
Inbox 1' 'Big 1
Inbox 1' big plain
same 'Words in any language' 'Finance/2024 1
Inbox 1' 'Finance 1
Inbox 1' invoice plain
sieve '"fileinto"' 'Words in any language' invoice Finance plain
same 'Tag, and continue' 'Inbox 2' 'Inbox 2' review plain
labels() { grep -rlE '^X-Label: review$' "$1" | wc -l; }
check '  with the same tag' [ "$(labels "$mail")" = 1 ]
! command -v procmail >/dev/null ||
	check '  by procmail, too' [ "$(labels "$T/pm")" = 1 ]
! command -v fdm >/dev/null || check '  and by fdm' [ "$(labels "$T/fdm")" = 1 ]
rm -f "$T/tickets"
same 'A program with an argument' 'Inbox 2' 'Inbox 2' ticket plain
runs=$(ls -d "$mail" "$T/pm" "$T/fdm" 2>/dev/null | wc -l)
check '  the program had it each time' [ "$(grep -cx 77 "$T/tickets")" = "$runs" ]
same 'Everything else' 'Inbox 1' '' plain

if command -v bogofilter >/dev/null && command -v procmail >/dev/null; then
	train_bogofilter
	letter pills 'Subject: pills\n\npills casino lottery winner pills\n'
	marked() { grep -rlE '^X-Bogosity: ' "$1" | wc -l; }
	same 'Ask a spam filter' 'Inbox 2' 'Inbox 2' pills plain
	check '  both ask it' [ "$(marked "$mail"),$(marked "$T/pm")" = 2,2 ]
	! command -v fdm >/dev/null ||
		check '  fdm does, too' [ "$(marked "$T/fdm")" = 2 ]
else
	skip 'bogofilter or procmail is not installed'
fi
done_testing

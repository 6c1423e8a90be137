# shellcheck shell=sh disable=SC1091,SC2034,SC2046,SC2086,SC2154
# The engine of IMAP and a real Dovecot, after the login: folders, lists of
# messages, their bytes, flags, moving and deleting; with what Dovecot can, and
# with what IMAP4rev1 has.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

imapsh=$top/tests/tools/imapsh
need_imap

session() { # COMMAND...: its lines go to $T/said, and both sides to $T/trace
	"$imapsh" $slow --trace "$imap_port" u "$password" "$@" \
		>"$T/said" 2>"$T/trace"
}
said() { grep -qxF -e "$1" "$T/said"; }
sent() { # PATTERN: how often is it in what we sent?
	grep -c "^> P[0-9]* $1" "$T/trace"
}
show() { sed 's/^/# /' "$T/said" "$T/trace" | tail -40; }
all_said() { # LINE...
	for line; do
		said "$line" || { echo "# not said: $line" && show && return 1; }
	done
}
# Dovecot gives CRLF for LF, and 0x80 for NUL; we LF for CRLF.
sums() { # FILE...
	for file; do
		perl -pe 's/\r\n/\n/; tr/\0/\200/' "$file" | sha256sum
	done | sort
}
mailbox() { # CAPABILITIES: Dovecot with test mail, and 50 folders without any
	[ ! -s "$d/run/master.pid" ] || stop_dovecot
	dovecot_more=${1:+imap_capability = $1}
	start_dovecot
	for n in $(seq 50); do
		for part in cur new tmp; do
			mkdir -p "$d/mail/u/.f$n/$part"
		done
	done
	fill_drop_again "$tests"/mail/*.eml
}
fill_drop_again() { # FILE...: into INBOX; folders stay
	n=0
	mkdir -p "$d/mail/u/cur" "$d/mail/u/new" "$d/mail/u/tmp"
	for file; do
		n=$((n + 1))
		cp "$file" "$d/mail/u/new/$((1700000000 + n)).$n.x"
	done
	total=$n
	[ "$(id -u)" != 0 ] || chown -R "$drop_user" "$d/mail"
}
has_flag() { # LETTER: how many files of INBOX have it
	find "$d/mail/u/cur" -name "*:2,*$1*" -type f | wc -l
}

d=$T/dovecot
for can in '' 'IMAP4rev1 LITERAL+'; do
	as=${can:-all that Dovecot can}
	slow=${can:+--slow}
	rm -rf "$d/mail"
	mailbox "$can"
	[ -n "$can" ] && move=COPY || move=MOVE

	check "$as: folders" session list statuses
	check 'each has its counts' all_said 'f1 0 messages, UIDNEXT 1' \
		'f50 0 messages, UIDNEXT 1'
	check 'by STATUS of each' [ "$(sent STATUS)" = 51 ]

	check "$as: single messages and all from one on" \
		session select INBOX messages 1,3,5:*
	check 'all but two' [ "$(grep -c '^[0-9]* [0-9]* [0-9a-f]* [0-9]*$' "$T/said")" = \
		$((total - 2)) ]
	check 'the UIDs alone' session select INBOX uids 3
	check 'all but two' [ "$(wc -l <"$T/said")" = $((total - 1)) ]

	mkdir -p "$T/got"
	rm -f "$T/got"/*
	check "$as: all bodies" session select INBOX fetch "$T/got"
	rm "$T/got/$total" # opened for one more
	sums "$tests"/mail/*.eml >"$T/wanted.sums"
	for file in "$T/got"/*; do sha256sum <"$file"; done | sort >"$T/got.sums"
	check 'byte for byte' cmp "$T/wanted.sums" "$T/got.sums"

	check "$as: mark as seen" session select INBOX seen 1,3,4
	check 'the server confirms it' all_said '1 1' '3 1' '4 1'
	check 'it is so' [ "$(has_flag S)" = 3 ]

	check "$as: move to a new folder" session select INBOX move 1,3,4 New
	check 'the server confirms it' all_said '1 4' '3 4' '4 4'
	check 'in its way' [ "$(sent "UID $move")" = 2 ]
	check 'they are there' [ "$(find "$d/mail/u/.New/cur" -type f | wc -l)" = 3 ]
	check 'and not here' [ "$(left_in_drop u)" = $((total - 3)) ]

	check "$as: delete" session select INBOX delete 5,7
	check 'the server confirms it' all_said '5 4' '7 4'
	check 'they are gone' [ "$(left_in_drop u)" = $((total - 5)) ]
	check 'none is left that is only marked' [ "$(has_flag T)" = 0 ]

	other=$(find "$d/mail/u/cur" -name '*.2.x*' -type f)
	mv "$other" "${other%:2,*}:2,T"
	check "$as: delete, where somebody else has marked another one" \
		session select INBOX delete 9
	if [ -n "$can" ]; then
		check 'it is marked, and not removed' all_said '9 3' \
			'refused: the server can remove only all messages that are marked as deleted (no UIDPLUS), and others are marked, too'
		check 'both are there' [ "$(has_flag T)" = 2 ]
		check 'EXPUNGE was not sent' [ "$(sent EXPUNGE)" = 0 ]
	else
		check 'it is removed' all_said '9 4'
		check 'the other one is not' [ "$(has_flag T)" = 1 ]
	fi
done
done_testing

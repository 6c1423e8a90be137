# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Tags, headers, holds, duplicates, attachments, forwarding: checked by the files
# on disk afterwards.
. "$(dirname "$0")/../lib.sh"

deliver() { # FORMAT [ARGUMENT...]
	printf "$1" >"$T/input"
	shift
	"$postroom" -c "$conf" "$@" deliver <"$T/input"
}
begin() { # LINE...: of the main part; the rules on standard input
	rm -rf "$mail" "$T/state" "$T/got"
	mkdir "$T/got"
	new_config "$@" 'undecided = "Odd"'
	cat >>"$conf"
}
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
is() { # FOLDER FORMAT: the only message there
	printf "$2" >"$T/wanted"
	cmp "$T/wanted" "$(delivered "$mail/$1")"
}
named() { # FOLDER PATTERN: its file
	delivered "$mail/$1" | grep -qE "$2" || { delivered "$mail" && false; }
}
spooled() { find "$T/state/spool" -type f | wc -l; }

# --- tags ---------------------------------------------------------------------
begin <<'END'
rule "copy" { copy = "Backup" }
rule "t" { subject = '/^#(\w+)/' tag = {work, "{1}"} }
rule "u" { tagged = urgent untag = work mark = flagged }
rule "f" { from = "@x.org" folder = "X" }
END
check_status 0 'tags' deliver 'Subject: #later x\nFrom: a@x.org\n\nbody\n'
check 'are one field' is X \
	'Subject: #later x\nFrom: a@x.org\nX-Label: work later\n\nbody\n'
check 'a copy stays as it came' cmp "$T/input" "$(delivered "$mail/Backup")"
check_status 0 'tags and the inbox' deliver 'Subject: #urgent\n\nbody\n'
check 'likewise' is Inbox 'Subject: #urgent\nX-Label: urgent\n\nbody\n'
check 'with its mark' named Inbox ':2,F$'
size_is_right() {
	f=$(delivered "$1") && case $f in *",S=$(wc -c <"$f")"*) ;; *) false ;; esac
}
check 'the name says the size' size_is_right "$mail/X"
check 'nothing is left' [ "$(spooled)" = 0 ]

begin <<'END'
rule "t" { tag = {Work, todo} folder = "K" }
END
mkdir -p "$mail/K/cur" "$mail/K/new" "$mail/K/tmp"
touch "$mail/K/dovecot-uidlist"
echo '0 todo' >"$mail/K/dovecot-keywords"
check_status 0 'where Dovecot has been' deliver 'A: b\n\nbody\n'
check 'tags are keywords' named K '/cur/.*:2,ab$'
check 'and nothing is changed' is K 'A: b\n\nbody\n'
check 'the file has them' [ "$(cat "$mail/K/dovecot-keywords")" = "$(printf \
	'0 todo\n1 Work')" ]
rm -f "$mail"/K/cur/*
touch "$mail/K/dovecot-uidlist.lock"
check_status 0 'while Dovecot holds its lock' deliver 'A: b\n\nbody\n'
check 'what is known is read' named K ':2,ab$'

# --- headers --------------------------------------------------------------------
begin <<'END'
rule "h" {
	set-header = "Subject: [{account}] {subject}"
	add-header = {"X-A: 1", "X-A: 发票"}
	remove-header = {"X-Secret", "Received"}
}
rule "then" { subject = "[]" header = "X-A: 发票" folder = "H" }
END
check_status 0 'headers' deliver \
	'Received: a\n b\nSubject: =?utf-8?q?h=C3=A9?=\nX-Secret: 1\n\nReceived: b\n'
check 'are changed' is H \
	'Subject: =?utf-8?B?W10gaMOp?=\nX-A: 1\nX-A: =?utf-8?B?5Y+R56Wo?=\n\nReceived: b\n'
begin <<'END'
rule "a" { set-header = "X-1: a" copy = "A" }
rule "b" { set-header = "X-1: b" copy = "B" remove-header = "X-1" folder = "C" }
END
check_status 0 'each step' deliver 'A: b\n\nx\n'
check 'has the state' is A 'A: b\nX-1: a\n\nx\n'
check 'of its time' is B 'A: b\nX-1: b\n\nx\n'
check 'byte for byte' is C 'A: b\n\nx\n'
begin <<'END'
rule "h" { remove-header = "X-First" folder = "H" }
END
check_status 0 'rubbish behind the first field' deliver \
	'X-First: 1\nrubbish\n more\nFrom: a@x.org\nno field\nTo: b\n\nx\n'
check 'C17: goes with it, and no other field is lost' is H \
	'From: a@x.org\nno field\nTo: b\n\nx\n'

# --- duplicates --------------------------------------------------------------------
begin <<'END'
rule "d" { duplicate = yes folder = "Twice" }
END
check_status 0 'a message' deliver 'Message-ID: <1@x>\nX-Via: a\n\nbody\n'
check_status 0 'on another way' deliver 'Message-ID: <1@x>\nX-Via: b\n\nbody\n'
check 'is a duplicate' there Twice 1
check_status 0 'with another body' deliver 'Message-ID: <1@x>\n\nother\n'
check 'is none' there Twice 1
deliver '\nno id\n' && deliver '\nno id\n'
check 'without a Message-ID neither' there Twice 1
sql 'UPDATE duplicate SET at = at - 31 * 86400'
check_status 0 'after 31 days' deliver 'Message-ID: <1@x>\n\nbody\n'
check 'neither' there Twice 1
printf 'Message-ID: <2@x>\n\nsame\n' | tee "$T/drop/1" >"$T/drop/2"
start_popd
add_account a
start_popd
add_account b
check_status 0 'a mailbox with the same twice, and by two accounts' fetch
check 'three of four are duplicates' there Twice 4

# --- hold ----------------------------------------------------------------------------
begin <<'END'
rule "h" { header = "X-Hold: 1" hold = 15m folder = "Held" }
END
check_status 0 'a message on hold' deliver \
	'Subject: later\nX-Hold: 1\n\nx\n' -v
check 'is told of' says 'decided later'
check 'stays in the spool' [ "$(spooled)" = 1 ]
"$postroom" -c "$conf" why later >"$T/out"
check 'why knows it' says '^    held until 20[0-9-]{8} [0-9:]{5}, then'
"$postroom" -c "$conf" log >"$T/out"
check 'and so does log' says '"later".*→ held until 20.*not done yet'
check_status 1 'undo has nothing to do with it' "$postroom" -c "$conf" undo
check 'leaves it' [ "$(spooled)" = 1 ]
check_status 0 'another one' deliver 'A: b\n\ny\n'
check 'passes it' there Inbox 1
sql 'UPDATE msg SET hold_until = 0, first_seen = first_seen - 900'
check_status 0 'when it is time' deliver 'A: b\n\nz\n'
check 'it goes on' there Held 1
check 'nothing is left' [ "$(spooled)" = 0 ]
"$postroom" -c "$conf" why later >"$T/out"
check 'why knows where it went' says '^    .*Held'
check 'and no hold any more' not says 'held until'
begin <<'END'
rule "h" { header = "X-Hold: 1" hold = 15m folder = "Held" }
rule "f" { folder = "Filed" }
END
check_status 0 'one that is filed' deliver 'Message-ID: <twice@x>\n\nx\n'
check_status 0 'the same on hold' deliver 'Message-ID: <twice@x>\nX-Hold: 1\n\nx\n'
check_status 0 'undo' "$postroom" -c "$conf" undo twice@x
check 'means the one that was filed' there Inbox 1

# --- log and attachments ----------------------------------------------------------------
begin <<END
rule "l" { log = "got {subject} of {size}" }
rule "s" { save-attachments = "$T/got/{from-domain}" folder = "S" }
END
check_status 0 'a line for the log' deliver \
	'From: a@x.org\nSubject: \033[1mhi\nContent-Type: application/pdf;\n name="../../evil.pdf"\nContent-Transfer-Encoding: base64\n\nUERG\n'
check 'is written, escaped' says '^postroom: deliver: got .x1b.1mhi of [0-9]+$'
check 'attachments are saved' [ "$(cat "$T"/got/x.org/_.._evil.pdf)" = PDF ]
check 'under harmless names' [ "$(find "$T/got" -type f | wc -l)" = 1 ]
{
	printf 'From: a@big.org\nContent-Type: application/pdf; name=big\n\n'
	head -c 40000000 /dev/zero
} >"$T/big"
big() { "$postroom" -c "$conf" deliver <"$T/big"; }
check_status 0 'a message of 40 MB' big
check 'is too large for that' says 'larger than 36 MiB; its attachments are not'
check 'not even a part is saved' [ ! -e "$T/got/big.org/big" ]
check_status 0 'a message in a message' deliver \
	'From: a@fwd.org\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCmhpCg==\n'
check 'is saved by its subject' [ "$(head -n 1 "$T/got/fwd.org/inner.eml")" = 'Subject: inner' ]
check_status 0 'a directory by a hostile name' deliver \
	'From: a@../..\nContent-Type: application/pdf; name=x\n\nPDF\n'
check 'is below the one of the rule' [ -f "$T/got/_._/x" ]
check 'nothing waits' [ "$(spooled)" = 0 ]

begin <<END
rule "a" { attachment = '/./' folder = "Attached" }
END
image='Content-Type: image/png; name=i.png\nContent-ID: <i>\n\nx\n--b--\n'
letter='Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n'
check_status 0 'an image that the text shows' deliver "$letter<img src=cid:i>\n--b\n$image"
check 'is no attachment' there Inbox 1
check_status 0 'one that it does not' deliver "$letter<p>look\n--b\n$image"
check 'is one' there Attached 1

# --- forward -----------------------------------------------------------------------------
cat >"$T/sendmail" <<END
#!/bin/sh
echo "\$*" >>$T/got/calls
cat >$T/got/sent
[ ! -e $T/got/down ]
END
chmod +x "$T/sendmail"
begin "sendmail = {\"$T/sendmail\", \"-i\"}" <<'END'
rule "f" { subject = "fwd" forward = {"bob@y.org", "carol@z.org"} }
END
check_status 0 'forwarding' deliver 'Subject: fwd\nFrom: a@x.org\n\nbody\n'
check 'calls sendmail' [ "$(cat "$T/got/calls")" = '-i -- bob@y.org carol@z.org' ]
check 'with a mark and the message' [ "$(grep -v ^Received "$T/got/sent")" = \
	"$(printf 'X-Postroom-Forwarded: bob@y.org, carol@z.org\nSubject: fwd\nFrom: a@x.org\n\nbody')" ]
check_status 0 'what was forwarded' deliver \
	'Subject: fwd\nX-Postroom-Forwarded: bob@y.org\n\nbody\n'
check 'is not, again' says 'it would loop .it was forwarded there before.'
check 'and is kept' there Inbox 2
check 'one was sent' [ "$(wc -l <"$T/got/calls")" = 1 ]
touch "$T/got/down"
check_status 0 'a sendmail that fails' deliver 'Subject: fwd\n\nbody\n'
check 'is tried again' says 'sendmail exited with 1; the message is kept'
begin <<'END'
rule "f" { forward = "bob@y.org" }
END
check_status 75 'forwarding without a way' deliver 'A: b\n\nx\n'
check 'is told' says "forward' needs a way to send mail"
done_testing

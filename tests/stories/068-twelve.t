# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# The twelve rules of the manual in one configuration, on mail made for each of
# them and on the test mail of all kinds.
. "$(dirname "$0")/../lib.sh"
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
deliver() { printf "$1" | "$postroom" -c "$conf" deliver; }

mkdir "$HOME/bin"
cat >"$HOME/bin/bogofilter" <<'END'
#!/bin/sh
# A stand-in for bogofilter: adds one field to the message.
awk '!done { print "X-Bogosity: " (/pills/ ? "Spam" : "Ham") ", tests=bogofilter"
	done = 1 } { print }'
END
cat >"$HOME/bin/ticket" <<END
#!/bin/sh
echo "\$1|\$2|\$POSTROOM_TICKET|\$(wc -l)" >>$T/tickets
END
cat >"$HOME/bin/sendmail" <<END
#!/bin/sh
echo "\$*" >>$T/answers
cat >/dev/null
END
chmod +x "$HOME"/bin/*
PATH=$HOME/bin:$PATH
printf '# our family\nmum@example.org\n@cousins.example\n' >"$T/family.txt"
new_config 'addresses = "alice@example.org"' "sendmail = \"$HOME/bin/sendmail\""
cat >>"$conf" <<'END'
rule "Backup copy" { copy = "Backup/{date:%Y-%m}" }
rule "Seen before" { duplicate = yes folder = "Duplicates" }
rule "Ask bogofilter" { smaller = 512K filter = "bogofilter -p -e" }
rule "Spam" {
	header = {"X-Spam-Flag: YES", "X-Bogosity: Spam"}
	mark   = read
	folder = "Spam"
}
rule "Mailing lists" {
	header = 'List-Id: /<(?<list>[^.>]+)/'
	folder = "Lists/{list}"
}
rule "Family" { from = "file:family.txt" folder = "Family" }
rule "Big attachments" {
	larger     = 100K
	attachment = '/\.(pdf|zip|pptx?)$/'
	folder     = "Big"
}
rule "Invoices" { subject = {"发票", "invoice"} folder = "Finance/{date:%Y}" }
rule "Code review" { from = "@github.com" subject = '/PR #\d+/' tag = review }
rule "Tickets" {
	subject = '/\[JIRA-(?<ticket>\d+)\]/'
	pipe    = {"~/bin/ticket", "{ticket}", "{subject}"}
}
rule "Away" {
	vacation = "I am away until Monday, and read your mail then."
	days     = 7
}
rule "Everything else" { folder = "Inbox" }
END
d='Date: Sat, 03 Feb 2024 23:30:00 +0800\n'
check_status 0 'the configuration' "$postroom" -q -c "$conf" check
deliver "${d}Message-ID: <1@x>\nSubject: hello\n\nx\n"
check 'catch-all' there Inbox 1
check 'backup by month' there Backup/2024-02 1
deliver "${d}Message-ID: <1@x>\nSubject: hello\n\nx\n"
check 'duplicate' there Duplicates 1
deliver 'Subject: cheap pills\n\nx\n'
check 'filter and spam header' there Spam 1
check 'marked as read' [ -n "$(find "$mail/Spam/cur" -name '*:2,S')" ]
deliver 'List-Id: =?koi8-r?B?89DJ09/L?= <dev.lists.example.org>\n\nx\n'
check 'list with a capture' there Lists/dev 1
deliver 'From: Mum <MUM@example.org>\n\nx\n'
deliver 'From: A Cousin <x@cousins.example>\n\nx\n'
deliver 'From: "mum@example.org" <x@evil.example>\n\nx\n'
check 'senders in a file, and nobody else' there Family 2
{
	printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\n'
	printf 'Content-Type: application/pdf; name="=?big5?B?uXGkbLVvsrw=?=.PDF"\n'
	printf 'Content-Transfer-Encoding: base64\n\n'
	head -c 150000 /dev/urandom | base64
	printf '\n--b--\n'
} | "$postroom" -c "$conf" deliver
check 'big attachment' there Big 1
deliver "${d}Subject: =?gb2312?B?t6LGsQ==?=\n\nx\n"
check 'Chinese subject' there Finance/2024 1
deliver 'From: GitHub <notifications@github.com>\nSubject: Fix (PR #12)\n\nx\n'
check 'tag, and go on' [ "$(grep -rl '^X-Label: review$' "$mail/Inbox" | wc -l)" = 1 ]
deliver 'Subject: Re: [JIRA-77] $(boom)\n\nx\n'
check 'pipe with a capture' [ "$(cat "$T/tickets")" = '77|Re: [JIRA-77] $(boom)|77|4' ]
deliver 'From: Bob <bob@x.org>\nTo: Alice <alice@example.org>\n\nx\n'
deliver 'From: noreply@x.org\nTo: alice@example.org\n\nx\n'
deliver 'From: Eve <e@x.org>\nTo: alice@example.org\nPrecedence: bulk\n\nx\n'
deliver 'From: Bcc <b@x.org>\nTo: others@example.org\n\nx\n'
check 'an answer to whom it is due' [ "$(cat "$T/answers")" = '-- bob@x.org' ]

# All the test mail through the same rules.
before=$(messages "$mail/Backup")
all=0
for m in "${top_srcdir:-$tests/..}"/tests/mail/*.eml; do
	all=$((all + 1))
	cp "$m" "$T/drop/$all"
done
start_popd
add_account a
check_status 0 'the test mail' fetch
check 'each is in the backup' [ "$(messages "$mail/Backup")" = $((before + all)) ]
check 'as it came' [ -z "$(for m in $(seq $all); do
	sed -e "\$a\\" "$T/drop/$m" | sha256sum | cut -c1-64; done | sort >"$T/wanted"
	delivered "$mail/Backup" | hashes | comm -13 - "$T/wanted")" ]
check 'and filed once' [ "$(messages "$mail")" = $((2 * (before + all))) ]
check 'nothing waits' [ -z "$(find "$T/state/spool" -type f)" ]
done_testing

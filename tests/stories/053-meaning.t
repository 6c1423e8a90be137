# shellcheck shell=sh disable=SC1091,SC2016,SC2154
# What values of rules mean, as people who write them expect it.
. "$(dirname "$0")/../lib.sh"

new_config
cp "$conf" "$T/base"
rule() { # LINE...: one rule with these lines; what applies goes to Yes
	{
		cat "$T/base"
		echo 'rule "r" {'
		printf '%s\n' "$@" '}'
	} >"$conf"
	chmod 600 "$conf"
	rule=$1
}
holds() { # yes|no LINE...: the message is these lines, after some of a header
	wanted=$1
	shift
	{
		printf 'From: Ann Kern <ann@example.net>\n'
		printf '%s\n' "$@"
	} >"$T/message"
	"$postroom" -c "$conf" --json explain "$T/message" >"$T/out" 2>&1
	case $(cat "$T/out") in
	*'"folder":"Yes"'*) got=yes ;;
	*'"folder":"'*) got=no ;;
	*) got=error ;;
	esac
	check "$rule, $1 ${2-} ${3-}: $wanted" [ "$got" = "$wanted" ]
}

# Plain values of `header` are whole words.
rule 'header = {"X-Spam-Flag: YES", "X-Bogosity: Spam"}' 'folder = "Yes"'
holds no 'X-Bogosity: Ham, tests=bogofilter, spamicity=0.000021, version=1.2.5'
holds yes 'X-Bogosity: Spam, tests=bogofilter, spamicity=0.999'
holds yes 'X-Spam-Flag: YES'
rule 'header = "X-Spam-Status: Yes"' 'folder = "Yes"'
holds no 'X-Spam-Status: No, score=-2.6 tests=BAYES_00,HTML_MESSAGE'
holds yes 'X-Spam-Status: Yes, score=12.6'
rule 'header = "X-Note: 发票"' 'folder = "Yes"'
holds yes 'X-Note: 电子发票已开具'
rule 'header = "Subject: voice"' 'folder = "Yes"'
holds yes 'Subject: invoices'
rule 'header = "X-Spam-Status: =Yes"' 'folder = "Yes"'
holds yes 'X-Spam-Status: Yes, score=12.6'
holds no 'X-Spam-Status: No, autolearn=yes'
rule 'header = "Precedence: =bulk"' 'folder = "Yes"'
holds yes 'Precedence: bulk (see RFC 2076)'
holds no 'Precedence: not bulk'
rule 'subject = "voice"' 'folder = "Yes"'
holds yes 'Subject: invoices'
printf '=x\nspam\n' >"$T/marks.txt"
rule 'header = "X-Mark: file:marks.txt"' 'folder = "Yes"'
holds no 'X-Mark: spamicity'
holds no 'X-Mark: y x'
holds yes 'X-Mark: X; y'

# ^ and $ are lines in a body and in raw text.
rule 'body = '"'/^Order: (\\d+)\$/'" 'folder = "Yes"'
holds yes 'Subject: t' '' 'Hello' 'Order: 55' 'Bye'
holds no 'Subject: t' '' 'My Order: 55'
rule 'body = '"'/^-- \$/'" 'folder = "Yes"'
holds yes 'Subject: t' '' 'Hello' '-- ' 'Acme Ltd'
rule 'raw-header = '"'/^Subject: t\$/'" 'folder = "Yes"'
holds yes 'X-First: a' 'Subject: t' ''
rule 'raw-body = '"'/^b\$/'" 'folder = "Yes"'
holds yes 'Subject: t' '' 'a' "$(printf 'b\r')" 'c'
rule 'header = '"'X-Two: /^b/'" 'folder = "Yes"'
holds no 'X-Two: a' ' b'
holds yes 'X-Two: a' 'X-Two: b'

# A phrase of a body may be broken.
rule 'body = "the invoice"' 'folder = "Yes"'
holds yes 'Content-Type: text/plain; format=flowed' '' 'please pay the ' 'invoice'
holds yes 'Subject: t' '' 'please pay the' 'invoice now'
holds yes 'Content-Transfer-Encoding: quoted-printable' '' 'the=20' 'invo=' 'ice'
holds yes 'Subject: t' '' '> pay the' '> invoice now'
holds no 'Subject: t' '' 'please pay the' '' 'invoice now'
rule 'body = "请查收"' 'folder = "Yes"'
holds yes 'Content-Type: text/plain; charset=utf-8' '' '请查' '收'

# Addresses that are written in the message, not those that servers add.
echo 'addresses = {"alice@example.org", "al+x@example.org"}' >>"$T/base"
rule 'to-me = yes' 'folder = "Yes"'
holds yes 'To: Alice <ALICE@example.org>'
holds yes 'To: bob@example.org, alice+news@example.org'
holds yes 'Resent-Bcc: alice@example.org'
holds yes 'Cc: al+x@example.org'
holds no 'Cc: al+y@example.org'
holds no 'To: malice+news@example.org'
holds no 'To: undisclosed-recipients:;' 'Delivered-To: alice@example.org'
rule 'recipient = "alice@example.org"' 'folder = "Yes"'
for field in Delivered-To X-Original-To Envelope-To X-Delivered-To Resent-Bcc \
	X-Envelope-To Apparently-To X-Forwarded-To; do
	holds yes "$field: alice@example.org"
done

# Answers, reports and bulk mail.
rule 'automatic = yes' 'folder = "Yes"'
holds yes 'Return-Path: <MAILER-DAEMON>'
holds yes 'Return-Path: <>'
holds yes 'X-Autorespond: yes'
holds yes 'Precedence: bulk (see RFC 2076)'
holds no 'Auto-Submitted: no' 'X-Auto-Response-Suppress: None'

# Names of lists.
rule 'mailing-list = yes' 'folder = "Yes{list:lower}"'
is_list() { # NAME LINE...
	wanted=$1
	shift
	printf 'From: Ann Kern <ann@example.net>\n' >"$T/message"
	printf '%s\n' "$@" >>"$T/message"
	"$postroom" -c "$conf" --json explain "$T/message" >"$T/out" 2>&1
	check "$1 ${2-}: $wanted" says "\"folder\":\"Yes$wanted\""
}
is_list dev 'List-Id: DEV.mail.example.com'
is_list dev 'Mailing-List: contact dev+help@example.org; run by mlmmj'
is_list dev 'X-BeenThere: Dev@example.org' 'Precedence: bulk'
is_list dev 'Sender: owner-dev@example.org'
is_list dev 'Delivered-To: mailing list dev@example.org'
is_list привет 'List-Id: =?utf-8?B?0J/QoNCY0JLQldCi?= <>'

# The envelope sender.
rule 'sender = "@example.net"' 'folder = "Yes"'
holds yes 'Return-Path: <bounce@example.net>'
holds no 'Return-Path: <bounce@example.com>'
rule 'sender = "<>"' 'folder = "Yes"'
holds yes 'Return-Path: <>'
holds no 'Return-Path: <a@b.org>'
holds no 'Subject: nothing is known'
rule 'pipe = {"/bin/sh", "-c", "env >'"$T"'/env; cat >'"$T"'/piped"}'
deliver() { # LINE...
	printf '%s\n' "$@" | "$postroom" -c "$conf" deliver >"$T/out" 2>&1
}
deliver 'From bob@example.net Mon Nov  2 10:00:00 2026' 'Subject: x' '' y
check 'a "From " line tells the sender to commands' grep -qx \
	POSTROOM_SENDER=bob@example.net "$T/env"
check 'and becomes a Return-Path' [ "$(head -n 1 "$T/piped")" = \
	'Return-Path: <bob@example.net>' ]
deliver 'From bob@example.net Mon Nov  2 10:00:00 2026' 'X: 1' \
	'Return-Path: <eve@example.net>' '' y
check 'unless there is one' [ "$(grep -c Return-Path "$T/piped")" = 1 ]
deliver 'From MAILER-DAEMON Mon Nov  2 10:00:00 2026' 'Subject: z' '' y
check 'the null sender' grep -qx 'Return-Path: <>' "$T/piped"
printf 'From bob@example.net Mon Nov  2\nSubject: no body' |
	"$postroom" -c "$conf" deliver >"$T/out" 2>&1
check 'a message without an end' [ "$(cat "$T/piped")" = \
	"$(printf 'Return-Path: <bob@example.net>\nSubject: no body')" ]

# Text of a message in names of folders.
rule 'subject = '"'/\\[(?<p>.*)\\]/'" 'folder = "P/{p}"'
named() { # FOLDER TEXT
	printf 'Subject: [%s]\n\nx\n' "$2" >"$T/message"
	"$postroom" -c "$conf" --json explain "$T/message" >"$T/out" 2>&1
	check "[$2] goes to $1" says "\"folder\":\"P/$1\""
}
named Proj 'Proj '
named Proj ' Proj'
named a_b a/b
named _.hidden ..hidden
named _profile .profile
named _rf -rf
named _ ' '
named _ ''
named cur_ cur
named "$(printf '%0100d' 0)" "$(printf '%0300d' 0)"
named "$(printf '%0100d' 0)" "$(printf '%09000d' 0)"
check 'and nothing is said' not says 'could not be judged'

# check warns of values that can never hold, or always will.
warns() { # WORDS LINE
	rule "$2" 'folder = "Yes"'
	check_status 0 "$2 is accepted" "$postroom" -c "$conf" check
	check "and $1" says "$1"
}
quiet() { # LINE
	rule "$1" 'folder = "Yes"'
	check_status 0 "$1 is accepted" "$postroom" -c "$conf" check
	check 'without a warning' not says warning
}
warns 'looks like a pattern' "subject = '^Re:'"
warns 'looks like a pattern' 'subject = "Re:$"'
warns "'X-B: /.yes/'" 'header = "X-B: ^yes"'
warns 'write "@example.org"' 'from = "*@example.org"'
warns 'write "@.example.org"' 'from = "*@*.example.org"'
warns "write .\\.pdf" 'attachment = "*.pdf"'
warns 'write attachment-type' 'attachment = "application/pdf"'
warns 'write "image/"' 'attachment-type = "image/*"'
warns 'write "image/jpeg"' 'attachment-type = "image/jpg"'
warns 'the name of the field' 'subject = "Subject: offer"'
warns 'encoded words' 'subject = "=?utf-8?q?offer?="'
warns 'write none' 'subject = "!offer"'
warns 'stands for itself' 'subject = "offer|sale"'
warns 'is one text' 'subject = "offer OR sale"'
warns 'several addresses' 'from = "a@example.org, b@example.org"'
warns 'compares no numbers' 'header = "X-Spam-Score: > 5"'
warns 'matches every text' "body = '/.*/'"
warns 'for days write 30d' 'older = 30'
warns 'write 500K or 5M' 'larger = 5'
warns 'never holds' 'hours = 9-9'
warns 'several addresses' 'from = "a@example.org b@example.org"'
warns 'does not end in a dot' 'from = "@example.org."'
warns 'begin with a dot' 'to = "bob@.example.org"'
warns 'no two dots' 'to = "@example..org"'
warns 'there is no domain' "to = \"ann@$(printf '\342\200\213')\""
warns 'this is no domain' 'sender = "@example.org?"'
warns 'the whole domain' 'from = "@gmail"'
warns 'a blank in it' 'from = "bob @example.org"'
warns 'is no address' 'from = "https://example.org"'
warns 'is no address' 'from = "@example.org/"'
warns 'is in every address' 'to = "@"'
warns 'without "="' 'from = "=bob@example.org"'
warns 'an address alone' 'sender = "Bob Miller"'
warns 'stands for itself' 'subject = "=offer"'
warns 'no pattern' 'header = "X-*: yes"'
warns 'no pattern' "header = '/^X-Spam/: yes'"
warns 'stands for itself' 'attachment-type = "image/?"'
warns 'it is not a type' 'attachment-type = "jpg"'
warns 'it is not a type' 'attachment-type = "PDF file"'
warns 'only blanks' "subject = \"$(printf '\343\200\200')\""
warns 'always holds' 'older = 0'
warns 'always holds' 'larger = 0'
warns 'never holds' 'newer = 0d'
warns 'can never apply' 'from = "a@example.org" from = "b@example.org"'
warns 'can never apply' 'weekday = mon-fri weekday = sat'
printf '# one a line\nok text\n*@example.org\n' >"$T/list"
warns "list:3: .*stands for itself" "from = \"file:$T/list\""
quiet 'from = {"bob@", "Bob <bob@example.org>", "Ann @ Acme", "root@localhost"}'
quiet 'link = {"medium.com/@ann", "https://example.org/", "@example.org"}'
quiet 'attachment-type = {"pdf", "image", "application/vnd.ms-excel"}'
quiet 'sender = "<>"'
quiet 'to = "a@example.org" to = "b@example.org"'
quiet 'from = "@example.org" from = {"b@example.org", "c@example.org"}'
quiet 'header = {"List-Id: <dev.example.org>", "X-Mailer: /^=/"}'
quiet 'subject = {"*****SPAM*****", "[list]", "C++", "US$", "what?", "100%"}'
quiet 'header = {"X-Spam-Level: *****", "X-Spam-Flag: =YES"}'
rule 'to-me = yes' 'folder = "Yes"'
sed -i 's/^addresses.*/addresses = {"Bob <b@example.org>", "root", "@example.org"}/' "$conf"
check_status 0 'addresses that are none' "$postroom" -c "$conf" check
check 'are warned of' says 'no mail is sent to "@example.org"'
check '  others are not' [ "$(grep -c 'no mail is sent' "$T/out")" = 1 ]
rule 'duplicate = 1' 'folder = "Yes"'
check_status 78 'a duration without a unit' "$postroom" -c "$conf" check
check 'is refused' says 'such as 1d'
rule 'List-Id = "x"' 'folder = "Yes"'
check_status 78 'a field as a condition' "$postroom" -c "$conf" check
check 'says how to write it' says 'header = "List-Id: …"'
done_testing

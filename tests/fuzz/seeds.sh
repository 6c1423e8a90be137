# shellcheck shell=sh disable=SC2016,SC2059,SC2088
# Sourced by fuzz.t and run.sh: inputs for the fuzz targets, to begin with.

# Test mail, whole, cut short, and with bytes changed.
seed_mail() { # DIRECTORY
	for file in "$seeds_from"/mail/*.eml; do
		name=${file##*/}
		cp "$file" "$1/$name"
		head -c "$(($(wc -c <"$file") * 2 / 3))" "$file" >"$1/$name.cut"
		LC_ALL=C tr 'Q=\n' '=\200\r' <"$file" >"$1/$name.bent"
	done
}
# Challenges, a line each: those of the RFCs, cut at each byte, then changed.
seed_sasl() { # DIRECTORY
	challenge='r=r,s=QSXCR+Q6sek8bf92,i=4096'
	ends='v=rmF9pqV8S7suAoZWja4dJRkFsKQ= e=other-error {"status":"401"} <1@b>'
	seq 1 30 | while read -r n; do
		for last in $ends '' "$challenge"; do
			printf 'r=rx%.*s\n%s\n%s\n' "$n" "${challenge#r=r}" \
				"$last" "$last" >"$1/$n.${#last}"
			printf '\n%s\n%.*s\n%s\n' "$challenge" "$n" "$last" \
				"$last" >"$1/$n.${#last}.late"
		done
	done
}
seed_refusal() { # DIRECTORY: a few lines each
	split -l 8 "$seeds_from/unit/account/refusals.txt" "$1/part."
	LC_ALL=C tr 'e \t' ' \300e' <"$1/part.aa" >"$1/bent"
}
# A text in each charset that has its letters: whole, cut, with bytes lost.
seed_charset() { # DIRECTORY
	for text in 'für Ärger' 'Привет, мир' '日本語ﾃｽﾄ①' '中文測試' '测试邮件' \
		'한국어' 'Ελληνικά' 'שלום' 'สวัสดี' 'Tiếng Việt ổ' 'Zażółć'; do
		for name in UTF-8 UTF-16 UTF-16LE UTF-32 UTF-7 CP1252 CP1251 \
			KOI8-U ISO-2022-JP ISO-2022-JP-2 EUC-JP CP932 \
			ISO-2022-JP-3 GB18030 BIG5-HKSCS CP949 ISO-2022-KR \
			JOHAB EUC-TW ISO-2022-CN-EXT CP1250 CP1253 CP1255 \
			CP1258 CP874 TCVN VISCII CP437; do
			file=$1/$name.$(printf %s "$text" | cksum | cut -c1-9)
			printf '%s\n' "$text" | iconv -f UTF-8 -t "$name" \
				>"$file" 2>"$1/errors" || rm "$file"
			rm "$1/errors"
			[ -f "$file" ] || continue
			head -c 5 "$file" >"$file.cut"
			LC_ALL=C tr -d '\033\000\261' <"$file" >"$file.lost"
		done
	done
	printf 'a~{VPND~}b~~~\n~{VP' >"$1/hz"
	printf '\033$B%%F\033(I\61\262\033$(D"\61\n\033$A!!' >"$1/jis"
	printf '<meta charset="shift_jis"><p>\223\372\226{' >"$1/html"
}
seed_address() { # DIRECTORY
	n=0
	for text in 'a@x.org, "Doe, J." <b@x.org>, c@x.org (C (d))' \
		'group: a@x, <@r,@s:b@x>;, =?utf-8?Q?<c@x>?= <d@x>' \
		'"open <a@x>, (open b@x' ':-( <a@x>' 'a <b@x> <c@x>' \
		'<"q@x">, "a b"@x, [a@x], a\@b@[192.0.2.1]' \
		"'a@x' <mailto:b@x.>, a . b @ x . org" '<a@x, b@x' \
		'=?utf-8?B?PGFAeD4=?= <b@x>, =?x' 'é@bücher.example'; do
		n=$((n + 1))
		printf '%s' "$text" >"$1/$n"
	done
}
# A line for the base, and the target.
seed_url() { # DIRECTORY
	n=0
	for text in 'http://x.org/a/b?c#d\n../e' 'https://x.org\n//y.org/%%41' \
		'\nHTTP:\\\\\\\\Shop.Example%%2Eorg/%%61?q=%%C3%%A9' \
		'\nhttp://u:p@x.org:80@y.org:8080/' '\nhttp://0x7f.1/' \
		'\nhttp://3221226219' '\nhttp://[::ffff:1.2.3.4]:80/' \
		'\nhttp://b\303\274cher.example' '\nhttp://x%%00.org%%2f@y.org' \
		'\nmailto:a@x.org,b@y.org?cc=c@z.org' '\nwww.x.org.' \
		'\ndata:text/html,<a>' '\njavascript:a()' '\ncid:1@x' \
		'\nsee (http://x.org/a_(b)), or <www.y.org>!' \
		'\nhttp://x\343\200\202org\357\274\217y.org' '\nftp:x/y z'; do
		n=$((n + 1))
		printf "$text" >"$1/$n"
	done
}
seed_html() { # DIRECTORY
	n=0
	for text in '<a href="http://x.org">www.y.org</a><br>b&amp;c&#x41;' \
		'<p style="display:none">a</p><!-- b --><script>c</script>d' \
		'<base href=//x.org><img src=a alt="b"><area href=c>' \
		'<style>a{b:c}</style><pre> d\n e</pre><td>f<td>g' \
		'<div hidden>a<div>b</div></div>c<![CDATA[d]]><?e?>&nosuch;' \
		'<form action=a><input value=b><meta http-equiv=refresh content="0;url=c">'; do
		n=$((n + 1))
		printf "$text" >"$1/$n"
	done
}
# A message, the answers, and a change of each kind; or test mail.
seed_verdict() { # DIRECTORY
	for message in 0 1 2 3 4 5 6 7; do
		for answers in 000 004 014 034 040; do
			printf "\\00$message\\$answers" \
				>"$1/$message.$answers"
			printf "\\00$message\\$answers\002\000\2${message}0\010" \
				>"$1/$message.$answers.bent"
		done
	done
	for file in "$seeds_from"/mail/*.eml; do
		{ printf '\000\234' && cat "$file"; } >"$1/${file##*/}"
	done
}
# The same, and the requests, which stay as they are.
seed_request() { # DIRECTORY
	for order in 0 01234 343 000; do
		for answers in 004 034; do
			printf "\\000\\$answers" >"$1/$order.$answers"
			echo "$order" | fold -w 1 | while read -r n; do
				printf "\\00$n\\0\\0\\0\\0\\0\\0\\0\\0"
			done >>"$1/$order.$answers"
		done
	done
}
# What servers say: to a login, to LIST, and to FETCH of 3:5 and others.
seed_imap() { # DIRECTORY
	n=0
	for text in '* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\n+ \n' \
		'* OK [CAPABILITY SASL-IR ID ENABLE UTF8=ACCEPT AUTH=PLAIN] hi\nP1 OK in\n* CAPABILITY ID\nP2 OK\nP3 BAD\n* ENABLED UTF8=ACCEPT\nP4 OK\n' \
		'* OK [CAPABILITY SASL-IR ID AUTH=XOAUTH2 AUTH=OAUTHBEARER] hi\n+ eyJzdGF0dXMiOiI0MDAifQ==\nP1 NO [ALERT] no\nP3 OK\n' \
		'* OK hi\n* CAPABILITY AUTH=CRAM-MD5 LITERAL+\nP1 OK\n+ PDFAYj4=\nP2 NO [AUTHENTICATIONFAILED] x\nP3 OK x\n' \
		'* PREAUTH [CAPABILITY IMAP4rev1] x\n* CAPABILITY X-CM-EXT-1 ID\nP1 OK\nP2 NO\n' \
		'* OK [CAPABILITY SASL-IR AUTH=PLAIN] hi\n+ \nP1 BAD x\nP2 OK late\n+ \nP3 OK [CAPABILITY X]\n' \
		'* OK [CAPABILITY X] hi\n+ go\nP1 BAD Suggested Backoff Time: 299961 milliseconds\n* BYE wrong password\n' \
		'P1 OK [CAPABILITY IMAP4rev2 LITERAL- X-GM-EXT-1] in\n' \
		'* LIST (\\HasNoChildren \\Junk) "/" "a \\"b"\nP1 OK\n' \
		'* LIST () NIL {3}\na b\n* XLIST (\\Spam) "." &AOQ-\n' \
		'* STATUS "a" (MESSAGES 2 UIDNEXT 5 UIDVALIDITY 7 X (y))\n' \
		'* 3 FETCH (UID 3 FLAGS (\\Seen $a) INTERNALDATE "17-Jul-1996 02:44:25 -0700" X-GM-MSGID 12 EMAILID (M1) BODY[] {9}\nA: b\n\nc)\nP1 OK done\n' \
		'* 5 FETCH (BODY[] {3}\na\nb UID 5 MODSEQ (1))\nP1 OK\n' \
		'* 4 FETCH (UID 4 FLAGS (\\Seen))\n* 4 FETCH (UID 5 BODY[] NIL)\n* 5 FETCH (UID 3 BODY[] "a\\"b")\n* 3 EXPUNGE\nP1 OK\n' \
		'P1 NO [UNAVAILABLE] x\nP3 NO\n* 3 FETCH (UID 3 BODY[] {1}\na)\nP2 OK\nP4 BAD x\nP5 NO x\nP6 OK\n' \
		'* 3 FETCH (UID 4 BODY[HEADER] ~{2+}\n\n X ((y "(") {2}\n)))\n* BYE [ALERT] out\n' \
		'* STATUS a (MESSAGES 2)\nP2 OK\nP1 OK\n* 9 FETCH (UID 9 RFC822.SIZE 5)\nP3 OK [MESSAGELIMIT 2 7] x\nP4 OK\nP5 NO [TRYCREATE] x\nP6 OK\nP7 OK [COPYUID 1 1 1] x\nP8 OK\nP9 OK\n' \
		'P1 OK\nP2 OK\nP3 OK\nP4 OK\nP5 OK\n* SEARCH 1 2 3 7 9\nP6 OK\nP7 OK\n* SEARCH 4 (MODSEQ 3)\nP8 OK\n' \
		'* 3 EXISTS\n* OK [UIDVALIDITY 7]\n* OK [UIDNEXT 9]\nP1 OK\n+ idling\n* 4 EXISTS\n* 1 EXPUNGE\n* OK still\nP2 OK\n+ x\nP3 OK\n' \
		'* STATUS INBOX (MESSAGES 3 UIDNEXT 9)\nP1 OK\n* STATUS INBOX (MESSAGES 2 UIDNEXT 11)\nP2 OK\n* BYE x\n' \
		'* OK [COPYUID 3 1:2 3:4] x\n* OK [UIDVALIDITY 4] {5}\n* 1 EXISTS\nP1 NO [THROTTLED] x\n'; do
		n=$((n + 1))
		printf "$text" | sed 's/$/\r/' >"$1/$n"
		head -c 90 "$1/$n" >"$1/$n.cut"
	done
	# A session; the sum of all bytes says whether it has a login.
	pad=
	while [ ${#pad} -lt 12 ]; do
		pad=$pad+
		printf '%s\r\n' "* OK [CAPABILITY IMAP4rev1 SASL-IR] $pad" \
			'P1 OK in' '* CAPABILITY IMAP4rev1 LIST-STATUS' 'P2 OK' \
			'* LIST (\Junk) "/" a' '* STATUS a (MESSAGES 2)' \
			'P3 OK' '* 2 EXISTS' '* OK [UIDVALIDITY 7] x' \
			'P4 OK [READ-ONLY]' \
			'* 1 FETCH (UID 3 FLAGS (\Seen) RFC822.SIZE 9)' \
			'P5 OK' >"$1/session$pad"
		sed -e '1,4d' -e 's/P3/P1/; s/P4/P2/; s/P5/P3/' "$1/session$pad" \
			>"$1/folders$pad"
	done
	printf '&ZeVnLIqe-/&2D3eAA-' >"$1/name"
	printf 'a&-b/~&AOQ-x' >"$1/name2"
}
# Bodies of answers, whole and cut.
seed_stream() { # DIRECTORY
	n=0
	for text in '.\r\n' 'a\r\n..b\r\n...\r\n.\r\n+OK\r\n' '.a\r\n.\ra\r\n.\n\r\n' \
		'a\n.\r\nb\r\n.\r\n' 'a\r\r\n.\r\r\n\r\n\r\n.\r\n' '..\r\n..\r'; do
		n=$((n + 1))
		printf "$text" >"$1/$n"
	done
}
# The kind of session, then answers, each with a mark behind it.
seed_pop3() { # DIRECTORY
	ok='+OK\r\n\1' end='+OK 2 20\r\n\1+OK bye\r\n\1'
	capa='+OK\r\nUIDL\r\nTOP\r\nPIPELINING\r\nEXPIRE 3\r\n.\r\n\1'
	list='+OK 2 20\r\n\1+OK\r\n1 a\r\n2 b\r\n.\r\n\1+OK\r\n1 9\r\n2 11\r\n.\r\n\1'
	one='+OK\r\nA: b\r\n\r\n.\r\n\1' two='+OK\r\n..a\r\n.b\r\n\r\n.\r\n\1'
	sync='+OK 2 20\r\n\1' no='-ERR [IN-USE] no\r\n\1'
	for way in 000 001; do
		printf "\\$way+OK <1@b>\\r\\n\\1$capa$ok$ok$capa$list" >"$1/$way"
		printf "\\$way+OK\\r\\n\\1$no$ok$no$no$ok" >"$1/$way.no"
	done
	for way in 002 003 006 012 032; do
		talk="\\$way$capa$list$one$two$sync"
		printf "$talk$one$one$ok$ok$end" >"$1/$way"
		printf "$talk$one$sync$one$one$ok$no$end" >"$1/$way.b"
		printf "\\$way$no$list$one$sync$two$sync$ok$no$end" >"$1/$way.c"
	done
}
# A template, an account, two captures, a message.
seed_template() { # DIRECTORY
	n=0
	for text in 'A/b' 'L/{x}' '{y:lower}-{1}' '~/att/{date:%%Y}/{subject}' \
		'{{{account}}}/{from-domain}' '/x/.a/{tags} {size}' '{list}' \
		'/x/{folder:lower}-b' '{folder}'; do
		n=$((n + 1))
		printf "$text\\nw\\nä/../.b\\n-new\\nSubject: ../x\\n\
From: =?utf-8?Q?=2e?= <a@b>\\nList-Id: <cur>\\n\\nbody" >"$1/$n"
	done
}
seed_list() { # DIRECTORY
	printf '\357\273\277# a\r\n Bob <Bob@X.org> \r\n@y.org # b\n@.z.org\n' \
		>"$1/1"
	printf '/^a/\nsome text\na@b@c\nmedium.com/@a\n\303\244@b\303\274.org' \
		>"$1/2"
	printf 'a\377\n' >"$1/3"
}
# The examples of the manual, and those with a fault.
seed_config() { # DIRECTORY
	n=0
	for page in "$seeds_from"/../man/*.[57]; do
		awk -v out="$1/${page##*/}" '
			/^\.Bd/ { file = out "." ++n; next }
			/^\.Ed/ { file = "" }
			file != "" { print >file }' "$page"
	done
	for text in 'maildir = "~/Mail"' 'account "a" {\n host = x.org\n' \
		'rule "r" {\n from = "/(a|b)*c/i"\n folder = "L/{x}"\n}' \
		'# a\nmaildir = "a" # b\n/* c\n */ every = 5m\n' \
		'include("std:lists")\nlog-format = {json}\n' \
		'rule "a" { not { any { subject = "a" size = ">1M" } } }'; do
		n=$((n + 1))
		printf "$text" >"$1/$n"
	done
}
# A policy, then listings.
seed_index() { # DIRECTORY
	for way in 000 011 022 102 050; do
		printf "\\${way}a1\\nb2\\n=\\nb2\\na3\\n=\\n=\\na1\\na1\\n1\\nb2" \
			>"$1/$way"
	done
}
# A file, letters, dovecot-keywords.
seed_maildirname() { # DIRECTORY
	key=Q0123456789abcdefC0123456789abcdefA0
	printf "1.M2$key.h,S=3:2,FSa\\nab\\n0 x\\n1 y\\n1 z\\n" >"$1/1"
	printf '/m/cur/1.a;2,b!2,RSTz\nSa/z\n25 x\n99 y' >"$1/2"
	printf '/m:2,S/cur/1\n\n0 $Junk\n3 \n' >"$1/3"
}
seed_foldername() { # DIRECTORY
	printf 'A/b' >"$1/1"
	printf 'new/cur.a/\303\244&-' >"$1/2"
	printf '\346\227\245/\360\237\230\200 x/inbox' >"$1/3"
}
# Changed bytes; and numbers and texts in each column.
seed_database() { # DIRECTORY
	for at in 000 017 022 034 100 144; do
		printf "\\000\\000\\000\\$at\\377\\000\\020\\$at\\001" >"$1/$at"
	done
	for n in 0 1 2 3 4 5 6 7; do
		for m in 0 1 2 3 4 5 6 7; do
			printf "\\001\\0$n$m\\010\\001\\377\\377\\377\\377\\377\\377\\177" \
				>"$1/number.$n$m"
			printf "\\001\\0$n$m\\004\\002\\n\\033\\377" >"$1/text.$n$m"
		done
	done
}
# Words with a NUL behind each.
seed_command() { # DIRECTORY
	n=0
	for words in 'log\0--limit\0003\0' '-c\0a\0-n\0fetch\0home\0' '--\0-q\0' \
		'status\0--json\0--metrics\0--check\0' 'help\0rules\0' '-vv\0-c\0' \
		'sort\0--into\0a\0b\0' 'state\0import\0a\0b\0' 'why\0a@b\0-h\0' \
		'explain\0-\0--account\0a\0' 'daemon\0--foreground\0' \
		'stats\0--since\0001d\0' '__complete\0log\0--\0' 'undo\0--run\0002\0' \
		'test\0a\0' 'poll\0a\0' 'a\377\t"\\\n'; do
		n=$((n + 1))
		printf -- "$words" >"$1/$n"
	done
}
make_seeds() { # DIRECTORY: with one for each kind
	for kind in mail sasl refusal charset address url html verdict \
		request imap stream pop3 template list config index maildirname foldername \
		database command; do
		mkdir -p "$1/$kind"
		"seed_$kind" "$1/$kind"
	done
}
seeds_of() { # TARGET DIRECTORY: the directories with its seeds
	[ ! -d "$2/$1" ] || printf '%s\n' "$2/$1"
	case $1 in
	charset | config | database | foldername | imap | index | list) ;;
	maildirname | pop3 | refusal | request | sasl | stream | url) ;;
	verdict) ;;
	*) echo "$2/mail" ;;
	esac
}

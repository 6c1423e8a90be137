# shellcheck shell=sh disable=SC2154
# Sourced by bench.sh: the messages, from the corpus of real mail if there is one,
# or generated with the same sizes.
corpus=${POSTROOM_CORPUS:-$tests/../../shared/corpus}

# The sizes are those of 3,000 real messages: 5 % each between two of these,
# and one in five hundred of about a megabyte. Lists, newsletters, subjects in
# encoded words in three languages, long texts.
generate_mix() { # DIRECTORY N
	mkdir -p "$1"
	LC_ALL=C awk -v dir="$1" -v n="$2" 'BEGIN {
		srand(1)
		k = split("200 622 1413 2346 2995 3722 4555 5229 5784 6401 6967 " \
			"7706 8528 9644 10883 12296 14634 17884 24480 44085 " \
			"180000", q, " ")
		split("Re: [PATCH] a change|=?UTF-8?B?5rWL6K+V6YKu5Lu2?=|" \
			"=?koi8-r?B?8NLJ18XU?=|=?iso-2022-jp?B?GyRCO25ERBsoQg==?=|" \
			"Newsletter of the week|Invoice", subject, "|")
		while (length(pool) < 60000)
			pool = pool sprintf("%07d %s\n", rand() * 1e7,
				substr("a line of the text that nobody reads twice", 1,
					8 + int(rand() * 34)))
		while (length(pool) < 2000000)
			pool = pool pool
		for (i = 1; i <= n; i++) {
			file = sprintf("%s/%06d", dir, i)
			at = rand() * (k - 1)
			j = int(at) + 1
			size = i % 500 == 0 ? 1000000 : \
				q[j] + (q[j + 1] - q[j]) * (at - j + 1)
			printf "Return-Path: <a%d@example.org>\n", i >file
			printf "Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\n" >file
			printf "From: \"A%d\" <a%d@%s>\n", i, i, \
				i % 9 ? "example.org" : "linux.alibaba.com" >file
			printf "To: list@example.net\nMessage-ID: <%d@x>\n", i >file
			printf "Date: Thu, 1 Jan 2026 00:00:00 +0000\n" >file
			printf "Subject: %s %d\n", subject[i % 6 + 1], i >file
			if (i % 3 == 0)
				print "List-Id: List <ettus.lists.example.org>" >file
			if (i % 20 == 0)
				print "X-Spam-Flag: YES" >file
			printf "MIME-Version: 1.0\nContent-Type: text/plain\n\n%s\n",
				substr(pool, 1 + int(rand() * 900000), size) >file
			close(file)
		}
	}'
}
bench_mail() { # N: as many messages as there are below $T/mail; sets $kind_of_mail
	mkdir -p "$T/mail"
	if [ -f "$corpus/bench3k.tgz" ]; then
		kind_of_mail='real messages'
		tar -xzf "$corpus/bench3k.tgz" -C "$T/mail"
	else
		kind_of_mail='generated messages'
		generate_mix "$T/mail/generated" "$1"
	fi
}
# Letters as mail programs write them: a text in two forms, and attachments.
mail_of_parts() { # DIRECTORY N
	mkdir -p "$1"
	LC_ALL=C awk -v dir="$1" -v n="$2" '
		function lines(s, k, half) {
			if (k < 2)
				return k == 1 ? s "\n" : ""
			half = lines(s, int(k / 2))
			return half half (k % 2 ? s "\n" : "")
		}
		function part(type, encoding, body) {
			printf "--%s\nContent-Type: %s\n", boundary, type >file
			printf "Content-Transfer-Encoding: %s\n\n%s\n", encoding,
				body >file
		}
		BEGIN {
			k = split("0 0 0 200 2000 0 8000", rows, " ")
			quoted = lines("Dies ist eine Zeile =C3=BCber das " \
				"Wetter, die zwei Zeilen lang=\n ist.", 20)
			html = lines("<p style=3D\"margin:0\">Dies ist <b>eine</b> " \
				"Zeile <a href=3D\"https://x.example/a\">dort</a>=\n" \
				"&uuml;ber &amp; unter</p>", 30)
			for (i = 0; i < 76; i++)
				row = row substr("ABCDEFGHIJKLMNOPabcdefghijklmnop", \
					i * 7 % 32 + 1, 1)
			for (i = 1; i <= k; i++)
				attached[i] = lines(row, rows[i])
			for (i = 1; i <= n; i++) {
				file = sprintf("%s/%06d", dir, i)
				printf "From: A <a%d@example.org>\nMessage-ID: <%d@x>\n" \
					"MIME-Version: 1.0\nContent-Type: multipart/mixed;" \
					"\n boundary=\"o%d\"\n\n", i, i, i >file
				printf "--o%d\nContent-Type: multipart/alternative; " \
					"boundary=\"i%d\"\n\n", i, i >file
				boundary = "i" i
				part("text/plain; charset=utf-8", "quoted-printable",
					quoted)
				part("text/html; charset=utf-8", "quoted-printable",
					html)
				printf "--i%d--\n", i >file
				boundary = "o" i
				if (attached[i % k + 1] != "")
					part("application/pdf; name=\"a.pdf\"", "base64",
						attached[i % k + 1])
				printf "--o%d--\n", i >file
				close(file)
			}
		}'
}
small_mail() { # DIRECTORY N: of a kilobyte each
	mkdir -p "$1"
	LC_ALL=C awk -v dir="$1" -v n="$2" 'BEGIN {
		text = sprintf("%072d\n", 0)
		for (i = 0; i < 10; i++) body = body text
		for (i = 1; i <= n; i++) {
			file = sprintf("%s/%06d", dir, i)
			printf "From: a%d@example.org\nSubject: small %d\n" \
				"Message-ID: <%d@x>\n\n%s", i, i, i, body >file
			close(file)
		}
	}'
}
# The Maildir of a Dovecot user: N messages, repeated as needed. They are in cur,
# seen, and with sizes in their names, as Dovecot itself stores them: otherwise it
# renames each one, and reads all of them at every login. The names must differ in
# their last letters, or they fall into few hash buckets.
bench_drop() { # USER N DIRECTORY
	drop=$T/dovecot/mail/$1
	rm -rf "$drop"
	mkdir -p "$drop/new" "$drop/cur" "$drop/tmp"
	find "$3" -type f | sort | perl -e '
		my ($cur, $n) = @ARGV; my @all = map { chomp; $_ } <STDIN>;
		local $/;
		for my $i (1 .. $n) {
			open my $from, "<", $all[($i - 1) % @all] or die $!;
			my $text = <$from>;
			my $w = length($text) + ($text =~ tr/\n//) - (() = $text =~ /\r\n/g);
			open my $to, ">", sprintf("%s/%d.M%dP%x,S=%d,W=%d:2,S", $cur,
				1700000000 + $i, $i, $i * 2654435761 % 4294967296,
				length $text, $w) or die $!;
			print $to $text;
			close $to or die $!;
		}' "$drop/cur" "$2"
	[ "$(id -u)" != 0 ] || chown -R "$drop_user" "$drop"
	# A first listing lets Dovecot build its index.
	"$top/tests/tools/drain" "$pop3_port" "$1" "$password" list >"$T/drain"
}

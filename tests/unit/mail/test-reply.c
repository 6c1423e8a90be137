/* SPDX-License-Identifier: ISC */
/* Which senders a program may answer, and the bytes of the answer. */
#include <stdlib.h>
#include <time.h>

#include "../tap.h"
#include "mail/reply.h"

static char me[] = "me@x.org", too[] = "Me.Too@X.org";
static char *const mine[] = {me, too, NULL};

/* The reason, or the recipient; both stay until the next call. */
static const char *check(const char *header, size_t len)
{
	static struct reply_route route;
	struct message m;
	const char *reason;

	message_init(&m, slice_of(header, len), NULL);
	reason = reply_check(&m, mine, &route);
	message_release(&m);
	return reason == NULL ? route.to : reason;
}

static void is_answered(size_t i, const char *want, const char *header)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "example %zu", i + 1);
	is_str(want, check(header, strlen(header)), name);
}

static void test_recipients(void)
{
	static const char *const examples[][2] = {
		{"Return-Path: <a@b.c>\nFrom: d@e.f\nTo: me@x.org\n\n",
		 "a@b.c"},
		{"From: A <d@e.f>\nCc: x@y, ME@x.org\n\n", "d@e.f"},
		{"From: d@e.f\nBcc: me.too@x.org\n\n", "d@e.f"},
		{"From: d@e.f\nTo: x@x\nResent-Cc: me@x.org\n\n", "d@e.f"},
		{"From: d@e.f\nTo: me@x.org\nAuto-Submitted: no (x)\n\n",
		 "d@e.f"},
		{"From: d@e.f\nTo: me@x.org\nPrecedence: first-class\n\n",
		 "d@e.f"},
		{"From: \"x@y.z\" <d+1=2@e-1.f>\nTo: me@x.org\n\n",
		 "d+1=2@e-1.f"},
		/* The topmost one is the one of our server. */
		{"Return-Path: <a@b.c>\nReturn-Path: <x@b.c>\nTo: me@x.org\n\n",
		 "a@b.c"},
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		is_answered(i, examples[i][1], examples[i][0]);
}

static void test_refusals(void)
{
	static const char *const examples[][2] = {
		{"Return-Path: <>\nFrom: a@b.c\nTo: me@x.org\n\n",
		 "its return path is empty"},
		{"Return-Path: <a@b.c>\nReturn-Path:<>\nTo: me@x.org\n\n",
		 "its return path is empty"},
		{"To: me@x.org\n\n", "it has no sender"},
		{"From: \n\n", "none of your addresses is among its "
			       "recipients"},
		{"From: a@b.c\nTo: me@x.org.evil\n\n",
		 "none of your addresses is among its recipients"},
		{"Return-Path: <a@b.c>\nFrom: no-reply@b.c\nTo: me@x.org\n\n",
		 "its sender is a program"},
		{"From: a@b.c\nSender: owner-l@b.c\nTo: me@x.org\n\n",
		 "its sender is a program"},
		{"Return-Path: <me.too@x.org>\nFrom: a@b.c\nTo: me@x.org\n\n",
		 "it is from us"},
		{"From: a@b.c\nTo: me@x.org\nAUTO-SUBMITTED : "
		 "auto-generated\n\n",
		 "a program sent it"},
		{"From: a@b.c\nTo: me@x.org\nAuto-Submitted: no\n"
		 "Auto-Submitted: auto-replied\n\n",
		 "a program sent it"},
		{"From: a@b.c\nTo: me@x.org\nAuto-Submitted:\n\n",
		 "a program sent it"},
		{"From: a@b.c\nTo: me@x.org\nX-Auto-Response-Suppress: "
		 "OOF\n\n",
		 "a program sent it"},
		{"From: a@b.c\nTo: me@x.org\nlist-help: <x>\n\n",
		 "a program sent it"},
		{"From: a@b.c\nTo: me@x.org\nPrecedence: LIST\n\n",
		 "it came from a mailing list"},
		{"From: -f@b.c\nTo: me@x.org\n\n",
		 "the address of its sender cannot be used"},
		{"From: \"a b\"@b.c\nTo: me@x.org\n\n",
		 "the address of its sender cannot be used"},
		{"From: root\nTo: me@x.org\n\n",
		 "the address of its sender cannot be used"},
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		is_answered(i, examples[i][1], examples[i][0]);
}

/* The answer to a message with this header. */
static char *answer(const char *header, const char *text)
{
	struct reply_route route = {"a@b.c", "me@x.org"};
	struct reply_mail mail = {&route, "Mon, 01 Jan 2024 00:00:00 +0000",
				  "<1@x>", slice_str(text)};
	struct buf out = BUF_INIT(1 << 20);
	struct message m;

	message_init(&m, slice_str(header), NULL);
	reply_write(&m, &mail, &out);
	message_release(&m);
	ok(!out.full, "it fits");
	return buf_detach(&out);
}

static void is_answer(const char *want, const char *header, const char *text,
		      const char *name)
{
	char *got = answer(header, text);

	is_str(want, got, name);
	free(got);
}

static void has(const char *part, const char *header, const char *text,
		const char *name)
{
	char *got = answer(header, text);

	if (!ok(strstr(got, part) != NULL, name))
		tap_show("answer", got, strlen(got));
	free(got);
}

#define MARKS                                                                  \
	"Auto-Submitted: auto-replied\n"                                       \
	"X-Auto-Response-Suppress: All\n"                                      \
	"MIME-Version: 1.0\n"                                                  \
	"Content-Type: text/plain; charset=utf-8\n"

static void test_answers(void)
{
	is_answer("From: me@x.org\nTo: a@b.c\nSubject: Re: hi\n"
		  "Date: Mon, 01 Jan 2024 00:00:00 +0000\nMessage-ID: <1@x>\n"
		  "In-Reply-To: <2@b>\nReferences: <0@b> <2@b>\n" MARKS
		  "Content-Transfer-Encoding: 7bit\n\nline\n\nmore\n",
		  "Subject: hi\nMessage-ID: <2@b>\nIn-Reply-To: <0@b>\n\n",
		  "line\r\n\r\nmore\r\n\r\n", "a whole answer");
	has("\nSubject: RE: hi\n", "Subject: RE: hi\n\n", "x", "one Re:");
	has("\nSubject: Re:\n", "", "x", "no subject");
	has("\nSubject: Away\n", "Subject: hi\n\n", "subject: Away\n\nx",
	    "a subject of its own");
	has("\n\nx\n", "", "Subject: Away\nx", "is not in the text");
	has("=C3=A4 =3D\n", "", "ä =", "text that is not ASCII");
	has("\nSubject: Re: a  Bcc: evil@x   b\n",
	    "Subject: =?utf-8?q?a=0D=0ABcc:_evil@x=0D=0A_b?=\n\n", "x",
	    "a subject adds no field");
	has(MARKS, "Message-ID: <a b@c>\nReferences: <x\n y>\n\n", "x",
	    "a Message-ID that is none is left out");
	has("References: <2@b>\n" MARKS,
	    "Message-ID: junk <2@b> (x)\nReferences: <<\1>> x\n\n", "x",
	    "and so is junk of a thread");
}

/* Each line of the body has at most 76 columns, and decodes to the text. */
static void test_long_lines(void)
{
	struct buf text = BUF_INIT(20000);
	char *got, *body, *line;
	size_t widest = 0, letters = 0;

	for (int i = 0; i < 3000; i++)
		buf_addstr(&text, i % 3 == 0 ? "ö" : "x ");
	got = answer("", text.s);
	body = strstr(got, "\n\n");
	for (line = body; line != NULL; line = strchr(line + 1, '\n')) {
		size_t n = strcspn(line + 1, "\n");

		widest = n > widest ? n : widest;
	}
	for (line = body; (line = strstr(line, "=C3=B6")) != NULL; line++)
		letters++;
	ok(widest <= 76, "long lines are folded");
	ok(letters > 900, "between characters, or within, but all are there");
	free(got);
	buf_release(&text);
}

/* Milliseconds for a message of n senders, recipients and references. */
static clock_t take(int n)
{
	struct buf header = BUF_INIT(64 << 20);
	clock_t begin;

	buf_addstr(&header, "From: a@b.c\nTo: ");
	for (int i = 0; i < n; i++)
		buf_addstr(&header, "x<@y>,\"\\,");
	buf_addstr(&header, "\nReferences: ");
	for (int i = 0; i < n; i++)
		buf_addstr(&header, "<a@<");
	buf_addstr(&header, "\nMessage-ID: <1@b>\nSubject: ");
	for (int i = 0; i < n; i++)
		buf_addstr(&header, "=?utf-8?q?");
	buf_addstr(&header, "\n\n");
	begin = clock();
	(void)check(header.s, header.len);
	free(answer(header.s, "x"));
	begin = clock() - begin;
	buf_release(&header);
	return begin;
}

static void test_time(void)
{
	clock_t most = 40 * take(10000) + CLOCKS_PER_SEC;

	ok(take(100000) < most, "ten times the size: linear");
}

int main(void)
{
	test_recipients();
	test_refusals();
	test_answers();
	test_long_lines();
	test_time();
	return done_testing();
}

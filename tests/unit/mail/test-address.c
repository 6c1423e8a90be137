/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/address.h"
#include "util/xalloc.h"

/* The result is written as "name|mailbox" with "/" between two. */
static const struct {
	const char *raw;
	const char *want;
} cases[] = {
	{"bob@x.org", "|bob@x.org"},
	{"Bob <bob@x.org>", "Bob|bob@x.org"},
	{" Bob\r\n\t<bob@x.org> ", "Bob|bob@x.org"},
	{"\"Doe, John\" <j@x.org>", "\"Doe, John\"|j@x.org"},
	{"a@x, b@y", "|a@x/|b@y"},
	{"a@x;b@y", "|a@x/|b@y"},
	{",, a@x ,,", "|a@x"},
	{"", ""},
	{"<>", ""},
	{"(only a comment)", ""},
	{"bob@x.org (Bob)", "Bob|bob@x.org"},
	{"(hi) bob@x.org", "hi|bob@x.org"},
	{"Bob <(a)bob@x.org(b)>", "Bob|bob@x.org"},
	{"bob (at) @x.org", "at|bob (at) @x.org"},
	{"\"evil@x.org\" <bob@y.org>", "\"evil@x.org\"|bob@y.org"},
	{"evil@x.org <bob@y.org>", "evil@x.org|bob@y.org"},
	{"=?utf-8?q?evil@x.org,?= <bob@y.org>",
	 "=?utf-8?q?evil@x.org,?=|bob@y.org"},
	{"=?utf-8?q?=3Cevil=40x.org=3E?= <bob@y.org>",
	 "=?utf-8?q?=3Cevil=40x.org=3E?=|bob@y.org"},
	{"=?gb2312?B?1cXI/Q==?= <z@y.org>", "=?gb2312?B?1cXI/Q==?=|z@y.org"},
	{"\"a\\\"b\" <c@d>", "\"a\\\"b\"|c@d"},
	{"\"john doe\"@x.org", "|\"john doe\"@x.org"},
	{"<\"a>b\"@x.org>", "|\"a>b\"@x.org"},
	{"<@a.org,@b.org:bob@x.org>", "|bob@x.org"},
	{"undisclosed-recipients:;", ""},
	{"Team: a@x, B <b@y>;, c@z", "|a@x/B|b@y/|c@z"},
	{"bob@[127.0.0.1]", "|bob@[127.0.0.1]"},
	{"bob@[IPv6:::1], a@x", "|bob@[IPv6:::1]/|a@x"},
	{"a@x <b@y> <c@z>", "a@x|b@y/|c@z"},
	{"A <a@x> B <b@y>", "A|a@x/B|b@y"},
	{"Bob bob@x.org", "Bob|bob@x.org"},
	{"Bob Smith bob@x.org", "Bob Smith|bob@x.org"},
	{"bob @ x.org", "|bob @ x.org"},
	{"root", "|root"},
	{"Drew Fossum", "|Drew Fossum"},
	{"Bob <bob@x.org", "|bob@x.org"},
	{"Sad :-( <s@x.org>, b@y", "-(|s@x.org/|b@y"},
	{"\"open <a@x>, b@y", "\"open|a@x/|b@y"},
	{"(open <a@x>, b@y", "(open|a@x/|b@y"},
	{"a@x)", "|a@x)"},
	{"a@x (c", "|a@x"},
	{"I <3 you <b@y>", "3 you|b@y"},
	{"a@x <3", "|a@x/|3"},
	{"mailto:bob@x.org", "|bob@x.org"},
	{"\\", "|\\"},
	{"\\,a@x", "|\\,a@x"},
	/* commas in names */
	{"Doe, John <j@x>", "Doe, John|j@x"},
	{"Doe; John <j@x>", "Doe; John|j@x"},
	{"Doe, John, Dr. <j@x>, a@y", "Doe, John, Dr.|j@x/|a@y"},
	{"a@y, Doe, John <j@x>", "|a@y/Doe, John|j@x"},
	{"Doe, John <j@x>, Roe, Ann <a@y>", "Doe, John|j@x/Roe, Ann|a@y"},
	{", , Bob <b@x>", "Bob|b@x"},
	{"root, a@x", "|root/|a@x"},
	{"root, staff", "|root/|staff"},
	{"Team: Doe, John <j@x>, a@y;, b@z", "Doe, John|j@x/|a@y/|b@z"},
	/* a forged address */
	{"=?utf-8?q?Boss_<boss@x>?= <m@y>", "=?utf-8?q?Boss_<boss@x>?=|m@y"},
	{"=?utf-8?q?Boss <boss@x>, ?= <m@y>",
	 "=?utf-8?q?Boss <boss@x>, ?=|m@y"},
	{"=?utf-8?q?a@x, =?utf-8?q?b?= <m@y>",
	 "=?utf-8?q?a@x, =?utf-8?q?b?=|m@y"},
	{"m@y (boss@x, <boss@x>)", "boss@x, <boss@x>|m@y"},
	{"m@y (a (b\\) c) <boss@x>)", "a (b\\) c) <boss@x>|m@y"},
	{"m@y (boss@x", "|m@y"},
	{"m@y (x, boss@x", "|m@y"},
	{"m@y (x <boss@x>", "|m@y"},
	{"m@y \"x, boss@x", "|m@y"},
	{"(boss@x, m@y", ""},
	{"boss@x m@y", "boss@x|m@y"},
	{"\"boss@x\" m@y", "\"boss@x\"|m@y"},
	{"<m@y> boss@x", "|m@y"},
	{"boss@x <m@y>", "boss@x|m@y"},
	{"boss@x <<m@y>>", "|m@y"},
	{"boss@x <m@y", "|m@y"},
	{"boss@x <x <m@y>", "x|m@y"},
	{"boss@x; <m@y>", "|boss@x/|m@y"},
	/* other brackets */
	{"John [j@x]", "John|j@x"},
	{"John F. [j@x], a@y", "John F.|j@x/|a@y"},
	{"[j@x]", "|j@x"},
	{"[j@x] <m@y>", "[j@x]|m@y"},
	{"m@y [boss@x]", "m@y|[boss@x]"},
	{"boss@x [m@y]", "boss@x|[m@y]"},
	{"boss @ x [m@y]", "boss @ x|[m@y]"},
	{"[boss@x] [m@y]", "[boss@x]|[m@y]"},
	{"j@x [unverified]", "|j@x"},
	{"j@x [127.0.0.1] ", "|j@x"},
	{"John (j@x)", "j@x|John"},
	/* names behind the address */
	{"<b@x> (Bob)", "Bob|b@x"},
	{"b@x (Bob (at work))", "Bob (at work)|b@x"},
	{"<\"b@x\">", "|b@x"},
};

static const struct {
	const char *raw;
	const char *want;
} mailboxes[] = {
	{"bob@x.org", "bob@x.org"},
	{"bob @ x . org", "bob@x.org"},
	{"bob . smith@x.org", "bob.smith@x.org"},
	{"bob(a (b))@(c)x.org", "bob@x.org"},
	{"bob\r\n\t@x.org", "bob@x.org"},
	{"'bob@x.org'", "bob@x.org"},
	{"bob@x.org'", "bob@x.org"},
	{"o'brien@x.org", "o'brien@x.org"},
	{"\"bob\"@x.org", "bob@x.org"},
	{"\"bob\".\"a\"@x.org", "bob.a@x.org"},
	{"\"bob..a.\"@x.org", "bob..a.@x.org"},
	{"\"bob a\"@x.org", "\"bob a\"@x.org"},
	{"\"a\\\"b@c\"@x.org", "\"a\\\"b@c\"@x.org"},
	{"a@b@x.org", "\"a@b\"@x.org"},
	{"bob@x.org.", "bob@x.org"},
	{"bob@x.org>", "bob@x.org"},
	{"mailto:bob@x.org", "bob@x.org"},
	{"bob@[127.0.0.1]", "bob@[127.0.0.1]"},
	{"a@x, b@y", "b@y"},
	{"a@x b", "a@x"},
	{"Drew Fossum", "Drew Fossum"},
	{"j\xc3\xb6@x.org", "j\xc3\xb6@x.org"},
	{"@x.org", "@x.org"},
};

static const struct {
	const char *raw;
	const char *want;
} names[] = {
	{"a@b\xc3\xbc"
	 "cher.example",
	 "a@xn--bcher-kva.example"},
	{"a@B\xc3\x9c"
	 "CHER.example",
	 "a@xn--bcher-kva.example"},
	{"a@bu\xcc\x88"
	 "cher.example",
	 "a@xn--bcher-kva.example"},
	{"@.b\xc3\xbc"
	 "cher.example",
	 "@.xn--bcher-kva.example"},
	{"\xc3\xb6@x.org", "\xc3\xb6@x.org"},
	{"\xc3\x96@X.org", "\xc3\xb6@X.org"},
	{"JO\xcc\x88@x.org", "j\xc3\xb6@x.org"},
	{"jo\xcc\x88@bu\xcc\x88"
	 "cher.example",
	 "j\xc3\xb6@xn--bcher-kva.example"},
	{"\xef\xbd\x82@x.org", "\xef\xbd\x82@x.org"},
	{"J\xc3\xb6", "J\xc3\xb6"},
	{"\xc3\xb6@.", "\xc3\xb6@."},
	{"a@x.org", "a@x.org"},
	{"a@\xff\xfe", "a@\xff\xfe"},
	{"boss@x\xef\xbc\x8eorg", "boss@x.org"},
	{"boss\xef\xbc\xa0x.org", "boss\xef\xbc\xa0x.org"},
	{"a@x\xef\xbc\xa0y", "a@x\xef\xbc\xa0y"},
	{"a@\xe4\xbe\x8b\xe3\x80\x82\xe4\xbe\x8b", "a@xn--fsq.xn--fsq"},
};

static void list(struct slice value, struct buf *out)
{
	struct address_reader reader = address_reader(value);
	struct address a;

	while (address_next(&reader, &a)) {
		if (out->len > 0)
			buf_addch(out, '/');
		buf_addslice(out, a.name);
		buf_addch(out, '|');
		buf_addslice(out, a.mailbox);
	}
}

static void test_cases(void)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		list(slice_str(cases[i].raw), &out);
		is_slice(cases[i].want, buf_slice(&out), "an address list");
	}
	buf_release(&out);
}

static void test_clean(void)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(mailboxes) / sizeof(mailboxes[0]); i++) {
		buf_clear(&out);
		address_clean(slice_str(mailboxes[i].raw), &out);
		is_slice(mailboxes[i].want, buf_slice(&out), mailboxes[i].raw);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_clear(&out);
		address_fold(slice_str(names[i].raw), &out);
		is_slice(names[i].want, buf_slice(&out), "a name of DNS");
	}
	buf_release(&out);
}

static void test_domain(void)
{
	is_slice("x.org", address_domain(slice_str("bob@x.org")), "domain");
	is_slice("x.org", address_domain(slice_str("\"a@b\"@x.org")),
		 "domain behind the last @");
	is_int(0, address_domain(slice_str("bob")).len, "no domain");
	is_int(0, address_domain(slice_str("bob@")).len, "empty domain");
	is_int(0, address_domain(slice_of(NULL, 0)).len, "no mailbox");
}

static void test_fields(void)
{
	static const char *const senders[] = {"From",
					      "resent-sender",
					      "X-Original-From",
					      "X-Google-Original-From",
					      "X-Envelope-Sender",
					      "X-Authenticated-Sender",
					      "X-Auth-ID",
					      "Mail-Reply-To",
					      "X-Original-Reply-To",
					      "Old-Return-Path",
					      "X-X-Sender",
					      "X-Apparently-From",
					      "X-Originating-Email",
					      "Author",
					      "Approved-By",
					      "X-MailFrom"};
	static const char *const others[] = {"To",
					     "X-Original-To",
					     "Delivered-To",
					     "X-Envelope-To",
					     "X-Forwarded-To",
					     "X-Apparently-To",
					     "X-Real-To",
					     "Original-Recipient",
					     "X-Failed-Recipients",
					     "Mail-Followup-To",
					     "Return-Receipt-To",
					     "Disposition-Notification-To",
					     "X-Confirm-Reading-To",
					     "X-BeenThere",
					     "X-Complaints-To",
					     "x-receiver"};
	static const char *const none[] = {"",
					   "X-",
					   "Subject",
					   "Message-Id",
					   "Original-",
					   "X-Original-Message-Id",
					   "X-Google-Sender-Auth",
					   "From-Somebody",
					   "List-Id",
					   "Received",
					   "X-Sender-Id",
					   "X-Forwarded-For"};

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		ok(address_is_sender_field(slice_str(senders[i])) &&
			   address_is_field(slice_str(senders[i])),
		   senders[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(!address_is_sender_field(slice_str(others[i])) &&
			   address_is_field(slice_str(others[i])),
		   others[i]);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ok(!address_is_field(slice_str(none[i])), none[i]);
}

/* Each pattern, repeated up to the longest possible value. */
static void test_hostile(const char *unit, size_t want)
{
	size_t len = strlen(unit), n = 256 * 1024 / len, found = 0;
	char *value = xmalloc(n * len);
	struct address_reader reader;
	clock_t start = clock();
	struct address a;

	for (size_t i = 0; i < n; i++)
		memcpy(value + i * len, unit, len);
	reader = address_reader(slice_of(value, n * len));
	while (address_next(&reader, &a))
		found++;
	ok(clock() - start < 30 * CLOCKS_PER_SEC, "in time");
	if (want != 0)
		is_int(n * want, found, "B7: all of them are found");
	free(value);
}

int main(void)
{
	test_cases();
	test_clean();
	test_domain();
	test_fields();
	test_hostile("a:;", 0);
	test_hostile("a@b, ", 1);
	test_hostile("B <a@b>", 1);
	test_hostile("(", 0);
	test_hostile("(,", 0);
	test_hostile(")(", 0);
	test_hostile("<,", 0);
	test_hostile("<\"", 0);
	test_hostile("\",", 0);
	test_hostile("\"\\", 0);
	test_hostile("\\\",", 0);
	test_hostile("[", 0);
	test_hostile("[,<", 0);
	test_hostile("=?", 0);
	test_hostile("a ", 0);
	test_hostile("a,", 1);
	test_hostile("a,<", 0);
	test_hostile("(\",", 0);
	test_hostile("=?a?q?x", 0);
	test_hostile("=?a?q?x@?=", 0);
	test_hostile("()a", 0);
	test_hostile("[a", 0);
	test_hostile("a @", 0);
	return done_testing();
}

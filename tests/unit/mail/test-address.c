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
};

static void list(struct slice value, struct buf *out)
{
	struct address a;

	while (address_next(&value, &a)) {
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

static void test_domain(void)
{
	is_slice("x.org", address_domain(slice_str("bob@x.org")), "domain");
	is_slice("x.org", address_domain(slice_str("\"a@b\"@x.org")),
		 "domain behind the last @");
	is_int(0, address_domain(slice_str("bob")).len, "no domain");
	is_int(0, address_domain(slice_str("bob@")).len, "empty domain");
	is_int(0, address_domain(slice_of(NULL, 0)).len, "no mailbox");
}

/* Each pattern, repeated up to the longest possible value. */
static void test_hostile(const char *unit, size_t want)
{
	size_t len = strlen(unit), n = 256 * 1024 / len, found = 0;
	char *value = xmalloc(n * len);
	struct slice rest = slice_of(value, n * len);
	clock_t start = clock();
	struct address a;

	for (size_t i = 0; i < n; i++)
		memcpy(value + i * len, unit, len);
	while (address_next(&rest, &a))
		found++;
	ok(clock() - start < 30 * CLOCKS_PER_SEC, "in time");
	if (want != 0)
		is_int(n * want, found, "B7: all of them are found");
	free(value);
}

int main(void)
{
	test_cases();
	test_domain();
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
	test_hostile("a @", 0);
	return done_testing();
}

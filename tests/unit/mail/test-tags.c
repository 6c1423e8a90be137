/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/tags.h"

static void test_words(void)
{
	static const char *const bad[] = {"",	"a b", "a,b", "-x", "+x",
					  "a(", "%",   "*",   "\"", "\\",
					  "]",	"\n",  "\xff"};
	struct error err = ERROR_INIT;
	struct tags t = {0};
	struct buf text = BUF_INIT(10000);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(-1, tags_check(slice_str(bad[i]), &err), "no tag");
	is_int(0, tags_check(slice_str("todo/2026-发票"), &err), "a tag");
	tags_split(slice_str("b a  b bad( c"), ' ', &t);
	tags_join(&t, ' ', &text);
	is_str("b a c", text.s, "each once, in order");
	tags_remove(&t, slice_str("a"));
	tags_remove(&t, slice_str("none"));
	ok(!tags_has(&t, slice_str("a")) && tags_has(&t, slice_str("c")),
	   "removed");
	tags_release(&t);
	for (int i = 0; i < 100; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "t%d", i);
		(void)tags_add(&t, slice_str(name));
	}
	is_int(TAGS_MAX, t.n, "not more than so many");
	tags_release(&t);
	buf_release(&text);
}

int main(void)
{
	test_words();
	return done_testing();
}

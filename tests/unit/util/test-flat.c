/* SPDX-License-Identifier: ISC */
/* Numbers and strings through a buffer, and bytes that are hostile. */
#include <stdlib.h>

#include "../tap.h"
#include "util/flat.h"
#include "util/xalloc.h"

static void test_round_trip(void)
{
	char one[] = "one", two[] = "", *list[] = {one, two, NULL};
	struct buf out = BUF_INIT(1024);
	struct slice rest, bytes;
	uint64_t number = 0;
	char *text = NULL, **back = NULL;

	flat_put_number(&out, 7);
	flat_put_bytes(&out, slice_of("a\0b", 3));
	flat_put_string(&out, "text");
	flat_put_strings(&out, list);
	flat_put_strings(&out, NULL);
	rest = buf_slice(&out);
	ok(flat_number(&rest, 7, &number) && number == 7, "a number");
	ok(flat_bytes(&rest, 3, &bytes) && bytes.len == 3, "bytes");
	ok(flat_string(&rest, 10, &text), "a string");
	is_str("text", text, "as it was");
	ok(flat_strings(&rest, 2, 10, &back), "a list of strings");
	ok(back != NULL && strcmp(back[0], "one") == 0 && back[1][0] == '\0' &&
		   back[2] == NULL,
	   "as it was");
	strings_free(back);
	back = NULL;
	ok(flat_strings(&rest, 2, 10, &back) && back != NULL &&
		   back[0] == NULL && rest.len == 0,
	   "an empty list, and nothing more");
	strings_free(back);
	free(text);
	buf_release(&out);
}

static void test_hostile(void)
{
	struct buf out = BUF_INIT(1024);
	struct slice rest, bytes;
	uint64_t number;
	char *text = NULL, **list = NULL;

	flat_put_number(&out, 8);
	rest = buf_slice(&out);
	ok(!flat_number(&rest, 7, &number), "a number over the limit");
	rest = slice_of(out.s, out.len - 1);
	ok(!flat_number(&rest, 8, &number), "half a number");
	rest = buf_slice(&out);
	ok(!flat_bytes(&rest, 100, &bytes), "more bytes than there are");
	buf_clear(&out);
	flat_put_bytes(&out, slice_of("a\0b", 3));
	rest = buf_slice(&out);
	ok(!flat_bytes(&rest, 2, &bytes), "more bytes than allowed");
	rest = buf_slice(&out);
	ok(!flat_string(&rest, 3, &text), "a NUL in a string");
	buf_clear(&out);
	flat_put_number(&out, 1ULL << 40);
	rest = buf_slice(&out);
	ok(!flat_strings(&rest, 1ULL << 50, 10, &list), "a list without end");
	buf_release(&out);
}

int main(void)
{
	test_round_trip();
	test_hostile();
	return done_testing();
}

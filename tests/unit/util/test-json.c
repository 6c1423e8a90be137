/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "util/json.h"

static void test_object(void)
{
	struct json *o = json_new_object(), *list = json_new_array();
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	json_put(o, "z", json_new_string(slice_str("a\"\n\033")));
	json_put(o, "a", json_new_number(INT64_MAX));
	json_push(list, json_new_bool(true));
	json_push(list, json_new_null());
	json_push(list, json_new_string(slice_of(NULL, 0)));
	json_push(list, json_new_string(slice_of("\0\xff\xc3\xa4", 4)));
	json_put(o, "list", list);
	is_int(0, json_print(o, f), "printed");
	(void)fclose(f);
	is_str("{\"z\":\"a\\\"\\n\\u001B\",\"a\":9223372036854775807,"
	       "\"list\":[true,null,null,\"\\u0000�ä\"]}\n",
	       text, "in order, escaped, on one line");
	free(text);
}

static void test_failure(void)
{
	struct json *unused = json_new_array();
	FILE *full = fopen("/dev/full", "w");

	json_push(unused, json_new_number(1));
	json_free(unused);
	if (full == NULL) {
		skip_test("a full disk is noticed", "no /dev/full");
		return;
	}
	(void)setvbuf(full, NULL, _IONBF, 0);
	is_int(-1, json_print(json_new_number(1), full),
	       "a full disk is noticed");
	(void)fclose(full);
}

static void test_parse(void)
{
	struct json *o = json_parse(
		slice_str("{\"status\":\"400\",\"n\":-7,\"list\":[]}"));
	struct buf out = BUF_INIT(64);

	ok(o != NULL, "an object is read");
	ok(json_add_member(o, "status", &out), "a text");
	ok(json_add_member(o, "n", &out), "a number");
	is_slice("400-7", buf_slice(&out), "are there");
	ok(!json_add_member(o, "list", &out), "a list has no text");
	ok(!json_add_member(o, "none", &out), "nothing neither");
	json_free(o);
	ok(json_parse(slice_str("{\"status\":")) == NULL, "half of it");
	ok(json_parse(SLICE_EMPTY) == NULL, "nothing at all");
	o = json_parse(slice_str("[1]"));
	ok(o != NULL && !json_add_member(o, "a", &out), "no object");
	json_free(o);
	buf_release(&out);
}

/* Also with a NUL and other bytes that a server may put into a UIDL. */
static void test_again(void)
{
	struct slice text = slice_of("a\0b\n\\\"\x7f", 7);
	struct json *o = json_new_object(), *again;
	struct buf out = BUF_INIT(64);
	char *line;

	json_put(o, "uidl", json_new_string(text));
	line = json_text(o);
	again = json_parse(slice_str(line));
	ok(again != NULL && json_add_member(again, "uidl", &out),
	   "what was written is read again");
	ok(slice_equal(text, buf_slice(&out)), "byte for byte");
	json_free(o);
	json_free(again);
	free(line);
	buf_release(&out);
}

int main(void)
{
	test_parse();
	test_again();
	test_object();
	test_failure();
	return done_testing();
}

/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "../tempdir.h"
#include "rules/text.h"
#include "util/buf.h"

static char *path;

static void put(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		perror(path);
}

/* The same through a value: file:… is relative to a directory. */
static void test_text(void)
{
	struct slice bob = slice_str("bob@x.org"), other = slice_str("a@b");
	const struct text_subject listed = {slice_str("x"), &bob, 1};
	const struct text_subject evil = {slice_str("Evil <a@b>"), &other, 1};
	const struct text_subject plain = {other, &other, 1};
	struct error err = ERROR_INIT;
	struct text t;
	long column;

	put("bob@x.org\n/^\"?evil/\n", 20);
	is_int(0, text_init(&t, "file:list", true, tempdir_path, &column, &err),
	       "a text that is a file");
	is_int(MATCH_YES, text_match(&t, &listed, NULL, 0, &err),
	       "matches an address");
	is_int(MATCH_YES, text_match(&t, &evil, NULL, 0, &err),
	       "or a pattern in it");
	is_int(MATCH_NO, text_match(&t, &plain, NULL, 0, &err),
	       "and nothing else");
	put("a@b\n", 4);
	ok(text_refresh(&t), "it is read again");
	is_int(MATCH_YES, text_match(&t, &plain, NULL, 0, &err),
	       "and is the new one");
	put("/(/\n", 4);
	ok(!text_refresh(&t), "a broken one is not taken");
	text_release(&t);
	put("file:list\n", 10);
	is_int(-1,
	       text_init(&t, "file:list", true, tempdir_path, &column, &err),
	       "a list in a list is refused");
	ok(strstr(err.text, "list:1") != NULL, "with its line");
	text_release(&t);
}

int main(void)
{
	(void)tempdir();
	path = strdup(temp_path("list"));
	test_text();
	free(path);
	return done_testing();
}

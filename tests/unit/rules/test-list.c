/* SPDX-License-Identifier: ISC */
/* Lists in files: addresses in constant time, texts in order. */
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "../tap.h"
#include "../tempdir.h"
#include "rules/list.h"
#include "util/buf.h"

static char *path;

static void put(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		perror(path);
}

static struct list *load(const char *text)
{
	struct error err = ERROR_INIT;
	struct list *list;

	put(text, strlen(text));
	list = list_load(path, true, &err);
	if (list == NULL)
		printf("# %s\n", err.text);
	return list;
}

static void has(const struct list *list, bool want, const char *mailbox)
{
	ok(list_has_address(list, slice_str(mailbox)) == want, mailbox);
}

static void test_addresses(void)
{
	struct list *list = load("\xef\xbb\xbf# family\r\n"
				 "  Bob@X.org  # my brother\r\n"
				 "\r\n"
				 "@y.org\n@.z.org\n"
				 "/^spam/\nsome text # whole\nexample.com\n"
				 "last@line.org");
	int line = 0;

	has(list, true, "bob@x.org");
	has(list, true, "BOB@x.ORG");
	has(list, false, "bob@x.org.evil");
	has(list, false, "ob@x.org");
	has(list, false, "x@x.org");
	has(list, true, "anybody@y.org");
	has(list, false, "a@sub.y.org");
	has(list, false, "a@evil-y.org");
	has(list, true, "a@z.org");
	has(list, true, "a@b.c.z.org");
	has(list, false, "a@evilz.org");
	has(list, true, "a@evil@y.org");
	has(list, false, "@");
	has(list, false, "y.org");
	has(list, true, "last@line.org");
	is_int(3, list_texts(list), "three are texts");
	ok(slice_equal(list_text(list, 1, &line),
		       slice_str("some text # whole")),
	   "a text is whole");
	is_int(7, line, "and has a line");
	list_free(list);
}

static void refuse(const char *bytes, size_t len, const char *name)
{
	struct error err = ERROR_INIT;

	put(bytes, len);
	ok(list_load(path, true, &err) == NULL, name);
	ok(err.kind == ERR_CONFIG && strstr(err.text, path) != NULL,
	   "and is told where");
}

static void test_bad(void)
{
	struct error err = ERROR_INIT;
	char *long_line = malloc(5000);

	memset(long_line, 'x', 5000);
	refuse("a\0b", 3, "a NUL");
	refuse("\xff\xfe", 2, "no UTF-8");
	refuse(long_line, 5000, "a long line");
	free(long_line);
	ok(list_load(temp_path("none"), true, &err) == NULL, "no file");
	ok(list_load("/", true, &err) == NULL, "a directory");
	(void)mkfifo(temp_path("fifo"), 0600);
	ok(list_load(temp_path("fifo"), true, &err) == NULL, "a FIFO");
	list_free(NULL);
}

static void test_change(void)
{
	struct list *list = load("a@b\n");

	ok(!list_changed(list), "as it was");
	put("a@b\nc@d\n", 8);
	ok(list_changed(list), "longer");
	(void)remove(path);
	ok(!list_changed(list), "gone: as it was");
	list_free(list);
	list = load("");
	ok(list != NULL && list_texts(list) == 0, "an empty file is a list");
	list_free(list);
}

/* Load n addresses, then ask for n: half of them are listed. */
static void time_list(int n, clock_t *load_out, clock_t *ask_out)
{
	struct buf text = BUF_INIT(8 << 20);
	struct list *list;
	size_t found = 0;
	clock_t begin;

	for (int i = 0; i < n; i++)
		buf_addf(&text, "u%d@host%d.example\n", i, i % 1000);
	begin = clock();
	list = load(text.s);
	*load_out = clock() - begin;
	begin = clock();
	for (int i = 0; i < 2 * n; i++) {
		char mailbox[64];

		(void)snprintf(mailbox, sizeof(mailbox), "u%d@HOST%d.example",
			       i, i % 1000);
		found += list_has_address(list, slice_str(mailbox));
	}
	*ask_out = clock() - begin;
	is_int(n, found, "what is there is found");
	list_free(list);
	buf_release(&text);
}

/* One after the other would be a hundred times as long, and many seconds. */
static void test_many(void)
{
	clock_t load_few, ask_few, load_many, ask_many;

	time_list(10000, &load_few, &ask_few);
	time_list(100000, &load_many, &ask_many);
	ok(load_many < 40 * load_few + CLOCKS_PER_SEC,
	   "ten times the lines: linear");
	ok(ask_many < 40 * ask_few + CLOCKS_PER_SEC,
	   "and ten times the questions");
}

static void test_is_address(void)
{
	ok(list_is_address(slice_str("a/b@example.org")),
	   "a slash is a letter of an address");
	ok(!list_is_address(slice_str("medium.com/@ann")),
	   "but not before an @, as in links");
	ok(!list_is_address(slice_str("b@example.org/a")), "nor behind it");
}

int main(void)
{
	(void)tempdir();
	path = strdup(temp_path("list"));
	test_addresses();
	test_bad();
	test_change();
	test_many();
	free(path);
	test_is_address();
	return done_testing();
}

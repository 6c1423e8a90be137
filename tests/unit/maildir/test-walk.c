/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/maildir.h"
#include "maildir/walk.h"
#include "util/xalloc.h"

/* The inbox of a maildir++, and a folder. */
static void make_folders(void)
{
	struct error err = ERROR_INIT;
	struct maildir *m = NULL;

	(void)maildir_open(&m, temp_path("Maildir"), LAYOUT_MAILDIRPP,
			   ENCODING_AUTO, &err);
	ok(maildir_folder(m, "Inbox", &err) != NULL &&
		   maildir_folder(m, "Lists", &err) != NULL,
	   "two folders");
	maildir_close(m);
}

static void test_walk(void)
{
	static const char *const foreign[] = {
		"",
		"1",
		"1.M2Q",
		"1700000000.M1P2.host",
		"1.M2Q0123456789abcdefC0123456789abcde",
		"1.M2Q0123456789abcdefX0123456789abcdefA0.h",
		"1.M2Q0123456789ABCDEFC0123456789abcdefA0.h",
		"x.M2Q0123456789abcdefC0123456789abcdefA0.h"};
	const unsigned char q[8] = {1, 2, 255}, c[8] = {0, 0xab};
	char base[MAILDIR_BASE_MAX], **list = NULL;
	struct maildir_keys keys;
	size_t n = 0;

	maildir_base(base, 1700000000000001LL, q, c, 7, 99);
	ok(maildir_read_base(base, &keys), "a name that we made is recognised");
	ok(memcmp(keys.q, q, 8) == 0 && memcmp(keys.c, c, 8) == 0,
	   "its keys are read");
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		is_int(0, maildir_read_base(foreign[i], &keys), foreign[i]);
	maildir_walk(temp_path("Maildir"), &list);
	while (list != NULL && list[n] != NULL)
		n++;
	is_int(2, (int)n, "the folders of a maildir++");
	strings_free(list);
	list = NULL;
	maildir_walk(temp_path("nowhere"), &list);
	ok(list == NULL, "a missing directory has no folders");
}

int main(void)
{
	(void)tempdir();
	make_folders();
	test_walk();
	return done_testing();
}

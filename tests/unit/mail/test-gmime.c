/* SPDX-License-Identifier: ISC */
/*
 * The walk over the parts of a message, compared with GMime's: types and
 * decoded bytes of all test mail, or of the files that are named. Where they
 * differ, the table says why ours is right.
 */
#include "../tap.h"

#ifndef HAVE_GMIME

int main(void)
{
	printf("1..0 # SKIP built without GMime\n");
	return 0;
}

#else

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "../parts.h"
#include "util/error.h"
#include "util/io.h"

static const struct {
	const char *file, *why;
} differences[] = {
	{"37-missing-boundary.eml", "the boundary is guessed"},
	{"41-only-text.eml", "all of it is text"},
	{"43-empty.eml", "an empty message has an empty text"},
	{"38-boundary-never-comes.eml", "a multipart without parts is text"},
};

static const char *why_different(const char *name)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]);
	     i++)
		if (strcmp(differences[i].file, name) == 0)
			return differences[i].why;
	return NULL;
}

static void compare(const char *path, const char *name)
{
	struct buf bytes = BUF_INIT(PARTS_MAX), a = BUF_INIT(2 * PARTS_MAX),
		   b = BUF_INIT(2 * PARTS_MAX);
	struct error err = ERROR_INIT;
	const char *why = why_different(name);

	if (io_read_file(path, &bytes, &err) == -1) {
		ok(false, err.text);
		return;
	}
	parts_ours(buf_slice(&bytes), &a);
	parts_gmime(buf_slice(&bytes), &b);
	if (why != NULL)
		ok(!slice_equal(buf_slice(&a), buf_slice(&b)), why);
	else if (!ok(slice_equal(buf_slice(&a), buf_slice(&b)), name)) {
		tap_show("ours", a.s, a.len < 2000 ? a.len : 2000);
		tap_show("theirs", b.s, b.len < 2000 ? b.len : 2000);
	}
	buf_release(&bytes);
	buf_release(&a);
	buf_release(&b);
}

static void compare_test_mail(void)
{
	const char *srcdir = getenv("srcdir");
	struct buf path = BUF_INIT(4096);
	DIR *dir;

	buf_addf(&path, "%s/tests/mail", srcdir == NULL ? "." : srcdir);
	dir = opendir(path.s);
	ok(dir != NULL, "there is test mail");
	for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
		if (strstr(e->d_name, ".eml") == NULL)
			continue;
		buf_clear(&path);
		buf_addf(&path, "%s/tests/mail/%s",
			 srcdir == NULL ? "." : srcdir, e->d_name);
		compare(path.s, e->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	buf_release(&path);
}

int main(int argc, char **argv)
{
	g_mime_init();
	for (int i = 1; i < argc; i++)
		compare(argv[i], argv[i]);
	if (argc == 1)
		compare_test_mail();
	return done_testing();
}

#endif

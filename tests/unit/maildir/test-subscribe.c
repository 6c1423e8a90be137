/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/subscribe.h"

static void put(const char *text)
{
	FILE *f = fopen(temp_path("subscriptions"), "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		perror("subscriptions");
}

static void is_list(const char *wanted, const char *name)
{
	static char text[4096];
	FILE *f = fopen(temp_path("subscriptions"), "r");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text) - 1, f);

	text[n] = '\0';
	if (f != NULL)
		(void)fclose(f);
	is_str(wanted, text, name);
}

static const struct line {
	enum layout layout;
	const char *before, *path, *after;
} lines[] = {
	{LAYOUT_MAILDIRPP, "", ".Lists.dev", "Lists.dev\n"},
	{LAYOUT_MAILDIRPP, "a\n", ".Lists.dev", "a\nLists.dev\n"},
	{LAYOUT_MAILDIRPP, "a", ".b", "a\nb\n"},
	{LAYOUT_MAILDIRPP, "a.b\n", ".a", "a.b\na\n"},
	{LAYOUT_MAILDIRPP, "a\nb\nc\n", ".b", "a\nb\nc\n"},
	{LAYOUT_MAILDIRPP, "V\t2\n\n", ".Lists.dev", "V\t2\n\nLists\tdev\n"},
	{LAYOUT_MAILDIRPP, "V\t2\n\nLists\tdev\n", ".Lists.dev",
	 "V\t2\n\nLists\tdev\n"},
	{LAYOUT_MAILDIRPP, "V\t2\n\nLists\tdev", ".&U9F5aA-.x y",
	 "V\t2\n\nLists\tdev\n&U9F5aA-\tx y\n"},
	{LAYOUT_FS, "", "Lists/a.b", "Lists/a.b\n"},
	{LAYOUT_FS, "V\t2\n\n", "Lists/a.b", "V\t2\n\nLists\ta.b\n"},
	{LAYOUT_MAILDIRPP, "", ".a\nb", ""},
	{LAYOUT_MAILDIRPP, "", ".a\tb", ""},
};

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		put(lines[i].before);
		subscribe(temp_path(""), lines[i].layout, lines[i].path);
		is_list(lines[i].after, lines[i].path);
		subscribe(temp_path(""), lines[i].layout, lines[i].path);
		is_list(lines[i].after, "once");
	}
}

static void test_no_list(void)
{
	struct stat st;

	(void)unlink(temp_path("subscriptions"));
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".a");
	ok(stat(temp_path("subscriptions"), &st) == -1, "none is made");
	ok(symlink("/dev/null", temp_path("subscriptions")) == 0, "a link");
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".a");
	ok(lstat(temp_path("subscriptions"), &st) == 0 && S_ISLNK(st.st_mode),
	   "stays");
	(void)unlink(temp_path("subscriptions"));
	ok(mkfifo(temp_path("subscriptions"), 0600) == 0, "a FIFO");
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".a");
	ok(lstat(temp_path("subscriptions"), &st) == 0 && S_ISFIFO(st.st_mode),
	   "D25: does not block");
	(void)unlink(temp_path("subscriptions"));
	subscribe("/nonexistent", LAYOUT_MAILDIRPP, ".a");
	ok(truncate(temp_path("subscriptions"), 0) == -1, "nothing is there");
}

static void test_mode_and_lock(void)
{
	struct stat st;

	put("a\n");
	(void)chmod(temp_path("subscriptions"), 0640);
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".b");
	ok(stat(temp_path("subscriptions"), &st) == 0 &&
		   (st.st_mode & 0777) == 0640,
	   "the mode stays");
	ok(stat(temp_path("subscriptions.lock"), &st) == -1,
	   "the lock is gone");
	(void)close(open(temp_path("subscriptions.lock"), O_CREAT | O_WRONLY,
			 0600));
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".c");
	is_list("a\nb\n", "another process has the lock");
	ok(stat(temp_path("subscriptions.lock"), &st) == 0, "and keeps it");
	ok(truncate(temp_path("subscriptions"), 5 << 20) == 0, "5 MiB");
	(void)unlink(temp_path("subscriptions.lock"));
	subscribe(temp_path(""), LAYOUT_MAILDIRPP, ".c");
	ok(stat(temp_path("subscriptions"), &st) == 0 && st.st_size == 5 << 20,
	   "are left alone");
}

int main(void)
{
	(void)tempdir();
	test_lines();
	test_no_list();
	test_mode_and_lock();
	return done_testing();
}

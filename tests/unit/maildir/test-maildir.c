/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/maildir.h"
#include "maildir/name.h"
#include "maildir/walk.h"
#include "rules/action_type.h"
#include "util/xalloc.h"

struct name_example {
	enum layout layout;
	enum folder_encoding encoding;
	const char *name;
	const char *path;
};

static const struct name_example names[] = {
	{LAYOUT_FS, ENCODING_UTF8, "Inbox", "Inbox"},
	{LAYOUT_FS, ENCODING_UTF8, "Lists/x", "Lists/x"},
	{LAYOUT_FS, ENCODING_UTF8, "发票", "发票"},
	{LAYOUT_FS, ENCODING_UTF7, "发票", "&U9F5aA-"},
	{LAYOUT_FS, ENCODING_UTF8, "a/new", "a/new_"},
	{LAYOUT_FS, ENCODING_UTF8, "cur", "cur_"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Inbox", "."},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "INBOX", "."},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Lists/x", ".Lists.x"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Lists/a.b", ".Lists.a_b"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "发票", ".&U9F5aA-"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "a&b", ".a&-b"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Entwürfe", ".Entw&APw-rfe"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "~peter/mail/台北/日本語",
	 ".~peter.mail.&U,BTFw-.&ZeVnLIqe-"}, /* RFC 3501 5.1.3 */
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "😀", ".&2D3eAA-"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF8, "发票", ".发票"},
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf path = BUF_INIT(1024);

		maildir_name_path(names[i].layout, names[i].encoding,
				  names[i].name, &path);
		is_str(names[i].path, path.s, names[i].name);
		buf_release(&path);
	}
}

static int spool_fd;

static void write_spool(const char *name, const char *text)
{
	int fd = openat(spool_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) == -1 || close(fd) == -1)
		perror(name);
}

static int count_files(const char *path)
{
	DIR *dir = opendir(temp_path(path));
	const struct dirent *entry;
	int n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	if (dir != NULL)
		(void)closedir(dir);
	return dir == NULL ? -1 : n;
}

static struct maildir *open_fs(struct error *err)
{
	struct maildir *m = NULL;

	ok(maildir_open(&m, temp_path("Mail"), LAYOUT_AUTO, ENCODING_AUTO,
			err) == 0,
	   "a Maildir is made where nothing was");
	return m;
}

static void test_deliver(struct maildir *m, struct error *err)
{
	unsigned char key[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	char base[MAILDIR_BASE_MAX];
	struct maildir_item item = {spool_fd, "a-1", base, 0, ""};
	struct maildir_folder *f = maildir_folder(m, "Lists/x", err);

	maildir_base(base, 1234567890000042LL, key, key, 3, 5);
	ok(strncmp(base,
		   "1234567890.M000042Q0102030405060708C0102030405060708"
		   "A3.",
		   55) == 0,
	   "the name starts with time and keys");
	ok(strstr(base, ",S=5") != NULL, "the name ends with the size");
	write_spool("a-1", "hello");
	ok(f != NULL, "a folder is made");
	is_int(0, maildir_deliver(f, &item, err), "delivered");
	is_int(0, maildir_sync(m, err), "made durable");
	is_int(1, count_files("Mail/Lists/x/new"), "one file is in new/");
	is_int(0, count_files("Mail/Lists/x/tmp"), "none is in tmp/");
	is_int(0, maildir_deliver(f, &item, err),
	       "once more: the same file is no error");
	is_int(1, count_files("Mail/Lists/x/new"), "and no second one");
	item.flags = FLAG_SEEN | FLAG_FLAGGED;
	item.base = "1.flagged";
	is_int(0, maildir_deliver(f, &item, err), "with flags");
	is_int(0, access(temp_path("Mail/Lists/x/cur/1.flagged:2,FS"), F_OK),
	       "it goes to cur/ with its letters in order");
	item.base = base;
	item.flags = 0;
	write_spool("a-2", "other");
	item.spool = "a-2";
	is_int(-1, maildir_deliver(f, &item, err),
	       "D11: another file under the same name is an error");
	is_int(ERR_TEMPORARY, err->kind, "of the kind that waits");
}

static void test_find(struct maildir *m, struct error *err)
{
	struct maildir_item item = {spool_fd, "w-1", "5.witness", 0, ""};
	struct maildir_folder *f = maildir_folder(m, "Find", err);
	struct maildir *linked = NULL;
	bool unsure;

	write_spool("../other", "y");
	write_spool("w-1", "x");
	is_int(0, maildir_find(m, f, &item, &unsure, err), "not linked yet");
	(void)maildir_deliver(f, &item, err);
	is_int(1, maildir_find(m, f, &item, &unsure, err), "found by name");
	(void)rename(temp_path("Mail/Find/new/5.witness"),
		     temp_path("Mail/Find/cur/5.witness:2,S"));
	is_int(1, maildir_find(m, f, &item, &unsure, err),
	       "found in cur/ after a reader saw it");
	(void)rename(temp_path("Mail/Find/cur/5.witness:2,S"),
		     temp_path("Mail/Find/cur/renamed:2,"));
	is_int(1, maildir_find(m, f, &item, &unsure, err),
	       "E7: found by its inode when a reader renamed it");
	(void)maildir_folder(m, "Elsewhere", err);
	(void)rename(temp_path("Mail/Find/cur/renamed:2,"),
		     temp_path("Mail/Elsewhere/cur/moved:2,"));
	is_int(1, maildir_find(m, f, &item, &unsure, err),
	       "found in another folder");
	is_int(0, symlink(temp_path("Mail"), temp_path("Linked")),
	       "a link to the Maildir");
	(void)maildir_open(&linked, temp_path("Linked"), LAYOUT_FS,
			   ENCODING_AUTO, err);
	is_int(1,
	       maildir_find(linked, maildir_folder(linked, "Find", err), &item,
			    &unsure, err),
	       "D9: also when the Maildir is a symbolic link");
	maildir_close(linked);
	(void)rename(temp_path("Mail/Elsewhere/cur/moved:2,"),
		     temp_path("backup"));
	is_int(0, maildir_find(m, f, &item, &unsure, err),
	       "D24: a link outside the folders is no delivery");
	ok(unsure, "but is told of");
	(void)unlink(temp_path("backup"));
	is_int(0, maildir_find(m, f, &item, &unsure, err),
	       "expunged: delivered again rather than lost");
	ok(!unsure, "without doubt");
	(void)rename(temp_path("other"), temp_path("Mail/Find/new/5.witness"));
	is_int(0, maildir_find(m, f, &item, &unsure, err),
	       "D11: another file of that name is no delivery");
	item.spool = "missing";
	is_int(1, maildir_find(m, f, &item, &unsure, err),
	       "unless nothing is left to compare it with");
	item.base = "6.none";
	is_int(-1, maildir_find(m, f, &item, &unsure, err),
	       "without a witness there is no answer");
	is_int(ERR_MESSAGE, err->kind, "about this message");
}

/* /dev/shm is another file system on every Linux we know. */
static void test_other_device(struct error *err)
{
	char root[] = "/dev/shm/postroom-test-XXXXXX";
	struct maildir_item item = {spool_fd, "x-1", "7.copied", 0, ""};
	struct maildir_folder *f;
	struct maildir *m = NULL;
	char path[256];
	bool unsure;

	if (mkdtemp(root) == NULL) {
		skip_test("another file system", "no /dev/shm");
		return;
	}
	write_spool("x-1", "across");
	(void)maildir_open(&m, root, LAYOUT_FS, ENCODING_AUTO, err);
	f = maildir_folder(m, "Inbox", err);
	is_int(0, maildir_deliver(f, &item, err),
	       "D8: a Maildir on another file system gets a copy");
	(void)snprintf(path, sizeof(path), "%s/Inbox/new/7.copied", root);
	is_int(0, access(path, F_OK), "it is in new/");
	(void)snprintf(path, sizeof(path), "%s/Inbox/tmp/7.copied", root);
	is_int(0, access(path, F_OK), "its witness is in tmp/");
	is_int(1, maildir_find(m, f, &item, &unsure, err), "and is found");
	/* After a crash nobody remembers that it was a copy. */
	maildir_close(m);
	(void)maildir_open(&m, root, LAYOUT_FS, ENCODING_AUTO, err);
	maildir_forget(m, "Inbox", "7.copied");
	is_int(-1, access(path, F_OK), "and goes when it is recorded");
	maildir_close(m);
	(void)nftw(root, tempdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void test_maildirpp(struct error *err)
{
	struct maildir *m = NULL;
	char *path;

	(void)mkdir(temp_path("Maildir"), 0700);
	(void)mkdir(temp_path("Maildir/cur"), 0700);
	(void)maildir_open(&m, temp_path("Maildir"), LAYOUT_AUTO, ENCODING_AUTO,
			   err);
	path = maildir_path(m, "发票");
	is_str(temp_path("Maildir/.&U9F5aA-"), path,
	       "cur/ at the top means maildir++ and UTF-7");
	free(path);
	ok(maildir_folder(m, "发票", err) != NULL, "its folder is made");
	is_int(0, access(temp_path("Maildir/.&U9F5aA-/maildirfolder"), F_OK),
	       "with Courier's mark");
	ok(maildir_folder(m, "Inbox", err) != NULL, "the inbox is the top");
	is_int(0, access(temp_path("Maildir/new"), F_OK), "with its new/");
	ok(maildir_exists(m, "发票"), "it exists");
	ok(!maildir_exists(m, "Other"), "another one does not");
	maildir_close(m);
}

static void test_trouble(struct maildir *m, struct error *err)
{
	char name[400];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ok(!maildir_fits(m, name), "D12: a name of 399 bytes does not fit");
	ok(maildir_fits(m, "Lists/x"), "a usual one does");
	ok(maildir_folder(m, name, err) == NULL, "and cannot be made");
	write_spool("file", "");
	(void)close(openat(AT_FDCWD, temp_path("Mail/InTheWay"),
			   O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	ok(maildir_folder(m, "InTheWay", err) == NULL,
	   "D9: a file where the folder should be is an error");
	ok(strstr(err->text, "InTheWay") != NULL, "that names it");
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
	ok(maildir_read_base(base, &keys), "a name of ours is known");
	ok(memcmp(keys.q, q, 8) == 0 && memcmp(keys.c, c, 8) == 0,
	   "and what it says");
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		is_int(0, maildir_read_base(foreign[i], &keys), foreign[i]);
	maildir_walk(temp_path("Maildir"), &list);
	while (list != NULL && list[n] != NULL)
		n++;
	is_int(2, (int)n, "the folders of a maildir++");
	strings_free(list);
	list = NULL;
	maildir_walk(temp_path("nowhere"), &list);
	ok(list == NULL, "where there is nothing there is none");
}

int main(void)
{
	struct error err = ERROR_INIT;
	struct maildir *m;

	(void)tempdir();
	(void)mkdir(temp_path("spool"), 0700);
	spool_fd = open(temp_path("spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	test_names();
	m = open_fs(&err);
	test_deliver(m, &err);
	test_find(m, &err);
	test_trouble(m, &err);
	for (int i = 0; i < 150; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "many/%d", i);
		if (maildir_folder(m, name, &err) == NULL)
			ok(false, "more folders than are kept open");
	}
	is_int(0, maildir_sync(m, &err), "more folders than are kept open");
	maildir_close(m);
	test_other_device(&err);
	test_maildirpp(&err);
	test_walk();
	(void)close(spool_fd);
	return done_testing();
}

/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/find.h"
#include "maildir/maildir.h"
#include "rules/action_type.h"
#include "util/xalloc.h"

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
	is_int(1, count_files("Mail/Lists/x/new"), "there is no second file");
	item.flags = FLAG_SEEN | FLAG_FLAGGED;
	item.base = "1.flagged";
	is_int(0, maildir_deliver(f, &item, err), "a message with flags");
	is_int(0, access(temp_path("Mail/Lists/x/cur/1.flagged:2,FS"), F_OK),
	       "it goes to cur/ with its letters in order");
	item.base = base;
	item.flags = 0;
	write_spool("a-2", "other");
	item.spool = "a-2";
	is_int(-1, maildir_deliver(f, &item, err),
	       "D11: another file under the same name is an error");
	is_int(ERR_TEMPORARY, err->kind, "the error is temporary");
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
	is_int(0, access(path, F_OK), "the copy is in new/");
	(void)snprintf(path, sizeof(path), "%s/Inbox/tmp/7.copied", root);
	is_int(0, access(path, F_OK), "its witness is in tmp/");
	is_int(1, maildir_find(m, f, &item, &unsure, err), "the copy is found");
	/* After a crash nothing tells that it was a copy. */
	maildir_close(m);
	(void)maildir_open(&m, root, LAYOUT_FS, ENCODING_AUTO, err);
	maildir_forget(m, "Inbox", "7.copied");
	is_int(-1, access(path, F_OK),
	       "the witness is removed once it is recorded");
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
	ok(maildir_folder(m, "发票", err) != NULL,
	   "a folder of maildir++ is made");
	is_int(0, access(temp_path("Maildir/.&U9F5aA-/maildirfolder"), F_OK),
	       "it has Courier's maildirfolder");
	ok(maildir_folder(m, "Inbox", err) != NULL, "the inbox is the top");
	is_int(0, access(temp_path("Maildir/new"), F_OK),
	       "the inbox has a new/");
	ok(maildir_exists(m, "发票"), "a folder that exists");
	ok(!maildir_exists(m, "Other"), "a folder that does not exist");
	maildir_close(m);
}

static void test_trouble(struct maildir *m, struct error *err)
{
	char name[400];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ok(!maildir_fits(m, name), "D12: a name of 399 bytes does not fit");
	ok(maildir_fits(m, "Lists/x"), "a usual name fits");
	ok(maildir_folder(m, name, err) == NULL,
	   "a name that is too long cannot be made");
	write_spool("file", "");
	(void)close(openat(AT_FDCWD, temp_path("Mail/InTheWay"),
			   O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	ok(maildir_folder(m, "InTheWay", err) == NULL,
	   "D9: a file where the folder should be is an error");
	ok(strstr(err->text, "InTheWay") != NULL, "the error names it");
}

int main(void)
{
	struct error err = ERROR_INIT;
	struct maildir *m;

	(void)tempdir();
	(void)mkdir(temp_path("spool"), 0700);
	spool_fd = open(temp_path("spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	m = open_fs(&err);
	test_deliver(m, &err);
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
	(void)close(spool_fd);
	return done_testing();
}

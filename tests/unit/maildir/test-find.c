/* SPDX-License-Identifier: ISC */
/* The witness test, after changes that a mail reader may make. */
#include <fcntl.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/find.h"
#include "maildir/maildir.h"

static int spool_fd;

static void write_spool(const char *name, const char *text)
{
	int fd = openat(spool_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) == -1 || close(fd) == -1)
		perror(name);
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
	       "D24: a link outside the folders is not a delivery");
	ok(unsure, "the doubt is reported");
	(void)unlink(temp_path("backup"));
	is_int(0, maildir_find(m, f, &item, &unsure, err),
	       "expunged: delivered again rather than lost");
	ok(!unsure, "no doubt is reported");
	(void)rename(temp_path("other"), temp_path("Mail/Find/new/5.witness"));
	is_int(0, maildir_find(m, f, &item, &unsure, err),
	       "D11: another file of that name is not a delivery");
	item.spool = "missing";
	is_int(1, maildir_find(m, f, &item, &unsure, err),
	       "without a spool file to compare with, the name counts");
	item.base = "6.none";
	is_int(-1, maildir_find(m, f, &item, &unsure, err),
	       "without a witness it is an error");
	is_int(ERR_MESSAGE, err->kind, "an error of this message");
}

int main(void)
{
	struct error err = ERROR_INIT;
	struct maildir *m = NULL;

	(void)tempdir();
	(void)mkdir(temp_path("spool"), 0700);
	spool_fd = open(temp_path("spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)maildir_open(&m, temp_path("Mail"), LAYOUT_AUTO, ENCODING_AUTO,
			   &err);
	test_find(m, &err);
	maildir_close(m);
	(void)close(spool_fd);
	return done_testing();
}

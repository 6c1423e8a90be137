/* SPDX-License-Identifier: ISC */
/* Messages are found among the names of a folder, which is read once. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../tap.h"
#include "../tempdir.h"
#include "maildir/index.h"

static void touch(const char *name)
{
	(void)close(open(temp_path(name), O_CREAT | O_WRONLY, 0600));
}

static void look(struct maildir_index *index, const char *base,
		 const char *wanted)
{
	struct buf path = BUF_INIT(4096);
	size_t len = strlen(tempdir_path);
	bool found = maildir_index_find(index, tempdir_path, base, &path);

	is_str(wanted, found ? path.s + len : "none", base);
	buf_release(&path);
}

int main(void)
{
	struct maildir_index *index = maildir_index_new();

	(void)tempdir();
	(void)mkdir(temp_path("new"), 0700);
	(void)mkdir(temp_path("cur"), 0700);
	touch("new/2.b,S=1");
	touch("new/2.b,S=12");
	touch("cur/1.a:2,S");
	touch("cur/1.a.x:2,S");
	touch("cur/3.c;2,");
	touch("cur/.hidden");
	look(index, "2.b,S=1", "/new/2.b,S=1");
	look(index, "2.b,S=12", "/new/2.b,S=12");
	look(index, "1.a", "/cur/1.a:2,S");
	look(index, "3.c", "/cur/3.c;2,");
	look(index, "3", "none");
	look(index, "9", "none");
	touch("cur/9");
	look(index, "9", "none");
	ok(!maildir_index_find(index, "/nowhere", "1", NULL),
	   "a folder that is not there");
	maildir_index_free(index);
	return done_testing();
}

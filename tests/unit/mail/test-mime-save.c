/* SPDX-License-Identifier: ISC */
/*
 * Attachments as files, under hostile names. This program has its own fsync(),
 * which counts its calls, and renameat2(), which can fail as on NFS.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../tap.h"
#include "../tempdir.h"
#include "mail/mime.h"
#include "mail/mime_save.h"
#include "util/io.h"

/* As the step does: make the directory, open it, save. */
static int save(int fd, const char *directory, struct mime_save_result *result,
		struct error *err)
{
	int dir_fd, rc = io_make_directory(directory, err);

	if (rc == -1)
		return -1;
	dir_fd = io_open_directory(AT_FDCWD, directory, err);
	if (dir_fd == -1)
		return -1;
	rc = mime_save(fd, dir_fd, directory, NULL, result, err);
	(void)close(dir_fd);
	return rc;
}

static int synced_directories, synced_files, refused;
static bool no_flags;

int fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		synced_directories++;
	else
		synced_files++;
	return 0;
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to,
	      unsigned flags)
{
	if (no_flags && flags != 0) {
		refused++;
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
}

static void tame(const char *want, const char *name)
{
	struct buf out = BUF_INIT(300);

	mime_save_name(slice_str(name), &out);
	is_str(want, out.s, want);
	buf_release(&out);
}

static void test_names(void)
{
	char *wide = malloc(1001);
	struct buf out = BUF_INIT(300);

	tame("report.pdf", "report.pdf");
	tame("发票 2026.pdf", "发票 2026.pdf");
	tame("_.._etc_passwd", "../../etc/passwd");
	tame("_etc_passwd", "/etc/passwd");
	tame("bashrc", ".bashrc");
	tame("rf", "-rf");
	tame("a_b_c", "a\nb\x7f"
		      "c");
	tame("exegpj.scr", "exe\u202egpj.scr");
	tame("C__x", "C:\\x");
	tame("attachment", "");
	tame("attachment", "....");
	tame("a_", "a\xff");
	memset(wide, 'x', 1000);
	memcpy(wide + 996, ".pdf", 5);
	mime_save_name(slice_str(wide), &out);
	is_int(200, out.len, "a long name is cut");
	is_str(".pdf", out.s + 196, "before its extension");
	buf_release(&out);
	free(wide);
}

static int file_of(const char *text)
{
	int fd = memfd_create("message", 0);

	if (write(fd, text, strlen(text)) == -1)
		perror("write");
	return fd;
}

static void is_file(const char *want, const char *name)
{
	char path[512], text[256];
	FILE *f;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "%s/d/e/%s", tempdir_path, name);
	f = fopen(path, "r");
	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		(void)fclose(f);
	}
	text[n] = '\0';
	is_str(want, text, name);
}

static size_t count_files(const char *directory)
{
	DIR *dir = opendir(temp_path(directory));
	size_t n = 0;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	if (dir != NULL)
		(void)closedir(dir);
	return n - 2;
}

static const char message[] =
	"Content-Type: multipart/mixed; boundary=b\n"
	"\n"
	"--b\n"
	"Content-Type: text/plain\n"
	"\n"
	"hello\n"
	"begin 644 uu.txt\n"
	"$=75U\"@``\n"
	"`\n"
	"end\n"
	"bye\n"
	"begin 644 of a sentence\n"
	"--b\n"
	"Content-Type: application/pdf; name=\"../x.pdf\"\n"
	"Content-Transfer-Encoding: base64\n"
	"\n"
	"UERG\n"
	"--b\n"
	"Content-Type: application/pdf; name=\"../x.pdf\"\n"
	"\n"
	"other\n"
	"--b\n"
	"Content-Type: image/png\n"
	"\n"
	"PNG\n"
	"--b--\n";

static void test_save(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	char path[512];
	int fd = file_of(message);

	(void)snprintf(path, sizeof(path), "%s/d/e", tempdir_path);
	is_int(0, save(fd, path, &result, &err), "saved");
	is_int(4, result.saved, "four files");
	is_file("uuu\n", "uu.txt");
	is_file("PDF", "_x.pdf");
	is_file("other", "_x (2).pdf");
	is_file("PNG", "attachment");
	synced_directories = synced_files = 0;
	is_int(0, save(fd, path, &result, &err), "saved again");
	is_int(0, result.saved, "nothing is new");
	is_int(4, result.known, "all are known");
	is_int(1, synced_directories,
	       "E1: and durable, should this be the try after a kill");
	is_int(8, synced_files, "whoever has written them");
	is_int(4, count_files("d/e"), "and no other file is there");
	(void)close(fd);
	fd = file_of("");
	is_int(0, save(fd, path, &result, &err), "no bytes");
	is_int(-1, save(fd, "/proc/none", &result, &err), "no directory");
	is_int(ERR_LOCAL, err.kind, "may be mended");
	(void)close(fd);
}

static const char messages[] =
	"Content-Type: multipart/mixed; boundary=b\n"
	"\n"
	"--b\n"
	"Content-Type: message/rfc822; name=original.eml\n"
	"\n"
	"Subject: x\n\nhi\n"
	"--b\n"
	"Content-Type: message/rfc822\n"
	"Content-Transfer-Encoding: base64\n"
	"\n"
	"U3ViamVjdDogYS9iCgpoaQo=\n"
	"--b\n"
	"Content-Type: message/rfc822; name=c.txt\n"
	"\n"
	"\n"
	"--b--\n";

static void test_messages(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	char path[512];
	int fd = file_of(messages);

	(void)snprintf(path, sizeof(path), "%s/d/e", tempdir_path);
	is_int(0, save(fd, path, &result, &err), "saved");
	is_int(3, result.saved, "three messages");
	is_file("Subject: x\n\nhi", "original.eml");
	is_file("Subject: a/b\n\nhi\n", "a_b.eml");
	is_file("\n", "c.txt.eml");
	(void)close(fd);
}

/* 900 files of one name, then the same again. */
static void test_one_name(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	struct buf raw = BUF_INIT(1 << 20);
	int fd;

	buf_addstr(&raw, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 900; i++)
		buf_addf(&raw, "--b\nContent-Type: a/b; name=x.y\n\n%d\n", i);
	fd = file_of(raw.s);
	is_int(0, save(fd, temp_path("one"), &result, &err),
	       "many files of one name");
	is_int(900, result.saved, "are all saved");
	is_int(0, save(fd, temp_path("one"), &result, &err), "and once more");
	is_int(900, result.known, "all are there");
	is_int(900, count_files("one"), "and no other");
	(void)close(fd);
	buf_release(&raw);
}

/* A message that was decoded in part, since it is encoded in another one. */
static void test_cut(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	struct buf raw = BUF_INIT(22 << 20);
	int fd;

	for (int i = 0; i < 2; i++)
		buf_addstr(&raw,
			   "Content-Type: message/rfc822; name=m\n"
			   "Content-Transfer-Encoding: quoted-printable\n\n");
	buf_addstr(&raw, "Content-Type: a/b; name=x\n\n");
	while (raw.len < 20 << 20)
		buf_addstr(&raw, "0123456789abcdef0123456789abcdef\n");
	fd = file_of(raw.s);
	is_int(-1, save(fd, temp_path("cut"), &result, &err),
	       "files that lack their end");
	is_int(ERR_MESSAGE, err.kind, "are reported");
	is_int(1, count_files("cut"), "and not saved, but the whole one is");
	(void)close(fd);
	buf_release(&raw);
}

/* More text than rules look at, with a file behind it. */
static void test_long_text(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	struct buf raw = BUF_INIT(8 << 20);
	int fd;

	buf_addstr(&raw, "A: b\n\n");
	while (raw.len < 5 << 20)
		buf_addstr(&raw, "0123456789abcdef0123456789abcdef\n");
	buf_addstr(&raw, "begin 644 uu.txt\n$=75U\"@``\n`\nend\n");
	fd = file_of(raw.s);
	is_int(0, save(fd, temp_path("long"), &result, &err),
	       "a file behind long text");
	is_int(1, result.saved, "is saved");
	(void)close(fd);
	buf_release(&raw);
}

/* NFS and some other file systems support no flags. */
static void test_no_flags(void)
{
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	int fd = file_of(message);

	no_flags = true;
	for (int i = 0; i < 2; i++)
		is_int(0, save(fd, temp_path("nfs"), &result, &err),
		       "D8: saved where renameat2() has no flags");
	no_flags = false;
	ok(refused > 0, "(it really has none)");
	is_int(4, result.known, "D8: and what is there is not replaced");
	is_int(4, count_files("nfs"), "nor is any other file there");
	(void)close(fd);
}

static void test_view(void)
{
	struct mime_view view;

	mime_view_init(&view, slice_str(message), NULL);
	is_int(3, view.n_attachments, "the view has three");
	is_str("image/png", view.attachments[2].type, "and one without a name");
	is_str("", view.attachments[2].name, "that is empty");
	ok(strstr(view.text.s, "begin 644 uu.txt") != NULL,
	   "what stands in the text is text");
	mime_view_release(&view);
}

int main(void)
{
	(void)tempdir();
	test_names();
	test_save();
	test_cut();
	test_long_text();
	test_messages();
	test_one_name();
	test_no_flags();
	test_view();
	return done_testing();
}

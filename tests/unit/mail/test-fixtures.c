/* SPDX-License-Identifier: ISC */
/* Every message of tests/mail, compared with EXPECT.tsv. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "mail/mailing_list.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "util/error.h"
#include "util/io.h"
#include "util/xalloc.h"

#define FILE_MAX (1024 * 1024)

enum column { FILE_NAME, SUBJECT, FROM, LIST, ATTACHMENTS, N_COLUMNS };

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

static char *mail_path(const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct buf path = BUF_INIT(4096);

	buf_addf(&path, "%s/tests/mail/%s", srcdir == NULL ? "." : srcdir,
		 name);
	return buf_detach(&path);
}

static bool read_mail(const char *name, struct buf *out)
{
	struct error err = ERROR_INIT;
	char *path = mail_path(name);
	int rc = io_read_file(path, out, &err);

	free(path);
	if (rc == -1)
		printf("# %s\n", err.text);
	return rc == 0;
}

/* As the table writes it: p == NULL is "-", an empty text is "". */
static void add_cell(struct slice s, struct buf *out)
{
	if (s.p == NULL)
		buf_addstr(out, "-");
	else if (s.len == 0)
		buf_addstr(out, "\"\"");
	for (size_t i = 0; s.p != NULL && i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\t')
			buf_addstr(out, "\\t");
		else if (c == '\n')
			buf_addstr(out, "\\n");
		else if (c == '\\')
			buf_addstr(out, "\\\\");
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\x%02x", c);
		else
			buf_addch(out, (char)c);
	}
}

static void add_attachments(struct slice bytes, struct buf *out)
{
	struct mime_view view;
	size_t n = 0;

	mime_view_init(&view, bytes, fallback);
	for (size_t i = 0; i < view.n_attachments; i++) {
		if (view.attachments[i].name_len == 0)
			continue;
		if (n++ > 0)
			buf_addch(out, '|');
		add_cell(slice_of(view.attachments[i].name,
				  view.attachments[i].name_len),
			 out);
	}
	if (n == 0)
		buf_addch(out, '-');
	mime_view_release(&view);
}

static void check_row(const struct slice *cells)
{
	char *name = xmemdup0(cells[FILE_NAME].p, cells[FILE_NAME].len);
	struct buf bytes = BUF_INIT(FILE_MAX), got = BUF_INIT(FILE_MAX),
		   want = BUF_INIT(FILE_MAX);
	struct message m;

	if (ok(read_mail(name, &bytes), name)) {
		message_init(&m, buf_slice(&bytes), fallback);
		add_cell(message_first(&m, "Subject"), &got);
		buf_addch(&got, '\t');
		add_cell(message_first(&m, "From"), &got);
		buf_addch(&got, '\t');
		add_cell(mailing_list_name(&m), &got);
		buf_addch(&got, '\t');
		add_attachments(buf_slice(&bytes), &got);
		for (int i = SUBJECT; i < N_COLUMNS; i++) {
			if (i > SUBJECT)
				buf_addch(&want, '\t');
			buf_addslice(&want, cells[i]);
		}
		is_slice(want.s, buf_slice(&got), name);
		message_release(&m);
	}
	buf_release(&bytes);
	buf_release(&got);
	buf_release(&want);
	free(name);
}

static size_t check_table(void)
{
	struct buf table = BUF_INIT(FILE_MAX);
	struct slice rest, line, cells[N_COLUMNS];
	size_t rows = 0;

	ok(read_mail("EXPECT.tsv", &table), "the table is there");
	rest = buf_slice(&table);
	while (slice_split(&rest, '\n', &line)) {
		int n = 0;

		if (line.len == 0 || line.p[0] == '#')
			continue;
		while (n < N_COLUMNS && slice_split(&line, '\t', &cells[n]))
			n++;
		if (!ok(n == N_COLUMNS && line.p == NULL, "five columns"))
			continue;
		check_row(cells);
		rows++;
	}
	buf_release(&table);
	return rows;
}

static size_t count_mails(void)
{
	char *path = mail_path("");
	DIR *dir = opendir(path);
	size_t n = 0;

	free(path);
	if (dir == NULL)
		return 0;
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		n += strstr(e->d_name, ".eml") != NULL;
	(void)closedir(dir);
	return n;
}

int main(void)
{
	size_t rows = check_table();

	is_int(count_mails(), rows, "each message has its row");
	ok(rows >= 45, "and there are many");
	return done_testing();
}

/* SPDX-License-Identifier: ISC */
/*
 * usage: parts postroom|gmime|view <LIST
 *
 * For the benchmark: reads the messages whose files the list names, a line
 * each: their parts, decoded, by postroom's own code or by GMime; or all that
 * rules see of the body. Prints the milliseconds that it took, without reading
 * the files, and how many messages there were. Status 77: built without GMime.
 */
#include "../unit/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/mime.h"
#include "now.h"
#include "util/error.h"
#include "util/io.h"

static void view(struct slice bytes, struct buf *out)
{
	static const char *const fallback[] = {"GB18030", "CP1252", NULL};
	struct mime_view view;

	mime_view_init(&view, bytes, fallback);
	buf_addslice(out, buf_slice(&view.text));
	mime_view_release(&view);
}

static const struct {
	const char *name;
	void (*read)(struct slice, struct buf *);
} readers[] = {
	{"postroom", parts_ours},
	{"view", view},
#ifdef HAVE_GMIME
	{"gmime", parts_gmime},
#endif
};
#define READERS (sizeof(readers) / sizeof(readers[0]))

static int run(void read(struct slice, struct buf *))
{
	struct buf bytes = BUF_INIT(PARTS_MAX), out = BUF_INIT(2 * PARTS_MAX);
	struct error err = ERROR_INIT;
	double ms = 0;
	char path[4096];
	size_t n = 0;

	while (fgets(path, sizeof(path), stdin) != NULL) {
		double begin;

		path[strcspn(path, "\n")] = '\0';
		buf_clear(&bytes);
		if (io_read_file(path, &bytes, &err) == -1) {
			(void)fprintf(stderr, "%s\n", err.text);
			return EXIT_FAILURE;
		}
		begin = now_ms();
		buf_clear(&out);
		read(buf_slice(&bytes), &out);
		ms += now_ms() - begin;
		n++;
	}
	(void)printf("%.1f %zu\n", ms, n);
	buf_release(&bytes);
	buf_release(&out);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
#ifdef HAVE_GMIME
	g_mime_init();
#endif
	for (size_t i = 0; argc == 2 && i < READERS; i++)
		if (strcmp(argv[1], readers[i].name) == 0)
			return run(readers[i].read);
	return argc == 2 && strcmp(argv[1], "gmime") == 0 ? 77 : 64;
}

/* SPDX-License-Identifier: ISC */
/* The dry run of fetching: what is new is judged and shown. */
#include "sort/preview.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fetch/peek.h"
#include "run/internal.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

static int print_preview(struct previewer *previewer, const char *account,
			 int fd, uint64_t size, struct error *err)
{
	const struct preview_look look = {
		.fd = fd, .size = size, .account = account};
	struct buf line = BUF_INIT(8192);
	struct preview preview;
	int rc = previewer_look(previewer, &look, &preview, err);

	if (rc == 0) {
		preview_describe(&preview, &line);
		rc = printf("%s: %s\n", account, line.s) < 0 ? 0 : 1;
		preview_release(&preview);
	}
	buf_release(&line);
	return rc;
}

/* 1: there may be more. */
static int preview_one(struct peek *peek, struct previewer *previewer,
		       const char *account, struct error *err)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	uint64_t size;
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "memfd_create");
	rc = peek_next(peek, fd, &size, err);
	if (rc == 1)
		rc = print_preview(previewer, account, fd, size, err);
	io_close_quietly(&fd);
	return rc;
}

int schedule_preview_one(const struct fetch_job *job,
			 const struct sort_options *options)
{
	struct error err = ERROR_INIT;
	struct previewer *previewer = previewer_new(options, false);
	const char *name = job->account->name;
	struct peek *peek;
	int rc = peek_open(&peek, job, &err);

	if (rc == 0) {
		do
			rc = preview_one(peek, previewer, name, &err);
		while (rc == 1);
	}
	if (rc == -1)
		log_error("%s: %s", name, err.text);
	else
		err.kind = ERR_NONE;
	previewer_free(previewer);
	peek_close(peek);
	return error_exit_status(err.kind);
}

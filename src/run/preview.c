/* SPDX-License-Identifier: ISC */
#include "run/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fetch/peek.h"
#include "run/options.h"
#include "sort/preview.h"
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

/* Returns 1 when a message was shown, 0 when there are no more, -1. */
static int preview_next(struct peek *peek, struct previewer *previewer,
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

/* Show what is new in one account. Returns the exit status. */
static int preview_account(const struct fetch_job *job,
			   const struct sort_options *options)
{
	struct error err = ERROR_INIT;
	struct previewer *previewer = previewer_new(options, false);
	const char *name = job->account->name;
	struct peek *peek;
	int rc = peek_open(&peek, job, &err);

	if (rc == 0) {
		do
			rc = preview_next(peek, previewer, name, &err);
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

static int look(void *context, const struct fetch_job *job)
{
	return preview_account(job, context);
}

int run_preview(const struct config *config, const size_t *accounts, size_t n)
{
	struct sort_options options;

	run_sort_options(config, -1, &options);
	return run_look(config, accounts, n, look, &options);
}

/* SPDX-License-Identifier: ISC */
/* The dry run: a session that leaves everything as it is. */
#include "sort/preview.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fetch/internal.h"
#include "util/clock.h"
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

static int preview_one(const struct fetch_job *job, struct previewer *previewer,
		       struct pop3 *pop3, struct error *err)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	struct pop3_answer answer;
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "memfd_create");
	rc = pop3_next(pop3, fd, &answer, err);
	if (rc == 1 && answer.ok)
		rc = print_preview(previewer, job->account->name, fd,
				   answer.size, err);
	io_close_quietly(&fd);
	return rc;
}

static int preview(struct fetch *f, const struct sort_options *options,
		   struct error *err)
{
	struct previewer *previewer = previewer_new(options, false);
	int rc = -1;

	if (state_open(&f->state, f->job->state_dir, STATE_READ, err) == 0 &&
	    state_get_health(f->state, f->job->account_id, &f->health, err) ==
		    0 &&
	    fetch_connect(f, err) == 0 && fetch_list(f, err) == 0) {
		pop3_request(f->pop3, POP3_RETR, f->todo.fetch, f->todo.n_fetch,
			     f->policy.max_size);
		do
			rc = preview_one(f->job, previewer, f->pop3, err);
		while (rc == 1);
	}
	previewer_free(previewer);
	return rc;
}

int fetch_preview(const struct fetch_job *job,
		  const struct sort_options *options)
{
	struct error err = ERROR_INIT;
	struct fetch f = {.job = job, .name = job->account->name, .dry = true};

	f.spool.fd = -1;
	f.session = clock_calendar_us();
	if (preview(&f, options, &err) == -1)
		log_error("%s: %s", f.name, err.text);
	else
		err.kind = ERR_NONE;
	fetch_close(&f);
	return error_exit_status(err.kind);
}

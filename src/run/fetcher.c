/* SPDX-License-Identifier: ISC */
#include "run/fetcher.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

int fetcher_prepare(struct fetcher *f, struct fetch_job *job, struct error *err)
{
	int ends[2];

	/* Neither end waits for the other process. */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	f->from = ends[0];
	job->left_fd = ends[1];
	job->run = f->run;
	return 0;
}

_Noreturn void fetcher_run(struct fetcher *f, const struct fetch_job *job)
{
	io_close_quietly(&f->from);
	_exit(fetch_run(job));
}

void fetcher_started(struct fetcher *f, const struct fetch_job *job)
{
	int to = job->left_fd;

	io_close_quietly(&to);
	if (f->pid > 0)
		return;
	f->pid = 0;
	io_close_quietly(&f->from);
	fetcher_drop(f);
}

bool fetcher_ended(struct fetcher *f, int status, struct error *trouble_out)
{
	struct fetch_left left = {.again = false};

	if (WIFEXITED(status))
		fetch_take_left(f->from, &left);
	io_close_quietly(&f->from);
	f->pid = 0;
	*trouble_out = left.trouble;
	if (!left.again || ++f->n == FETCHERS_MAX) {
		fetcher_drop(f);
		return false;
	}
	if (f->run == NULL)
		f->run = xmalloc(sizeof(*f->run));
	*f->run = left.run;
	return true;
}

void fetcher_drop(struct fetcher *f)
{
	if (f->pid != 0)
		io_close_quietly(&f->from);
	free(f->run);
	f->run = NULL;
	f->n = 0;
}

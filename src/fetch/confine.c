/* SPDX-License-Identifier: ISC */
/*
 * A server may take over the process that reads its answers. From the listing
 * on, that process can work in the directory of the spool, and with the files
 * of the database and the connection that it has. The key of the sorter lies
 * beside the database, see state/key.h.
 */
#include <errno.h>

#include "account/password.h"
#include "fetch/internal.h"
#include "util/io.h"
#include "util/log.h"
#include "util/sandbox.h"

#include "util/banned.h"

static int refuse(struct fetch *f, enum sandbox_step step, struct error *err)
{
	/* The login was not refused: the server has nothing to do with it. */
	f->login_tried = f->has_secret = false;
	if (errno == EMFILE || errno == ENFILE)
		return error_errno(err, ERR_TEMPORARY,
				   "the process that fetches cannot be "
				   "confined");
	return sandbox_refuse("mail cannot be fetched by a process that is "
			      "confined",
			      step, err);
}

/* It does not log in again, and nothing else here may log in elsewhere. */
static void forget_passwords(const struct fetch_job *job)
{
	for (size_t i = 0; i < job->n_accounts; i++)
		password_forget(&job->accounts[i]);
	if (job->smtp != NULL)
		password_forget(job->smtp);
}

int fetch_confine(struct fetch *f, struct error *err)
{
	int directories[] = {f->spool.fd, -1};
	struct sandbox box = {.directories = directories,
			      .n_directories = 1,
			      .has_connection = true,
			      .best_effort = f->job->best_effort};
	struct sandbox_kept kept;
	enum sandbox_step step;

	if (state_stay_inside(f->state, &directories[1], err) == -1)
		return -1;
	if (directories[1] != -1)
		box.n_directories = 2;
	forget_passwords(f->job);
	log_prepare();
	f->confined = true;
	step = sandbox_enter(&box, &kept);
	if (step != SANDBOX_DONE)
		(void)refuse(f, step, err);
	io_close_quietly(&directories[1]);
	return step == SANDBOX_DONE ? 0 : -1;
}

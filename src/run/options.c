/* SPDX-License-Identifier: ISC */
#include "run/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch/session.h"
#include "run/account.h"
#include "sort/sort.h"
#include "state/rebuild.h"
#include "util/environment.h"
#include "util/log.h"

#include "util/banned.h"

bool run_is_watched(void)
{
	return isatty(STDERR_FILENO) || log_get_level() >= LOG_LEVEL_WHY;
}

void run_sort_options(const struct config *config, int report_fd,
		      struct sort_options *out)
{
	struct sort_options options = {
		.maildir = config->maildir,
		.layout = config->layout,
		.encoding = config->folder_encoding,
		.state_dir = config->state_dir,
		.spool_dir = config->spool_dir,
		.undecided = config->undecided,
		.accounts = config->accounts,
		.n_accounts = config->n_accounts,
		.rules = config->rules,
		.fallback = (const char *const *)config->charset_fallback,
		.tag_style =
			config->tag_style == NULL ? "auto" : config->tag_style,
		.command_timeout = config->command_timeout,
		.sendmail = config->sendmail,
		.smtp = config->smtp,
		.smtp_from = config->smtp_from == NULL ? "" : config->smtp_from,
		.report_fd = report_fd,
		.on_new = {config->on_new, config->command_timeout},
		.wake_fd = -1,
		.watched = run_is_watched(),
		.best_effort = strcmp(config->sandbox, "best-effort") == 0,
	};

	*out = options;
	environment_pass(config->command_environment);
}

void run_fetch_job(const struct config *config, size_t account, int64_t id,
		   struct fetch_job *out)
{
	*out = (struct fetch_job){
		.account = &config->accounts[account],
		.accounts = config->accounts,
		.n_accounts = config->n_accounts,
		.smtp = config->smtp,
		.account_index = (int)account,
		.account_id = id,
		.state_dir = config->state_dir,
		.spool_dir = config->spool_dir,
		.maildir = config->maildir,
		.min_free = config->min_free,
		.complain_after = config->complain_after,
		.on_trouble = {config->on_trouble, config->command_timeout},
		.watched = run_is_watched(),
		.best_effort = strcmp(config->sandbox, "best-effort") == 0,
		.left_fd = -1,
		.lock_fd = -1,
		.wake_fd = -1,
		.report_fd = -1,
	};
	environment_pass(config->command_environment);
}

int run_look(const struct config *config, const size_t *accounts, size_t n,
	     run_look_at *look, void *context)
{
	struct error err = ERROR_INIT;
	int64_t *ids;
	int status = 0;

	if (account_show_all(config, &ids, &err) == -1) {
		log_error("%s", err.text);
		return error_exit_status(err.kind);
	}
	for (size_t i = 0; i < n; i++) {
		struct fetch_job job;

		run_fetch_job(config, accounts[i], ids[accounts[i]], &job);
		status = exit_status_worse(status, look(context, &job));
	}
	free(ids);
	return status;
}

int run_check_maildir(const struct config *config, struct state *state,
		      struct error *err)
{
	struct sort_options options;
	struct maildir *maildir = NULL;
	int rc;

	run_sort_options(config, -1, &options);
	rc = sorter_open_maildir(&maildir, &options, state, err);
	maildir_close(maildir);
	return rc;
}

int run_check_state(const struct config *config, struct state *state,
		    struct error *err)
{
	int rc = rebuild_is_missing(state, config->maildir, err);

	if (rc != 1)
		return rc;
	return error_set(err, ERR_PERSON,
			 "the folders in %s hold mail that postroom fetched, "
			 "but the state directory %s is new; nothing was "
			 "fetched, because all mail could come again. Set "
			 "'state' to the directory that was used before, or "
			 "run postroom state rebuild to make it from the "
			 "folders",
			 config->maildir, config->state_dir);
}

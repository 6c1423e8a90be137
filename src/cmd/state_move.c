/* SPDX-License-Identifier: ISC */
/* `state rename` and `state forget`: what is known of an account. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/load.h"
#include "cmd/state.h"
#include "run/account.h"
#include "state/admin.h"
#include "state/mailbox.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

static size_t place_of(const struct config *config, const struct account *a)
{
	return (size_t)(a - config->accounts);
}

/*
 * The number of an account of the configuration, or of one that has left it.
 * ERR_USAGE when there is none.
 */
static int find(const struct config *config, const char *name, struct state *s,
		int64_t *id_out, struct error *err)
{
	const struct account *a = config_account(config, name);

	if (a != NULL)
		return account_find(config, place_of(config, a), s, id_out,
				    err);
	if (state_name_accounts(s, config->accounts, config->n_accounts, NULL,
				err) == -1 ||
	    state_find_account(s, name, id_out, err) == -1)
		return -1;
	if (*id_out != 0)
		return 0;
	return error_set(err, ERR_USAGE,
			 "there is no account '%s', neither in %s nor in the "
			 "database; postroom state shows those that are known",
			 name, config->path);
}

static int lock(const struct config *config, int64_t id, int *fd_out,
		struct error *err)
{
	return account_lock(config, id, fd_out, err) == 1 ? 0 : -1;
}

static int forget_all(struct state *s, int64_t id, char *const *uidls,
		      int64_t *n_out, struct error *err)
{
	int64_t now = clock_calendar_s(), n = 0;

	if (uidls[0] == NULL)
		return state_forget_seen(s, id, slice_of(NULL, 0), now, n_out,
					 err);
	*n_out = 0;
	for (size_t i = 0; uidls[i] != NULL; i++) {
		if (state_forget_seen(s, id, slice_str(uidls[i]), now, &n,
				      err) == -1)
			return -1;
		if (n == 0)
			log_warning("state forget: no message with the UIDL "
				    "%s is known, or it still waits in the "
				    "spool",
				    uidls[i]);
		*n_out += n;
	}
	return 0;
}

static int forget(const struct state_words *w, int64_t *n_out,
		  struct error *err)
{
	struct state *s = NULL;
	int64_t id = 0;
	int fd = -1;
	int rc = state_open(&s, w->config->state_dir, STATE_WRITE, err);

	if (rc == 0)
		rc = find(w->config, w->words[0], s, &id, err);
	if (rc == 0)
		rc = lock(w->config, id, &fd, err);
	if (rc == 0)
		rc = forget_all(s, id, w->words + 1, n_out, err);
	io_close_quietly(&fd);
	state_close(s);
	return rc;
}

int cmd_state_forget(const struct state_words *w)
{
	struct error err = ERROR_INIT;
	int64_t n = 0;

	if (w->words[0] == NULL) {
		log_error("state forget: name an account");
		return EX_USAGE;
	}
	if (w->all == (w->words[1] != NULL)) {
		log_error("state forget: name UIDLs (postroom state export "
			  "shows them), or use --all");
		return EX_USAGE;
	}
	if (forget(w, &n, &err) == -1)
		return cmd_outcome("state forget", -1, &err);
	if (log_get_level() >= LOG_LEVEL_NORMAL)
		(void)printf(
			"%lld messages of %s are forgotten; those that are "
			"still on the server will be fetched again\n",
			(long long)n, w->words[0]);
	return 0;
}

/* The new name is no account of the configuration: the row gets it. */
static int give_name(struct state *s, int64_t id, const char *name,
		     struct error *err)
{
	int64_t other;

	if (state_find_account(s, name, &other, err) == -1)
		return -1;
	if (other != 0)
		return error_set(err, ERR_USAGE,
				 "there is an account '%s' already", name);
	return state_rename_account(s, id, name, err);
}

static int merge(const struct config *config, struct state *s, int64_t from,
		 const struct account *into, struct error *err)
{
	int64_t id = 0;
	int fd = -1, rc;

	rc = account_find(config, place_of(config, into), s, &id, err);
	if (rc == 0 && id == from)
		return 0;
	if (rc == 0)
		rc = lock(config, id, &fd, err);
	if (rc == 0)
		rc = state_begin(s, err);
	if (rc == 0)
		rc = state_end(s, state_merge_account(s, from, id, err), err);
	io_close_quietly(&fd);
	return rc;
}

static int rename_account(const struct state_words *w, struct error *err)
{
	const char *old = w->words[0], *new = w->words[1];
	const struct account *into = config_account(w->config, new);
	struct state *s = NULL;
	int64_t id = 0;
	int fd = -1, rc;

	if (into != NULL && config_account(w->config, old) != NULL)
		return error_set(
			err, ERR_USAGE,
			"'%s' and '%s' are two accounts in %s; nothing "
			"was changed",
			old, new, w->config->path);
	rc = state_open(&s, w->config->state_dir, STATE_WRITE, err);
	if (rc == 0)
		rc = find(w->config, old, s, &id, err);
	if (rc == 0)
		rc = lock(w->config, id, &fd, err);
	if (rc == 0)
		rc = into == NULL ? give_name(s, id, new, err)
				  : merge(w->config, s, id, into, err);
	io_close_quietly(&fd);
	state_close(s);
	return rc;
}

int cmd_state_rename(const struct state_words *w)
{
	struct error err = ERROR_INIT;

	if (w->words[0] == NULL || w->words[1] == NULL || w->words[2] != NULL ||
	    w->words[1][0] == '\0') {
		log_error("state rename: name an account, and what it is "
			  "called now");
		return EX_USAGE;
	}
	if (rename_account(w, &err) == -1)
		return cmd_outcome("state rename", -1, &err);
	if (log_get_level() >= LOG_LEVEL_NORMAL)
		(void)printf("what was known of %s is known of %s now\n",
			     w->words[0], w->words[1]);
	return 0;
}

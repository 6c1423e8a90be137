/* SPDX-License-Identifier: ISC */
#include "cmd/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "config/config.h"
#include "state/mailbox.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

typedef struct config *config_loader(const char *path,
				     struct diagnostics *diags);

static void complain_of_absence(void)
{
	log_error("there is no configuration; write "
		  "~/.config/postroom/postroom.conf or name a file with -c");
	if (getenv("HOME") == NULL)
		log_error("HOME is not set, so ~/.config was not searched");
}

/* The path, allocated; NULL when there is none, which is logged. */
static char *find(const struct invocation *inv)
{
	char *path = inv->config_path != NULL ? xstrdup(inv->config_path)
					      : config_find();

	if (path == NULL)
		complain_of_absence();
	return path;
}

static struct config *load(const struct invocation *inv, config_loader *loader,
			   bool warnings)
{
	struct diagnostics diags = {0};
	struct config *config;
	char *path = find(inv);

	if (path == NULL)
		return NULL;
	config = loader(path, &diags);
	diagnostics_print(&diags, stderr, log_get_name(), !warnings);
	diagnostics_release(&diags);
	free(path);
	return config;
}

struct config *cmd_load_config(const struct invocation *inv)
{
	return load(inv, config_load,
		    log_get_level() >= LOG_LEVEL_NORMAL &&
			    isatty(STDERR_FILENO));
}

struct config *cmd_check_config(const struct invocation *inv)
{
	return load(inv, config_load_strictly,
		    log_get_level() >= LOG_LEVEL_NORMAL);
}

struct config *cmd_load_config_anyway(const struct invocation *inv,
				      bool *broken_out)
{
	struct diagnostics diags = {0};
	struct config *config;
	char *path = find(inv);

	if (path == NULL)
		return NULL;
	config = config_load_anyway(path, &diags);
	*broken_out = diags.n_errors > 0;
	diagnostics_print(&diags, stderr, log_get_name(), true);
	diagnostics_release(&diags);
	free(path);
	return config;
}

static void log_errors(const struct diagnostics *diags, struct error *err)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct diagnostic *d = &diags->list[i];
		char where[512] = "";

		if (!d->is_error)
			continue;
		if (d->file != NULL)
			(void)snprintf(where, sizeof(where), "%s:%d: ", d->file,
				       d->line);
		log_error("%s%s", where, d->text);
		if (err->kind == ERR_NONE)
			(void)error_set(err, ERR_CONFIG, "%s%s", where,
					d->text);
	}
}

struct config *cmd_reload_config(const struct invocation *inv,
				 struct error *err)
{
	struct diagnostics diags = {0};
	struct config *config = NULL;
	char *path = inv->config_path != NULL ? xstrdup(inv->config_path)
					      : config_find();

	if (path == NULL)
		(void)error_set(err, ERR_CONFIG, "its file was not found");
	else
		config = config_load(path, &diags);
	log_errors(&diags, err);
	diagnostics_release(&diags);
	free(path);
	return config;
}

/* The second fetcher of an account would find it locked by the first. */
static size_t drop_repeated(size_t *chosen, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (j < kept && chosen[j] != chosen[i])
			j++;
		if (j == kept)
			chosen[kept++] = chosen[i];
	}
	return kept;
}

int cmd_choose_accounts(const struct config *config, int argc, char **argv,
			size_t *chosen, size_t *n_out)
{
	*n_out = 0;
	for (size_t i = 0; argc == 0 && i < config->n_accounts; i++)
		if (config->accounts[i].enabled)
			chosen[(*n_out)++] = i;
	for (int i = 0; i < argc; i++) {
		const struct account *a = config_account(config, argv[i]);

		if (a == NULL) {
			log_error("there is no account '%s' in %s", argv[i],
				  config->path);
			return -1;
		}
		chosen[(*n_out)++] = (size_t)(a - config->accounts);
	}
	*n_out = drop_repeated(chosen, *n_out);
	return 0;
}

void cmd_open_log(const struct config *config)
{
	struct error err = ERROR_INIT;

	if (config->log != NULL && log_set_file(config->log, &err) == -1)
		log_error("%s", err.text);
	log_set_json(strcmp(config->log_format, "json") == 0);
}

int cmd_open_state(const struct config *config, struct state **out,
		   struct error *err)
{
	if (state_open(out, config->state_dir, STATE_READ, err) == -1)
		return -1;
	return state_show_accounts(*out, config->accounts, config->n_accounts,
				   NULL, err);
}

int cmd_outcome(const char *name, int rc, const struct error *err)
{
	if (rc == 0)
		return 0;
	log_error("%s: %s", name, err->text);
	return error_exit_status(err->kind);
}

int cmd_run_show(const struct invocation *inv, const char *name,
		 cmd_shower *show, const void *options)
{
	struct config *config = cmd_load_config(inv);
	struct error err = ERROR_INIT;
	int rc;

	if (config == NULL)
		return EX_CONFIG;
	rc = show(inv, config, options, &err);
	config_free(config);
	return cmd_outcome(name, rc, &err);
}

/* SPDX-License-Identifier: ISC */
#include "sort/undo.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "run/options.h"
#include "util/log.h"

#include "util/banned.h"

static void complain_of_nothing(const char *id)
{
	if (id == NULL)
		log_error("undo: there is no run that could be undone");
	else
		log_error("undo: no message of the last 90 days has the "
			  "Message-ID %s",
			  id);
}

static int undo(const struct invocation *inv, const struct config *config,
		const char *id)
{
	struct sort_options options;
	struct undo_result result;
	struct error err = ERROR_INIT;
	int rc;

	run_sort_options(config, -1, &options);
	rc = undo_run(&options, id, inv->dry_run, &result, &err);
	if (rc == -1) {
		log_error("undo: %s", err.text);
		return error_exit_status(err.kind);
	}
	if (rc == 0) {
		complain_of_nothing(id);
		return 1;
	}
	if (isatty(STDOUT_FILENO) || log_get_level() >= LOG_LEVEL_WHY)
		(void)printf("%zu messages %s, %zu left alone\n", result.done,
			     inv->dry_run ? "would be put back" : "put back",
			     result.left);
	return 0;
}

static int run_undo(const struct invocation *inv, int argc, char **argv)
{
	struct config *config;
	char id[1024] = "";
	int status;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		log_error("undo: at most one Message-ID; see postroom help "
			  "undo");
		return EX_USAGE;
	}
	if (argc == 2) {
		size_t len = strlen(argv[1]);
		bool brackets =
			len > 2 && argv[1][0] == '<' && argv[1][len - 1] == '>';

		(void)snprintf(id, sizeof(id), "%.*s",
			       (int)(brackets ? len - 2 : len),
			       argv[1] + brackets);
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	status = undo(inv, config, argc == 2 ? id : NULL);
	config_free(config);
	return status;
}

const struct cmd cmd_undo = {
	.name = "undo",
	.summary = "put back what the last run filed",
	.help = "usage: postroom undo [-n] [ID]\n"
		"\n"
		"Puts back what the last fetch, deliver or sort has filed: mail that was sorted\n"
		"on disk to where it was, new mail into the inbox. With the Message-ID of a\n"
		"message, only that one. Messages that have left their folder or were answered\n"
		"since, and copies, are not touched. Run again, it undoes the run before.\n"
		"\n"
		"  -n, --dry-run  only print what would be put back\n"
		"\n"
		"exit status: 0 done, 1 there is nothing to undo\n"
		"\n"
		"example: postroom -n undo && postroom undo\n",
	.run = run_undo,
};

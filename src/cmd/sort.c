/* SPDX-License-Identifier: ISC */
#include "sort/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "run/options.h"
#include "sort/disk.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct arguments {
	const char *account;
	bool discard, all;
	char *path;	/* absolute; NULL: only the spool */
	char **folders; /* borrowed words, NULL-terminated */
};

static int parse(int argc, char **argv, struct arguments *out)
{
	size_t n = 0;

	*out = (struct arguments){.account = ""};
	out->folders = xcalloc((size_t)argc + 1, sizeof(char *));
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--discard") == 0) {
			out->discard = true;
		} else if (strcmp(argv[i], "--all") == 0) {
			out->all = true;
		} else if (strcmp(argv[i], "--account") == 0 && i + 1 < argc) {
			out->account = argv[++i];
		} else if (argv[i][0] == '-') {
			log_error("sort: unknown option '%s'; see postroom "
				  "help sort",
				  argv[i]);
			return -1;
		} else if (out->path == NULL) {
			out->path = realpath(argv[i], NULL);
			if (out->path == NULL) {
				log_error("sort: there is no %s", argv[i]);
				return -1;
			}
		} else {
			out->folders[n++] = argv[i];
		}
	}
	return 0;
}

/* Sort what waits in the spool; no server is contacted. */
static int sort_spool(const struct sort_options *options)
{
	struct sort_result result = {0};
	struct error err = ERROR_INIT;
	struct sorter *sorter = NULL;
	int rc = sorter_open(&sorter, options, &err);

	if (rc == 0)
		rc = sorter_drain(sorter, &result, &err);
	if (rc == 0)
		rc = sorter_finish(sorter, &result, &err);
	sorter_close(sorter);
	if (rc == -1)
		log_error("sort: %s", err.text);
	return rc == -1 ? error_exit_status(err.kind)
			: (result.failed > 0 ? EX_TEMPFAIL : 0);
}

static int sort_disk(const struct invocation *inv,
		     const struct sort_options *options,
		     const struct arguments *arguments)
{
	const struct disk_job job = {
		.path = arguments->path,
		.folders = arguments->folders,
		.account = arguments->account,
		.dry_run = inv->dry_run,
	};
	struct disk_result result;
	struct error err = ERROR_INIT;

	if (disk_sort(options, &job, &result, &err) == -1) {
		log_error("sort: %s", err.text);
		return error_exit_status(err.kind);
	}
	if (isatty(STDOUT_FILENO) || log_get_level() >= LOG_LEVEL_WHY)
		(void)printf("%zu messages, %zu %s\n", result.seen,
			     result.moved,
			     inv->dry_run ? "would be moved" : "moved");
	return result.failed > 0 ? EX_TEMPFAIL : 0;
}

static int needs_maildir(void)
{
	log_error("sort: -n needs a MAILDIR; for mail in the spool there is no "
		  "dry run");
	return EX_USAGE;
}

static int run_sort(const struct invocation *inv, int argc, char **argv)
{
	struct sort_options options;
	struct arguments arguments;
	struct config *config;
	int status = EX_USAGE;

	if (parse(argc, argv, &arguments) == 0) {
		config = cmd_load_config(inv);
		status = EX_CONFIG;
		if (config != NULL) {
			run_sort_options(config, -1, &options);
			options.discard_on_disk = arguments.discard;
			options.all_on_disk = arguments.all;
			if (arguments.path != NULL)
				status = sort_disk(inv, &options, &arguments);
			else if (!inv->dry_run)
				status = sort_spool(&options);
			else
				status = needs_maildir();
		}
		config_free(config);
	}
	free(arguments.path);
	free(arguments.folders);
	return status;
}

const struct cmd cmd_sort = {
	.name = "sort",
	.summary = "run the rules over mail on disk",
	.help = "usage: postroom sort [-n] [--account NAME] [--all] [--discard]\n"
		"                     [MAILDIR [FOLDER...]]\n"
		"\n"
		"Sorts the messages of a Maildir and its folders, or of the named folders, as\n"
		"if they were new. They keep their flags. A message stays where it is when no\n"
		"rule decides, when it cannot be judged, or when it is in its place already.\n"
		"You can stop the command at any time and run it again. Without MAILDIR, sorts\n"
		"only what waits in the spool.\n"
		"\n"
		"  -n, --dry-run   print what would be moved where, change nothing\n"
		"  --account NAME  the account that rules see\n"
		"  --all           also make copies and run commands of the rules; that was\n"
		"                  done when the mail came, and cannot be undone\n"
		"  --discard       remove messages that a rule discards; otherwise they stay\n"
		"\n"
		"example: postroom -n sort ~/Mail Inbox && postroom sort ~/Mail Inbox\n",
	.run = run_sort,
};

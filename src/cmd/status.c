/* SPDX-License-Identifier: ISC */
#include "cmd/status.h"

#include <string.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "util/log.h"

#include "util/banned.h"

struct form {
	bool metrics, check, failing;
};

static bool parse(int argc, char **argv, struct form *out)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--metrics") == 0)
			out->metrics = true;
		else if (strcmp(argv[i], "--check") == 0)
			out->check = true;
		else if (strcmp(argv[i], "--failing") == 0)
			out->failing = true;
		else
			return false;
	}
	return true;
}

static int print(const struct status *s, const struct form *form, bool json)
{
	if (form->metrics)
		status_print_metrics(s);
	else if (json)
		return status_print_json(s);
	else if (form->check || form->failing)
		status_print_problems(s);
	else
		status_print_table(s);
	return 0;
}

static int show(struct status *s, const struct form *form, bool json)
{
	struct error err = ERROR_INIT;

	if (status_read(s, &err) == -1) {
		log_error("status: %s", err.text);
		return error_exit_status(err.kind);
	}
	status_find_problems(s);
	if (print(s, form, json) == -1)
		return EX_TEMPFAIL;
	return form->check ? status_exit(s) : 0;
}

static int run_status(const struct invocation *inv, int argc, char **argv)
{
	struct status s = {.n = 0};
	struct form form = {.metrics = false};
	struct config *config;
	int status;

	if (!parse(argc, argv, &form)) {
		log_error("status: unexpected argument; see postroom help "
			  "status");
		return EX_USAGE;
	}
	config = cmd_load_config_anyway(inv, &s.broken);
	if (config == NULL)
		return EX_CONFIG;
	s.config = config;
	status = show(&s, &form, inv->json);
	if (s.broken)
		status = EX_CONFIG;
	status_release(&s);
	config_free(config);
	return status;
}

const struct cmd cmd_status = {
	.name = "status",
	.summary = "show how the accounts fare and what waits",
	.help = "usage: postroom status [--check | --failing] [--json | --metrics]\n"
		"\n"
		"Shows for each account when its last poll succeeded, its trouble and since\n"
		"when, when the daemon polls it next, how many messages are on its server and\n"
		"how many of them are known; whether a daemon is running; what waits in the\n"
		"spool; which messages the server lists but does not give.\n"
		"\n"
		"  --check    a line for each thing that is not well, nothing if all is;\n"
		"             exit status 0: all is well, 77: a person must act, 75: other\n"
		"             trouble, 78: the configuration has errors\n"
		"  --failing  the same lines; the exit status is 0\n"
		"  --json     one object, times as 2026-11-30T10:00:00Z\n"
		"  --metrics  the text format of Prometheus\n"
		"\n"
		"Works with a broken configuration, too: reports its errors (status 78), and\n"
		"shows the accounts in the database.\n"
		"\n"
		"example:  postroom status --check || echo 'look at the mail'\n",
	.run = run_status,
};

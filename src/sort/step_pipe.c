/* SPDX-License-Identifier: ISC */
/* The step that gives a message to a command. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "sort/step.h"
#include "util/command.h"
#include "util/xalloc.h"

#include "util/banned.h"

static char **environment_of(const struct delivery *step)
{
	char **list = strings_copy(step->environment), text[96];

	(void)snprintf(text, sizeof(text), "POSTROOM_TRY=%d", step->tries + 1);
	strings_add(&list, text);
	return list;
}

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	struct command_result result;
	struct error err = ERROR_INIT;
	char **environment = environment_of(step);
	struct command command = {.argv = step->argv,
				  .environment = environment,
				  .input = fd,
				  .output = -1,
				  .seconds = tools->options->command_timeout,
				  .interrupted = tools->interrupted,
				  .context = tools->context};
	int rc = command_run(&command, &result, &err);

	strings_free(environment);
	ending->how = ENDED_LATER;
	if (rc == -1) {
		(void)snprintf(ending->why, sizeof(ending->why), "%s",
			       err.text);
		return;
	}
	ending->timeout = result.end == COMMAND_TIMEOUT;
	ending->crashed = result.end != COMMAND_EXITED &&
			  result.end != COMMAND_NOT_STARTED;
	if (result.end == COMMAND_EXITED && result.status == 0)
		ending->how = ENDED_WELL;
	else if (result.end == COMMAND_EXITED && result.status != EX_TEMPFAIL)
		ending->how = ENDED_BADLY;
	(void)snprintf(ending->why, sizeof(ending->why), "%.100s %.400s",
		       step->argv[0], result.text);
}

static bool runs_program(const struct sort_options *options)
{
	(void)options;
	return true;
}

const struct step_kind step_pipe = {
	.number = 4,
	.action = ACTION_PIPE,
	.name = "pipe",
	.text = "pipe to",
	.takes = STEP_TAKES_ARGV | STEP_TAKES_ENVIRONMENT,
	.needs_bytes = true,
	.run = run,
	.runs_program = runs_program,
};

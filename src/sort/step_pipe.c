/* SPDX-License-Identifier: ISC */
/* The step that gives a message to a command. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "sort/from_line.h"
#include "sort/step.h"
#include "util/command.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

static char **environment_of(const struct delivery *step)
{
	char **list = strings_copy(step->environment), text[96];

	(void)snprintf(text, sizeof(text), "POSTROOM_TRY=%d", step->tries + 1);
	strings_add(&list, text);
	return list;
}

/* The argument for which it must not run, or NULL. */
static const char *refused(const struct delivery *step)
{
	const size_t len = strlen(STEP_REFUSED);

	for (size_t i = 0;
	     step->environment != NULL && step->environment[i] != NULL; i++)
		if (strncmp(step->environment[i], STEP_REFUSED, len) == 0)
			return step->environment[i] + len;
	return NULL;
}

static bool is_refused(const struct delivery *step, struct ending *ending)
{
	const char *argument = refused(step);

	if (argument == NULL)
		return false;
	ending->how = ENDED_BADLY;
	(void)snprintf(ending->why, sizeof(ending->why),
		       "%.100s was not run: its argument %.10s would be text "
		       "of the message that begins with \"-\", as an option "
		       "does; put \"--\" before it",
		       step->argv[0], argument);
	return true;
}

static void run_program(const struct step_tools *tools,
			const struct delivery *step, int fd,
			struct ending *ending)
{
	struct command_result result;
	struct error err = ERROR_INIT;
	char **environment = environment_of(step);
	struct command command = {.argv = step->argv,
				  .environment = environment,
				  .output = -1,
				  .seconds = tools->options->command_timeout,
				  .interrupted = tools->interrupted,
				  .context = tools->context};
	bool own;
	int rc = -1;

	command.input = from_line_drop(tools->spool, fd, &own, &err);
	if (command.input != -1)
		rc = command_run(&command, &result, &err);
	if (own)
		io_close_quietly(&command.input);
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

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	if (!is_refused(step, ending))
		run_program(tools, step, fd, ending);
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

/* SPDX-License-Identifier: ISC */
/*
 * Running a command on a message: an argv array, never a shell.
 *
 *	struct command command = {.argv = argv, .environment = environment,
 *				  .input = fd, .output = -1, .seconds = 60};
 *	struct command_result result;
 *
 *	if (command_run(&command, &result, err) == -1)
 *		return -1;		// we could not even try
 *	if (result.end == COMMAND_EXITED && result.status == 0)
 *		…
 *
 * It gets the message on standard input, from its start; our environment and
 * more; $HOME as its directory; a process group of its own, which is ended
 * (SIGTERM, two seconds later SIGKILL) when the time is up or too much comes.
 * No other descriptor of ours is open in it. What it starts in the background
 * and leaves behind does not keep us waiting.
 */
#ifndef UTIL_COMMAND_H
#define UTIL_COMMAND_H

#include <stdint.h>

#include "util/error.h"

struct command {
	char *const *argv;	  /* NULL-terminated; looked up in PATH */
	char *const *environment; /* "NAME=value", NULL-terminated; or NULL */
	int input;		  /* a file; -1: nothing */
	int output;	     /* gets its standard output; -1: nobody does */
	uint64_t output_max; /* bytes of it */
	int seconds;
	/*
	 * Called when a signal (SIGTERM, SIGINT, SIGHUP) is about to end us
	 * and the command; NULL: nobody needs to know.
	 */
	void (*interrupted)(void *context);
	void *context;
};

enum command_end {
	COMMAND_EXITED,
	COMMAND_SIGNAL,	     /* killed, by others */
	COMMAND_TIMEOUT,     /* by us, for its time was up */
	COMMAND_FLOOD,	     /* or for it wrote too much */
	COMMAND_NOT_STARTED, /* there is no such program, … */
};

struct command_result {
	enum command_end end;
	int status;	/* exit status, number of the signal, or errno */
	char text[512]; /* "exited with 3: last line of its errors"; escaped */
};

/*
 * 0 when there is a result, whatever it is; -1 (ERR_TEMPORARY) when we have no
 * process or file for it, or `output` cannot be written.
 */
int command_run(const struct command *command, struct command_result *result,
		struct error *err);

#endif

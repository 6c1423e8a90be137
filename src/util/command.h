/* SPDX-License-Identifier: ISC */
/*
 * Running a command on a message: an argv array, never a shell.
 *
 *	struct command command = {.argv = argv, .environment = environment,
 *				  .input = fd, .output = -1, .seconds = 60};
 *	struct command_result result;
 *
 *	if (command_run(&command, &result, err) == -1)
 *		return -1;		// it could not even be tried
 *	if (result.end == COMMAND_EXITED && result.status == 0)
 *		…
 *
 * The command gets the message on standard input, from its start; the
 * environment of util/environment.h and additions; $HOME as its directory; a
 * process group of its own, which gets SIGTERM, and SIGKILL two seconds later,
 * when the time is up or it writes too much. It inherits no other descriptor. A
 * process that it leaves in the background is not waited for.
 */
#ifndef UTIL_COMMAND_H
#define UTIL_COMMAND_H

#include <stdint.h>

#include "util/buf.h"
#include "util/error.h"

/* Bytes of the last lines that a command writes to standard error. */
#define COMMAND_COMPLAINT_MAX 300

struct command {
	char *const *argv;	  /* NULL-terminated; looked up in PATH */
	char *const *environment; /* "NAME=value", NULL-terminated; or NULL */
	int input;		  /* a file; -1: nothing */
	int output;		  /* takes its standard output; -1: discarded */
	uint64_t output_max;	  /* bytes; more ends the command */
	struct buf *capture; /* or NULL: takes it in place of `output`, up to
				capture->max bytes, and drops the rest */
	int seconds;
	/*
	 * Called when a signal (SIGTERM, SIGINT, SIGHUP) is about to end this
	 * process and the command; or NULL.
	 */
	void (*interrupted)(void *context);
	void *context;
};

enum command_end {
	COMMAND_EXITED,
	COMMAND_SIGNAL,	     /* killed by another process */
	COMMAND_TIMEOUT,     /* ended by us: its time was up */
	COMMAND_FLOOD,	     /* ended by us: it wrote too much */
	COMMAND_NOT_STARTED, /* exec failed: there is no such program, … */
};

struct command_result {
	enum command_end end;
	int status;	/* exit status, number of the signal, or errno */
	char text[512]; /* "exited with 3: FIRST … LAST line of its errors";
			   escaped */
	char complaint[COMMAND_COMPLAINT_MAX]; /* the last three; escaped */
};

/*
 * Returns 0 when there is a result, good or bad; -1 (ERR_TEMPORARY) when no
 * process or pipe can be made, or `output` cannot be written.
 */
int command_run(const struct command *command, struct command_result *result,
		struct error *err);

#endif

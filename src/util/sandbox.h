/* SPDX-License-Identifier: ISC */
/*
 * Takes from this process, for good, what a reader of hostile bytes does not
 * need: new privileges, files and ports (Landlock), system calls (seccomp).
 *
 *	const struct sandbox box = {.best_effort = false};
 *	struct sandbox_kept kept;
 *
 *	step = sandbox_enter(&box, &kept);
 *	if (step != SANDBOX_DONE)
 *		return sandbox_refuse("…", step, err);
 *
 * It keeps its open descriptors, memory that is not executable, the clock,
 * and its end. Opening a file fails with EACCES, as do most other calls; one
 * that only an attacker makes (a program, a socket, a process, a signal, a look
 * into another process) kills the process with SIGSYS. With `has_connection`
 * its sockets stay in use, and a new one fails with EACCES: libraries may try.
 */
#ifndef UTIL_SANDBOX_H
#define UTIL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* A part of it, for errors. */
enum sandbox_step {
	SANDBOX_DONE,
	SANDBOX_DESCRIPTORS,
	SANDBOX_LIMITS,
	SANDBOX_PRIVILEGES,
	SANDBOX_LANDLOCK,
	SANDBOX_SECCOMP,
};

struct sandbox {
	const int *directories; /* files may be made and read below these */
	size_t n_directories;
	bool has_connection; /* with a server, and a database in files */
	bool best_effort;    /* go on when a step fails */
	int seconds;	     /* of CPU time; 0: as before */
	uint64_t memory;     /* bytes of address space; 0: as before */
};

/* Do they hold? Linux before 5.13 has no Landlock; that is no failure. */
struct sandbox_kept {
	bool landlock, seccomp;
};

/* Returns the first step that failed, and leaves the others undone. */
enum sandbox_step sandbox_enter(const struct sandbox *box,
				struct sandbox_kept *kept);

/*
 * Try it in a child. Describe what held, like "seccomp and Landlock". False:
 * it cannot be done here.
 */
bool sandbox_probe(char *out, size_t size);

/*
 * Set a limit of setrlimit(2) for good, to `value` or to a lower one that is
 * set already. -1 with errno.
 */
int sandbox_limit(int resource, uint64_t value);

/* Close all descriptors from `first` on. -1 with errno. */
int sandbox_close_from(int first);

/*
 * -1 with ERR_PERSON: `what` cannot be done, as this step is not possible, and
 * what to do about it.
 */
int sandbox_refuse(const char *what, enum sandbox_step step, struct error *err);

#endif

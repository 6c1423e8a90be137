/* SPDX-License-Identifier: ISC */
/*
 * popd: a scripted POP3 server for tests. popd.c says how it is used and what
 * a script can do; here is what its files share beyond server.h:
 *
 *	popd.c		its defaults
 *	popd_session.c	the commands
 *	popd_drop.c	a maildrop: a directory of files
 */
#ifndef TESTS_POPD_H
#define TESTS_POPD_H

#include "server.h"

/* One message of a maildrop. */
struct message {
	char *name;
	struct bytes uidl;
	bool raw, deleted, sized;
	uint64_t size;
};

struct drop {
	int fd; /* the directory: also the lock */
	struct message *list;
	size_t n;
};

int drop_open(struct drop *drop, const char *path); /* -1: in use */
uint64_t drop_size(struct drop *drop, size_t i);
int drop_message(struct drop *drop, size_t i); /* a descriptor */

/* Where the header and so many lines of the body end in the file. */
off_t drop_top(int fd, unsigned long long lines);

/* One connection, from the greeting to its end. */
_Noreturn void session_run(const struct options *options, struct script *script,
			   int fd, unsigned number);

#endif

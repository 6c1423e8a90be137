/* SPDX-License-Identifier: ISC */
/*
 * Errors are values. A function that can fail returns 0 or -1 and takes a
 * caller-owned `struct error` as its last argument:
 *
 *	if (write(fd, p, len) == -1)
 *		return error_errno(err, ERR_TEMPORARY, "%s: write", path);
 *
 * The kind says what the pipeline can do about it, the text is complete
 * enough to be shown as it is. Callers add where it happened, going up:
 *
 *	return error_prefix(err, "message %u", number);
 *
 * Nothing is allocated, so nothing has to be freed on the error path. Bytes
 * that came from a server or a message are escaped when the text is built
 * with error_set() (all control and non-UTF-8 bytes become \xNN).
 */
#ifndef UTIL_ERROR_H
#define UTIL_ERROR_H

#include "util/attr.h"

/* In the order of severity. */
enum error_kind {
	ERR_NONE,
	ERR_MESSAGE,   /* leave this message, go on with the next */
	ERR_TEMPORARY, /* stop this account or job, try again later: 75 */
	ERR_LOCAL,     /* the same; the cause is local, like a full disk: 75 */
	ERR_PERSON,    /* stop; the user must act (login, certificate): 77 */
	ERR_CONFIG,    /* stop; the configuration is wrong: 78 */
	ERR_USAGE,     /* stop; the command line is wrong: 64 */
};

/* Long enough for a path, a server's answer (cut at 200) and advice. */
#define ERROR_TEXT_MAX 768

struct error {
	enum error_kind kind;
	char text[ERROR_TEXT_MAX];
};

#define ERROR_INIT                                                             \
	{                                                                      \
		ERR_NONE, ""                                                   \
	}

/* Set kind and text. Always returns -1, so that `return error_set(…)` works. */
int error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* The same, with ": " and the text of errno at the end. */
int error_errno(struct error *err, enum error_kind kind, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* Put "<fmt>: " before the text. The kind stays. Returns -1. */
int error_prefix(struct error *err, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* The sysexits number of a kind: 0, 64, 75, 77 or 78. */
int error_exit_status(enum error_kind kind);

/* The worse of two exit statuses; from the worst on: 64, 78, 77, 75, 1. */
int exit_status_worse(int a, int b);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Passwords from ~/.netrc, the file that ftp, curl and others read:
 *
 *	machine pop.example.org login alice password "two words"
 *	default login alice password secret
 *
 * Words are separated by blanks and line ends. A word that begins with a double
 * quote goes to the next one, on the same line; in it, a backslash takes the
 * next character literally, except that \n, \r and \t are control characters
 * (as curl does). Elsewhere a backslash is a character. A comment begins with
 * '#' in the place of a keyword. `account` and `port` are skipped with their
 * values, a `macdef` up to the next empty line.
 *
 * The entry is chosen by machine (ASCII case ignored) and login: one of this
 * machine and user, else one of this machine without a login, else a `default`
 * of this user, else a `default` without a login; of equal ones the first.
 */
#ifndef ACCOUNT_NETRC_H
#define ACCOUNT_NETRC_H

#include "util/buf.h"
#include "util/error.h"

/* Hundreds of entries and some macros; a larger file is something else. */
#define NETRC_MAX ((size_t)256 * 1024)

struct netrc_query {
	const char *path; /* of the file, for messages */
	const char *host;
	const char *user;
};

/*
 * Find the password in the text of a netrc file. *password_out points into
 * `text`, which is changed: quotes are removed. It is not empty and has no NUL,
 * CR or LF. ERR_PERSON: there is none, or the entry is malformed; the message
 * names the line but shows no word of it.
 */
int netrc_find(struct buf *text, const struct netrc_query *query,
	       struct slice *password_out, struct error *err);

/*
 * Append the path of the file: $NETRC if that is an absolute path, else
 * $HOME/.netrc. Nothing without HOME.
 */
void netrc_path(struct buf *path);

/* Append the password for `user` at `host`; errors as above. */
int netrc_read(const char *host, const char *user, struct buf *secret,
	       struct error *err);

#endif

/* SPDX-License-Identifier: ISC */
/* Other protocols, known by the first bytes of a server. Pure computation. */
#ifndef NET_BANNER_H
#define NET_BANNER_H

#include <stdbool.h>

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"

/* Bytes of a greeting that are kept, to be shown. */
#define BANNER_MAX 200

/* IMAP: the start of a greeting without which no login is needed. */
#define BANNER_PREAUTH "* PREAUTH"

enum banner {
	BANNER_UNKNOWN,
	BANNER_POP3,
	BANNER_IMAP,
	BANNER_SMTP,
	BANNER_FTP,
	BANNER_SMTP_OR_FTP,
	BANNER_NNTP,
	BANNER_SSH,
	BANNER_HTTP,
	BANNER_SIEVE,
	BANNER_TLS,
};

/* The protocol these first bytes belong to; a few are enough. */
enum banner banner_of(struct slice first);

/* An account's protocol for people, and its usual ports. */
struct banner_usual {
	const char *name;
	enum banner banner;
	int implicit, starttls;
};

const struct banner_usual *banner_usual(const struct account *a);

/* May these bytes be a greeting, or a refusal, of the account's protocol? */
bool banner_fits(char first, const struct account *a);

/*
 * Is this line a refusal: "-ERR", a tagged NO or BAD, or BYE? The text is
 * without the tag.
 */
bool banner_refuses(struct slice line, const struct account *a,
		    struct slice *text);

/*
 * Report what answered in place of POP3 or IMAP, or in place of TLS, and what
 * to set.
 * `first` is its greeting, as far as it is known. ERR_PERSON when host, port
 * and tls do not fit together, ERR_TEMPORARY when it may be a thing between.
 */
int banner_error(struct slice first, const struct account *account,
		 struct error *err);

#endif

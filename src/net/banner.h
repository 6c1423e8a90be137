/* SPDX-License-Identifier: ISC */
/* Other protocols, known by the first bytes of a server. Pure computation. */
#ifndef NET_BANNER_H
#define NET_BANNER_H

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"

/* Bytes of a greeting that are kept, to be shown. */
#define BANNER_MAX 200

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

/*
 * Report what answered in place of POP3, or in place of TLS, and what to set.
 * `first` is its greeting, as far as it is known. ERR_PERSON when host, port
 * and tls do not fit together, ERR_TEMPORARY when it may be a thing between.
 */
int banner_error(struct slice first, const struct account *account,
		 struct error *err);

#endif

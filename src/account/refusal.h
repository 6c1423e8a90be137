/* SPDX-License-Identifier: ISC */
/*
 * Why a server refused: the password is wrong, a person must act, or it will
 * pass. Codes decide where there are any, then the words, for which there is
 * a table of texts that servers were seen to send.
 *
 *	struct refusal refusal;
 *
 *	refusal_read(text, account->host, &refusal);
 *	if (refusal.kind == REFUSAL_TEMPORARY)
 *		…
 *
 * POP3, IMAP and SMTP are read alike, so it does not matter which server has
 * said it.
 */
#ifndef ACCOUNT_REFUSAL_H
#define ACCOUNT_REFUSAL_H

#include <stdint.h>

#include "util/buf.h"

enum refusal_kind {
	REFUSAL_UNKNOWN,
	REFUSAL_CREDENTIALS, /* user or password are wrong */
	REFUSAL_PERSON,	     /* something else that a person must put right */
	REFUSAL_TEMPORARY,   /* the same may be accepted later */
	REFUSAL_WAY,	     /* this command or mechanism, not the password */
};

/* Seconds: longer than that no server shall keep us away. */
#define REFUSAL_WAIT_MAX ((int64_t)24 * 3600)

struct refusal {
	enum refusal_kind kind;
	const char *advice; /* what to do, static, for people; or NULL; of a
			       temporary one: if it does not pass */
	int64_t wait; /* seconds until the next try, if the server says so */
};

/*
 * Read the status line of a refusal, with or without its "-ERR", or its "NO",
 * "BAD" and "BYE" of IMAP. `server` is the host, or the name of a provider;
 * NULL: unknown.
 *
 *  1. A code decides: [AUTH], [IN-USE], [LOGIN-DELAY], [SYS/TEMP], [SYS/PERM]
 *     (RFC 2449, 3206), those of IMAP (RFC 5530), and the numbers of SMTP
 *     (RFC 4954, 5248). Codes that are not known say nothing. What only says
 *     "authentication failed" leaves to the words whether the password is
 *     wrong, the way, or something that a person must put right; "5xx"
 *     without an enhanced code says nothing that words cannot say better.
 *  2. Of the rows of the table whose words are there, the most specific one:
 *     a row of this provider before one for all, then the longer one.
 *  3. Else single words, the strongest signs first.
 *
 * Advice comes with the provider's own words. If they say no more than that
 * the login failed, it is the provider's general hint (account/provider.h).
 */
void refusal_read(struct slice text, const char *server, struct refusal *out);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Mail providers whose servers are known. All but Proton's, which is a program
 * on this computer, speak TLS from the first byte on the usual port. The hint
 * is shown when a login is refused.
 */
#ifndef ACCOUNT_PROVIDER_H
#define ACCOUNT_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "account/account.h"

struct provider {
	const char *name;
	const char *pop3; /* its server; NULL: none, or not known */
	const char *imap;
	const char *hint; /* what the provider wants, or NULL */
};

/* The server for that protocol, or NULL. */
const char *provider_host(const struct provider *p, enum protocol protocol);

/* By the value of `provider`, ASCII case ignored. NULL: unknown. */
const struct provider *provider_find(const char *name);

/*
 * Is its server a program on this computer? It begins with STARTTLS on
 * *port_out.
 */
bool provider_is_local(const struct provider *p, int *port_out);

/*
 * By the name of its server, for accounts that only set `host`; by none on this
 * computer, where any program may listen.
 */
const struct provider *provider_of_host(const char *host);

/*
 * Does it list only a part of its messages, and others when those were
 * fetched? (Gmail: about 250 at a time, the oldest first.)
 */
bool provider_lists_some(const struct provider *p);

/* Row i, or NULL past the last. */
const struct provider *provider_row(size_t i);

#endif

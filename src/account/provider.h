/* SPDX-License-Identifier: ISC */
/*
 * Mail providers whose POP3 servers are known: all speak TLS from the first
 * byte on port 995. The hint is shown when a login is refused.
 */
#ifndef ACCOUNT_PROVIDER_H
#define ACCOUNT_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

struct provider {
	const char *name;
	const char *host; /* NULL: the provider offers no POP3 */
	int port;
	const char *hint; /* what the provider wants, or NULL */
};

/* By the value of `provider`, ASCII case ignored. NULL: unknown. */
const struct provider *provider_find(const char *name);

/* By the name of its server, for accounts that only set `host`. */
const struct provider *provider_of_host(const char *host);

/*
 * Does it list only a part of its messages, and others when those were
 * fetched? (Gmail: about 250 at a time, the oldest first.)
 */
bool provider_lists_some(const struct provider *p);

/* Row i, or NULL past the last. */
const struct provider *provider_row(size_t i);

#endif

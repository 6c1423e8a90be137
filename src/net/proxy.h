/* SPDX-License-Identifier: ISC */
/* Words for trouble with a proxy. */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include "account/account.h"
#include "net/handle.h"
#include "util/buf.h"
#include "util/error.h"

/* Append the URL without user and password: both may be secret. */
void proxy_name(const char *url, struct buf *out);

/*
 * Report why a connection through the account's proxy failed. Returns false,
 * with *err untouched, when the proxy has nothing to do with it.
 */
bool proxy_error(CURL *curl, const struct account *a, CURLcode code,
		 struct error *err);

#endif

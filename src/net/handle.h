/* SPDX-License-Identifier: ISC */
/*
 * Options of libcurl that POP3 and SMTP share. libcurl must be loaded.
 */
#ifndef NET_HANDLE_H
#define NET_HANDLE_H

#include <stdbool.h>

#include "account/account.h"
#include "net/conn.h"
#include "net/libcurl.h"
#include "net/tls.h"

/* Bytes kept of a server's last refusal, for the user. */
#define REPLY_MAX 200

/*
 * Set where to connect, how long to wait, and how to encrypt. `protocol` is
 * "pop3", "smtp", or "http" for a plain stream; `tls` is NULL without TLS.
 * *list must be freed after the handle (slist_free_all()). False when
 * libcurl does not accept it.
 */
bool handle_set_server(CURL *curl, const struct account *a,
		       const char *protocol, struct tls *tls,
		       struct curl_slist **list);

/* Connect to this address of the host instead of looking for it. */
bool handle_set_address(CURL *curl, const struct account *a,
			const char *address, struct curl_slist **list);

/* Set the user, and the password or token. */
bool handle_set_secret(CURL *curl, const struct account *a,
		       const struct conn_secret *secret);

/* Perform, which can look for international names. */
CURLcode handle_perform(CURL *curl, const struct account *a);

#endif

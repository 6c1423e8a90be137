/* SPDX-License-Identifier: ISC */
/*
 * Options of libcurl that POP3 and SMTP share. The only file that includes its
 * header.
 */
#ifndef NET_HANDLE_H
#define NET_HANDLE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "account/account.h"
#include "net/conn.h"

/* Bytes kept of a server's last refusal, for the user. */
#define REPLY_MAX 200

/*
 * Set where to connect, how long to wait, and how to encrypt. `protocol` is
 * "pop3" or "smtp". False when libcurl does not accept it.
 */
bool handle_set_server(CURL *curl, const struct account *a,
		       const char *protocol);

/* Set the user, and the password or token. */
bool handle_set_secret(CURL *curl, const struct account *a,
		       const struct conn_secret *secret);

#endif

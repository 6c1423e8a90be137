/* SPDX-License-Identifier: ISC */
/*
 * What a session by POP3 and one by SMTP both ask of libcurl. The only file
 * that includes its header.
 */
#ifndef NET_HANDLE_H
#define NET_HANDLE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "account/account.h"
#include "net/conn.h"

/* The last refusal of a server is kept for the user, cut. */
#define REPLY_MAX 200

/*
 * Where to connect, for how long to wait, and how to encrypt. `protocol` is
 * "pop3" or "smtp". False: libcurl does not accept it.
 */
bool handle_set_server(CURL *curl, const struct account *a,
		       const char *protocol);

/* User, and password or token. */
bool handle_set_secret(CURL *curl, const struct account *a,
		       const struct conn_secret *secret);

#endif

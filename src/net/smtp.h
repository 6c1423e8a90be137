/* SPDX-License-Identifier: ISC */
/* Sending a message by SMTP (RFC 5321). libcurl does the whole dialogue. */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "account/account.h"
#include "net/conn.h"
#include "util/buf.h"
#include "util/error.h"

/* The message: some fields, then a file from its start. */
struct smtp_mail {
	const char *from;	 /* envelope sender; "" is <> */
	char *const *recipients; /* NULL-terminated */
	struct slice fields;	 /* complete lines, put before the message */
	int fd;			 /* -1: there is no more */
	bool *unsure; /* set when a failed one may have been accepted; or NULL
		       */
};

/*
 * Send it to the server of `account`, in one transaction;
 * every recipient must be accepted. LF becomes CRLF. ERR_MESSAGE: the server
 * will never take this one; other kinds as in conn_open().
 */
int smtp_send(const struct account *account, const struct conn_secret *secret,
	      const struct smtp_mail *mail, struct error *err);

#endif

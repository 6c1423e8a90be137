/* SPDX-License-Identifier: ISC */
/*
 * From the greeting to the end of the login: what the server offers, which way
 * is tried next, and what a refusal means. Used by pop3.c only.
 *
 * Over TLS the order is SCRAM-SHA-256, PLAIN, USER, then the rest; in clear,
 * what does not show the password comes first. A token goes by OAUTHBEARER or
 * XOAUTH2 only, and APOP is used only where the setting `auth` says so.
 *
 * A way that is refused as such (no such command, a challenge that cannot be
 * answered) is followed by the next one. A refused password is not tried
 * again, with one exception: servers can check a hash (CRAM-MD5, SCRAM) only
 * of passwords that they store as such, so one plain way may follow it.
 */
#ifndef POP3_LOGIN_H
#define POP3_LOGIN_H

#include <stdbool.h>

#include "account/account.h"
#include "net/conn.h"
#include "net/wire.h"
#include "util/error.h"

/*
 * Can this user and secret be used at all? ERR_PERSON: something is empty, or
 * has bytes that no login can carry. Ask before connecting.
 */
int login_check(const struct account *account, const struct conn_secret *secret,
		struct error *err);

struct login_result {
	bool pipelining; /* offered before the login */
	bool shuns_capa; /* the server did not survive CAPA: do not ask again */
	bool asked;	 /* POP3_FIRST_COMMANDS went with the login */
};

/*
 * Read the greeting, unless libcurl did, and log in; the connection may be
 * another one afterwards. `pipelining`: it may be used. ERR_PERSON: the login
 * was refused, or there is no way to log in.
 */
int login(struct wire *w, const struct account *account,
	  const struct conn_secret *secret, bool pipelining,
	  struct login_result *out, struct error *err);

#endif

/* SPDX-License-Identifier: ISC */
/* The words of login.c for people. */
#ifndef NET_LOGIN_WORDS_H
#define NET_LOGIN_WORDS_H

#include "account/refusal.h"
#include "net/login.h"

bool login_has_secret(const struct conn_secret *secret);

/* Is the client certificate all that the server wants? */
bool login_by_certificate(const struct account *a,
			  const struct conn_secret *secret);

/* The name by which a refusal is judged: its meaning depends on the provider.
 */
const char *login_server(const struct login *l);

/* The server refuses all logins for now. Returns -1. */
int login_not_now(const struct login *l, struct slice line, struct error *err);

/* Say in l->last why the way was refused: a person must see to it. */
void login_explain(struct login *l, unsigned way, const struct refusal *r);

/* Nothing of what the server offers can be used. Returns -1. */
int login_no_way(const struct login *l, struct error *err);

#endif

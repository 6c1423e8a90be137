/* SPDX-License-Identifier: ISC */
/* The server's offers before the login. For login.c only. */
#ifndef POP3_OFFER_H
#define POP3_OFFER_H

#include <stdbool.h>

#include "net/sasl.h"
#include "net/wire.h"
#include "util/buf.h"
#include "util/error.h"

struct offer {
	bool sasl[SASL_MECHANISMS];
	bool user, pipelining;
	struct buf names; /* of ways to log in, for people */
};

void offer_init(struct offer *offer);
void offer_release(struct offer *offer);

/* Ask for the capabilities. A server that has no list offers nothing. */
int offer_read(struct offer *offer, struct wire *w, struct error *err);

/*
 * May USER and PASS be tried? Many servers name neither them nor anything else
 * that takes a password, so only a server that names nothing but ways for
 * tokens has said no.
 */
bool offer_may_use_pass(const struct offer *offer);

#endif

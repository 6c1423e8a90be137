/* SPDX-License-Identifier: ISC */
/* The server's offers before the login. For login.c only. */
#ifndef POP3_OFFER_H
#define POP3_OFFER_H

#include <stdbool.h>

#include "net/login.h"

/* A server that has no list of capabilities: USER and PASS can be tried. */
void offer_none(struct login_offer *offer);

/* Ask for the capabilities. A server that has no list offers nothing. */
int offer_read(struct login_offer *offer, bool *pipelining, struct wire *w,
	       struct error *err);

#endif

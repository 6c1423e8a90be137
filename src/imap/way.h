/* SPDX-License-Identifier: ISC */
/* One way to log in: LOGIN, or a mechanism of SASL by AUTHENTICATE. */
#ifndef IMAP_WAY_H
#define IMAP_WAY_H

#include "net/way.h"
#include "util/error.h"

struct imap;

/*
 * Try it, behind the greeting. `in_flight` sends what imap_prepare() needs
 * with it, if the server says what it can do with a first response.
 *
 * A server may refuse and then leave: WAY_REFUSED with a dead session.
 */
enum way_result imap_try(struct imap *i, unsigned way, struct way_try *t,
			 struct error *err);

#endif

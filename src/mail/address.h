/* SPDX-License-Identifier: ISC */
/*
 * RFC 5322 3.4 address lists, read leniently and from the raw field value,
 * so that an encoded display name cannot pretend to be an address.
 *
 *	struct slice rest = value;
 *	struct address a;
 *
 *	while (address_next(&rest, &a))
 *		…
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

#include "util/buf.h"

struct address {
	struct slice name;    /* raw display name, quotes kept; may be empty.
				 Without one, the comment behind the address:
				 "bob@x.org (Bob)" */
	struct slice mailbox; /* local@domain as written, comments left out
				 only at the ends; never empty */
};

/*
 * The next mailbox in *rest; groups are walked through, the route of a
 * "<@a,@b:user@host>" is left out, a missing comma behind ">" is forgiven. A
 * part without an "@" is given too, as a mailbox without a domain. False at
 * the end. Linear in all calls together.
 */
bool address_next(struct slice *rest, struct address *out);

/* What stands behind the last "@", or an empty slice. */
struct slice address_domain(struct slice mailbox);

#endif

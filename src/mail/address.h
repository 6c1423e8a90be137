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
	struct slice name;    /* raw display name, with its quotes; without
				 one, the comment behind the address, as in
				 "bob@x.org (Bob)"; may be empty */
	struct slice mailbox; /* local@domain as written; comments are
				 removed only at the ends; never empty */
};

/*
 * The next mailbox in *rest, including the members of groups. The route in
 * "<@a,@b:user@host>" is removed, a missing comma behind ">" is accepted, and
 * a part without an "@" is returned as a mailbox without a domain. False at
 * the end. Linear in all calls together.
 */
bool address_next(struct slice *rest, struct address *out);

/* The part behind the last "@", or an empty slice. */
struct slice address_domain(struct slice mailbox);

#endif

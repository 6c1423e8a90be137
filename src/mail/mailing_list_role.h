/* SPDX-License-Identifier: ISC */
/* Addresses of mailing lists that are not those of the list itself. */
#ifndef MAIL_MAILING_LIST_ROLE_H
#define MAIL_MAILING_LIST_ROLE_H

#include "util/slice.h"

/* The local part of the first address in a text; p == NULL: there is none. */
struct slice mailing_list_local(struct slice text);

/* Likewise "name" of "owner-name", "name-bounces", "name+help",
 * "name-return-12-x=y". */
struct slice mailing_list_without_role(struct slice local);

/* Both: "dev" for owner-dev@x.org, dev-bounces@x.org. */
struct slice mailing_list_of_sender(struct slice text);

#endif

/* SPDX-License-Identifier: ISC */
/* Names of mailing lists in the addresses of their pages. */
#ifndef MAIL_MAILING_LIST_URL_H
#define MAIL_MAILING_LIST_URL_H

#include <stdbool.h>

#include "util/slice.h"

/*
 * "dev" for <https://x.org/mailman/listinfo/dev>, and if it is an archive for
 * <https://x.org/dev/> and <https://x.org/archives/list/dev@x.org/>, too; the
 * last part of other pages may be anything. p == NULL when there is none.
 */
struct slice mailing_list_of_page(struct slice text, bool is_archive);

#endif

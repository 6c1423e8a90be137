/* SPDX-License-Identifier: ISC */
/*
 * Mailing lists, by RFC 2919 and RFC 2369 and by what older managers of lists
 * write instead.
 */
#ifndef MAIL_MAILING_LIST_H
#define MAIL_MAILING_LIST_H

#include <stdbool.h>

#include "mail/message.h"

/*
 * The short name of the list: "notmuch" for "Notmuch <notmuch.notmuchmail.org>"
 * in List-Id, else the local part of the list's address, as in List-Post,
 * Mailing-List, X-Mailing-List, X-BeenThere, or Sender: owner-notmuch@…, or
 * what its archive is called. It has a letter or a digit.
 * p == NULL when there is none. Owned by the message.
 */
struct slice mailing_list_name(struct message *m);

/*
 * Did a list send it? A Sender such as dev-owner@… needs another sign, because
 * people own things, too; and the author's own address is none.
 */
bool mailing_list_sent(struct message *m);

#endif

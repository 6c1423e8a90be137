/* SPDX-License-Identifier: ISC */
/*
 * Dovecot's list of the folders that mail readers show by IMAP: the file
 * `subscriptions` in the Maildir, if there is one.
 */
#ifndef MAILDIR_SUBSCRIBE_H
#define MAILDIR_SUBSCRIBE_H

#include "maildir/maildir.h"

/*
 * Add the folder with this path below `root`, as maildir_name_path() writes
 * it, unless it is listed. The change is durable and made under Dovecot's
 * lock. A list that cannot be changed stays as it is: mail does not wait for
 * it.
 */
void subscribe(const char *root, enum layout layout, const char *path);

#endif

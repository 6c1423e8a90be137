/* SPDX-License-Identifier: ISC */
/* What makes two headers the same message, whatever a server adds to them. */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include "util/buf.h"
#include "util/hash.h"

/*
 * A digest of Message-ID, Date, From and Subject, unfolded; of the whole
 * header, too, when it has neither of the first two. `head` is the start of the
 * message, as it comes from RETR or TOP.
 */
void identity_of(struct slice head, unsigned char out[HASH_SIZE]);

#endif

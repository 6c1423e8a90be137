/* SPDX-License-Identifier: ISC */
/* What makes two headers the same message, whatever a server adds to them. */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include "util/buf.h"
#include "util/hash.h"

/*
 * How many bytes of the start of a message identity_of() is given at most. All
 * that compute identities use the same number, or they would not agree.
 */
#define IDENTITY_HEAD_MAX (64 * 1024)

/*
 * A digest of Message-ID, Date, From and Subject, unfolded; of the whole
 * header, too, when it has neither of the first two. `head` is the start of the
 * message, as it comes from RETR or TOP.
 */
void identity_of(struct slice head, unsigned char out[HASH_SIZE]);

#endif

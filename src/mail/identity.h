/* SPDX-License-Identifier: ISC */
/* Recognising a message by its header, whatever fields servers add to it. */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include "util/buf.h"
#include "util/hash.h"

/*
 * How many bytes of the start of a message identity_of() gets at most. Every
 * caller must use this number, or their results would differ.
 */
#define IDENTITY_HEAD_MAX (64 * 1024)

/*
 * A digest of Message-ID, Date, From and Subject without their line ends; also
 * of the whole header when it has neither of the first two. `head` is the
 * start of the message, from RETR or TOP.
 */
void identity_of(struct slice head, unsigned char out[HASH_SIZE]);

#endif

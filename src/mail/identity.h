/* SPDX-License-Identifier: ISC */
/* Recognising a message by its header, whatever fields servers add to it. */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/hash.h"

/*
 * How many bytes of the start of a message identity_of() gets at most. Every
 * caller must use this number, or their results would differ.
 */
#define IDENTITY_HEAD_MAX (64 * 1024)

/*
 * A digest of Message-ID, Date, From and Subject without their line ends; also
 * of the whole header when it has neither of the first two, without the fields
 * that servers change (Status and its like). `head` is the
 * start of the message, from RETR or TOP.
 */
void identity_of(struct slice head, unsigned char out[HASH_SIZE]);

/*
 * A digest of what follows the header, which servers do not change: of its
 * bytes in `head`, and of its length, when the whole message has `size` bytes.
 * All zeros, which no body has, when the header does not end in `head`.
 */
void identity_of_body(struct slice head, uint64_t size,
		      unsigned char out[HASH_SIZE]);

/* Is it a digest, and not all zeros, which stand for "unknown"? */
bool identity_is_known(const unsigned char digest[HASH_SIZE]);

#endif

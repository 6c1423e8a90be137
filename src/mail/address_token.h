/* SPDX-License-Identifier: ISC */
/*
 * The tokens of an address list: a quoted string, a comment, an encoded word,
 * a [literal], an escaped byte, or one byte.
 */
#ifndef MAIL_ADDRESS_TOKEN_H
#define MAIL_ADDRESS_TOKEN_H

#include "mail/address.h"

/* The length of the comment at the start of s; 0: it is not closed. */
size_t address_comment(struct slice s);

/* The length of the token at the start of s, which is not empty. */
size_t address_token(struct address_reader *r, struct slice s);

/* The offset of the first byte of `set` that is a token of its own, or s.len */
size_t address_find(struct address_reader *r, struct slice s, const char *set);

/*
 * "Bob bob@x.org" and "Bob [bob@x.org]", where the angle brackets were
 * forgotten: what stands before the mailbox is a name. With an address in
 * square brackets and another one it is not certain which is the mailbox:
 * neither is.
 */
void address_split_words(struct address_reader *r, struct address *a);

#endif

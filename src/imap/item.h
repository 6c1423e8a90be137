/* SPDX-License-Identifier: ISC */
/*
 * The items of a FETCH response, in the order in which they come:
 *
 *	while ((rc = item_next(r, &item, err)) == 1)
 *		if (item.kind == ITEM_BODY && item.is_literal)
 *			while ((rc = lex_read(&r->lex, &piece, err)) == 1)
 *				…
 *
 * Items that we do not know are skipped, whatever they hold, and so are values
 * that are not of their kind. A literal may be read in part, or not at all: the
 * next call skips the rest.
 */
#ifndef IMAP_ITEM_H
#define IMAP_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "imap/flags.h"
#include "imap/response.h"
#include "util/buf.h"
#include "util/error.h"

enum item_kind {
	ITEM_UID,      /* number, not 0 */
	ITEM_FLAGS,    /* flags; text: keywords, each with a blank behind it */
	ITEM_DATE,     /* INTERNALDATE: time */
	ITEM_SIZE,     /* RFC822.SIZE: number */
	ITEM_GMAIL_ID, /* X-GM-MSGID: number */
	ITEM_EMAIL_ID, /* EMAILID: text */
	ITEM_BODY,     /* BODY[]: text, or the literal that follows */
	ITEM_HEADER,   /* BODY[HEADER]: the same */
};

struct item {
	enum item_kind kind;
	uint64_t number;
	int64_t time; /* seconds since 1970 */
	unsigned flags;
	struct slice text; /* valid until the next call */
	bool is_literal;   /* r->lex.left bytes come next */
	bool is_nil;	   /* the server has no such body */
};

/* Returns 1, or 0 at the end of the response, or -1. */
int item_next(struct reader *r, struct item *out, struct error *err);

/* Append their names: "\Answered \Seen". */
void flags_add(struct buf *out, unsigned set);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * The responses of a server, one at each call:
 *
 *	struct reader r;
 *
 *	reader_init(&r, &wire);
 *	while (reader_next(&r, &response, err) == 0)
 *		switch (response.kind) …
 *	reader_release(&r);
 *
 * Untagged ones may come at any time, and many need no reaction: those that we
 * do not know, or that are malformed without a doubt about where they end, are
 * RESPONSE_OTHER. What a response points to is valid until the next call. After
 * any -1 the dialogue is dead.
 */
#ifndef IMAP_RESPONSE_H
#define IMAP_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "imap/capability.h"
#include "imap/code.h"
#include "imap/lex.h"
#include "net/wire.h"
#include "util/error.h"

/* Our tags begin with it; a number follows. */
#define TAG_PREFIX 'P'

/* Names of folders: RFC 3501 has no limit, and no server has longer ones. */
#define FOLDER_NAME_MAX 4096

/*
 * Responses in a row that answer no command: one for each message of the
 * largest mailbox that is believed, and as many for folders.
 */
#define UNTAGGED_MAX 4000000

enum response_kind {
	RESPONSE_DONE,	     /* tagged: `status` of the command `number` */
	RESPONSE_CONDITION,  /* untagged: `status` */
	RESPONSE_CONTINUE,   /* "+ ": `text` is a challenge */
	RESPONSE_CAPABILITY, /* `capabilities` */
	RESPONSE_ENABLED,    /* `text` */
	RESPONSE_FOLDER,     /* LIST, XLIST, LSUB: `folder` */
	RESPONSE_STATUS,     /* `folder.name`, `counts` */
	RESPONSE_EXISTS,     /* `number` messages are there */
	RESPONSE_RECENT,
	RESPONSE_EXPUNGE, /* message `number` is gone */
	RESPONSE_FETCH,	  /* of message `number`: read it with item_next() */
	RESPONSE_SEARCH,  /* read it with search_next() */
	RESPONSE_OTHER,	  /* FLAGS, ID, NAMESPACE, … */
};

enum response_status {
	STATUS_OK,
	STATUS_NO,
	STATUS_BAD,
	STATUS_BYE,
	STATUS_PREAUTH,
};

/* The numbers that STATUS has counted: a bit for each that is there. */
#define COUNTED_MESSAGES      1U
#define COUNTED_UIDNEXT	      2U
#define COUNTED_UIDVALIDITY   4U
#define COUNTED_UNSEEN	      8U
#define COUNTED_HIGHESTMODSEQ 16U

struct counts {
	unsigned counted;
	uint32_t messages, uid_next, uid_validity, unseen;
	uint64_t highest_modseq;
};

struct folder {
	struct slice name;   /* as it came: see imap/name.h */
	char delimiter;	     /* '\0': there is no hierarchy */
	unsigned attributes; /* a bit for each of enum attribute */
};

struct response {
	enum response_kind kind;
	enum response_status status;
	uint32_t number;
	struct code code;		  /* with a status */
	struct slice text;		  /* with a status */
	struct capabilities capabilities; /* also of a code */
	struct folder folder;
	struct counts counts;
};

struct reader {
	struct lex lex;
	struct buf code, name;
	unsigned n_untagged, n_found; /* of them, and numbers of SEARCH */
};

void reader_init(struct reader *r, struct wire *wire);
void reader_release(struct reader *r);

/* Read what is left of the last response, and the next one. */
int reader_next(struct reader *r, struct response *out, struct error *err);

/*
 * The next number of RESPONSE_SEARCH. Returns 1, 0 at its end, or -1. *is_odd
 * is set if there is anything else.
 */
int search_next(struct reader *r, uint32_t *out, bool *is_odd,
		struct error *err);

#endif

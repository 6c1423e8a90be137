/* SPDX-License-Identifier: ISC */
/* The words of CAPABILITY that matter to a collector. */
#ifndef IMAP_CAPABILITY_H
#define IMAP_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/sasl.h"
#include "util/slice.h"

enum capability {
	CAPABILITY_IMAP4REV1,
	CAPABILITY_IMAP4REV2,
	CAPABILITY_STARTTLS,
	CAPABILITY_LOGINDISABLED,
	CAPABILITY_SASL_IR,
	CAPABILITY_LITERAL_PLUS,  /* LITERAL+ (RFC 7888) */
	CAPABILITY_LITERAL_MINUS, /* LITERAL-: up to 4,096 bytes */
	CAPABILITY_UIDPLUS,
	CAPABILITY_MOVE,
	CAPABILITY_SPECIAL_USE,
	CAPABILITY_XLIST,
	CAPABILITY_LIST_EXTENDED,
	CAPABILITY_LIST_STATUS,
	CAPABILITY_CONDSTORE,
	CAPABILITY_ENABLE,
	CAPABILITY_UTF8_ACCEPT,
	CAPABILITY_ID,
	CAPABILITY_IDLE,
	CAPABILITY_UNSELECT,
	CAPABILITY_NAMESPACE,
	CAPABILITY_COMPRESS_DEFLATE,
	CAPABILITY_OBJECTID, /* EMAILID in FETCH (RFC 8474) */
	CAPABILITY_GMAIL,    /* X-GM-EXT-1 */
	CAPABILITY_COREMAIL, /* X-CM-EXT-1: 163, 126, yeah */
	CAPABILITY_YAHOO,    /* XYMHIGHESTMODSEQ: also AOL */
};

/* Names of ways to log in that are shown. */
#define CAPABILITY_WAYS_MAX 160

struct capabilities {
	bool known;    /* the server has said them */
	uint32_t set;  /* a bit for each of enum capability */
	uint32_t sasl; /* AUTH=: a bit for each of enum sasl_mechanism */
	uint32_t message_limit;		/* MESSAGELIMIT= (RFC 9738); 0: none */
	char ways[CAPABILITY_WAYS_MAX]; /* all of AUTH=, for people */
};

static inline bool capability(const struct capabilities *c, enum capability one)
{
	return (c->set >> one & 1) != 0;
}

/* Append the names of those that are there and matter, with blanks between. */
struct buf;
void capability_describe(const struct capabilities *c, struct buf *out);

/* Replace *out by these words, which stand behind CAPABILITY. */
void capability_read(struct slice words, struct capabilities *out);

#endif

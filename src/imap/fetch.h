/* SPDX-License-Identifier: ISC */
/*
 * Messages, by UID FETCH; part of imap.h. They are asked for in groups, of
 * which several are on their way. Each gets one answer, in the order that the
 * server likes. If it refuses a group, what is missing of it is asked for
 * again, one by one: a message that it cannot read must not stop the others.
 */
#ifndef IMAP_FETCH_H
#define IMAP_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "net/mailbox.h"
#include "util/error.h"
#include "util/hash.h"
#include "util/slice.h"

struct imap;

enum imap_part {
	IMAP_MESSAGE,
	IMAP_HEADER, /* its header only */
};

struct imap_wanted {
	uint32_t uid;
	uint64_t size; /* RFC822.SIZE, which is a hint; 0: not known */
};

enum imap_outcome {
	IMAP_FETCHED,
	IMAP_GONE,    /* it is not there any more */
	IMAP_REFUSED, /* or it has no body, or is too large: `text` says it */
};

struct imap_answer {
	const struct imap_wanted *wanted;
	enum imap_outcome outcome;
	char text[256]; /* why not: the server's words, or ours */

	/* if it was fetched; slices are valid until the next call */
	uint64_t size;	 /* bytes written */
	uint64_t octets; /* as the server sent them */
	unsigned char sha256[HASH_SIZE];
	struct slice head; /* its start, up to INTAKE_HEAD_MAX bytes */
	bool has_time;
	int64_t time;	       /* INTERNALDATE, seconds since 1970 */
	unsigned flags;	       /* IMAP_FLAG_SEEN …: see imap/flags.h */
	struct slice keywords; /* each with a blank behind it */
	uint64_t gmail_id;     /* X-GM-MSGID; 0: there is none */
	struct slice email_id; /* EMAILID (RFC 8474); empty: there is none */
};

/*
 * Ask for n messages, in ascending order of UIDs. The array is borrowed until
 * the last answer was read. A message of more than `max_bytes` (0: no limit),
 * whatever size it was said to have, is read, not kept, and counts as refused.
 */
void imap_request(struct imap *i, enum imap_part part,
		  const struct imap_wanted *wanted, size_t n,
		  uint64_t max_bytes);

/*
 * Read the next answer. Returns 1, with the message written to fd (-1: not
 * kept; the file is empty if it was not fetched), 0 when all answers were read,
 * -1 when the session is dead or fd cannot be written.
 */
int imap_next(struct imap *i, int fd, struct imap_answer *answer,
	      struct error *err);

/*
 * The session died: the message in whose answer, or the first one that had
 * none. NULL: none was awaited.
 */
const struct imap_wanted *imap_awaited(const struct imap *i);

/*
 * How it died, if it did. *in_flight: commands had been sent ahead, and the
 * server closed before it began to answer the next one.
 */
enum mailbox_break_kind imap_broke(const struct imap *i, bool *in_flight);

#endif

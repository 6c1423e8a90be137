/* SPDX-License-Identifier: ISC */
/* Requests for messages, and the answers; part of pop3.h. */
#ifndef POP3_REQUEST_H
#define POP3_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "net/intake.h"
#include "pop3/listing.h"
#include "util/error.h"
#include "util/hash.h"

struct pop3;

/*
 * Ask for n messages. The array is borrowed until the last answer was read. A
 * message of more than `max_bytes` (0: no limit), whatever size was listed, is
 * read but not kept, and counts as refused; an endless one ends the session.
 */
void pop3_request(struct pop3 *p, enum mailbox_command command,
		  const struct mailbox_entry *const *wanted, size_t n,
		  uint64_t max_bytes);

/*
 * Read the next answer. Returns 1, with the message written to fd (-1: not
 * kept; the file is empty when the message was refused), 0 when all answers
 * were read, -1 when the session is dead or fd cannot be written.
 */
int pop3_next(struct pop3 *p, int fd, struct mailbox_answer *answer,
	      struct error *err);

/*
 * Answers of this request that are proved: see "Proof" in ARCHITECTURE.md. At
 * most POP3_SYNC_MAX answers, besides those of the listed size, are not yet.
 */
#define POP3_SYNC_MAX 64
size_t pop3_synced(const struct pop3 *p);

/*
 * Read one message with nothing behind it, when no answer is outstanding; and
 * what comes until the server is in step again. `literal`: the server does not
 * double dots: take as many octets as were listed, with all dots. 1 or -1.
 */
int pop3_read_alone(struct pop3 *p, const struct mailbox_entry *entry,
		    bool literal, uint64_t max_bytes, int fd,
		    struct mailbox_answer *answer, struct error *err);

/* How the session died. */
const struct mailbox_break *pop3_broke(const struct pop3 *p);

/* See net/intake.h. Either may be NULL. */
void pop3_watch(struct pop3 *p, intake_progress *progress, intake_guard *guard,
		void *context);

#endif

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

enum pop3_command {
	POP3_RETR,
	POP3_TOP, /* the header only: TOP n 0 */
	POP3_DELE,
};

struct pop3_answer {
	const struct pop3_entry *entry;
	bool ok;	 /* false: refused */
	bool exact;	 /* its size is the listed one */
	bool is_dotted;	 /* dots may be missing: see pop3_read_alone() */
	bool is_odd;	 /* it begins like an answer of a server */
	bool has_stray;	 /* read alone: bytes came behind its end */
	char text[256];	 /* of the status line: why it was refused */
	uint64_t size;	 /* bytes written */
	uint64_t octets; /* as servers list them */
	unsigned char sha256[HASH_SIZE];
	struct slice head; /* its start; valid until the next call */
};

/*
 * Ask for n messages. The array is borrowed until the last answer was read. A
 * message of more than `max_bytes` (0: no limit), whatever size was listed, is
 * read but not kept, and counts as refused; an endless one ends the session.
 */
void pop3_request(struct pop3 *p, enum pop3_command command,
		  const struct pop3_entry *const *wanted, size_t n,
		  uint64_t max_bytes);

/*
 * Read the next answer. Returns 1, with the message written to fd (-1: not
 * kept; the file is empty when the message was refused), 0 when all answers
 * were read, -1 when the session is dead or fd cannot be written.
 */
int pop3_next(struct pop3 *p, int fd, struct pop3_answer *answer,
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
int pop3_read_alone(struct pop3 *p, const struct pop3_entry *entry,
		    bool literal, uint64_t max_bytes, int fd,
		    struct pop3_answer *answer, struct error *err);

enum pop3_break_kind {
	POP3_UNBROKEN, /* or by an error of our own */
	POP3_LOST,     /* the server closed, or stayed silent */
	POP3_CONFUSED, /* its answers do not fit the commands */
};

/* How the session died. */
struct pop3_break {
	enum pop3_break_kind kind;
	enum pop3_command command;	/* if there is an entry */
	const struct pop3_entry *entry; /* whose answer was awaited; or NULL */
	size_t answered;		/* answers of that request */
	bool in_flight; /* commands had been sent ahead, at an answer's start */
};

const struct pop3_break *pop3_broke(const struct pop3 *p);

/* See net/intake.h. */
typedef intake_progress pop3_progress;
typedef intake_guard pop3_guard;

/* Either may be NULL. */
void pop3_watch(struct pop3 *p, pop3_progress *progress, pop3_guard *guard,
		void *context);

#endif
